"""Tabu search: always the best of all exchanges and moves, and those just moved sit still a while.

The change every exchange would make is kept in a matrix (n, n); a step only renews the rows of the
two groups it touched. Suits small networks, tight rules, and few moves away from today's groups.
"""

import numpy as np

from networks.composition.budget import Budget
from networks.composition.search.anneal import Best
from networks.composition.search.form import Form, cost_of

NEVER = 1e18
CHUNK = 16


class Table:
    """One grouping and what every exchange (n, n) and every move (n, k) would change."""

    def __init__(self, form: Form, where: np.ndarray) -> None:
        self.form, n, k = form, form.people, form.groups
        self.number = form.number
        self.pair = form.cost[:n, :n].astype(self.number)
        self.ways = form.cost[:n, n : n + k].astype(self.number)
        self.mates = form.crowd[:n, None] == form.crowd[:n] if form.has_crowds else None
        self.still = form.fixed.copy()
        self.load(where)

    def load(self, where: np.ndarray) -> None:
        """Begin again from this grouping."""
        k = self.form.groups
        self.where = where.copy()
        sits = (where[:, None] == np.arange(k)).astype(self.number)
        self.at = self.pair @ sits + self.ways
        self.size = np.bincount(where, minlength=k)
        self.still[:] = self.form.fixed
        self.change = np.empty((len(where), len(where)), self.number)
        self.cost = float(cost_of(self.form, where))
        self.renew(np.arange(len(where)))

    def priced(self) -> np.ndarray:
        """`at` with broken shares of a barnehage added, (n, k)."""
        if self.mates is None:
            return self.at
        n, k = self.at.shape
        sits = self.where[:, None] == np.arange(k)
        others = self.mates.astype(self.number) @ sits.astype(self.number) - sits
        return self.at + self.form.hard * (others >= self.form.share[:n, None])

    def renew(self, rows: np.ndarray) -> None:
        """Count what exchanges with these people would change."""
        where, at = self.where, self.priced()
        every = np.arange(len(where))
        change = self._rows(at, rows, every)
        if self.mates is not None:
            plain = self._rows(self.at, rows, every)
            change = np.where(self.mates[rows], plain, change)
        change[where[rows][:, None] == where] = NEVER
        change[:, self.still] = NEVER
        change[self.still[rows]] = NEVER
        self.change[rows] = change
        self.change[:, rows] = change.T

    def _rows(self, at, rows, every) -> np.ndarray:
        own = at[every, self.where]
        change = at[rows][:, self.where] + at[:, self.where[rows]].T
        change -= own[rows][:, None] + own
        change -= 2 * self.pair[rows]
        return change

    def moves(self) -> np.ndarray:
        """What moving each one to each group would change, (n, k)."""
        at, where, form = self.priced(), self.where, self.form
        every = np.arange(len(where))
        change = at - at[every, where][:, None]
        change[:, self.size >= form.most] = NEVER
        change[(self.size <= form.least)[where] | self.still] = NEVER
        change[every, where] = NEVER
        return change

    def put(self, i: int, h: int) -> None:
        """Seat somebody in a group; the rows of both groups are to be renewed."""
        old = self.where[i]
        self.at[:, old] -= self.pair[i]
        self.at[:, h] += self.pair[i]
        self.size[old] -= 1
        self.size[h] += 1
        self.where[i] = h


def tabu(form: Form, where: np.ndarray, rng, budget: Budget, best: Best) -> None:
    """Go on from `where` (n,) until the budget is spent or the target reached; `best` has the find.

    Raises Cancelled; what was found by then is in `best`.
    """
    if form.groups < 2:
        return
    table = Table(form, where)
    best.offer(table.cost, where.copy())
    rests: dict[int, list[int]] = {}
    low, since, step = table.cost, 0, 0
    while not best.is_reached and budget.go_on(CHUNK, best.points):
        for _turn in range(CHUNK):
            step += 1
            _one_step(table, rng, step, rests)
            since += 1
            if table.cost < low:
                low, since = table.cost, 0
                best.offer(low, table.where.copy())
                if best.is_reached:
                    break
            if best.archive is not None:
                best.file(np.array([table.cost]), table.where[None])
        if since > max(300, 6 * form.people):
            table.load(_shaken(form, best.where, rng))
            rests.clear()
            low, since = table.cost, 0


def _one_step(table: Table, rng, step: int, rests: dict[int, list[int]]) -> None:
    """The best exchange or move there is, drawn among equals."""
    rested = np.array(rests.pop(step, []), np.int64)
    table.still[rested] = table.form.fixed[rested]
    table.renew(rested)
    change = table.change
    moves = table.moves() if (table.form.least < table.form.most).any() else None
    lowest = change.min()
    if moves is not None and moves.min() < lowest:
        change, lowest = moves, moves.min()
    if lowest >= NEVER / 2:
        return
    ties = np.flatnonzero(change.ravel() == lowest)
    i, other = divmod(int(ties[rng.integers(len(ties))]), change.shape[1])
    groups = (table.where[i], other if change is moves else table.where[other])
    moved = [i] if change is moves else [i, other]
    table.put(i, groups[1])
    if change is not moves:
        table.put(other, groups[0])
    table.cost += float(lowest)
    table.still[moved] = True
    for one in moved:
        rest = step + int(rng.integers(4, 5 + max(4, table.form.people // 8)))
        rests.setdefault(rest, []).append(one)
    table.renew(np.flatnonzero(np.isin(table.where, groups)))


def _shaken(form: Form, where: np.ndarray, rng) -> np.ndarray:
    """The grouping with some exchanged by chance; whole units against as many others."""
    where = where.copy()
    free = np.flatnonzero(~form.fixed)
    if len(free) < 2:
        return where
    for _turn in range(max(2, int(len(free) * rng.uniform(0.02, 0.15)))):
        i, j = rng.choice(free, 2, replace=False)
        where[i], where[j] = where[j], where[i]
    for unit in form.units:
        if rng.random() < 0.3:
            exchange_unit(form, where, unit, int(rng.integers(form.groups)), rng)
    return where


def exchange_unit(form: Form, where: np.ndarray, unit: tuple[int, ...], h: int, rng) -> bool:
    """Move people who sit together to group h for as many others there; whether it could be."""
    members = np.array(unit)
    old = where[members[0]]
    if old == h or (where[members] != old).any() or form.fixed[members].any():
        return False
    tied = [i for each in form.units for i in each]
    others = np.setdiff1d(np.flatnonzero((where == h) & ~form.fixed), tied)
    if len(others) < len(members):
        return False
    where[rng.permutation(others)[: len(members)]] = old
    where[members] = h
    return True
