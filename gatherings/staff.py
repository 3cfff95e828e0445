"""A manager's own staff: when they are away, and whether they have delivered; never a text (P3)."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from gatherings.models import Assignment, Gathering, Submission
from gatherings.models.actions import shared_by_staff, staff_of
from networks.models import Membership
from participants.models import Person

MOST_ROWS = 50


@dataclass(frozen=True)
class Row:
    """One person of the staff; `shared` are the texts she shares with her manager."""

    person: Person
    gathering: Gathering | None
    state: str
    tone: str
    shared: list[Submission]


def rows(manager: Person) -> list[Row]:
    """The manager's own staff who sit in groups, with date and delivery (V23, P3); 3 statements."""
    seats = (
        Membership.objects.in_force()
        .not_over()
        .members()
        .filter(person__in=staff_of(manager).values("person_id"), group__published_at__isnull=False)
        .exclude(person=manager)
        .select_related("person")
        .order_by("person__first_name")
    )
    seats = list(seats[:MOST_ROWS])
    groups = {seat.group_id for seat in seats}
    nearest: dict[UUID, Gathering] = {}
    for gathering in Gathering.objects.upcoming().filter(group__in=groups).select_related("round"):
        nearest.setdefault(gathering.group_id, gathering)
    written: dict[UUID, list[Submission]] = defaultdict(list)
    people = [seat.person_id for seat in seats]
    texts = Submission.objects.delivered().filter(person__in=people, group__in=groups)
    texts = texts.filter(assignment__kind=Assignment.Kind.WRITE).select_related("assignment")
    texts = texts.annotate(is_staffs=shared_by_staff(manager, "delivered_at"))
    for row in texts.defer("text"):
        written[row.person_id].append(row)
    return [_row(seat, nearest.get(seat.group_id), written[seat.person_id]) for seat in seats]


def _row(seat: Membership, ahead: Gathering | None, rows: list[Submission]) -> Row:
    # What she delivered to a group she has left is not the preparation of the one she sits in.
    now = [
        r
        for r in rows
        if ahead and (r.group_id, r.assignment.round_id) == (ahead.group_id, ahead.round_id)
    ]
    shared = Submission.Audience.GROUP_AND_MANAGER
    open_to_me = [r for r in rows if r.is_staffs and r.audience == shared]
    state, tone = (_("Delivered"), "ok") if now else (_("Not delivered yet"), "")
    return Row(seat.person, ahead, state if ahead else "", tone, open_to_me)
