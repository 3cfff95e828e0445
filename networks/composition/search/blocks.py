"""Large networks: better some tens of groups at a time, those that can still be bettered first.

The blocks are drawn anew each time, so that people come across the whole network in the end.
"""

from dataclasses import replace

import numpy as np

from networks.composition.budget import Budget
from networks.composition.search.anneal import Best
from networks.composition.search.form import Form, cost_of

GROUPS = 60
"""Groups in a block."""
FIRST, LONGEST = 320, 6000
"""Steps for a block at first, and when short ones no longer help."""


def part_of(form: Form, where: np.ndarray, groups: np.ndarray) -> tuple[Form, np.ndarray]:
    """The form of these groups alone with those who sit there; and their rows in the whole."""
    people = np.flatnonzero(np.isin(where, groups))
    rows = np.concatenate([people, form.people + groups, [form.nobody]])
    at = np.full(form.groups, -1)
    at[groups] = np.arange(len(groups))
    row_of = {int(row): n for n, row in enumerate(people)}
    inside = [unit for unit in form.units if all(i in row_of for i in unit)]
    _kinds, first, number = np.unique(form.crowd[rows], return_index=True, return_inverse=True)
    part = replace(
        form,
        cost=form.cost[np.ix_(rows, rows)],
        least=form.least[groups],
        most=form.most[groups],
        fixed=form.fixed[people],
        current=np.where(form.current[people] >= 0, at[form.current[people]], -1),
        crowd=first[number],
        share=form.share[rows],
        has_crowds=len(first) < len(rows),
        units=tuple(tuple(row_of[i] for i in unit) for unit in inside),
        base=0,
    )
    return part, people


class Lack:
    """How much each group can be bettered at most: pairs above the least, ways above the nearest.

    No division of the same people has a group whose pairs, taken value by value against the line
    through an even spread, count less than nothing; so the sum over a block is a bound.
    """

    def __init__(self, form: Form) -> None:
        n, k = form.people, form.groups
        self.form = form
        self.even = form.traits.sum(0) // k
        self.nearest = form.cost[n : n + k, :n].min(0).astype(np.int64)
        self.unit_of = {i: unit for unit in form.units for i in unit}

    def of(self, where: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """Points, for each of these groups."""
        return np.array([self._one(where, int(h)) for h in groups])

    def _one(self, where: np.ndarray, h: int) -> int:
        form = self.form
        here = np.flatnonzero(where == h)
        over = form.traits[here].sum(0) - self.even
        pairs = int((form.prices * over * (over - 1) / 2).sum())
        ways = form.cost[form.people + h, here].astype(np.int64) - self.nearest[here]
        block = form.cost[np.ix_(here, here)]
        broken = int((block >= max(1, form.hard // 2)).sum()) // 2
        split = sum(len({int(where[m]) for m in self.unit_of.get(int(i), ())}) > 1 for i in here)
        crowded = 0
        if form.has_crowds:
            kinds, counts = np.unique(form.crowd[here], return_counts=True)
            crowded = int(np.maximum(counts - form.share[kinds], 0).sum())
        return pairs + int(ways.sum()) + form.hard * (broken + split + crowded)


def by_blocks(form: Form, where: np.ndarray, rng, budget: Budget, best: Best, way) -> None:
    """Better `where` (n,) block by block, each in this way, until the target or the end.

    Raises Cancelled; what was found by then is in `best`.
    """
    where = where.copy()
    lack = Lack(form)
    lacking = lack.of(where, np.arange(form.groups))
    best.offer(cost_of(form, where), where.copy())
    cost, in_vain = best.cost, 0
    while not best.is_reached and budget.go_on(1, best.points):
        groups = _drawn(lacking, rng)
        part, people = part_of(form, where, groups)
        inside = np.searchsorted(groups, where[people])
        before = cost_of(part, inside)
        found = Best(target=before - int(lacking[groups].sum()))
        steps = min(LONGEST, round(FIRST * 1.25**in_vain))
        share = budget.at_most(steps, steps * 0.0003)
        try:
            way(part, inside, rng, share, found)
        finally:
            budget.settle(share)
            in_vain = 0 if found.cost < before else in_vain + 1
            if found.where is not None and found.cost < before:
                where[people] = groups[found.where]
                cost += found.cost - before
                best.offer(cost, where.copy())
                best.file(np.array([cost]), where[None])
        lacking[groups] = lack.of(where, groups)


def _drawn(lacking: np.ndarray, rng) -> np.ndarray:
    """Some tens of groups in order, at most half of them such as can be bettered."""
    wanting = rng.permutation(np.flatnonzero(lacking > 0))[: GROUPS // 2]
    others = rng.permutation(np.setdiff1d(np.arange(len(lacking)), wanting))
    return np.sort(np.concatenate([wanting, others[: GROUPS - len(wanting)]]))
