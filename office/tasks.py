"""What the worker does for the office. Imported by the worker only: it loads WeasyPrint."""

from celery import shared_task
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from office.delivery import drain, make_waiting
from office.models import Heartbeat


@shared_task
def sweep(at: str | None = None, by_clock: bool = False) -> None:
    """Carry due letters and make waiting documents; show that worker (and clock) live."""
    now = timezone.now()
    for part in ("worker", "beat") if by_clock else ("worker",):
        Heartbeat.objects.update_or_create(part=part, defaults={"at": now})
    drain(parse_datetime(at) if at else None)
    make_waiting()
