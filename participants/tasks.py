"""The clock's errands among people. Imported by the worker only."""

from datetime import datetime, timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from office.models import Letter
from participants.models import ImportFile, SignInCode, SignInLink
from participants.models.imports import FILES_ARE_KEPT

CODES_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=30)


@shared_task
def forget_codes(at: str | datetime | None = None) -> None:
    """Delete spent codes, links and sessions; withdraw letters whose code or link is spent.

    Codes are counted for an hour, so a day is plenty; `at` is the moment it is done for (now).
    """
    now = _moment(at)
    Session.objects.filter(expire_date__lt=now).delete()
    SignInCode.objects.filter(created_at__lt=now - CODES_KEPT).delete()
    SignInLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    too_late = Q(template="code", created_at__lt=now - CODES_KEPT) | Q(
        is_secret=True, created_at__lt=now - LINKS_KEPT
    )
    Letter.objects.filter(too_late).unsent().end(Letter.State.DROPPED)


@shared_task
def forget_files(at: str | datetime | None = None) -> None:
    """Delete the files of old imports, applied or not: they hold names and addresses.

    `at` is the moment it is done for (now).
    """
    ImportFile.objects.filter(run__created_at__lt=_moment(at) - FILES_ARE_KEPT).delete()


def _moment(at: str | datetime | None) -> datetime:
    return (parse_datetime(at) if isinstance(at, str) else at) or timezone.now()
