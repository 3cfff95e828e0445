"""Who leaves a group between invitation and gathering: the invitation is taken back.

Moves are made further left, in networks.moving, which knows of no gathering; the clock comes after.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gatherings import letters, planning
from gatherings.letters import Mailing
from gatherings.models import Attendance, Gathering
from networks.models import Membership
from office import journal, mail
from participants.models.people import in_force


def strays(now: datetime) -> QuerySet[Attendance]:
    """Invitations, to gatherings ahead, of people who do not sit in the group on that day."""
    seat = Membership.objects.filter(
        in_force(OuterRef("gathering__starts_at__date")),
        group_id=OuterRef("gathering__group_id"),
        person_id=OuterRef("person_id"),
    )
    ahead = Attendance.objects.filter(
        gathering__state=Gathering.State.CALLED, gathering__starts_at__gt=now
    )
    return ahead.exclude(Exists(seat))


def let_go(now: datetime | None = None) -> int:
    """Take back invitations of those who have left, and clear their calendars; returns how many."""
    now = now or timezone.now()
    found = strays(now).order_by("pk").values_list("pk", "gathering_id")
    return sum(_take_back(*each, now) for each in list(found))


@transaction.atomic
def _take_back(attendance_id: UUID, gathering_id: UUID, now: datetime) -> bool:
    Gathering.objects.select_for_update().get(pk=gathering_id)
    row = strays(now).filter(pk=attendance_id).select_related("person").first()
    if row is None:
        return False  # moved, cancelled or back in the group meanwhile
    gathering = Gathering.objects.with_surroundings().get(pk=gathering_id)
    told = row.person_id in letters.reached(gathering)
    letters.withdraw(gathering, to=row.person)
    if told:
        leader = planning.leader_of(gathering)
        occasion = f"gathering-{gathering.pk}-left-{row.pk}"
        Mailing(gathering, "uninvited", occasion, leader).post(row.person, None, "CANCEL")
    letters.set_aside(row)
    journal.record(by=None, did="attendance.taken_back", on=gathering, person=str(row.person_id))
    row.delete()
    mail.wake()
    return True
