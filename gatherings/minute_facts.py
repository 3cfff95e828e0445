"""What stands in the minutes, for the group and for those outside it. One reading of the rows.

Outside, nobody gets closed text; managers get only actions their owners share, those who oversee
get none (P2, P5, P6). What is not in these facts is in no page, no PDF and no letter.
"""

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gatherings import calendar
from gatherings.models import Action, Attendance, Gathering, Minutes, ProgrammeItem
from networks.models import Membership

GROUP, OPEN, OVERSEEN = "group", "open", "overseen"
PARTS = (GROUP, OPEN, OVERSEEN)
# As one tells it of somebody else: not «my department».
WITH_WHOM = {
    Action.With.ME: "",
    Action.With.DEPARTMENT: gettext_lazy("the department"),
    Action.With.STAFF: gettext_lazy("the whole staff"),
}
HEADING = re.compile(r"(\d{1,2})[.)]\s+(\S.*)")


def both(minutes: Minutes) -> dict[str, dict[str, Any]]:
    """Facts by part. `minutes.gathering` comes with its surroundings."""
    whole = _shared(minutes)
    gathering = minutes.gathering
    actions = list(gathering.actions.select_related("person").order_by("person__first_name"))
    return {
        GROUP: {
            **whole,
            "actions": [_action(each) for each in actions],
            "closed_part": minutes.closed_part,
        },
        OPEN: {**whole, "actions": [_action(each) for each in actions if each.shared_with_manager]},
        OVERSEEN: {**whole, "actions": []},
    }


def of(minutes: Minutes, part: str) -> dict[str, Any]:
    """Facts of one part: as approved, else as they are now."""
    if minutes.state == Minutes.State.APPROVED and minutes.frozen:
        return minutes.frozen[part]
    return both(minutes)[part]


def _shared(minutes: Minutes) -> dict[str, Any]:
    gathering = minutes.gathering
    season = gathering.group.season
    return {
        "zone": calendar.zone(gathering),
        "network": season.network.name,
        "version": minutes.version,
        "theme": gathering.round.theme,
        "number": gathering.round.number,
        "of": max(season.rules.gatherings_a_year, gathering.round.number),
        "group": gathering.group.name,
        "state": minutes.state,
        "approved_on": _iso(minutes.approved_at and timezone.localdate(minutes.approved_at)),
        "silent_on": _iso(minutes.approve_on),
        "starts_at": _iso(gathering.starts_at),
        "ends_at": _iso(gathering.ends_at),
        "place": gathering.where,
        "leader": _leader(gathering),
        **_attendance(gathering),
        "summary": minutes.summary,
        "items": read_items(minutes.open_part),
        "agreements": [agreement.text for agreement in gathering.agreements.all()],
        "to_board": minutes.to_steering,
        "next": _next(gathering),
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _leader(gathering: Gathering) -> str:
    """Who led the group that day."""
    day = timezone.localdate(gathering.starts_at) if gathering.starts_at else None
    seats = Membership.objects.in_force(day).leaders().filter(group_id=gathering.group_id)
    seat = seats.select_related("person").first()
    return seat.person.name if seat else ""


def _attendance(gathering: Gathering) -> dict[str, Any]:
    """Who came and who did not, and when they told; never why (P11)."""
    rows = list(gathering.attendances.filter(as_leader=False).select_related("person"))
    gone = [row for row in rows if row.presence == Attendance.Presence.ABSENT]
    return {
        "present": [r.person.name for r in rows if r.presence in Attendance.TOOK_PART],
        "expected": len(rows),
        "absent": [
            {
                "name": row.person.name,
                "told_on": _iso(row.answered_at and timezone.localdate(row.answered_at))
                if row.answer == Attendance.Answer.NO
                else None,
            }
            for row in gone
        ],
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "who": action.person.name,
        "what": action.title,
        "with_whom": str(WITH_WHOM[action.together_with]),
        "due_on": action.due_on.isoformat(),
    }


def _next(gathering: Gathering) -> dict[str, Any] | None:
    """The group's next gathering, with its time once it is called."""
    following = (
        Gathering.objects.in_use()
        .filter(group_id=gathering.group_id, round__number__gt=gathering.round.number)
        .select_related("round", "host")
        .order_by("round__number")
        .first()
    )
    if following is None:
        return None
    called = following.state == Gathering.State.CALLED
    return {
        "number": following.round.number,
        "starts_at": _iso(following.starts_at) if called else None,
        "ends_at": _iso(following.ends_at) if called else None,
        "place": following.where if called else "",
    }


def read_items(text: str) -> list[dict[str, Any]]:
    """«1. Title», then text until the next number in line: the items of the open part. Pure.

    A number that is not the next one, or does not begin a paragraph, is ordinary text; text before
    the first heading becomes an item of its own.
    """
    items: list[dict[str, Any]] = []
    fresh = True
    for line in text.splitlines():
        heading = HEADING.fullmatch(line.strip()) if fresh else None
        numbered = sum(1 for item in items if item["numbered"])
        if heading and int(heading[1]) == numbered + 1:
            items.append({"title": heading[2], "lines": [], "numbered": True})
        else:
            if not items and line.strip():
                items.append({"title": _("What we talked about"), "lines": [], "numbered": False})
            if items:
                items[-1]["lines"].append(line)
        fresh = not line.strip()
    return [
        {"title": item["title"], "text": "\n".join(item["lines"]).strip(), "agreed": []}
        for item in items
    ]


def first_draft(gathering: Gathering) -> tuple[str, str]:
    """Open and closed part from the notes: closed items are only «Carried out.» in the open one."""
    opened, closed = [], []
    for item in gathering.items.all():
        if item.kind == ProgrammeItem.Kind.BREAK or not (item.notes or item.is_closed):
            continue
        text = _("Carried out.") if item.is_closed else item.notes
        opened.append(f"{len(opened) + 1}. {item.title}\n{text}")
        if item.is_closed and item.notes:
            closed.append(f"{item.title}\n{item.notes}")
    return "\n\n".join(opened), "\n\n".join(closed)
