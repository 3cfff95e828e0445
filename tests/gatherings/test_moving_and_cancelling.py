"""Moving and cancelling: who is told, whose answer stands, and the draft that comes after."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings import lifecycle, planning
from gatherings.models import Attendance, Gathering
from office.delivery import drain
from office.models import Letter
from tests.factories import GatheringFactory, ProgrammeItemFactory
from tests.gatherings.calling import a_draft, a_group, event_in, moved

pytestmark = pytest.mark.django_db


def test_moving_sends_the_change_with_a_higher_sequence_and_asks_again():
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    Attendance.objects.filter(person=members[0]).update(answer="yes")

    assert moved(gathering, leader) == 3

    letter = members[0].letters.order_by("created_at").last()
    assert letter.subject.startswith("Flyttet:")
    assert "Veien er stengt." in letter.text
    assert event_in(letter)["sequence"] == 1
    assert str(event_in(letter)["uid"]) == f"{gathering.pk}@takt"
    assert Attendance.objects.get(person=members[0]).answer == ""
    assert Attendance.objects.get(person=leader).answer == "yes"


def test_moving_can_keep_the_answers():
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    Attendance.objects.filter(person=members[0]).update(answer="no")

    moved(gathering, leader, ask_again=False)

    assert Attendance.objects.get(person=members[0]).answer == "no"


def test_moving_before_the_invitation_left_sends_one_invitation_with_the_new_time(settings):
    settings.UNDO_SECONDS = 60
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)

    moved(gathering, leader)

    alive = members[0].letters.exclude(state="dropped")
    assert alive.count() == 1
    assert not alive.get().subject.startswith("Flyttet:")
    assert event_in(alive.get())["sequence"] == 1


def test_moving_what_somebody_else_has_changed_is_a_conflict():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)

    with pytest.raises(planning.Conflict):
        lifecycle.move(gathering, {}, message="", ask_again=True, version=1, by=leader)


def test_cancelling_tells_only_those_the_invitation_reached(settings):
    group, (reached, not_reached), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    Letter.objects.filter(to=reached).update(state="sent", sent_at=timezone.now())

    draft = lifecycle.cancel(gathering, message="Uvær.", by=leader)

    letter = reached.letters.order_by("created_at").last()
    assert letter.calendar_method == "CANCEL"
    assert "METHOD:CANCEL" in letter.calendar
    assert event_in(letter)["status"] == "CANCELLED"
    assert event_in(letter)["sequence"] == 1
    assert not_reached.letters.get().state == Letter.State.DROPPED
    assert leader.letters.get().state == Letter.State.DROPPED
    assert draft.pk != gathering.pk
    assert draft.state == Gathering.State.DRAFT
    assert [item.title for item in draft.items.all()] == [i.title for i in gathering.items.all()]


def test_nobody_out_of_use_is_written_to_or_asked_to_answer_for_the_group(settings):
    settings.UNDO_SECONDS = 0
    group, people, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    for person in (people[0], leader):
        person.is_active = False
        person.save()
    lifecycle.cancel(gathering, message="", by=leader)
    letter = Letter.objects.get(template="cancelled")
    assert (letter.to, letter.reply_to) == (people[1], "")


def test_p5_the_new_draft_keeps_the_order_and_what_stays_in_the_group():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    gathering.items.all().delete()
    for position, (title, is_closed) in enumerate([("Velkommen", False), ("Runde", True)], 1):
        ProgrammeItemFactory(
            gathering=gathering, position=position, title=title, is_closed=is_closed
        )
    lifecycle.call(gathering, by=leader)

    draft = lifecycle.cancel(gathering, message="", by=leader)

    kept = list(draft.items.values_list("position", "title", "is_closed"))
    assert kept == [(1, "Velkommen", False), (2, "Runde", True)]


def test_cancelling_twice_makes_one_draft():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()

    first = lifecycle.cancel(gathering, message="", by=leader)
    second = lifecycle.cancel(gathering, message="", by=leader)

    assert first == second
    assert Letter.objects.filter(calendar_method="CANCEL").count() == 3


def test_a_gathering_that_has_begun_can_neither_be_moved_nor_cancelled():
    group, _members, leader = a_group()
    gathering = GatheringFactory(group=group, called=True)
    begun = timezone.now() - timedelta(minutes=5)
    Gathering.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=3))

    with pytest.raises(lifecycle.Settled):
        lifecycle.cancel(gathering, message="", by=leader)
    with pytest.raises(lifecycle.Settled):
        lifecycle.move(gathering, {}, message="", ask_again=True, version=1, by=leader)
