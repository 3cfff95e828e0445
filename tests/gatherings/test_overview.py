"""The consultant's overview and report: counts, never a text, never who is late (P2)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from gatherings import reporting
from gatherings.models import Action, Assignment, Gathering, Minutes, Report, Submission
from gatherings.tallies import figures_of
from networks.models import Network, NetworkGroup, Season
from office.delivery import make_waiting
from office.models import Document
from participants.models import Role
from tests.factories import (
    AssignmentFactory,
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    RegionFactory,
    RoleFactory,
    RoundFactory,
    SeasonFactory,
)

pytestmark = pytest.mark.django_db
SECRET = "Sentinel-tekst-som-bare-gruppa-ser"


@pytest.fixture
def region():
    return RegionFactory()


@pytest.fixture
def consultant(region):
    return RoleFactory(person__region=region, kind=Role.Kind.CONSULTANT).person


def held_group(region, season=None, *, members=5, delivered=3, present=4, tried=1):
    """A group that has held samling 1, with exactly these counts."""
    season = season or SeasonFactory(network__region=region)
    people = PersonFactory.create_batch(members, region=region)
    leader = PersonFactory(region=region, first_name="Aud")
    group = GroupFactory(season=season, members=people, leader=leader)
    round_ = season.rounds.first() or RoundFactory(season=season, number=1)
    tasks = list(round_.assignments.all()) or [
        AssignmentFactory(round=round_),
        AssignmentFactory(round=round_, kind=Assignment.Kind.READ),
    ]
    gathering = GatheringFactory(group=group, round=round_, held=True)
    AttendanceFactory(gathering=gathering, person=leader, as_leader=True, presence="present")
    for place, person in enumerate(people):
        AttendanceFactory(
            gathering=gathering,
            person=person,
            answer="yes",
            presence="present" if place < present else "absent",
        )
        if place < delivered:
            Submission.objects.create(
                assignment=tasks[0],
                person=person,
                group=group,
                text=SECRET,
                delivered_at=timezone.now(),
            )
        Action.objects.create(
            gathering=gathering,
            person=person,
            title=f"{SECRET} {place}",
            due_on=timezone.localdate(),
            state="tried" if place < tried else "planned",
        )
    return group


def test_figures_count_members_and_not_the_leader(region):
    group = held_group(region, members=5, delivered=3, present=4, tried=2)
    [row] = figures_of(NetworkGroup.objects.filter(pk=group.pk), today=timezone.localdate())
    [tally] = row.tallies
    assert (tally.members, tally.answered, tally.delivered, tally.present) == (5, 5, 3, 4)
    assert (tally.promised, tally.tried) == (5, 2)
    assert row.leader.startswith("Aud")


def test_somebody_who_delivered_one_of_two_written_tasks_has_not_delivered(region):
    group = held_group(region, delivered=3)
    second = AssignmentFactory(round=group.gatherings.get().round)
    groups = NetworkGroup.objects.filter(pk=group.pk)
    [row] = figures_of(groups, today=timezone.localdate())
    assert row.tallies[0].delivered == 0

    first = Submission.objects.filter(group=group)[0]
    Submission.objects.create(
        assignment=second, person=first.person, group=group, delivered_at=timezone.now()
    )
    [row] = figures_of(groups, today=timezone.localdate())
    assert row.tallies[0].delivered == 1


def test_a_round_with_nothing_to_write_counts_nobody_as_late(region):
    group = held_group(region, delivered=0)
    Assignment.objects.filter(kind=Assignment.Kind.WRITE).update(kind=Assignment.Kind.READ)
    [row] = figures_of(NetworkGroup.objects.filter(pk=group.pk), today=timezone.localdate())
    assert row.tallies[0].preparation.of == 0


def test_who_has_left_does_not_count_as_having_delivered(region):
    group = held_group(region, members=3, delivered=1)
    called = GatheringFactory(
        group=group, round=RoundFactory(season=group.season, number=2), called=True
    )
    task = AssignmentFactory(round=called.round)
    members = [seat.person for seat in group.memberships.members()]
    gone = MembershipFactory(group=group, ends_on=timezone.localdate() - timedelta(days=1)).person
    first = group.gatherings.get(state="held").round.assignments.get(kind="write")
    for person, what in [(members[0], task), (gone, task), (gone, first)]:
        Submission.objects.create(
            assignment=what, person=person, group=group, delivered_at=timezone.now()
        )

    [row] = figures_of(NetworkGroup.objects.filter(pk=group.pk), today=timezone.localdate())

    # For what was held every text counts that was written for it, though never more than people.
    assert [(t.state, t.delivered, t.members) for t in row.tallies] == [
        ("held", 2, 3),
        ("called", 1, 3),
    ]
    group.memberships.filter(person=members[0]).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    [row] = figures_of(NetworkGroup.objects.filter(pk=group.pk), today=timezone.localdate())
    assert [(t.delivered, t.members) for t in row.tallies] == [(2, 3), (0, 2)]


def test_on_the_day_two_leaders_share_the_group_is_counted_once(region):
    today = timezone.localdate()
    group = held_group(region, members=5)
    group.memberships.leaders().update(ends_on=today)
    MembershipFactory(group=group, role="leader", starts_on=today)
    [row] = figures_of(NetworkGroup.objects.filter(pk=group.pk), today=today)
    assert row.leader
    assert (row.members, len(row.tallies)) == (5, 1)


def test_the_overview_begins_with_the_exceptions(client, region, consultant):
    season = SeasonFactory(network__region=region)
    fine = held_group(region, season, present=5)
    Minutes.objects.create(
        gathering=fine.gatherings.get(),
        state="approved",
        sent_at=timezone.now(),
        approved_at=timezone.now(),
    )
    late = held_group(region, season, present=5)
    client.force_login(consultant)
    html = client.get(reverse("gatherings:overview")).content.decode()
    assert "1 av 2 grupper trenger deg nå" in html
    assert f"{late.name} mangler referat fra samling 1" in html
    assert f"{fine.name} mangler" not in html


def test_p2_the_consultant_sees_no_text_and_no_member_by_name(client, region, consultant):
    group = held_group(region)
    client.force_login(consultant)
    report = reporting.begin(group.season, by=consultant)
    for url in (
        reverse("gatherings:overview"),
        reverse("gatherings:reports"),
        reverse("gatherings:report", args=[report.pk]),
    ):
        html = client.get(url).content.decode()
        assert SECRET not in html
        for seat in group.memberships.members().select_related("person"):
            assert seat.person.last_name not in html


@pytest.mark.parametrize("groups", [1, 8])
def test_the_overview_asks_ten_times_at_most_whatever_the_size(
    client, region, consultant, groups, django_assert_max_num_queries
):
    season = SeasonFactory(network__region=region)
    for _ in range(groups):
        held_group(region, season)
    client.force_login(consultant)
    with django_assert_max_num_queries(10):
        client.get(reverse("gatherings:overview"))


def test_the_overview_is_narrowed_by_municipality_and_need(client, region, consultant):
    group = held_group(region)
    client.force_login(consultant)
    url = reverse("gatherings:overview")
    assert group.name in client.get(url, {"vis": "trenger"}).content.decode()
    assert "Ingen treff" in client.get(url, {"gruppe": "finnes ikke"}).content.decode()


def test_another_organisation_sees_nothing_of_it(client, region):
    group = held_group(region)
    report = Report.objects.create(season=group.season)
    stranger = RoleFactory(kind=Role.Kind.CONSULTANT).person
    client.force_login(stranger)
    assert group.name not in client.get(reverse("gatherings:overview")).content.decode()
    assert client.get(reverse("gatherings:report", args=[report.pk])).status_code == 404


def test_an_approved_report_keeps_its_figures_and_its_text(client, region, consultant):
    group = held_group(region, present=4)
    report = reporting.begin(group.season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    client.post(url, {"summary": "Året gikk bra.", "approve": "1"})
    report.refresh_from_db()
    assert (report.state, report.approved_by) == (Report.State.APPROVED, consultant)
    assert report.figures["attendance"] == {"done": 4, "of": 5, "percent": 80}

    group.gatherings.get().attendances.update(presence="present")
    client.post(url, {"summary": "Noe annet"})
    assert "80 %" in client.get(url).content.decode()
    assert "Året gikk bra." in client.get(url).content.decode()


def test_v2_the_report_prints_purpose_and_goals_as_they_were_when_it_was_approved(
    client, region, consultant
):
    Network.objects.filter(pk=held_group(region).season.network_id).update(
        purpose="Vi lærer av hverandre.", goals="Praksis endrer seg\nStøtte i utviklingsarbeid"
    )
    report = reporting.begin(Season.objects.get(), by=consultant)
    reporting.approve(report, by=consultant)
    Network.objects.update(purpose="Et nytt formål.", goals="")
    make_waiting()
    client.force_login(consultant)

    page = client.get(reverse("gatherings:report", args=[report.pk])).content.decode()
    printed = client.get(reverse("gatherings:report_pdf", args=[report.pk])).content

    assert "Vi lærer av hverandre." in page
    assert "<li>Praksis endrer seg</li><li>Støtte i utviklingsarbeid</li>" in page
    pages = PdfReader(BytesIO(printed)).pages
    words = " ".join(" ".join(each.extract_text() for each in pages).split())
    assert "Nettverkets formål og mål Vi lærer av hverandre. Praksis endrer seg Støtte i" in words


def test_the_report_counts_an_extra_round_as_planned_on_the_page_and_in_print(
    client, region, consultant
):
    group = held_group(region)  # has held samling 1 of the three the rules name
    extra = RoundFactory(season=group.season, number=4)
    GatheringFactory(group=group, round=extra, held=True)
    report = reporting.begin(group.season, by=consultant)
    reporting.approve(report, by=consultant)
    make_waiting()
    client.force_login(consultant)

    page = client.get(reverse("gatherings:report", args=[report.pk])).content.decode()
    printed = client.get(reverse("gatherings:report_pdf", args=[report.pk])).content

    told = "2 av 4 samlinger er holdt. 5 deltakere i 1 grupper."
    assert told in page
    words = " ".join(each.extract_text() for each in PdfReader(BytesIO(printed)).pages)
    assert told in " ".join(words.split())


def test_what_is_written_after_the_approval_is_shown_and_not_kept(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    reporting.approve(report, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    late = client.post(url, {"summary": "Skrevet for sent"})
    assert late.status_code == 409
    assert "Skrevet for sent" in late.content.decode()
    report.refresh_from_db()
    assert report.summary == ""
    assert client.post(url, {"pdf": "1"}).status_code == 302


def test_two_who_approve_at_once_approve_once(region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    reporting.approve(report, by=consultant)
    with pytest.raises(reporting.AlreadyApproved):
        reporting.approve(report, by=consultant)


def test_two_who_write_at_once_see_both_texts(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    seen = {"version": report.version}
    assert client.post(url, {**seen, "summary": "Den første"}).status_code == 302

    answer = client.post(url, {**seen, "summary": "Den andre", "approve": "1"})

    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Den første" in html
    assert "Den andre" in html
    report.refresh_from_db()
    assert (report.summary, report.state) == ("Den første", Report.State.DRAFT)
    again = {"version": report.version, "summary": "Den første og den andre"}
    assert client.post(url, again).status_code == 302


def test_the_report_is_printed_by_the_worker_and_served(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report_pdf", args=[report.pk])
    assert client.get(url).status_code == 302
    client.post(reverse("gatherings:report", args=[report.pk]), {"summary": "Blåbær", "pdf": "1"})
    assert make_waiting() == 1
    response = client.get(url)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")

    Document.objects.update(filename="Rapport-Kárášjohka.pdf")
    name = client.get(url)["Content-Disposition"]
    assert name == "inline; filename*=utf-8''Rapport-K%C3%A1r%C3%A1%C5%A1johka.pdf"


def test_the_report_says_when_its_pdf_has_other_texts_or_figures(client, region, consultant):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    url = reverse("gatherings:report", args=[report.pk])
    told = "PDF-en har eldre tekst eller tall enn denne siden"
    assert told not in client.get(url).content.decode()
    client.post(url, {"summary": "Blåbær", "pdf": "1"})
    make_waiting()
    assert told not in client.get(url).content.decode()
    Report.objects.update(summary="Tyttebær")
    assert told in client.get(url).content.decode()


@pytest.mark.parametrize("text", ["x" * 200_000, "a\x00b", "\u200b\u200b"])
def test_a_text_that_cannot_be_kept_is_told_and_not_lost(client, region, consultant, text):
    report = reporting.begin(held_group(region).season, by=consultant)
    client.force_login(consultant)
    response = client.post(
        reverse("gatherings:report", args=[report.pk]), {"summary": text, "learned": "Behold meg"}
    )
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert "Behold meg" in response.content.decode()


def test_a_gathering_just_after_midnight_was_held_that_day(region):
    group = held_group(region)
    begins = timezone.localtime().replace(hour=0, minute=30) - timedelta(days=11)
    Gathering.objects.update(starts_at=begins, ends_at=begins + timedelta(hours=3))
    figures = figures_of(NetworkGroup.objects.filter(pk=group.pk), today=timezone.localdate())
    assert [n.since for n in figures[0].needs if n.kind == "minutes"] == [begins.date()]


def groups_on(answer):
    return [figure.name for figure in answer.context["groups"]]


def rows_of(answer):
    return [row["name"] for row in answer.context["groups"]]


def test_many_groups_come_on_several_pages_each_of_them_once(region, consultant, client):
    season = SeasonFactory(network__region=region)
    names = {f"Gruppe {n:02}" for n in range(43)}
    for name in names:
        GroupFactory(season=season, name=name)
    client.force_login(consultant)
    address = reverse("gatherings:overview")

    first, second = (client.get(address, {"page": n}) for n in (1, 2))

    assert len(groups_on(first)) == 40
    assert sorted(groups_on(first) + groups_on(second)) == sorted(names)
    assert f"{address}?page=2".rpartition("/")[2] in first.content.decode()
    for number in ("0", "-1", "3", "x", "9" * 30):
        assert groups_on(client.get(address, {"page": number})) in (
            groups_on(first),
            groups_on(second),
        )


def test_of_many_rounds_fewer_groups_stand_on_a_page(region, consultant, client):
    season = SeasonFactory(network__region=region)
    groups = [GroupFactory(season=season) for _n in range(13)]
    for number in range(1, 13):
        GatheringFactory(group=groups[0], round=RoundFactory(season=season, number=number))
    client.force_login(consultant)
    assert len(groups_on(client.get(reverse("gatherings:overview")))) == 10


def test_v5_a_consultant_of_one_municipality_sees_its_groups_and_no_other(region, client):
    season = SeasonFactory(network__region=region)
    ours, theirs = MunicipalityFactory(region=region), MunicipalityFactory(region=region)
    GroupFactory(season=season, municipality=ours, name="Bø 1")
    other = GroupFactory(season=season, municipality=theirs, name="Andøy 1")
    role = RoleFactory(person__region=region, kind=Role.Kind.CONSULTANT, municipality=ours)
    client.force_login(role.person)
    answer = client.get(reverse("gatherings:overview"))
    assert groups_on(answer) == ["Bø 1"]
    assert "Andøy 1" not in answer.content.decode()
    chosen = client.get(reverse("gatherings:overview"), {"kommune": theirs.pk})
    assert "Andøy 1" not in chosen.content.decode()
    gathering = GatheringFactory(group=other, round=RoundFactory(season=season))
    assert client.get(gathering.get_absolute_url()).status_code == 404


@pytest.fixture
def limited(region):
    """A consultant of one municipality, and her group; another one is in the same network."""
    ours, theirs = MunicipalityFactory(region=region), MunicipalityFactory(region=region)
    season = SeasonFactory(network__region=region)
    for name, where in [("Bø 1", ours), ("Andøy 1", theirs)]:
        NetworkGroup.objects.filter(pk=held_group(region, season).pk).update(
            name=name, municipality=where
        )
    role = RoleFactory(person__region=region, kind=Role.Kind.CONSULTANT, municipality=ours)
    return role.person


@pytest.mark.parametrize("state", Report.State.values)
def test_a_consultant_of_one_municipality_reads_the_totals_and_her_own_groups(
    client, limited, consultant, state
):
    report = reporting.begin(Season.objects.get(), by=consultant)
    if state == Report.State.APPROVED:
        reporting.approve(report, by=consultant)
    url = reverse("gatherings:report", args=[report.pk])
    client.force_login(limited)
    answer = client.get(url)
    assert rows_of(answer) == ["Bø 1"]
    assert answer.context["figures"]["preparation"]["of"] == 10
    assert "Andøy 1" not in answer.content.decode()
    client.force_login(consultant)
    assert rows_of(client.get(url)) == ["Andøy 1", "Bø 1"]


def test_a_consultant_of_one_municipality_writes_but_neither_approves_nor_prints(
    client, limited, consultant
):
    report = reporting.begin(Season.objects.get(), by=consultant)
    url = reverse("gatherings:report", args=[report.pk])
    client.force_login(limited)
    page = client.get(url).content.decode()
    assert 'name="save"' in page
    assert 'name="approve"' not in page
    assert 'name="pdf"' not in page

    assert client.post(url, {"summary": "Fra Bø", "version": report.version}).status_code == 302
    report.refresh_from_db()
    for button in ("approve", "pdf"):
        typed = {"summary": "Fra Bø", "version": report.version, button: "1"}
        assert client.post(url, typed).status_code == 403
    assert client.get(reverse("gatherings:report_pdf", args=[report.pk])).status_code == 403
    report.refresh_from_db()
    assert (report.summary, report.state) == ("Fra Bø", Report.State.DRAFT)
    assert not Document.objects.exists()
