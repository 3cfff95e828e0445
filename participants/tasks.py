"""The clock's errands among people. Imported by the worker only."""

from datetime import datetime, timedelta

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from office.models import Letter
from participants.models import SignInCode, SignInLink

CODES_KEPT = timedelta(days=1)
LINKS_KEPT = timedelta(days=30)


@shared_task
def forget_codes(at: str | datetime | None = None) -> None:
    """Delete spent codes, links and sessions, and the words of secret letters nobody could deliver.

    Codes are counted for an hour, so a day is plenty; `at` is the moment it is done for (now).
    """
    now = (parse_datetime(at) if isinstance(at, str) else at) or timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    SignInCode.objects.filter(created_at__lt=now - CODES_KEPT).delete()
    SignInLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    undelivered = Letter.objects.filter(is_secret=True, created_at__lt=now - LINKS_KEPT)
    undelivered.exclude(text="").update(text="", html="", subject="")
    late = Letter.objects.filter(template="code", created_at__lt=now - CODES_KEPT)
    late.unsent().update(state=Letter.State.DROPPED, text="", html="", subject="")
