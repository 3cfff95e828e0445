"""What the tests of rounds share: groups to give one to, its addresses, and its form."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from gatherings.models import Assignment, RoundItem
from tests.factories import GroupFactory, PersonFactory


def a_group(season, **fields):
    region = season.network.region
    return GroupFactory(
        season=season,
        leader=PersonFactory(region=region),
        members=PersonFactory.create_batch(2, region=region),
        **fields,
    )


def url(name, round_):
    return reverse(f"gatherings:{name}", args=[round_.pk])


def typed(round_, **changes):
    fields = {
        "number": "1",
        "theme": "Voksenrollen",
        "aims": "Se\nHøre",
        "window_from": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "window_to": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "preparation_days": "7",
        "items-TOTAL_FORMS": "0",
        "items-INITIAL_FORMS": "0",
        "tasks-TOTAL_FORMS": "0",
        "tasks-INITIAL_FORMS": "0",
    }
    rows = {"items": RoundItem.objects.filter(round=round_)} if round_ else {}
    rows |= {"tasks": Assignment.objects.filter(round=round_)} if round_ else {}
    for prefix, found in rows.items():
        fields[f"{prefix}-TOTAL_FORMS"] = fields[f"{prefix}-INITIAL_FORMS"] = str(len(found))
        for n, row in enumerate(found):
            fields |= {
                f"{prefix}-{n}-id": str(row.pk),
                f"{prefix}-{n}-position": str(n + 1),
                f"{prefix}-{n}-title": row.title,
                f"{prefix}-{n}-minutes": str(row.minutes),
                f"{prefix}-{n}-kind": row.kind,
                f"{prefix}-{n}-questions": getattr(row, "questions", ""),
                f"{prefix}-{n}-phase": getattr(row, "phase", ""),
            }
    return {**fields, **changes}
