"""A season, who looks after it, its group with a gathering ahead, and a leader who plans one."""

import pytest

from participants.models import Role
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    PersonFactory,
    RoleFactory,
    RoundFactory,
    RoundItemFactory,
    SeasonFactory,
)
from tests.gatherings.planning_desk import Desk


@pytest.fixture
def season(db):
    return SeasonFactory()


@pytest.fixture
def consultant(season):
    person = PersonFactory(region=season.network.region)
    return RoleFactory(person=person, kind=Role.Kind.CONSULTANT).person


@pytest.fixture
def round_(season):
    """Not opened: two items, one to read and one to write."""
    round_ = RoundFactory(season=season, number=1, opened_at=None, theme="Voksenrollen")
    RoundItemFactory(round=round_, title="Velkommen", minutes=20, position=1)
    RoundItemFactory(
        round=round_, title="Runde", minutes=160, position=2, kind="round", questions="Hva så du?"
    )
    AssignmentFactory(round=round_, title="Les", kind="read", minutes=25)
    AssignmentFactory(round=round_, title="Skriv", minutes=20)
    return round_


@pytest.fixture
def group(season):
    """Kari leads Ronja and Mona."""
    region = season.network.region
    kari, ronja, mona = (
        PersonFactory(region=region, first_name=name) for name in ("Kari", "Ronja", "Mona")
    )
    return GroupFactory(season=season, leader=kari, members=[ronja, mona])


@pytest.fixture
def gathering(group):
    return GatheringFactory(group=group, called=True)


@pytest.fixture
def task(gathering):
    return AssignmentFactory(round=gathering.round, title="Skriv om én episode")


@pytest.fixture
def desk(client, db):
    return Desk(client)
