"""An organisation and its consultant."""

import pytest

from participants.models import Role
from tests.factories import (
    RegionFactory,
    RoleFactory,
)


@pytest.fixture
def region():
    return RegionFactory()


@pytest.fixture
def consultant(region):
    return RoleFactory(person__region=region, kind=Role.Kind.CONSULTANT).person
