"""A first grouping: one after the other, to the group where it costs least just then."""

import numpy as np

from networks.composition.search.form import Form


def deal(form: Form, rng: np.random.Generator) -> np.ndarray:
    """Everybody's group (n,), nobody over a group's seats unless there are too few in all.

    People with most colleagues first, else in an order of chance; the locked sit already.
    """
    n, k = form.people, form.groups
    where = np.full(n, -1)
    at = form.cost[n : n + k, :n].astype(form.number)
    size = np.zeros(k, np.int64)
    crowds: dict[int, np.ndarray] = {}

    def seat(i: int, h: int) -> None:
        where[i] = h
        size[h] += 1
        at[h] += form.cost[i, :n]
        if form.share[i] <= n:
            crowds.setdefault(int(form.crowd[i]), np.zeros(k, np.int64))[h] += 1

    for i in np.flatnonzero(form.fixed):
        seat(int(i), int(form.current[i]))
    for i in _order(form, rng):
        price = at[:, i] + _size_price(form, size)
        if form.share[i] <= n and (here := crowds.get(int(form.crowd[i]))) is not None:
            price = price + form.hard * (here >= form.share[i])
        seat(int(i), int((price + rng.random(k)).argmin()))
    return where


def _order(form: Form, rng: np.random.Generator) -> np.ndarray:
    """Rows of those who are free, the most constrained first; those who go together in a row."""
    free = rng.permutation(np.flatnonzero(~form.fixed))
    strict = np.zeros(form.people)
    for begin in range(0, form.people, 512):
        rows = form.cost[begin : min(begin + 512, form.people)]
        strict[begin : begin + 512] = (np.abs(rows) >= max(1, form.hard)).sum(1)
    for number, unit in enumerate(form.units):
        strict[list(unit)] = form.people * (2 + number)
    return free[np.argsort(-strict[free], kind="stable")]


def _size_price(form: Form, size: np.ndarray) -> np.ndarray:
    """Smallest group first; those below their least before the others; a full one last."""
    scale = max(1, form.hard // 8)
    full = np.where(size >= form.most, 1e9, 0.0)
    return full + size * (scale / 8) - scale * np.clip(form.least - size, 0, 4)
