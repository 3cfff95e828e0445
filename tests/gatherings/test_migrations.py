"""The migrations of this app make what its models say."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_models_and_migrations_agree():
    call_command("makemigrations", "gatherings", check=True, dry_run=True, verbosity=0)
