"""What a person's tasks are worked out from, read in a constant number of statements."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Self
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from gatherings import minutes, planning
from gatherings.models import Action, Assignment, Attendance, Gathering, Submission
from gatherings.permissions import seats_of
from networks.models import Membership
from participants.models import Person

AFTERWARDS = timedelta(weeks=6)


@dataclass
class Desk:
    """All that a person's tasks are worked out from."""

    person: Person
    now: datetime
    # All seats there ever were in her groups: who counts depends on the gathering's day.
    seats: list[Membership] = field(default_factory=list)
    gatherings: list[Gathering] = field(default_factory=list)
    attendances: dict[UUID, dict[UUID, Attendance]] = field(default_factory=dict)
    submissions: dict[tuple[UUID, UUID], dict[UUID, Submission]] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    # Sent minutes she says she has read.
    minutes_read: set[UUID] = field(default_factory=set)

    @classmethod
    def of(cls, person: Person) -> Self:
        """Read the desk: eight statements at most, however many groups and gatherings.

        Nothing of a season that is over: it asks nobody for anything any more.
        """
        desk = cls(person, timezone.now())
        seats = Membership.objects.not_over().filter(
            group__in=list(seats_of(person)), person__is_active=True
        )
        desk.seats = list(seats.select_related("person", "group"))
        ids = {seat.group_id for seat in desk.seats}
        desk.gatherings = list(
            Gathering.objects.in_use()
            .filter(group__in=ids)
            .select_related("round", "host", "minutes", "group__season")
            .defer("minutes__open_part", "minutes__closed_part", "minutes__frozen")
            .prefetch_related("round__assignments")
            .order_by("round__number")
        )
        desk._read_work(ids)
        return desk

    def _read_work(self, groups: set[UUID]) -> None:
        self.attendances = defaultdict(dict)
        for row in Attendance.objects.filter(gathering__in=[g.pk for g in self.gatherings]):
            self.attendances[row.gathering_id][row.person_id] = row
        rounds = {gathering.round_id for gathering in self.gatherings}
        self.submissions = defaultdict(dict)
        written = Submission.objects.filter(group__in=groups, assignment__round__in=rounds)
        for row in written.only("assignment", "person", "group", "version", "delivered_at"):
            self.submissions[row.group_id, row.assignment_id][row.person_id] = row
        # What was chosen at the last gathering of a year is told of after it.
        lasts = Q(gathering__group__season__ends_on__gte=self.today)
        lasts |= Q(due_on__gte=self.today - AFTERWARDS)
        self.actions = list(
            Action.objects.filter(lasts, person=self.person).select_related("gathering__round")
        )
        found = [g.minutes for g in self.gatherings if hasattr(g, "minutes")]
        self.minutes_read = minutes.has_read(self.person, found)

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def role_in(self, group: UUID) -> str:
        """The person's role in a group; the leader's goes first."""
        return seats_of(self.person).get(group, "")

    def sitting(self, gathering: Gathering) -> list[Membership]:
        """Who sits in its group on its day, members first."""
        return planning.seats_among(self.seats, gathering)

    def members(self, gathering: Gathering) -> list[Membership]:
        """The members among them."""
        return [seat for seat in self.sitting(gathering) if seat.role == Membership.Role.MEMBER]

    def before(self, gathering: Gathering) -> list[Assignment]:
        """What is to be done before it."""
        return gathering.round.tasks_before

    def answer(self, gathering: Gathering, task: Assignment, person: UUID) -> Submission | None:
        """What a person has written or read."""
        return self.submissions[gathering.group_id, task.pk].get(person)

    def delivered(self, gathering: Gathering, person: UUID) -> int:
        """How many tasks before the gathering a person has done."""
        found = [self.answer(gathering, task, person) for task in self.before(gathering)]
        return sum(1 for row in found if row and row.delivered_at)

    def due_day(self, gathering: Gathering) -> date:
        """When preparation is due."""
        return gathering.preparation_due_on or timezone.localdate(gathering.starts_at)

    def due_after(self, gathering: Gathering) -> date:
        """When work after a gathering is due: with the preparation for the group's next one."""
        for other in self.gatherings:
            if other.group_id == gathering.group_id and self.is_ahead(other):
                return self.due_day(other)
        return timezone.localdate(gathering.starts_at) + AFTERWARDS

    def is_ahead(self, gathering: Gathering) -> bool:
        """Called and not begun."""
        return gathering.state == Gathering.State.CALLED and gathering.starts_at > self.now

    def was_seated(self, gathering: Gathering) -> bool:
        """Whether the person sits in its group since the day it was held, and was known to then."""
        day = timezone.localdate(gathering.starts_at)
        return any(
            seat.person_id == self.person.pk
            and seat.group_id == gathering.group_id
            and max(seat.starts_on, seat.closed_before or seat.starts_on) <= day
            for seat in self.seats
        )

    def latest_held(self, group: UUID) -> Gathering | None:
        """The last gathering the group held; work after it belongs to it."""
        state = Gathering.State.HELD
        held = [g for g in self.gatherings if g.group_id == group and g.state == state]
        return held[-1] if held else None

    @cached_property
    def next(self) -> Gathering | None:
        """The gathering that comes first and is not over."""
        ahead = [
            gathering
            for gathering in self.gatherings
            if gathering.state == Gathering.State.CALLED and gathering.ends_at >= self.now
        ]
        return min(ahead, key=lambda gathering: gathering.starts_at, default=None)
