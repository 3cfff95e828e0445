"""`manage.py demo`: an invented Vesterålen to click through."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gatherings.demo import vesteralen
from participants.models import Region


class Command(BaseCommand):
    """Builds the demo; in demo mode it replaces what is there."""

    help = "Build the invented organisation of the demo around today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--today` and `--seed` make it repeatable but for keys; `--if-empty` keeps data."""
        parser.add_argument("--today", type=date.fromisoformat, default=None)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--if-empty", action="store_true")

    def handle(self, **options: Any) -> None:
        """Refuses to touch real data: only DEMO=1 may replace anything, and only as a whole."""
        there = Region.objects.exists()
        if there and options["if_empty"]:
            return
        if there and not settings.DEMO:
            raise CommandError("There is data here. The demo replaces it only with DEMO=1.")
        with transaction.atomic():
            if there:
                call_command("flush", interactive=False, verbosity=0)
            vesteralen.build(options["today"], options["seed"])
        self.stdout.write("The demo is built.")
