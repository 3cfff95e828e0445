"""A worker process for tests of the outbox: `-m tests.office.outbox_worker LEASE_SECONDS HOW`.

HOW is «drain» (the real one) or «careless»: a control that marks letters sent before it sends them,
as a simple loop would. Runs until nothing is left to send.
"""

import sys
import time
from datetime import timedelta

import django

django.setup()

from django.core.mail import get_connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from office import delivery  # noqa: E402
from office.models import Letter  # noqa: E402


def careless() -> None:
    """Mark, then send: what is in hand when the process dies is lost."""
    with get_connection() as server:
        while letters := delivery.claim(timezone.now()):
            ids = [letter.pk for letter in letters]
            Letter.objects.filter(pk__in=ids).update(state="sent", sent_at=timezone.now())
            for letter in letters:
                server.send_messages([delivery.message(letter)])


if __name__ == "__main__":
    delivery.LEASE = timedelta(seconds=float(sys.argv[1]))
    work = {"drain": delivery.drain, "careless": careless}[sys.argv[2]]
    while Letter.objects.unsent().exists():
        work()
        time.sleep(0.1)
