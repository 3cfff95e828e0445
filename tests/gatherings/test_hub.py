"""The page of a gathering and the list: what each seat finds there, and what it costs."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gatherings.hub import Hub
from gatherings.models import Action, Attendance, Gathering, Submission
from gatherings.tallies import figures_of
from networks.models import NetworkGroup
from office.mailbox import MailboxBackend
from office.models import ReceivedMail
from participants.models import Role
from tests.factories import (
    AssignmentFactory,
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    MembershipFactory,
    PersonFactory,
    ProgrammeItemFactory,
    RegionFactory,
    RoleFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db
STATES = ["draft", "called", "held", "cancelled"]


class House:
    """A group of three and somebody who oversees it."""

    def __init__(self, state):
        region = RegionFactory()
        self.people = PersonFactory.create_batch(2, region=region)
        self.leader = PersonFactory(region=region)
        self.consultant = RoleFactory(person__region=region, kind=Role.Kind.CONSULTANT).person
        group = GroupFactory(
            season__network__region=region, members=self.people, leader=self.leader
        )
        self.gathering = GatheringFactory(
            group=group,
            greeting="HILSEN",
            round__theme="Voksenrollen",
            **({"held": True} if state == "held" else {"called": True}),
        )
        Gathering.objects.update(state=state)
        self.gathering.refresh_from_db()
        ProgrammeItemFactory(gathering=self.gathering, title="Runde", minutes=45)
        ProgrammeItemFactory(gathering=self.gathering, title="Kaffe", minutes=15)
        self.task = AssignmentFactory(round=self.gathering.round)
        if state != "draft":
            for person in self.people:
                AttendanceFactory(gathering=self.gathering, person=person)

    def seen_by(self, client, person):
        client.force_login(person)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(self.gathering.get_absolute_url())
        assert response.status_code == 200
        assert len(asked) <= 14
        return response.content.decode()


@pytest.mark.parametrize("state", STATES)
def test_every_seat_finds_the_page_in_every_state(client, state):
    house = House(state)
    for person in (*house.people, house.leader, house.consultant):
        page = house.seen_by(client, person)
        assert "Voksenrollen" in page
        assert page.count("<h1") == 1


def test_a_member_answers_on_the_page_and_sees_the_programme_by_the_clock(client):
    house = House("called")
    page = house.seen_by(client, house.people[0])

    assert "Ja, jeg kommer" in page
    assert "HILSEN" in page
    first = timezone.localtime(house.gathering.starts_at)
    then = first + timedelta(minutes=45)
    assert page.index(f"{first:%H.%M}") < page.index(f"{then:%H.%M}")
    assert "Flytt samlingen" not in page


def test_a_given_answer_is_marked(client):
    house = House("called")
    Attendance.objects.filter(person=house.people[0]).update(answer="no")

    page = house.seen_by(client, house.people[0])

    assert 'value="nei" aria-pressed="true"' in page
    assert 'value="ja" aria-pressed="true"' not in page


def test_the_bar_is_the_members_own_and_for_the_leader_the_groups(client):
    house = House("called")
    Submission.objects.create(
        assignment=house.task,
        person=house.people[0],
        group=house.gathering.group,
        text="x",
        delivered_at=timezone.now(),
    )

    assert "1 av 1" in house.seen_by(client, house.people[0])
    assert "0 av 1" in house.seen_by(client, house.people[1])
    assert "1 av 2" in house.seen_by(client, house.leader)


def test_who_oversees_sees_dates_and_counts_but_no_name_programme_or_greeting(client):
    house = House("called")
    page = house.seen_by(client, house.consultant)

    assert "0 av 2" in page
    assert "HILSEN" not in page
    assert "Kaffe" not in page
    for person in (*house.people, house.leader):
        assert person.name not in page


def test_the_leader_is_led_to_the_next_step(client):
    draft = House("draft")
    Gathering.objects.update(starts_at=None, ends_at=None)
    assert f"Planlegg samling {draft.gathering.round.number}" in draft.seen_by(client, draft.leader)

    start = timezone.now() + timedelta(days=9)
    Gathering.objects.update(starts_at=start, ends_at=start + timedelta(hours=3))
    assert "Se invitasjonen" in draft.seen_by(client, draft.leader)


@pytest.mark.parametrize("name", ["gathering", "preparation", "group_preparation"])
@pytest.mark.parametrize("days", [9, -9])
def test_a_cancelled_gathering_asks_for_no_work(client, name, days):
    house = House("cancelled")
    AssignmentFactory(round=house.gathering.round, kind="read")
    day = timezone.now() + timedelta(days=days)
    due = timezone.localdate() + timedelta(days=3)
    Gathering.objects.update(
        starts_at=day, ends_at=day + timedelta(hours=3), preparation_due_on=due
    )
    client.force_login(house.people[0])

    page = client.get(reverse(f"gatherings:{name}", args=[house.gathering.pk])).content.decode()

    assert "avlyst" in page
    for word in ("Gjør forarbeidet", "frist", "gjenstår", "har startet", "Ikke levert"):
        assert word not in page
    for word in ("Merk som lest", "Skriv ditt eget", "Velg aksjonen din", "Les referatet"):
        assert word not in page


def test_what_was_delivered_before_a_cancelling_can_be_read_after_it(client):
    house = House("cancelled")
    row = {"assignment": house.task, "group": house.gathering.group, "delivered_at": timezone.now()}
    for person in house.people:
        Submission.objects.create(person=person, text=f"TEKST {person.last_name}", **row)
    for reader in (house.people[0], house.leader):
        page = house.seen_by(client, reader)
        address = reverse("gatherings:group_preparation", args=[house.gathering.pk])
        assert address in page
        assert f"TEKST {house.people[1].last_name}" in client.get(address).content.decode()
    client.force_login(house.people[0])
    own = reverse("gatherings:assignment", args=[house.gathering.pk, house.task.pk])
    assert (
        own
        in client.get(reverse("gatherings:preparation", args=[house.gathering.pk])).content.decode()
    )
    assert "TEKST" in client.get(own).content.decode()


def test_an_action_that_was_not_started_is_not_counted_as_tried(client):
    house = House("held")
    states = [Action.State.PUT_AWAY, Action.State.TRIED, Action.State.LEARNED, Action.State.PLANNED]
    for state in states:
        Action.objects.create(
            gathering=house.gathering,
            person=house.people[0],
            title=state,
            due_on=timezone.localdate(),
            state=state,
        )
    hub = Hub(house.gathering, house.consultant)
    assert (hub.counts["promised"], hub.counts["done"]) == (4, 2)
    groups = NetworkGroup.objects.filter(pk=house.gathering.group_id)
    [figures] = figures_of(groups, today=timezone.localdate())
    assert [tally.tried for tally in figures.tallies] == [2]


def test_the_leader_is_told_of_somebody_new_who_has_no_invitation(client):
    house = House("called")
    assert "har ikke fått invitasjonen" not in house.seen_by(client, house.leader)

    MembershipFactory(group=house.gathering.group)

    assert "1 person i gruppa har ikke fått invitasjonen" in house.seen_by(client, house.leader)


def test_the_leader_sees_who_has_read_and_delivered_but_no_text(client):
    house = House("called")
    AssignmentFactory(round=house.gathering.round, kind="read")
    Submission.objects.create(
        assignment=house.task,
        person=house.people[0],
        group=house.gathering.group,
        text="HEMMELIG",
        delivered_at=timezone.now(),
    )
    client.force_login(house.leader)

    page = client.get(reverse("gatherings:follow_up", args=[house.gathering.pk])).content.decode()

    assert "1 av 2 har levert" in page
    assert "0 av 1" in page
    assert "HEMMELIG" not in page


def test_who_has_left_is_not_among_those_who_delivered(client):
    house = House("called")
    gone = PersonFactory(region=house.leader.region)
    for person in (house.people[0], gone):
        Submission.objects.create(
            assignment=house.task,
            person=person,
            group=house.gathering.group,
            delivered_at=timezone.now(),
        )

    assert "1 av 2" in house.seen_by(client, house.leader)
    assert Hub(house.gathering, house.consultant).counts["ready"] == 1


def test_where_nothing_is_to_be_written_nobody_is_said_to_lack_it(client):
    house = House("called")
    house.task.delete()
    AssignmentFactory(round=house.gathering.round, kind="read")

    assert Hub(house.gathering, house.leader).before_text == ""


@pytest.mark.parametrize("when", ["", "alle"])
def test_what_has_no_date_yet_comes_last_in_the_list(client, when):
    """Said aloud: SQLite puts what is missing first, PostgreSQL last."""
    house = House("called")
    later = RoundFactory(
        season=house.gathering.round.season, window_from=house.gathering.round.window_from
    )
    undated = GatheringFactory(group=house.gathering.group, round=later)
    client.force_login(house.consultant)

    rows = client.get(reverse("gatherings:index"), {"vis": when}).context["rows"]

    assert list(rows) == [house.gathering, undated]
    assert "NULLS LAST" in str(rows.paginator.object_list.query)


def test_a_stranger_finds_nothing_and_learns_no_title(client):
    house = House("called")
    client.force_login(PersonFactory())

    response = client.get(house.gathering.get_absolute_url())

    assert response.status_code == 404
    assert "Voksenrollen" not in response.content.decode()


@pytest.mark.parametrize("many", [1, 20])
def test_the_list_costs_the_same_for_one_and_for_many(client, many):
    region = RegionFactory()
    consultant = RoleFactory(person__region=region, kind=Role.Kind.CONSULTANT).person
    for _ in range(many):
        GatheringFactory(called=True, group__season__network__region=region)
    client.force_login(consultant)
    client.get(reverse("gatherings:index"))

    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("gatherings:index")).content.decode()

    assert page.count('<li class="task">') == many
    assert len(asked) <= 10


def test_the_list_shows_what_is_to_come_and_on_request_what_was(client):
    house = House("called")
    old = GatheringFactory(group=house.gathering.group, held=True, round__theme="Fjorårets tema")
    client.force_login(house.people[0])

    ahead = client.get(reverse("gatherings:index")).content.decode()
    before = client.get(reverse("gatherings:index"), {"vis": "tidligere"}).content.decode()

    assert house.gathering.get_absolute_url() in ahead
    assert old.get_absolute_url() not in ahead
    assert old.get_absolute_url() in before
    assert "Ikke svart" in ahead


def test_an_empty_list_says_what_will_fill_it(client):
    client.force_login(PersonFactory())

    page = client.get(reverse("gatherings:index")).content.decode()

    assert "Ingen kommende samlinger." in page


def test_the_leader_can_write_to_those_who_have_not_answered(client):
    house = House("called")
    client.force_login(house.leader)
    page = client.get(reverse("gatherings:follow_up", args=[house.gathering.pk])).content.decode()
    assert "Skriv til 2 som ikke har svart" in page
    assert "mailto:?bcc=" in page
    Attendance.objects.update(answer="yes", answered_at=timezone.now())
    page = client.get(reverse("gatherings:follow_up", args=[house.gathering.pk])).content.decode()
    assert "som ikke har svart" not in page


def test_the_groups_page_says_that_minutes_are_missing(client):
    house = House("held")
    client.force_login(house.consultant)
    assert (
        "Referat mangler" in client.get(house.gathering.group.get_absolute_url()).content.decode()
    )


def test_who_is_logged_out_finds_the_contact_of_the_only_organisation(client):
    region = RegionFactory(contact_email="hjelp@rekom.example.no")
    assert f"mailto:{region.contact_email}" in client.get("/logg-inn/").content.decode()
    RegionFactory()
    assert "mailto:" not in client.get("/logg-inn/").content.decode()


def test_a_received_letter_is_drawn_in_a_frame_that_can_run_nothing(client, settings):
    settings.DEMO = True
    mail = EmailMultiAlternatives("Hei", "Ren tekst", "fra@example.no", ["til@example.no"])
    mail.attach_alternative(
        "<html><head></head><p style='color:red'>Tegnet</p></html>", "text/html"
    )
    MailboxBackend().send_messages([mail])
    letter = ReceivedMail.objects.get()
    page = client.get(reverse("gatherings:demo_letter", args=[letter.pk]))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "<iframe" in page.content.decode()
    drawn = client.get(reverse("gatherings:demo_letter_html", args=[letter.pk]))
    assert "Tegnet" in drawn.content.decode()
    assert "default-src 'none'" in drawn["Content-Security-Policy"]
    assert "sandbox allow-top-navigation" in drawn["Content-Security-Policy"]
    assert "script-src" not in drawn["Content-Security-Policy"]


def test_a_received_letter_tells_the_hour_of_the_reader(client, settings):
    settings.DEMO = True
    mail = EmailMultiAlternatives("Hei", "Ren tekst", "fra@example.no", ["til@example.no"])
    mail.extra_headers["Date"] = "Tue, 03 Feb 2026 09:20:00 -0000"
    MailboxBackend().send_messages([mail])
    page = client.get(reverse("gatherings:demo_letter", args=[ReceivedMail.objects.get().pk]))
    assert "kl<wbr>. 10<wbr>.20" in page.content.decode()


def test_in_the_demo_one_comes_back_as_the_same_person_after_writing(client, settings):
    settings.DEMO = True
    house = House("called")

    def entered(role):
        client.post(reverse("gatherings:demo_enter"), {"rolle": role})
        return client.session["_auth_user_id"]

    first = entered("pedleder")
    Submission.objects.create(
        assignment=house.task, person_id=first, group=house.gathering.group, text="Levert"
    )
    assert entered("styrer") == str(house.leader.pk)
    assert entered("pedleder") == first
