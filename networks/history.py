"""Who came to a group and who went, when, why and by whom (V9): from its seats and the journal."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Membership, NetworkGroup
from office.journal import history
from participants.models import Person


@dataclass(frozen=True)
class Line:
    """One thing that happened, in words."""

    on: date
    sentence: str
    why: str = ""
    by: Person | None = None


def history_of(group: NetworkGroup) -> list[Line]:
    """What happened to a published group, newest first; three statements."""
    seats = list(group.memberships.select_related("person"))
    began, ended = who_decided(group)
    first_day = max(group.season.starts_on, timezone.localdate(group.published_at))
    lines = [Line(first_day, beginning(seats, first_day), by=who_published(group))]
    for seat in seats:
        if seat.starts_on > first_day:
            lines.append(Line(seat.starts_on, came(seat), seat.why, began.get(str(seat.pk))))
        if seat.ends_on:
            lines.append(Line(seat.ends_on, went(seat), seat.why_ended, ended.get(str(seat.pk))))
    return sorted(lines, key=lambda line: line.on, reverse=True)


def who_decided(group: NetworkGroup) -> tuple[dict[str, Person | None], dict[str, Person | None]]:
    """Who let seats begin, and who ended them, by seat."""
    moves = history(group.season).filter(did__in=["person.moved", "leader.changed"])
    began, ended = {}, {}
    for entry in moves:
        began[entry.details.get("begun", "")] = entry.by
        ended[entry.details.get("ended", "")] = entry.by
    return began, ended


def who_published(group: NetworkGroup) -> Person | None:
    """Who published the group."""
    entry = history(group).filter(did="group.published").first()
    return entry.by if entry else None


def beginning(seats: list[Membership], first_day: date) -> str:
    """Who was there from the first day."""
    first = [seat for seat in seats if seat.starts_on <= first_day]
    members = sorted(s.person.name for s in first if s.role == Membership.Role.MEMBER)
    leaders = [s.person.name for s in first if s.role == Membership.Role.LEADER]
    if not leaders:
        return _("The group begins: %(members)s.") % {"members": ", ".join(members)}
    facts = {"members": ", ".join(members), "leader": ", ".join(leaders)}
    return _("The group begins: %(members)s. Process leader: %(leader)s.") % facts


def came(seat: Membership) -> str:
    """«Lena Dahl comes to the group.»"""
    if seat.role == Membership.Role.LEADER:
        return _("%(name)s becomes process leader.") % {"name": seat.person}
    return _("%(name)s comes to the group.") % {"name": seat.person}


def went(seat: Membership) -> str:
    """«Last day for Lena Dahl.»"""
    if seat.role == Membership.Role.LEADER:
        return _("%(name)s is process leader for the last day.") % {"name": seat.person}
    return _("%(name)s is in the group for the last day.") % {"name": seat.person}
