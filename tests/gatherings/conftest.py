"""A season, who looks after it, her round, and a leader who plans a gathering."""

import pytest

from participants.models import Role
from tests.factories import (
    AssignmentFactory,
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
def desk(client, db):
    return Desk(client)
