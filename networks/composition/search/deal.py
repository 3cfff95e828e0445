"""A first grouping: one after the other, to the group where it costs least just then."""

import numpy as np

from networks.composition.search.form import Form

FULL = 1e18


def deal(form: Form, rng: np.random.Generator, start: np.ndarray | None = None) -> np.ndarray:
    """Everybody's group (n,), with as many in each as it may have if the numbers allow it at all.

    People with most colleagues first, else in an order of chance; the locked sit already, and so do
    those with a group in `start` (n,; -1 for none), as far as the sizes allow.
    """
    n, k = form.people, form.groups
    where = np.where(form.fixed, form.current, -1 if start is None else start)
    _make_room(form, where, rng)
    sits = (where == np.arange(k)[:, None]).astype(form.number)
    at = _sums(form, sits)
    size = sits.sum(1).astype(np.int64)
    crowds: dict[int, np.ndarray] = {}
    for i in np.flatnonzero((where >= 0) & (form.share[:n] <= n)):
        crowds.setdefault(int(form.crowd[i]), np.zeros(k, np.int64))[where[i]] += 1
    left = int((where < 0).sum())
    for i in _order(form, where, rng):
        price = at[:, i] + _size_price(form, size, left)
        if form.share[i] <= n:
            here = crowds.setdefault(int(form.crowd[i]), np.zeros(k, np.int64))
            price = price + form.hard * (here >= form.share[i])
        h = int((price + rng.random(k)).argmin())
        if form.share[i] <= n:
            here[h] += 1
        where[i] = h
        size[h] += 1
        left -= 1
        at[h] += form.cost[i, :n]
    return where


def _sums(form: Form, sits: np.ndarray) -> np.ndarray:
    """What each would cost in each group as it is, (k, n)."""
    n, k = form.people, form.groups
    at = form.cost[n : n + k, :n].astype(form.number)
    for h, i in zip(*np.nonzero(sits), strict=True):
        at[h] += form.cost[i, :n]
    return at


def _make_room(form: Form, where: np.ndarray, rng: np.random.Generator) -> None:
    """Take out of their group (-1) as many as must go so that all groups can have their sizes."""
    size = np.bincount(where[where >= 0], minlength=form.groups)
    for i in rng.permutation(np.flatnonzero((where >= 0) & ~form.fixed)):
        h = where[i]
        short = int(np.maximum(form.least - size, 0).sum()) > len(where) - int(size.sum())
        if size[h] > form.most[h] or (short and size[h] > form.least[h]):
            where[i] = -1
            size[h] -= 1


def _order(form: Form, where: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows of those without a group, the most constrained first; those who go together in a row."""
    free = rng.permutation(np.flatnonzero(where < 0))
    strict = np.zeros(form.people)
    for begin in range(0, form.people, 512):
        rows = form.cost[begin : min(begin + 512, form.people)]
        strict[begin : begin + 512] = (np.abs(rows) >= max(1, form.hard)).sum(1)
    for number, unit in enumerate(form.units):
        strict[list(unit)] = form.people * (2 + number)
    return free[np.argsort(-strict[free], kind="stable")]


def _size_price(form: Form, size: np.ndarray, left: int) -> np.ndarray:
    """Smallest group first; those below their least before the others; a full one never."""
    scale = max(1, form.hard // 8)
    short = np.clip(form.least - size, 0, None)
    price = size * (scale / 8) - scale * np.clip(short, 0, 4)
    price[size >= form.most] = FULL
    if short.sum() >= left:
        price[short == 0] = FULL
    return price
