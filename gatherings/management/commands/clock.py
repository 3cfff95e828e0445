"""`clock --once [--at ISO]`: what Celery beat would start, in this process, one after another."""

import inspect
import time
from argparse import ArgumentParser
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

TICK = 5


class Command(BaseCommand):
    """Runs config/celery.py's table by hand: on a machine without beat, and in tests of time."""

    help = "Run every periodic job once (--once), or each at its interval until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run each job once and end")
        parser.add_argument("--at", default="", help="pretend it is this time (ISO 8601)")

    def handle(self, *args: Any, once: bool, at: str, **options: Any) -> None:
        """Exit 1 when a job failed or does not exist; the others have run all the same."""
        moment = _moment(at)
        current_app.loader.import_default_modules()
        jobs = dict(current_app.conf.beat_schedule)
        if once:
            # Run by hand, it is no sign of life from beat.
            by_hand = {name: {**job, "kwargs": {}} for name, job in jobs.items()}
            failed = [name for name, job in by_hand.items() if not self._run(name, job, moment)]
            if failed:
                raise CommandError("Failed: " + ", ".join(failed))
            return
        self._run_for_ever(jobs, moment)

    def _run_for_ever(self, jobs: dict[str, Any], at: str) -> None:
        due = dict.fromkeys(jobs, 0.0)
        while True:
            for name, job in jobs.items():
                if time.monotonic() >= due[name]:
                    due[name] = time.monotonic() + float(job["schedule"])
                    self._run(name, job, at)
            time.sleep(TICK)

    def _run(self, name: str, job: dict[str, Any], at: str) -> bool:
        task = current_app.tasks.get(job["task"])
        if task is None:
            self.stderr.write(f"{name}: there is no {job['task']}")
            return False
        facts = dict(job.get("kwargs", {}))
        if at and "at" in inspect.signature(task.run).parameters:
            facts["at"] = at
        try:
            result = task.run(**facts)
        except Exception as problem:
            # One job's trouble must not keep the others from running.
            self.stderr.write(f"{name}: {type(problem).__name__}: {problem}")
            return False
        self.stdout.write(f"{name}: {'done' if result is None else result}")
        return True


def _moment(at: str) -> str:
    """ISO with an offset; the local zone when none is given. Raises CommandError."""
    if not at:
        return ""
    try:
        # A day alone means noon of it.
        moment = parse_datetime(at if "T" in at or " " in at else f"{at}T12:00")
    except ValueError as unreadable:
        raise CommandError(f"--at {at}: {unreadable}") from unreadable
    if moment is None:
        raise CommandError(f"--at {at}: write it like 2026-02-03T09:00")
    return (timezone.make_aware(moment) if timezone.is_naive(moment) else moment).isoformat()
