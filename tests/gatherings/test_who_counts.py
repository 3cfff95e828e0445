"""A member is moved between groups: three pages count the same people, before the clock has run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings import follow_up, leaving, lifecycle, todo
from gatherings.desk import Desk
from gatherings.hub import Hub
from gatherings.models import Attendance, Gathering, Submission
from networks import moving
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    PersonFactory,
    RoundFactory,
    SeasonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    round_ = RoundFactory(season=SeasonFactory(), number=2)
    AssignmentFactory(round=round_)
    return round_


def called(round_):
    """A group of three and its leader, with a gathering in eleven days."""
    region = round_.season.network.region
    leader, *members = PersonFactory.create_batch(4, region=region)
    group = GroupFactory(season=round_.season, leader=leader, members=members)
    day = timezone.now() + timedelta(days=11)
    draft = {"starts_at": day, "ends_at": day + timedelta(hours=3), "place": "Rom 1"}
    gathering = GatheringFactory(group=group, round=round_, **draft)
    lifecycle.call(gathering, by=leader)
    return Gathering.objects.with_surroundings().get(pk=gathering.pk), members, leader


def answers_and_delivers(person, gathering):
    Attendance.objects.filter(person=person).update(answer="yes", answered_at=timezone.now())
    Submission.objects.create(
        assignment=gathering.round.assignments.get(),
        person=person,
        group=gathering.group,
        delivered_at=timezone.now(),
    )


def move(person, to, day):
    seats = list(person.memberships.select_related("group"))
    moving.make_room(to.season, seats, day, "agreed")
    moving.begin(to, person, "member", day, "agreed")


def seen(gathering, leader):
    """What each page says: people, answers lacking, invitations lacking, all delivered."""
    hub, page, desk = Hub(gathering, leader), follow_up.answers(gathering), Desk.of(leader)
    told = {task.kind: int(task.text.split()[0]) for task in todo.group_lacks(desk, gathering)}
    counts, new = hub.counts, hub.newcomers
    done, _of, people = todo.takt(desk, gathering)["words"].split()
    uninvited = len(page["lacking"])
    return {
        "gathering": (
            counts["members"],
            counts["members"] - counts["answered"] - new,
            new,
            counts["ready"],
        ),
        "follow-up": (
            len(page["people"]),
            len(page["people"]) - page["answered"] - uninvited,
            uninvited,
            page["ready"],
        ),
        "my page": (
            int(people),
            told.get("rsvp.missing", 0),
            told.get("invite.rest", 0),
            int(done),
        ),
    }


@pytest.mark.parametrize("clock", ["not yet", "has run"])
@pytest.mark.parametrize("days", [0, 3])
def test_who_is_moved_counts_where_she_sits_on_the_day_of_the_gathering(
    settings, round_, days, clock
):
    settings.UNDO_SECONDS = 0
    here, (lena, *_rest), leader = called(round_)
    there, _members, other = called(round_)
    answers_and_delivers(lena, here)

    move(lena, there.group, timezone.localdate() + timedelta(days=days))
    if clock == "has run":
        leaving.let_go()

    assert seen(here, leader) == dict.fromkeys(("gathering", "follow-up", "my page"), (2, 2, 0, 0))
    assert seen(there, other) == dict.fromkeys(("gathering", "follow-up", "my page"), (4, 3, 1, 0))


def test_who_is_moved_after_the_gathering_still_counts_in_the_group_she_leaves(settings, round_):
    settings.UNDO_SECONDS = 0
    here, (lena, *_rest), leader = called(round_)
    there, _members, other = called(round_)
    answers_and_delivers(lena, here)

    move(lena, there.group, timezone.localdate() + timedelta(days=20))

    assert seen(here, leader) == dict.fromkeys(("gathering", "follow-up", "my page"), (3, 2, 0, 1))
    assert seen(there, other) == dict.fromkeys(("gathering", "follow-up", "my page"), (3, 3, 0, 0))
