"""What the tests of the preparation share: its people, its addresses, and a save."""

from django.urls import reverse

from gatherings import submissions
from gatherings.models import Submission


def person(group, name):
    return group.memberships.get(person__first_name=name).person


def save(gathering, task, by, text, version=0, **more):
    more.setdefault("audience", Submission.Audience.GROUP)
    return submissions.save(gathering, task, by=by, text=text, version=version, **more)


def url(gathering, task=None, name="assignment"):
    return reverse(f"gatherings:{name}", args=[gathering.pk, *([task.pk] if task else [])])
