"""The outbox: a letter is a row first, written in the transaction that makes it true.

`post` writes the row; `office.delivery`, in the worker, carries rows to the mail server. Celery
only wakes it and may be dead: the clock's sweep finds what was forgotten (reliability.md R1).
"""

import logging
import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import css_inline
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from office.models import Document, Letter

logger = logging.getLogger(__name__)

INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


def post(
    to: Any,
    *,
    occasion: str,
    template: str,
    facts: dict[str, Any],
    calendar: tuple[str, str] | None = None,
    document: Document | None = None,
    reply_to: str = "",
    sender_name: str = "",
    at_once: bool = False,
    secret: bool = False,
    now: datetime | None = None,
) -> Letter | None:
    """Write a letter to `to` in her language, to be carried after this transaction.

    `occasion` is unique per person: a second letter for the same occasion is not written, and None
    is returned; so it is when `to` has no address or is out of use. `template` and `facts` are
    those of `compose`. `calendar` is (METHOD, text). `at_once` skips the seconds in which a sending
    can be undone. A `secret` letter's text is wiped when it is sent, fails or is withdrawn. `now`
    is the moment it is written at, if that is not the clock's.
    """
    if not (to.email and to.is_active):
        return None
    now = now or timezone.now()
    wait = timedelta(seconds=0 if at_once else settings.UNDO_SECONDS)
    content = {
        **_written(to, template, facts, calendar),
        "sender_name": sender_name[:120],
        "reply_to": reply_to,
        "document": document,
        "is_secret": secret,
        "created_at": now,
        "not_before": now + wait,
    }
    letter, written = Letter.objects.get_or_create(to=to, occasion=occasion, defaults=content)
    if written and not wait:
        wake()
    return letter if written else None


def _written(
    to: Any, template: str, facts: dict[str, Any], calendar: tuple[str, str] | None
) -> dict[str, Any]:
    """Whom a letter goes to and what it says, as its row keeps them."""
    subject, text, html = compose(to, template, facts)
    method, calendar_text = calendar or ("", "")
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    return {
        "address": to.email,
        "template": template,
        "language": to.speaks,
        "subject": subject[:300],
        "text": text,
        "html": html,
        "calendar": calendar_text,
        "calendar_method": method,
        "message_id": f"<{uuid.uuid4()}@{domain}>",
    }


def compose(to: Any, template: str, facts: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of a letter as `to` will read it: for sending and for the preview.

    `template` names mail/<template>.{subject.txt,txt,html}, rendered with `facts`, `person` and
    `base_url`.
    """
    with translation.override(to.speaks):
        context = {**facts, "person": to, "base_url": settings.BASE_URL}
        subject = " ".join(render_to_string(f"mail/{template}.subject.txt", context).split())
        text = render_to_string(f"mail/{template}.txt", context).strip() + "\n"
        # Parts of the template that say nothing here leave their empty lines behind.
        text = re.sub(r"\n{3,}", "\n\n", text)
        html = INLINER.inline(render_to_string(f"mail/{template}.html", context))
    return subject, text, html


def withdraw(occasion_prefix: str, *, to: Any = None, because: str = "") -> int:
    """Drop letters that have not left the house; returns how many. What is gone is gone.

    `because` is the occasion that stops them, if that may be undone (`put_back`).
    """
    letters = Letter.objects.filter(occasion__startswith=occasion_prefix).unsent()
    if to is not None:
        letters = letters.filter(to=to)
    return letters.end(Letter.State.DROPPED, stopped_by=because)


def put_back(because: str) -> int:
    """Let letters go after all that were withdrawn because of an occasion which is undone."""
    stopped = Letter.objects.filter(stopped_by=because, state=Letter.State.DROPPED)
    wake()
    return stopped.update(state=Letter.State.WAITING, stopped_by="")


def wake() -> None:
    """Tell the worker, once this transaction is committed, that there is something to do.

    Once for all its letters: each call takes seconds when the broker does not answer.
    """
    if not any(_wake in waiting for waiting in transaction.get_connection().run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    # By name: office.tasks imports WeasyPrint, which the web process must not.
    try:
        current_app.send_task("office.tasks.sweep")
    except Exception:
        # A dead broker is no reason to fail: the row is safe and the sweep will find it.
        logger.warning("The worker could not be woken; the sweep will do it.")
