"""Who leaves a group between invitation and gathering gets the entry out of the calendar."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from gatherings import answering, leaving, lifecycle
from gatherings.models import Attendance
from office.delivery import drain
from office.models import Heartbeat, JournalEntry, Letter
from tests.factories import MembershipFactory
from tests.gatherings.calling import a_draft, a_group, event_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def called():
    group, (stays, leaves), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    return gathering, stays, leaves, leader


def goes(person, day):
    person.memberships.update(ends_on=day - timedelta(days=1))


def test_who_has_left_by_then_is_told_once_and_is_not_counted(called):
    gathering, stays, leaves, _leader = called
    drain()
    token = answering.token(leaves.attendances.get())
    goes(leaves, timezone.localdate() + timedelta(days=3))

    assert (leaving.let_go(), leaving.let_go()) == (1, 0)

    letter = leaves.letters.latest("created_at")
    entry = event_in(letter)
    assert letter.calendar_method == "CANCEL"
    assert str(entry["uid"]) == f"{gathering.pk}@takt"
    assert leaves.letters.count() == 2
    assert stays.letters.count() == 1
    assert answering.find(token) is None
    assert not Attendance.objects.filter(person=leaves).exists()
    assert JournalEntry.objects.filter(did="attendance.taken_back").count() == 1


def test_who_sits_there_on_the_day_keeps_the_invitation(called):
    gathering, _stays, leaves, _leader = called
    goes(leaves, timezone.localdate(gathering.starts_at) + timedelta(days=1))

    assert leaving.let_go() == 0
    assert Attendance.objects.filter(person=leaves).exists()


def test_a_letter_still_in_the_house_is_stopped_and_nothing_is_told(called):
    _gathering, _stays, leaves, _leader = called
    goes(leaves, timezone.localdate())

    assert leaving.let_go() == 1
    assert [letter.state for letter in leaves.letters.all()] == [Letter.State.DROPPED]


def test_a_cancelling_after_that_is_not_told_to_who_left(called):
    gathering, stays, leaves, leader = called
    drain()
    goes(leaves, timezone.localdate())
    leaving.let_go()

    lifecycle.cancel(gathering, message="", by=leader)

    assert stays.letters.filter(calendar_method="CANCEL").count() == 1
    assert leaves.letters.filter(calendar_method="CANCEL").count() == 1


def comes_back(gathering, person):
    MembershipFactory(group=gathering.group, person=person, starts_on=timezone.localdate())


def left_and_came_back(gathering, person):
    """Told that the gathering is off for her, she sits in the group again, not yet called anew."""
    drain()
    goes(person, timezone.localdate())
    leaving.let_go()
    comes_back(gathering, person)


def entries(person):
    """METHOD and SEQUENCE of what a person's calendar got, in order."""
    found = []
    for letter in person.letters.filter(state=Letter.State.SENT).order_by("created_at"):
        event = event_in(letter)
        found.append((letter.calendar_method, event["sequence"], event["dtstamp"].dt, event["uid"]))
    return found


def test_who_comes_back_is_invited_again_and_her_calendar_believes_it(called):
    gathering, stays, leaves, leader = called
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        drain()
        goes(leaves, timezone.localdate())
        leaving.let_go()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        comes_back(gathering, leaves)
        assert lifecycle.call(gathering, by=leader) == 1
        assert lifecycle.call(gathering, by=leader) == 0
        drain()

    methods, sequences, stamps, uids = zip(*entries(leaves), strict=True)
    assert methods == ("REQUEST", "CANCEL", "REQUEST")
    assert list(sequences) == sorted(sequences)
    assert list(stamps) == sorted(set(stamps))
    assert set(uids) == {f"{gathering.pk}@takt"}
    assert answering.find(answering.token(leaves.attendances.get()))
    assert stays.letters.count() == 1


def test_who_leaves_a_second_time_is_told_a_second_time(called):
    gathering, _stays, leaves, leader = called
    left_and_came_back(gathering, leaves)
    lifecycle.call(gathering, by=leader)
    drain()
    goes(leaves, timezone.localdate() + timedelta(days=1))

    assert leaving.let_go() == 1

    drain()
    methods = [method for method, *_rest in entries(leaves)]
    assert methods == ["REQUEST", "CANCEL", "REQUEST", "CANCEL"]


def test_who_came_back_is_told_when_it_is_cancelled(called):
    gathering, _stays, leaves, leader = called
    left_and_came_back(gathering, leaves)
    lifecycle.call(gathering, by=leader)
    drain()

    lifecycle.cancel(gathering, message="", by=leader)

    assert leaves.letters.filter(template="cancelled").count() == 1


def test_who_came_back_and_was_not_called_yet_is_invited_by_a_move(called):
    gathering, stays, leaves, leader = called
    left_and_came_back(gathering, leaves)
    gathering.refresh_from_db()
    facts, version = {"place": "Rom 2"}, gathering.version

    lifecycle.move(gathering, facts, message="", ask_again=False, version=version, by=leader)

    assert leaves.letters.latest("created_at").template == "invitation"
    assert stays.letters.latest("created_at").template == "moved"


@pytest.mark.parametrize(("days", "left"), [(-1, 1), (1, 2)])
def test_the_clock_by_hand_lets_go_only_of_gatherings_ahead_of_its_moment(called, days, left):
    gathering, _stays, leaves, _leader = called
    goes(leaves, timezone.localdate() + timedelta(days=3))
    moment = gathering.starts_at + timedelta(days=days)
    call_command("clock", once=True, at=moment.isoformat(), stdout=StringIO())
    assert gathering.attendances.filter(as_leader=False).count() == left


def test_the_clock_by_hand_is_no_sign_of_life_from_beat():
    call_command("clock", once=True, stdout=StringIO())
    assert [row.part for row in Heartbeat.objects.all()] == ["worker"]
