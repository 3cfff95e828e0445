"""My page: what waits for each person, in order, at a constant price."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from gatherings import todo
from gatherings.desk import Desk
from gatherings.models import (
    Action,
    Assignment,
    Attendance,
    Gathering,
    Minutes,
    Submission,
)
from participants.models import Person, Position
from tests.factories import (
    AssignmentFactory,
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    MembershipFactory,
    PersonFactory,
    PositionFactory,
    RoleFactory,
    RoundFactory,
    SeasonFactory,
)

pytestmark = pytest.mark.django_db

PAGE = "/min-side/"


@pytest.fixture
def group():
    season = SeasonFactory()
    region = season.network.region
    ronja, mona, kari = (
        PersonFactory(region=region, first_name=name) for name in ("Ronja", "Mona", "Kari")
    )
    return GroupFactory(season=season, leader=kari, members=[ronja, mona])


@pytest.fixture
def called(group):
    round_ = RoundFactory(season=group.season, number=2, theme="Voksenrollen")
    AssignmentFactory(round=round_, kind=Assignment.Kind.READ, title="Å se før jeg mener")
    AssignmentFactory(round=round_, title="Skriv om én episode")
    made = GatheringFactory(group=group, round=round_, called=True)
    for name in ("Ronja", "Mona"):
        AttendanceFactory(gathering=made, person=person(name))
    return made


@pytest.fixture
def held(group):
    round_ = RoundFactory(season=group.season, number=1)
    return GatheringFactory(group=group, round=round_, held=True)


def person(name):
    return Person.objects.get(first_name=name)


def waiting(name):
    found = todo.tasks(Desk.of(person(name)))
    return [task.kind for task in found if not task.done]


def done(name):
    return {task.kind for task in todo.tasks(Desk.of(person(name))) if task.done}


def test_a_member_answers_reads_and_writes(client, called):
    assert waiting("Ronja") == ["rsvp.answer", "prep.read", "prep.write"]
    client.force_login(person("Ronja"))
    shown = client.get(PAGE).content.decode()
    assert "3 ting venter på deg" in shown
    assert "Les «Å se før jeg mener»" in shown
    assert "Skriv: Skriv om" not in shown  # the verb once
    assert "Voksenrollen" in shown
    assert "0 av 2" in shown


def test_a_danish_reader_meets_one_verb_before_a_norwegian_title(called):
    called.round.assignments.filter(kind="read").update(title="Les «Å se før jeg mener»")
    with override("da"):
        texts = [task.text for task in todo.tasks(Desk.of(person("Ronja")))]
    assert "Les «Å se før jeg mener»" in texts
    assert not [text for text in texts if text.startswith("Læs «Les")]


def test_days_left_are_not_counted_when_it_is_far_ahead():
    today = timezone.localdate()
    assert todo.left(today + timedelta(days=99), today) == ("", "")
    assert todo.left(today + timedelta(days=3), today)[1] == "warn"


@pytest.mark.parametrize(
    ("days", "tag"),
    [(99, ("", "")), (10, ("svar innen 13. februar", "")), (3, ("svar innen 6. februar", "warn"))],
)
def test_the_tag_of_an_invitation_says_that_the_day_is_for_answering(days, tag):
    today = date(2026, 2, 3)
    assert todo.answer_by(today + timedelta(days=days), today) == tag
    assert todo.answer_by(today - timedelta(days=days), today) == ("svar i dag", "warn")


def test_what_is_done_moves_to_done_at_once(client, called):
    Attendance.objects.filter(person=person("Ronja")).update(
        answer="yes", answered_at=timezone.now()
    )
    for task in called.round.assignments.all():
        Submission.objects.create(
            assignment=task,
            person=person("Ronja"),
            group=called.group,
            delivered_at=timezone.now(),
            version=1,
        )
    assert waiting("Ronja") == []
    assert done("Ronja") == {"rsvp.answer", "prep.read", "prep.write"}
    client.force_login(person("Ronja"))
    assert "Du er à jour." in client.get(PAGE).content.decode()


def test_a_begun_text_says_so_and_an_overdue_one_comes_first(client, called):
    Gathering.objects.filter(pk=called.pk).update(
        preparation_due_on=timezone.localdate() - timedelta(days=1)
    )
    write = called.round.assignments.get(kind="write")
    Submission.objects.create(
        assignment=write, person=person("Ronja"), group=called.group, text="…", version=1
    )
    assert waiting("Ronja")[:2] == ["prep.read", "prep.write"]
    client.force_login(person("Ronja"))
    assert "påbegynt" in client.get(PAGE).content.decode()


def test_preparation_is_gone_when_the_gathering_has_started(called):
    Gathering.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert waiting("Ronja") == []
    assert waiting("Kari") == ["gathering.run"]


def test_after_a_gathering_one_chooses_tells_and_shares(held):
    assert waiting("Ronja") == ["action.choose"]
    action = Action.objects.create(
        gathering=held, person=person("Ronja"), title="Ned", due_on=timezone.localdate()
    )
    assert waiting("Ronja") == ["action.log"]
    Action.objects.update(state=Action.State.TRIED)
    assert waiting("Ronja") == ["action.shared"]
    Action.objects.update(shared_in="staff_meeting", shared_on=timezone.localdate())
    assert waiting("Ronja") == []
    assert done("Ronja") == {"action.shared"}
    assert action.title == "Ned"


def test_who_came_after_a_gathering_is_asked_for_no_work_after_it(group, held):
    AssignmentFactory(round=held.round, phase=Assignment.Phase.AFTER)
    assert waiting("Mona") == ["action.choose", "prep.write"]
    came = timezone.localdate(held.starts_at) + timedelta(days=1)
    seat = group.memberships.filter(person=person("Mona"))
    seat.update(starts_on=came)
    assert waiting("Mona") == []
    # Dated back to before it, and registered after: she was not there either.
    seat.update(starts_on=group.season.starts_on, closed_before=came)
    assert waiting("Mona") == []


def test_an_action_put_away_asks_for_nothing(held):
    Action.objects.create(
        gathering=held,
        person=person("Ronja"),
        title="Ned",
        due_on=timezone.localdate(),
        state=Action.State.PUT_AWAY,
    )
    assert waiting("Ronja") == []


def test_minutes_wait_until_the_day_they_are_approved(held):
    Action.objects.create(gathering=held, person=person("Ronja"), title="N", due_on="2030-01-01")
    Minutes.objects.create(
        gathering=held,
        state=Minutes.State.SENT,
        sent_at=timezone.now(),
        approve_on=timezone.localdate() + timedelta(days=7),
    )
    assert "minutes.read" in waiting("Ronja")
    Minutes.objects.update(state=Minutes.State.APPROVED, approved_at=timezone.now())
    assert "minutes.read" not in waiting("Ronja")


def test_the_leader_plans_sends_follows_up_and_writes(client, group, called, held):
    draft = GatheringFactory(group=group, round=RoundFactory(season=group.season, number=3))
    assert set(waiting("Kari")) == {"date.find", "rsvp.missing", "minutes.write"}
    Gathering.objects.filter(pk=draft.pk).update(
        starts_at=timezone.now() + timedelta(days=60),
        ends_at=timezone.now() + timedelta(days=60, hours=3),
    )
    Gathering.objects.filter(pk=called.pk).update(preparation_due_on=timezone.localdate())
    assert set(waiting("Kari")) == {
        "invite.send",
        "rsvp.missing",
        "prep.missing",
        "minutes.write",
    }
    client.force_login(person("Kari"))
    shown = client.get(PAGE).content.decode()
    assert "2 har ikke levert forarbeid" in shown
    assert "Mona" not in shown


def test_the_leader_is_told_of_somebody_new_without_an_invitation(client, group, called):
    new = MembershipFactory(group=group, starts_on=timezone.localdate())
    assert "invite.rest" in waiting("Kari")
    client.force_login(person("Kari"))
    assert "1 har ikke fått invitasjonen" in client.get(PAGE).content.decode()

    Person.objects.filter(pk=new.person_id).update(email="")
    assert "invite.rest" not in waiting("Kari")  # no letter can reach her
    Person.objects.filter(pk=new.person_id).update(email="ny@example.no")

    new.ends_on = timezone.localdate(called.starts_at) - timedelta(days=1)
    new.save()
    assert "invite.rest" not in waiting("Kari")


def test_a_gathering_that_is_over_and_not_ended_asks_to_be_ended(client, called):
    now = timezone.now()
    Gathering.objects.update(
        starts_at=now - timedelta(days=1), ends_at=now - timedelta(days=1, hours=-3)
    )
    client.force_login(person("Kari"))
    assert "Avslutt samling 2" in client.get(PAGE).content.decode()


def test_without_a_seat_the_page_says_what_comes(client):
    client.force_login(PersonFactory())
    assert "Når gruppa di får en samling" in client.get(PAGE).content.decode()
    client.force_login(RoleFactory().person)
    assert reverse("gatherings:overview") in client.get(PAGE).content.decode()


def test_v23_a_manager_sees_date_and_delivery_of_own_staff_and_no_text(client, called):
    ronja = person("Ronja")
    place = InstitutionFactory(municipality__region=ronja.region)
    PositionFactory(person=ronja, institution=place)
    berit = PersonFactory(region=ronja.region, first_name="Berit")
    PositionFactory(person=berit, institution=place, kind=Position.Kind.MANAGER)
    row = Submission.objects.create(
        assignment=called.round.assignments.get(kind="write"),
        person=ronja,
        group=called.group,
        text="HEMMELIG",
        version=1,
        delivered_at=timezone.now(),
    )
    client.force_login(berit)
    shown = client.get(PAGE).content.decode()
    assert ronja.name in shown
    assert "Levert" in shown
    assert "HEMMELIG" not in shown
    assert "Mona" not in shown
    assert reverse("gatherings:submission", args=[row.pk]) not in shown
    Submission.objects.update(audience=Submission.Audience.GROUP_AND_MANAGER)
    assert reverse("gatherings:submission", args=[row.pk]) in client.get(PAGE).content.decode()


def test_the_price_is_the_same_for_twice_the_people(client, group, called, held):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def price(name):
        client.force_login(person(name))
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        return len(asked)

    few = {name: price(name) for name in ("Ronja", "Kari")}
    for _n in range(6):
        other = PersonFactory(region=group.season.network.region, first_name="Flere")
        group.memberships.create(
            season=group.season, person=other, starts_on=group.season.starts_on
        )
        AttendanceFactory(gathering=called, person=other, answer="yes")
        Action.objects.create(gathering=held, person=other, title="A", due_on="2027-01-01")
    assert {name: price(name) for name in ("Ronja", "Kari")} == few
    assert max(few.values()) <= 14
