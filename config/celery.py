"""The Celery application and the clock: every periodic job in one table.

Each job may run twice and may be missed for hours: it looks at the database, not at the time
it was last run. `manage.py clock --once` runs the same table by hand.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("takt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SECOND, MINUTE, HOUR = 1, 60, 3600

app.conf.beat_schedule = {
    # Takes what a lost wake-up forgot; also the sign of life that /helse/klar reads.
    "sweep the outbox": {
        "task": "office.tasks.sweep",
        "schedule": 10 * SECOND,
        "kwargs": {"by_clock": True},
        "options": {"expires": 60},
    },
    "approve minutes nobody objected to": {
        "task": "gatherings.tasks.approve_minutes",
        "schedule": 10 * MINUTE,
    },
    "give open rounds to groups published later": {
        "task": "gatherings.tasks.open_for_new_groups",
        "schedule": 10 * MINUTE,
    },
    "take back invitations of those who left": {
        "task": "gatherings.tasks.let_go",
        "schedule": 10 * MINUTE,
    },
    "forget spent sign-in codes": {"task": "participants.tasks.forget_codes", "schedule": HOUR},
    "forget the files of old imports": {
        "task": "participants.tasks.forget_files",
        "schedule": HOUR,
    },
}
