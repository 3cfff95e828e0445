"""How long a search may go on: by steps, the same everywhere, or by a clock handed in.

The engine reads no clock of its own. With `steps` the same problem and seed give the same answer in
any process, so a proposal can be worked out again and looked into.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf
from typing import Self


class Cancelled(Exception):
    """Somebody pressed «avbryt»."""


def _nothing(_share: float, _best: int | None) -> None:
    """Nobody listens."""


def _never() -> bool:
    return False


@dataclass
class Budget:
    """What a search may spend, whom it asks whether to go on, and whom it tells how far it is.

    `steps` end it, or `seconds` of `clock` (such as time.monotonic). `tell` hears the share spent,
    0 to 1, and the best score so far.
    """

    steps: int | None = None
    seconds: float = inf
    clock: Callable[[], float] | None = None
    is_cancelled: Callable[[], bool] = _never
    tell: Callable[[float, int | None], None] = _nothing
    spent: int = field(default=0, init=False)
    begun: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        if self.steps is None and self.clock is None:
            raise ValueError("A search ends by steps, or by seconds and a clock.")
        self.begun = self.clock() if self.clock else 0.0

    @property
    def is_by_steps(self) -> bool:
        """Whether the answer must be the same in any process: no clock is asked."""
        return self.steps is not None

    @property
    def share(self) -> float:
        """How much is spent, from 0 to 1."""
        if self.steps is not None:
            return min(1.0, self.spent / self.steps) if self.steps else 1.0
        return min(1.0, (self.clock() - self.begun) / self.seconds) if self.seconds else 1.0

    @property
    def steps_left(self) -> int:
        """Steps still to take; only by steps."""
        return max(0, (self.steps or 0) - self.spent)

    @property
    def seconds_left(self) -> float:
        """Seconds still to pass; infinite by steps."""
        return inf if self.is_by_steps else max(0.0, self.seconds - (self.clock() - self.begun))

    def go_on(self, steps: int = 1, best: int | None = None) -> bool:
        """Take so many steps; whether there is anything left. Raises Cancelled."""
        self.spent += steps
        if self.is_cancelled():
            raise Cancelled
        share = self.share
        self.tell(share, best)
        return share < 1.0

    def part(self, share: float) -> Self:
        """A budget of this share of what is left; give it back with `settle`."""
        return self.at_most(round(self.steps_left * share), self.seconds_left * share)

    def at_most(self, steps: int, seconds: float) -> Self:
        """A budget of so much, or of what is left; give it back with `settle`.

        Who listens hears how much of the whole is spent.
        """
        part = replace(self, steps=min(steps, self.steps_left) if self.is_by_steps else None)
        part.seconds = min(seconds, self.seconds_left)
        part.tell = lambda _share, best: self.tell(self._share_with(part.spent), best)
        return part

    def _share_with(self, spent: int) -> float:
        """How much of the whole is spent when a part of it has taken so many steps."""
        if self.steps is None:
            return self.share
        return min(1.0, (self.spent + spent) / self.steps) if self.steps else 1.0

    def settle(self, part: Self) -> None:
        """Count what a part has spent."""
        self.spent += part.spent
