"""The worker's side of the outbox: claim rows, make what must be made, carry, mark.

Exactly once is impossible over SMTP; what can happen is one repeat, with the same Message-ID, when
a worker dies between the server's "250" and our mark.
"""

import logging
import smtplib
import time
import uuid
from datetime import datetime, timedelta
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from office.models import Document, Letter
from office.pdf import CannotRender, render

logger = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(seconds=60)
# Seconds one drain may take: over before the task's time limit or a restart kills it in mid-letter.
TURN = 30
# With pauses that double from FIRST_WAIT to LONGEST_WAIT, about a day: a server that is down over
# night is tried again in the morning.
MOST_ATTEMPTS = 15
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
# What a mail server, or the road to it, can raise.
TROUBLE = (smtplib.SMTPException, OSError)


def drain(now: datetime | None = None) -> int:
    """Carry the letters that are due, for one turn; returns how many were sent.

    What is left when the turn is over waits for the next sweep.
    """
    sent, server, ends = 0, get_connection(), time.monotonic() + TURN
    try:
        while time.monotonic() < ends and (letters := claim(now or timezone.now())):
            for letter in letters:
                if time.monotonic() >= ends:
                    give_back(letter.claim)
                    break
                sent += carry(letter, server)
    finally:
        server.close()
    return sent


def claim(now: datetime) -> list[Letter]:
    """Take up to BATCH due letters that nobody else holds, for as long as the lease lasts.

    Those least tried go first: what kills its worker comes behind the letters it held up. When
    such a letter has used up its attempts, it is given up here, where its workers cannot.
    """
    claim_id = uuid.uuid4()
    with transaction.atomic():
        Letter.objects.lapsed(now).filter(attempts__gte=MOST_ATTEMPTS).end(
            Letter.State.FAILED, problem=_("Each time it was tried, the worker stopped.")
        )
        taken = list(
            Letter.objects.due(now)
            .select_for_update(skip_locked=True)
            .order_by("attempts", "not_before")
            .values_list("pk", flat=True)[:BATCH]
        )
        Letter.objects.filter(pk__in=taken).update(
            state=Letter.State.SENDING, claim=claim_id, lease_until=timezone.now() + LEASE
        )
    return list(
        Letter.objects.filter(claim=claim_id, state=Letter.State.SENDING)
        .select_related("document")
        .order_by("attempts", "not_before", "created_at")
    )


def give_back(claim_id: uuid.UUID) -> None:
    """What we still hold of a claim waits again, as if we had never taken it."""
    Letter.objects.filter(claim=claim_id, state=Letter.State.SENDING).update(
        state=Letter.State.WAITING
    )


def carry(letter: Letter, server: BaseEmailBackend) -> bool:
    """Send one claimed letter and mark it; True when the server took it."""
    # Still ours, and not withdrawn since we took it. An attempt counts before anything is done
    # that may kill us, and only for the letter in hand, not for those claimed with it.
    fresh = {"lease_until": timezone.now() + LEASE, "attempts": F("attempts") + 1}
    if not _still_ours(letter).update(**fresh):
        return False
    letter.attempts += 1
    if not _document_made(letter):
        return False
    try:
        # Opened by the first letter and kept for the next; closed again when it made trouble.
        server.open()
        server.send_messages([message(letter)])
    except smtplib.SMTPRecipientsRefused as refusal:
        _mark_refused(letter, refusal)
    except TROUBLE as trouble:
        _mark_delayed(letter, str(trouble))
        server.close()
    except ValueError as unwritable:
        # A header or address no mail can have: the same next time, so the others go on without it.
        logger.exception("Letter %s cannot be written.", letter.pk)
        _still_ours(letter).end(Letter.State.FAILED, problem=str(unwritable)[:300])
    else:
        # Also when it was withdrawn meanwhile: it has left.
        Letter.objects.filter(pk=letter.pk, claim=letter.claim).end(
            Letter.State.SENT, sent_at=timezone.now(), problem=""
        )
        return True
    return False


def _document_made(letter: Letter) -> bool:
    """Make its PDF if that waits; False when the letter was withdrawn or claimed meanwhile."""
    if letter.document and letter.document.state == Document.State.WAITING:
        # The letter before it may have had it made: each row of the claim has its own copy.
        letter.document.refresh_from_db()
        if letter.document.state == Document.State.WAITING:
            make(letter.document)
            return bool(_still_ours(letter).update(lease_until=timezone.now() + LEASE))
    return True


def message(letter: Letter) -> EmailMultiAlternatives:
    """The letter as MIME: text, HTML, calendar last among the alternatives; the PDF beside them."""
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=sender(letter.sender_name),
        to=[letter.address],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(letter.html, "text/html")
    if letter.calendar:
        mail.attach_alternative(letter.calendar, f"text/calendar; method={letter.calendar_method}")
    document = letter.document
    if document and document.state == Document.State.READY:
        mail.attach(document.filename, bytes(document.pdf), "application/pdf")
    return mail


def sender(name: str) -> str:
    """Our own mailbox, with the name of the person on whose behalf it writes.

    Signs that large providers take for a second address are left out of the name.
    """
    clean = "".join(c for c in name if c.isprintable() and c not in '@:,;"<>\\')
    return (
        formataddr((clean, settings.DEFAULT_FROM_EMAIL)) if clean else settings.DEFAULT_FROM_EMAIL
    )


def make(document: Document) -> None:
    """Render a waiting document; a failure is kept with its sentence, and can be ordered again."""
    try:
        pdf = render(
            document.template, document.facts, language=document.language, title=document.title
        )
    except CannotRender as problem:
        with translation.override(document.language):
            document.problem = str(problem)[:300]
        document.state = Document.State.FAILED
        logger.exception("Document %s could not be made.", document.pk)
    else:
        document.pdf, document.state, document.problem = pdf, Document.State.READY, ""
    document.made_at = timezone.now()
    document.save(update_fields=["pdf", "state", "problem", "made_at"])


def make_waiting() -> int:
    """Render every document that waits; returns how many."""
    waiting = Document.objects.filter(state=Document.State.WAITING).order_by("created_at")
    # Read to the end first: on SQLite an open reading cannot become a writing once others wrote.
    ids = list(waiting.values_list("pk", flat=True))
    for pk in ids:
        make(Document.objects.defer("pdf").get(pk=pk))
    return len(ids)


def _mark_refused(letter: Letter, refusal: smtplib.SMTPRecipientsRefused) -> None:
    """5xx for this address is final; 4xx is tried again."""
    code, answer = next(iter(refusal.recipients.values()))
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    if code < 500:
        _mark_delayed(letter, words)
        return
    _still_ours(letter).end(Letter.State.FAILED, problem=f"{code} {words}"[:300])


def _mark_delayed(letter: Letter, why: str) -> None:
    """Back in line with a growing pause; given up after MOST_ATTEMPTS (about a day)."""
    ours = _still_ours(letter)
    if letter.attempts >= MOST_ATTEMPTS:
        ours.end(Letter.State.FAILED, problem=why[:300])
        return
    pause = min(FIRST_WAIT * 2 ** (letter.attempts - 1), LONGEST_WAIT)
    ours.update(state=Letter.State.WAITING, not_before=timezone.now() + pause, problem=why[:300])


def _still_ours(letter: Letter):
    """The row, unless it was withdrawn or claimed by another while the server talked."""
    return Letter.objects.filter(pk=letter.pk, claim=letter.claim, state=Letter.State.SENDING)
