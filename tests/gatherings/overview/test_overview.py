"""The consultant's overview and report: counts, never a text, never who is late (P2)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import reporting
from gatherings.models import Assignment, Gathering, Minutes, Report, Submission
from gatherings.tallies import figures_of
from networks.models import NetworkGroup
from participants.models import Role
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    MembershipFactory,
    MunicipalityFactory,
    RoleFactory,
    RoundFactory,
    SeasonFactory,
)
from tests.gatherings.overview.held import SECRET, held_group

pytestmark = pytest.mark.django_db


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


def test_a_gathering_just_after_midnight_was_held_that_day(region):
    group = held_group(region)
    begins = timezone.localtime().replace(hour=0, minute=30) - timedelta(days=11)
    Gathering.objects.update(starts_at=begins, ends_at=begins + timedelta(hours=3))
    figures = figures_of(NetworkGroup.objects.filter(pk=group.pk), today=timezone.localdate())
    assert [n.since for n in figures[0].needs if n.kind == "minutes"] == [begins.date()]


def groups_on(answer):
    return [figure.name for figure in answer.context["groups"]]


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
