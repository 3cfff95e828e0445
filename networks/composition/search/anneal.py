"""Annealing of a herd: slowly colder, and now and then the good groupings take the bad ones' place.

(Population annealing.) How cold it is follows how much of the budget is spent, so the same code
runs by steps and by the clock.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from math import inf

import numpy as np

from networks.composition.budget import Budget
from networks.composition.search.form import Form
from networks.composition.search.heat import Herd

CHUNK = 16
"""Steps between two looks at the budget."""
STAGES = 40
LUCK = 2**18

Archive = MutableMapping[int, tuple[int, np.ndarray]]
"""Moves away from today's groups -> the fewest points so far, and the grouping (n,)."""


@dataclass
class Best:
    """The cheapest grouping so far, and the cost at which nothing more is wanted."""

    cost: float = inf
    where: np.ndarray | None = None
    target: float = -inf
    base: float = 0
    archive: Archive | None = None
    current: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    price: int = 0

    @property
    def is_reached(self) -> bool:
        """Whether nothing more is wanted."""
        return self.cost <= self.target

    @property
    def points(self) -> int | None:
        """The score, for those who listen."""
        return None if self.where is None else round(self.cost - self.base)

    def offer(self, cost: float, where: np.ndarray) -> None:
        """Keep it if it is cheaper."""
        if cost < self.cost:
            self.cost, self.where = cost, where

    def file(self, costs: np.ndarray, wheres: np.ndarray) -> None:
        """Keep each (m, n) that has fewest points for its moves, when somebody asks for that."""
        if self.archive is None:
            return
        away = ((wheres != self.current) & (self.current >= 0)).sum(1)
        for moves, cost, where in zip(away.tolist(), costs.tolist(), wheres, strict=True):
            points = round(cost - self.base) - self.price * moves
            if moves not in self.archive or points < self.archive[moves][0]:
                self.archive[moves] = (points, where.copy())


@dataclass(frozen=True)
class Heat:
    """Temperatures in points, from and to, and how many groupings at once."""

    hot: float
    cold: float
    count: int


def heat_for(form: Form, count: int | None = None) -> Heat:
    """What has been found to suit like pairs: from half their spread to a small part of it."""
    spread = _spread(form) or 1.0
    pairs = max(1, form.groups // 2)
    return Heat(0.55 * spread, 0.075 * spread, count or int(np.clip(round(192 / pairs), 1, 32)))


def _spread(form: Form) -> float:
    """The standard deviation of the cost of pairs, broken rules left out; of 300 people's."""
    rows = np.linspace(0, form.people - 1, min(form.people, 300)).astype(np.int64)
    soft = form.cost[rows][:, rows].astype(np.float64)
    if form.hard:
        soft = soft[np.abs(soft) < form.hard // 2]
    return float(soft.std()) if soft.size else 0.0


def anneal(form: Form, where: np.ndarray, heat: Heat, rng, budget: Budget, best: Best) -> None:
    """Cool from `where` (n,) until the budget is spent or the target reached; `best` has the find.

    Raises Cancelled; what was found by then is in `best`.
    """
    if form.groups < 2:
        return
    herd = Herd(form, where, heat.count)
    luck = _Luck(herd, rng)
    best.offer(float(herd.energy[0]), where.copy())
    stage, heat_now, lowest = 0, heat.hot, float(herd.energy.min())
    while not best.is_reached and budget.go_on(CHUNK, best.points):
        share = budget.share
        before, heat_now = heat_now, heat.hot * (heat.cold / heat.hot) ** share
        if heat.count > 1 and int(share * STAGES) > stage:
            stage = int(share * STAGES)
            herd.keep(_survivors(herd.energy, before_to_now(before, heat_now), rng))
        for one, two in luck.meetings(CHUNK):
            herd.step(one, two, heat_now, luck.draw())
            now = float(herd.energy.min())
            if now < lowest and now < best.cost:
                best.offer(now, herd.where(int(herd.energy.argmin())))
                if best.is_reached:
                    break
            lowest = min(lowest, now)
        if best.archive is not None:
            best.file(herd.energy, np.array([herd.where(r) for r in range(heat.count)]))


def before_to_now(before: float, now: float) -> float:
    """How much colder: the difference of one over the temperature."""
    return 1 / now - 1 / before


def _survivors(energy: np.ndarray, colder: float, rng) -> np.ndarray:
    """Numbers of the groupings to go on with, each as often as it is likelier in the colder."""
    weight = np.exp((energy.min() - energy) * colder)
    marks = (rng.random() + np.arange(len(energy))) / len(energy)
    return np.searchsorted(np.cumsum(weight / weight.sum()), marks).clip(0, len(energy) - 1)


class _Luck:
    """Who meets whom, and the draws; drawn in bulk, since drawing costs more than the step."""

    def __init__(self, herd: Herd, rng) -> None:
        self.rng, self.herd = rng, herd
        k = herd.form.groups
        self.half = k // 2
        self.columns = herd.count * self.half
        self.need = self.columns * (herd.s * herd.s + 1)
        self.drawn = rng.gumbel(size=max(LUCK, 2 * self.need)).astype(herd.number)
        self.first = (np.arange(herd.count) * k)[:, None]

    def meetings(self, steps: int):
        """Pairs of groups for so many steps."""
        k, count = self.herd.form.groups, self.herd.count
        drawn = self.rng.permuted(np.broadcast_to(np.arange(k), (steps * count, k)), axis=1)
        for turn in drawn.reshape(steps, count, k) + self.first:
            yield turn[:, : self.half].ravel(), turn[:, self.half : 2 * self.half].ravel()

    def draw(self) -> np.ndarray:
        """Gumbel draws for one step, (s * s + 1, columns)."""
        begin = int(self.rng.integers(0, len(self.drawn) - self.need + 1))
        return self.drawn[begin : begin + self.need].reshape(-1, self.columns)
