"""The clock's errands about gatherings; `at` is ISO, for now. Imported by the worker only."""

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gatherings import leaving, minutes, opening
from gatherings.models import Minutes

logger = logging.getLogger(__name__)


@shared_task
def approve_minutes(at: str | None = None) -> int:
    """Approve what nobody objected to by its shown date; returns how many."""
    now = _moment(at)
    approved = 0
    for each in Minutes.objects.awaiting_silence(timezone.localdate(now)):
        try:
            approved += minutes.approve(each, by=None, at=now)
        except minutes.Settled:
            # Taken back to a draft between our reading and our locking.
            logger.info("Minutes %s are no longer waiting.", each.pk)
    return approved


@shared_task
def open_for_new_groups(at: str | None = None) -> int:
    """Give open rounds to groups that were published after them; returns how many groups."""
    return opening.catch_up(_moment(at))


@shared_task
def let_go(at: str | None = None) -> int:
    """Take back invitations of people who have left their group; returns how many."""
    return leaving.let_go(_moment(at))


def _moment(at: str | None) -> datetime:
    now = (parse_datetime(at) if at else None) or timezone.now()
    return timezone.make_aware(now) if timezone.is_naive(now) else now
