"""Fixtures every test may use."""

import pytest

from tests.browser import answered, chromium, site, window  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def _bokmal():
    """Tests read the product in bokmål, whatever language the last one left active."""
    from django.utils import translation

    with translation.override("nb"):
        yield


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed():` runs what waits for the commit, as a real transaction would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
