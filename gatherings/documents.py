"""What stands in a gathering's documents; office.pdf makes them of these facts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gatherings import calendar, planning
from gatherings.models import Assignment, Gathering
from networks.models import Membership
from office import documents, mail
from office.models import Document
from office.text import plain

PROGRAMME = "pdf/programme.html"


def programme_facts(gathering: Gathering) -> dict[str, Any]:
    """The facts of the programme; the gathering has a time."""
    round_, group = gathering.round, gathering.group
    season = group.season
    people = planning.seats(gathering)
    day = timezone.localdate(gathering.starts_at)
    works_at = planning.workplaces((seat.person for seat in people), day)
    leader = next((s.person for s in people if s.role == Membership.Role.LEADER), None)
    tasks: dict[str, list[str]] = {phase: [] for phase in Assignment.Phase}
    for task in round_.assignments.all():
        tasks[task.phase].append(task.title)
    return {
        "zone": calendar.zone(gathering),
        "network": season.network.name,
        "purpose": season.network.purpose,
        "goals": season.network.goal_list,
        "theme": round_.theme,
        "cross_cutting": [theme.title for theme in round_.cross_cutting.all()],
        "number": round_.number,
        "of": max(season.rules.gatherings_a_year, round_.number),
        "starts_at": gathering.starts_at.isoformat(),
        "ends_at": gathering.ends_at.isoformat(),
        "place": gathering.where,
        "link": gathering.online_url,
        "group": group.name,
        "leader": leader.name if leader else "",
        "leader_phone": leader.mobile if leader else "",
        "before": _phase(tasks[Assignment.Phase.BEFORE], gathering.preparation_due_on),
        "after": _phase(tasks[Assignment.Phase.AFTER], None),
        "during": {"minutes": _minutes(gathering)},
        "aims": round_.aim_list,
        "items": [_item(row) for row in planning.timed(gathering.items.all(), gathering.starts_at)],
        "participants": [
            {"name": s.person.name, "institution": str(works_at.get(s.person_id, ""))}
            for s in people
            if s.role == Membership.Role.MEMBER
        ],
    }


def order_programme(gathering: Gathering, now: datetime | None = None) -> Document:
    """The programme as it is, in line (since `now`) to be made if it is new."""
    language = language_of(gathering)
    with override(language):
        title = _("Programme: %(theme)s") % {"theme": gathering.round.theme}
    return documents.order(
        PROGRAMME,
        programme_facts(gathering),
        language=language,
        title=title,
        filename=filename(gathering, "programme"),
        now=now,
    )


@transaction.atomic
def order_and_wake(gathering: Gathering) -> Document:
    """Order the programme by hand, and tell the worker at once."""
    document = order_programme(gathering)
    mail.wake()
    return document


def find_programme(gathering: Gathering) -> Document | None:
    """The programme as it is now, in whatever state, or None when nobody ordered it."""
    return documents.find(PROGRAMME, programme_facts(gathering), language=language_of(gathering))


def has_older_programme(gathering: Gathering) -> bool:
    """Whether the gathering's programme was made before, as it was then."""
    names = ("network", "group", "theme", "number")
    return documents.has_older(PROGRAMME, programme_facts(gathering), names)


def language_of(gathering: Gathering) -> str:
    """Documents speak the organisation's language, whoever reads them."""
    return gathering.group.season.network.region.speaks


def filename(gathering: Gathering, kind: str) -> str:
    """«Program-samling-2-Sortland-2-2026-02-03.pdf», in the document's language."""
    with override(language_of(gathering)):
        words = {"programme": _("Programme"), "minutes": _("Minutes")}[kind]
        gathers = _("gathering")
    day = timezone.localdate(gathering.starts_at).isoformat() if gathering.starts_at else ""
    parts = [words, gathers, gathering.round.number, gathering.group.name, day]
    text = " ".join(plain(str(part)) for part in parts if part != "")
    safe = "".join(sign if sign.isalnum() or sign in "-." else " " for sign in text)
    return "-".join(safe.split())[:140] + ".pdf"


def _phase(titles: list[str], due_on) -> dict[str, str | None] | None:
    if not titles:
        return None
    return {"due_on": due_on.isoformat() if due_on else None, "text": "\n".join(titles)}


def _minutes(gathering: Gathering) -> int:
    return round((gathering.ends_at - gathering.starts_at).total_seconds() / 60)


def _item(row: dict[str, Any]) -> dict[str, str]:
    item = row["item"]
    return {
        "starts_at": row["starts_at"].isoformat(),
        "ends_at": row["ends_at"].isoformat(),
        "title": item.title,
        "text": item.questions,
        "lead": item.led_by,
    }
