"""A region with a municipality, a barnehage and people in it, and the browser of its admin."""

import pytest

from tests.factories import (
    InstitutionFactory,
    MunicipalityFactory,
    PersonFactory,
    PositionFactory,
    RegionFactory,
    RoleFactory,
)


@pytest.fixture
def region(db):
    return RegionFactory(name="Vesterålen")


@pytest.fixture
def sortland(region):
    return MunicipalityFactory(region=region, number="1870", name="Sortland - Suortá")


@pytest.fixture
def havblikk(sortland):
    return InstitutionFactory(
        municipality=sortland, name="Havblikk", owner__name="Sortland kommune"
    )


@pytest.fixture
def ronja(havblikk):
    """Works at Havblikk, and is not invited."""
    person = PersonFactory(
        region=havblikk.municipality.region,
        first_name="Ronja",
        last_name="Åsheim",
        email="ronja@example.no",
        invited_at=None,
    )
    PositionFactory(person=person, institution=havblikk)
    return person


@pytest.fixture
def anne(region):
    """The administrator."""
    person = PersonFactory(region=region, first_name="Anne", last_name="Berg")
    RoleFactory(person=person)
    return person


@pytest.fixture
def page(client, anne):
    client.force_login(anne)
    return client


@pytest.fixture
def ingrid(db):
    """May log in, and has no power."""
    return PersonFactory(first_name="Ingrid", last_name="Olsen", email="ingrid@example.no")
