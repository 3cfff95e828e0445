"""A group that has held a gathering, with just these counts."""

from django.utils import timezone

from gatherings.models import Action, Assignment, Submission
from tests.factories import (
    AssignmentFactory,
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    PersonFactory,
    RoundFactory,
    SeasonFactory,
)

SECRET = "Sentinel-tekst-som-bare-gruppa-ser"


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


def rows_of(answer):
    return [row["name"] for row in answer.context["groups"]]
