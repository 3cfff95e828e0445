"""Answers to an invitation: the link that needs no login, and what it may do.

The token is stateless: the id of one attendance and a MAC over it with a purpose, so that it opens
one answer of one person and nothing else. A new SECRET_KEY revokes them all; an attendance that is
gone (undone, left the group) revokes its own (reliability.md R9).
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gatherings.models import Attendance, Gathering
from networks.models import Membership
from office import journal
from participants.models import Person

PURPOSE = b"takt: answer to one invitation\0"
MAC_BYTES = 20
TOKEN_LENGTH = 48
OPEN_AFTER_END = timedelta(days=14)


class Closed(Exception):
    """The gathering takes no answers any more."""


class Changed(Exception):
    """The gathering was moved after the page was opened."""


def token(attendance: Attendance) -> str:
    """48 letters: the id of the attendance and 160 bits nobody else can make."""
    return base64.urlsafe_b64encode(attendance.pk.bytes + _mac(attendance.pk.bytes)).decode()


def path(attendance: Attendance) -> str:
    """The page the token opens."""
    return reverse("gatherings:answer", args=[token(attendance)])


def find(text: str) -> Attendance | None:
    """The attendance a token speaks of, with its gathering, or None.

    None for a forged or cut token, a person who is no longer in use or in the group, a gathering
    that was called back, and two weeks after its end.
    """
    attendance_id = _read(text)
    if attendance_id is None:
        return None
    attendance = (
        Attendance.objects.select_related(
            "person",
            "gathering__round",
            "gathering__host",
            "gathering__group__season__network__region",
            "gathering__group__season__rules",
        )
        .filter(pk=attendance_id, person__is_active=True)
        .exclude(gathering__state=Gathering.State.DRAFT)
        .first()
    )
    if attendance is None or _too_old(attendance.gathering) or not _still_seated(attendance):
        return None
    return attendance


def is_open(gathering: Gathering) -> bool:
    """Whether answers are taken: called, and not begun."""
    return gathering.state == Gathering.State.CALLED and not gathering.has_started


@transaction.atomic
def answer(
    attendance: Attendance, choice: str, *, by: Person, sequence: int | None = None
) -> Attendance:
    """Note `choice` (an Attendance.Answer); the last one wins.

    `sequence` is what the page showed: an answer to a time that is no longer true is not taken.
    Raises Closed, Changed; Attendance.DoesNotExist when the invitation is gone.
    """
    gathering = Gathering.objects.select_for_update().get(pk=attendance.gathering_id)
    attendance = Attendance.objects.select_for_update().get(pk=attendance.pk)
    if not is_open(gathering):
        raise Closed
    if sequence is not None and sequence != gathering.sequence:
        raise Changed
    if attendance.answer != choice:
        attendance.answer = choice
        journal.record(by=by, did="attendance.answered", on=attendance)
    attendance.answered_at = timezone.now()
    attendance.save(update_fields=["answer", "answered_at"])
    return attendance


def _mac(plain: bytes) -> bytes:
    key = hashlib.sha256(PURPOSE + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, plain, hashlib.sha256).digest()[:MAC_BYTES]


def _read(text: str) -> uuid.UUID | None:
    if len(text) != TOKEN_LENGTH or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    if len(raw) != 16 + MAC_BYTES or not hmac.compare_digest(raw[16:], _mac(raw[:16])):
        return None
    return uuid.UUID(bytes=raw[:16])


def _too_old(gathering: Gathering) -> bool:
    return gathering.ends_at is None or gathering.ends_at + OPEN_AFTER_END < timezone.now()


def _still_seated(attendance: Attendance) -> bool:
    """In the group today, or on the day of the gathering (a seat may begin or end between)."""
    gathering = attendance.gathering
    seats = Membership.objects.filter(group_id=gathering.group_id, person_id=attendance.person_id)
    days = {timezone.localdate(), timezone.localdate(gathering.starts_at)}
    return any(seats.in_force(day).exists() for day in days)
