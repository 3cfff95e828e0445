"""The control: the real worker, but its drain marks letters sent before it sends them.

`celery -A tests.office.careless worker`. A simple loop would do it so.
"""

import django

from config.celery import app  # noqa: F401 - Celery looks for it here

django.setup()

from django.core.mail import get_connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from office import delivery  # noqa: E402
from office.models import Letter  # noqa: E402


def drain(now=None) -> int:
    """What is in hand when the process dies is lost."""
    sent = 0
    with get_connection() as server:
        while letters := delivery.claim(now or timezone.now()):
            ids = [letter.pk for letter in letters]
            Letter.objects.filter(pk__in=ids).update(state="sent", sent_at=timezone.now())
            for letter in letters:
                sent += server.send_messages([delivery.message(letter)])
    return sent


delivery.drain = drain  # before office.tasks takes it from there
