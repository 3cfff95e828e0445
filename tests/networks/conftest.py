"""A municipality with people in it, and those who put groups together."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.utils import timezone

from networks.models import Membership, NetworkGroup, Season
from networks.placing import Pick
from participants.models import Municipality, Person, Position, Region, Role
from tests.factories import (
    GroupFactory,
    InstitutionFactory,
    MunicipalityFactory,
    NetworkFactory,
    PersonFactory,
    PositionFactory,
    RegionFactory,
    RoleFactory,
    SeasonFactory,
)

MANAGER = Position.Kind.MANAGER


@dataclass
class Place:
    """A municipality of a season: its houses, each with a manager and pedagogical leaders."""

    region: Region
    municipality: Municipality
    season: Season
    admin: Person
    members: list[Person] = field(default_factory=list)
    managers: list[Person] = field(default_factory=list)

    def draft(self, members=(), leader=None, **fields) -> NetworkGroup:
        return self.group(members, leader, published_at=None, **fields)

    def group(self, members=(), leader=None, **fields) -> NetworkGroup:
        fields = {"municipality": self.municipality, **fields}
        return GroupFactory(season=self.season, members=members, leader=leader, **fields)

    @property
    def kommune(self) -> dict[str, str]:
        return {"kommune": self.municipality.number}


def build_place(houses: int, each: int, region: Region | None = None, **season) -> Place:
    """`houses` institutions with one manager and `each` pedagogical leaders."""
    region = region or RegionFactory()
    municipality = MunicipalityFactory(region=region)
    network = NetworkFactory(region=region)
    admin = RoleFactory(person__region=region, kind=Role.Kind.ADMIN).person
    place = Place(region, municipality, SeasonFactory(network=network, **season), admin)
    for _house in range(houses):
        institution = InstitutionFactory(municipality=municipality)
        place.managers.append(employ(institution, MANAGER))
        place.members += [employ(institution) for _each in range(each)]
    return place


def employ(institution, kind=Position.Kind.PEDAGOGICAL_LEADER) -> Person:
    person = PersonFactory(region=institution.municipality.region)
    PositionFactory(person=person, institution=institution, kind=kind)
    return person


def pick(person, group=None) -> Pick:
    return Pick(person.pk, group.pk if group else None)


def seats(season: Season) -> set[tuple]:
    """Who sits where without a last day: (person, group, role)."""
    held = Membership.objects.filter(season=season, ends_on=None).select_related("person", "group")
    return {(seat.person, seat.group, seat.role) for seat in held}


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def sortland(db) -> Place:
    """Six houses with two pedagogical leaders each: two groups of six."""
    return build_place(6, 2)


@pytest.fixture
def consultant(sortland) -> Person:
    return RoleFactory(person__region=sortland.region, kind=Role.Kind.CONSULTANT).person
