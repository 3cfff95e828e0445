"""A held gathering of Kari's group, and the draft of its minutes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings.models import Action, Agreement, Minutes
from participants.models import Position
from tests.factories import (
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    PersonFactory,
    PositionFactory,
    RoleFactory,
    RoundFactory,
    SeasonFactory,
)
from tests.gatherings.minutes.shared import CLOSED, OPEN, person


@pytest.fixture
def group():
    """Kari leads Ronja and Mona; Berit is Ronja's manager, Anne Mona's."""
    season = SeasonFactory()
    region = season.network.region
    people = {
        name: PersonFactory(region=region, first_name=name)
        for name in ("Kari", "Ronja", "Mona", "Berit", "Anne")
    }
    for member, manager in (("Ronja", "Berit"), ("Mona", "Anne")):
        place = InstitutionFactory(municipality__region=region)
        PositionFactory(person=people[member], institution=place)
        PositionFactory(person=people[manager], institution=place, kind=Position.Kind.MANAGER)
    RoleFactory(person=PersonFactory(region=region, first_name="Konsulent"), kind="consultant")
    return GroupFactory(
        season=season, leader=people["Kari"], members=[people["Ronja"], people["Mona"]]
    )


@pytest.fixture
def held(group):
    made = GatheringFactory(
        group=group, round=RoundFactory(season=group.season, number=1), held=True
    )
    for name, came in [("Ronja", "present"), ("Mona", "absent")]:
        AttendanceFactory(gathering=made, person=person(name), answer="yes", presence=came)
    Agreement.objects.create(gathering=made, text="Alle prøver én ting.")
    due = timezone.localdate() + timedelta(days=30)
    for name, shared in [("Ronja", True), ("Mona", False)]:
        Action.objects.create(
            gathering=made,
            person=person(name),
            title=f"{name}s aksjon",
            due_on=due,
            shared_with_manager=shared,
        )
    return made


@pytest.fixture
def draft(held):
    return Minutes.objects.create(
        gathering=held,
        summary=OPEN,
        open_part=f"1. Runde\nGjennomført.\n\n2. Refleksjon\n{OPEN}",
        closed_part=CLOSED,
    )
