"""The numbers in overview and report: pure functions over counts. No database, no clock, no names.

A share is a number from 0 to 1, or None where there is nothing to count yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

# When a group needs the consultant: days and shares, all of them here. The defaults of design/ux.md
# C3, which wants them as data: they become fields of Rules when somebody asks for others.
NO_DATE_BEFORE_WINDOW_ENDS = timedelta(days=21)
PREPARATION_GRACE = timedelta(days=2)
LOW_PREPARATION = 0.5
LOW_ATTENDANCE = 0.8
MINUTES_DUE_AFTER = timedelta(days=10)
ACTIONS_DUE_AFTER = timedelta(days=28)
# Fewer answers than this are never shown as a percentage (mission/domain.md P13).
FEWEST_SHOWN = 5


def share(done: int, of: int) -> float | None:
    """`done` of `of` as 0–1, never above 1; None when `of` is 0."""
    return min(done / of, 1.0) if of else None


@dataclass(frozen=True)
class Count:
    """So many of so many; the percentage is hidden when there are too few to hide in."""

    done: int
    of: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, or None for fewer than FEWEST_SHOWN."""
        return round(100 * min(self.done / self.of, 1)) if self.of >= FEWEST_SHOWN else None

    @property
    def share(self) -> float | None:
        """For drawing; never to be printed."""
        return share(self.done, self.of)

    def __add__(self, other: "Count") -> "Count":
        return Count(self.done + other.done, self.of + other.of)


@dataclass(frozen=True)
class Tally:
    """What one group's gathering in one round amounts to, in counts of people."""

    number: int
    theme: str
    state: str
    window_to: date
    members: int
    starts_at: datetime | None = None
    preparation_due_on: date | None = None
    answered: int = 0
    delivered: int = 0
    present: int = 0
    promised: int = 0
    tried: int = 0
    shared: int = 0
    minutes: str = ""
    minutes_sent: bool = False
    writes: bool = True
    gathering_id: UUID | None = None

    @property
    def is_held(self) -> bool:
        """The gathering took place."""
        return self.state == "held"

    @property
    def preparation(self) -> Count:
        """Members who have delivered all of it, in time or not; of nobody when none is written."""
        return Count(self.delivered, self.members) if self.writes else Count(0, 0)

    @property
    def attendance(self) -> Count:
        """Members who took part; of nobody until it is held."""
        return Count(self.present, self.members if self.is_held else 0)

    @property
    def actions(self) -> Count:
        """Promised actions that were tried; none until it is held."""
        return Count(self.tried, self.promised if self.is_held else 0)

    @property
    def before(self) -> float | None:
        """Preparation as a share."""
        return self.preparation.share

    @property
    def during(self) -> float | None:
        """Attendance as a share."""
        return self.attendance.share

    @property
    def after(self) -> float | None:
        """Afterwards: the actions as a share."""
        return self.actions.share


@dataclass(frozen=True)
class Need:
    """Why a group needs somebody now: a fact, with the day since when. Never about one person."""

    kind: str
    number: int = 0
    since: date | None = None
    done: int = 0
    of: int = 0


@dataclass
class GroupFigures:
    """One row of the overview."""

    pk: UUID
    name: str
    municipality: str
    network: str
    leader: str
    members: int
    tallies: list[Tally] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    leader_email: str = ""

    def tally(self, number: int) -> Tally | None:
        """The group's gathering in round `number`."""
        return next((t for t in self.tallies if t.number == number), None)

    @property
    def held(self) -> list[Tally]:
        """What took place, in order."""
        return [t for t in self.tallies if t.is_held]

    def planned(self, ordinary: int) -> int:
        """Gatherings of its year: the `ordinary` ones of the rules, and extra rounds it got."""
        return len({*range(1, ordinary + 1), *(t.number for t in self.tallies)})

    @property
    def current(self) -> Tally | None:
        """The one to look at now: the first that is not held, else the last."""
        ahead = [t for t in self.tallies if not t.is_held]
        return next(iter(ahead or self.tallies[-1:]), None)

    @property
    def latest(self) -> Tally | None:
        """The last one that was held: its figures stand in the row."""
        return self.held[-1] if self.held else None


def needs_of(group: GroupFigures, *, fewest: int, most: int, today: date) -> list[Need]:
    """Why the group needs somebody on `today`, most urgent first; [] when all is well."""
    found = [need for tally in group.tallies for need in _needs_of_tally(tally, today)]
    if not fewest <= group.members <= most:
        found.append(
            Need("size", done=group.members, of=fewest if group.members < fewest else most)
        )
    if not group.leader:
        found.insert(0, Need("leader"))
    return found


def _needs_of_tally(tally: Tally, today: date) -> Iterable[Need]:
    if tally.state == "draft" and today >= tally.window_to - NO_DATE_BEFORE_WINDOW_ENDS:
        yield Need("date", tally.number, tally.window_to)
    due = tally.preparation_due_on
    is_due = tally.state == "called" and due and today >= due + PREPARATION_GRACE
    if is_due and tally.before is not None and tally.before < LOW_PREPARATION:
        yield Need("preparation", tally.number, due, tally.delivered, tally.members)
    if not (tally.is_held and tally.starts_at):
        return
    held_on = tally.starts_at.date()
    if today >= held_on + MINUTES_DUE_AFTER and not tally.minutes_sent:
        yield Need("minutes", tally.number, held_on)
    if tally.during is not None and tally.during < LOW_ATTENDANCE:
        yield Need("attendance", tally.number, held_on, tally.present, tally.members)
    if today >= held_on + ACTIONS_DUE_AFTER and tally.promised and not tally.tried:
        yield Need("actions", tally.number, held_on, tally.tried, tally.promised)


@dataclass(frozen=True)
class Totals:
    """Preparation, attendance, actions and minutes summed over held gatherings."""

    preparation: Count
    attendance: Count
    actions: Count
    shared: Count
    minutes: Count
    held: int


def totals(tallies: Sequence[Tally]) -> Totals:
    """Sum what was held."""
    held = [t for t in tallies if t.is_held]
    return Totals(
        preparation=sum((t.preparation for t in held), Count(0, 0)),
        attendance=Count(sum(t.present for t in held), sum(t.members for t in held)),
        actions=Count(sum(t.tried for t in held), sum(t.promised for t in held)),
        shared=Count(sum(t.shared for t in held), sum(t.promised for t in held)),
        minutes=Count(sum(t.minutes == "approved" for t in held), len(held)),
        held=len(held),
    )
