"""Whom the tests of the way in are about."""

import pytest

from tests.factories import PersonFactory


@pytest.fixture
def ingrid(db):
    """May log in, and has no power."""
    return PersonFactory(first_name="Ingrid", last_name="Olsen", email="ingrid@example.no")
