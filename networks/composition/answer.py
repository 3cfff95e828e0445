"""What the engine answers, as plain data: a grouping, its score, and what is proved of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

OPTIMAL, FEASIBLE, IMPOSSIBLE, CANCELLED = ("optimal", "feasible", "impossible", "cancelled")
CLOSED_FORM, SOLVER = ("closed form", "solver")


@dataclass(frozen=True)
class Grouping:
    """Everybody's group and every group's leader; points, and moves away from today's groups."""

    where: Mapping[str, str]
    leaders: Mapping[str, str] = field(default_factory=dict)
    score: int = 0
    moves: int = 0


@dataclass(frozen=True)
class Result:
    """The answer to `compose`. `floor` is a score nothing can be below; equal to `score` it proves.

    `grouping` is None when `status` is impossible, or cancelled before anything was found.
    `proved_by` is "closed form", "solver" or None. `has_solver` is False without OR-Tools.
    """

    status: str
    grouping: Grouping | None = None
    floor: int = 0
    proved_by: str | None = None
    seed: int = 0
    has_solver: bool = True

    @property
    def gap(self) -> int | None:
        """At most so many points from perfect."""
        return None if self.grouping is None else self.grouping.score - self.floor


@dataclass(frozen=True)
class Front:
    """Groupings by moves, fewest first, each better than the one before.

    The first has the fewest moves there are when `is_proved`. Empty when none exists.
    """

    groupings: tuple[Grouping, ...] = ()
    is_proved: bool = False


@dataclass(frozen=True)
class Relaxation:
    """A grouping that breaks only `exceptions`, and what they cost together."""

    grouping: Grouping
    exceptions: tuple
    price: int
    is_cheapest: bool = False


@dataclass(frozen=True)
class Reason:
    """Rules that cannot hold together, none of them to spare, proved by counting.

    `kind` says how (networks.composition.reasons has them all), `facts` holds the ids and numbers
    that its sentence needs.
    """

    kind: str
    rules: tuple[tuple[str, ...], ...]
    facts: Mapping[str, object] = field(default_factory=dict)
