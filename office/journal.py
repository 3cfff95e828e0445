"""The journal: who did what to what, when. Added to in the same transaction as the deed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from office.models import JournalEntry


def record(
    *, by: Any, did: str, on: Model, at: datetime | None = None, **details: Any
) -> JournalEntry:
    """Note that `by` (a user, or None for the clock) did `did` to `on`; `details` is plain JSON.

    `at` is when, if not now. Details hold names of fields, counts and ids, never what people wrote.
    """
    return JournalEntry.objects.create(
        by=by,
        did=did,
        kind=on._meta.label_lower,
        object_id=str(on.pk),
        details=details,
        at=at or timezone.now(),
    )


def history(on: Model) -> QuerySet[JournalEntry]:
    """What was done to `on`, newest first, with who did it."""
    return JournalEntry.objects.filter(
        kind=on._meta.label_lower, object_id=str(on.pk)
    ).select_related("by")


def last_done(by: Any, did: str, to: Sequence[Model]) -> dict[str, datetime]:
    """When `by` last did `did` to each of these, which are of one kind, by their ids as text."""
    if not to:
        return {}
    kind, ids = to[0]._meta.label_lower, [str(each.pk) for each in to]
    done = JournalEntry.objects.filter(kind=kind, object_id__in=ids, did=did, by=by)
    return dict(done.order_by("at").values_list("object_id", "at"))
