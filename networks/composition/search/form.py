"""A problem as arrays: how much each two cost in one group, and what nobody may do.

Everything is one symmetric matrix `cost`. Rows 0..n-1 are people. Row n+h stands for group h itself
(its leader, its place, its kommune): what it costs a person to sit there. The last row is nobody,
the empty seat, who costs nothing. Broken rules cost `hard` each, more than any one exchange gains.
"""

from dataclasses import dataclass, field

import numpy as np

from networks.composition.counts import least_pairs
from networks.composition.model import FREE, Group, Person, Problem

EXACT = 2**22
"""Whole numbers are summed in single precision as long as no sum comes near 2**24."""


@dataclass(frozen=True)
class Form:
    """Minimise the cost of pairs in one group, with people seated in groups.

    cost (n+k+1, n+k+1); least, most (k,) members; fixed (n,) may not move; current (n,) group today
    or -1; crowd (n+k+1,) the first row of those of a barnehage that may have more than one in a
    group, else the row itself; share (n+k+1,) how many it may have. A cost of `base` scores 0.
    """

    cost: np.ndarray
    least: np.ndarray
    most: np.ndarray
    fixed: np.ndarray
    current: np.ndarray
    crowd: np.ndarray
    share: np.ndarray
    has_crowds: bool = False
    units: tuple[tuple[int, ...], ...] = ()
    hard: int = 0
    base: int = 0
    traits: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    prices: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    @property
    def people(self) -> int:
        """How many there are to place."""
        return len(self.fixed)

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.least)

    @property
    def nobody(self) -> int:
        """The empty seat's row in `cost`."""
        return len(self.cost) - 1

    @property
    def number(self) -> type:
        """The floating-point type in which sums of costs stay whole."""
        seats = int(self.most.max()) + 1
        worst = max(int(self.cost.max()), -int(self.cost.min())) * seats * 4
        return np.float32 if worst < EXACT else np.float64


def form_of(problem: Problem, move_price: int = 0) -> Form:
    """The arrays of a problem, in the order of its people and groups.

    `move_price` is points for everybody who moves away from her group of today.
    """
    n, k = len(problem.people), len(problem.groups)
    at = {group.id: h for h, group in enumerate(problem.groups)}
    current = np.array([at.get(person.current, -1) for person in problem.people])
    traits, prices = _traits(problem)
    linear, most = _linear(problem, current, move_price), _most(problem)
    dearest = int((traits.astype(np.float64) @ prices).max(initial=0))
    dearest += sum(problem.met_before.values())
    hard = 4 * (1 + dearest * int(most.max()) + int(linear.max(initial=0)))
    cost = np.zeros((n + k + 1, n + k + 1), _kind(3 * hard))
    _like_pairs(problem, cost, traits, prices)
    _pair_rules(problem, cost, hard)
    cost[n : n + k, :n] = linear
    _bar(problem, cost, hard)
    cost[:n, n : n + k] = cost[n : n + k, :n].T
    crowd, share = _crowds(problem)
    least = sum(problem.weight(a) * least_pairs(c, k) for (a, _v), c in problem.values.items())
    return Form(
        cost,
        np.array([group.least for group in problem.groups]),
        most,
        np.array([person.locked and problem.sits(person) for person in problem.people]),
        current,
        crowd,
        share,
        len(np.unique(crowd)) < len(crowd),
        _units(problem),
        hard,
        int(least) - hard * len(problem.rules.together),
        traits,
        prices,
    )


def _kind(largest: int) -> type:
    """The smallest type that holds such numbers: 5,000 people's matrix is 70 MB in two bytes."""
    return next((t for t in (np.int16, np.int32) if largest <= np.iinfo(t).max), np.int64)


def form_of_distances(distance: np.ndarray, least: np.ndarray, most: np.ndarray) -> Form:
    """People as far from each other as can be, (n, n), in groups of so many: no other rules."""
    n, k = len(distance), len(least)
    cost = np.zeros((n + k + 1, n + k + 1), np.int32)
    cost[:n, :n] = -distance
    rows = len(cost)
    free = np.zeros(n, bool), np.full(n, -1), np.arange(rows), np.full(rows, rows)
    return Form(cost, least, most, *free, prices=np.zeros(0, np.float32), traits=np.zeros((n, 0)))


def _traits(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Who has which value (n, v), and what a pair with it costs (v,)."""
    values = [v for v in sorted(problem.values) if problem.weight(v[0])]
    column = {value: n for n, value in enumerate(values)}
    traits = np.zeros((len(problem.people), len(values)), np.float32)
    for row, person in zip(traits, problem.people, strict=True):
        row[[column[value] for value in person.values if value in column]] = 1
    return traits, np.array([problem.weight(a) for a, _v in values], np.float32)


def _like_pairs(problem: Problem, cost: np.ndarray, traits: np.ndarray, prices) -> None:
    """Write points for each two in one group, some rows at a time so that little is held."""
    n = len(traits)
    exact = np.float64 if float(prices.sum()) >= EXACT else np.float32
    weighed = (traits * prices).astype(exact).T
    for begin in range(0, n, 512):
        cost[begin : min(begin + 512, n), :n] = traits[begin : begin + 512].astype(exact) @ weighed
    np.fill_diagonal(cost, 0)
    index = {person.id: i for i, person in enumerate(problem.people)}
    for (one, two), points in problem.met_before.items():
        cost[index[one], index[two]] += points
        cost[index[two], index[one]] += points


def _linear(problem: Problem, current: np.ndarray, move_price: int) -> np.ndarray:
    """Points for each one's way to each group's place, and for leaving her own, (k, n).

    (k, 1) when there are none: for 10,000 people the zeros alone would be 130 MB.
    """
    if not (problem.travel.weight or move_price):
        return np.zeros((len(problem.groups), 1), np.int64)
    points = np.zeros((len(problem.groups), len(problem.people)), np.int64)
    number = {barnehage: b for b, barnehage in enumerate(problem.staff)}
    home = np.array([number[person.barnehage] for person in problem.people])
    for h, group in enumerate(problem.groups):
        if problem.travel.weight and group.place:
            ways = [problem.travel_points(people[0], group) for people in problem.staff.values()]
            points[h] = np.array(ways)[home]
        points[h] += move_price * ((current >= 0) & (current != h))
    return points


def _bar(problem: Problem, cost: np.ndarray, hard: int) -> None:
    """Make it dear to be where one may not be, whoever else is there.

    Asked only of those whom the group's leader or kommune may keep out: of all with all it would
    be four million questions for 5,000 people.
    """
    n = len(problem.people)
    index = {person.id: i for i, person in enumerate(problem.people)}
    for h, group in enumerate(problem.groups):
        is_local = problem.rules.local and group.kommune
        asked = problem.people if is_local else _led_by_own(problem, group)
        cost[n + h, [index[p.id] for p in asked if problem.is_barred(group, p)]] += hard


def _led_by_own(problem: Problem, group: Group) -> list[Person]:
    """Those whose own manager leads the group."""
    return problem.staff.get(problem.barnehage_of.get(group.leader, ""), [])


def _most(problem: Problem) -> np.ndarray:
    """Seats in each group: its largest size, but not more than the others' smallest leave over."""
    smallest = sum(group.least for group in problem.groups)
    left = [len(problem.people) - smallest + group.least for group in problem.groups]
    return np.array(
        [max(1, min(g.most, n)) for g, n in zip(problem.groups, left, strict=True)], np.int64
    )


def _pair_rules(problem: Problem, cost: np.ndarray, hard: int) -> None:
    index = {person.id: i for i, person in enumerate(problem.people)}
    apart = {frozenset(pair) for pair in problem.rules.apart}
    for pair in [*problem.rules.apart, *_colleagues(problem, apart)]:
        one, two = index[pair[0]], index[pair[1]]
        cost[one, two] += hard
        cost[two, one] += hard
    for pair in problem.rules.together:
        one, two = index[pair[0]], index[pair[1]]
        cost[one, two] -= hard
        cost[two, one] -= hard


def _colleagues(problem: Problem, known: set[frozenset[str]]):
    """Pairs of a barnehage that may have but one in a group: each is a pair kept apart."""
    for barnehage, people in problem.staff.items():
        if problem.share(barnehage) == 1:
            for n, one in enumerate(people):
                for two in people[:n]:
                    if frozenset((one.id, two.id)) not in known:
                        yield one.id, two.id


def _crowds(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Barnehager with more people than their share, where the share is over one."""
    rows = len(problem.people) + len(problem.groups) + 1
    crowd, share = np.arange(rows), np.full(rows, rows)
    index = {person.id: i for i, person in enumerate(problem.people)}
    for barnehage, people in problem.staff.items():
        most = problem.share(barnehage)
        if problem.rules.same_barnehage != FREE and 1 < most < len(people):
            members = [index[person.id] for person in people]
            crowd[members], share[members] = members[0], most
    return crowd, share


def _units(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """People who must sit together, as rows, in the order of the people."""
    index = {person.id: i for i, person in enumerate(problem.people)}
    unit = {i: (i,) for i in index.values()}
    for one, two in problem.rules.together:
        joined = tuple(sorted({*unit[index[one]], *unit[index[two]]}))
        for i in joined:
            unit[i] = joined
    return tuple(members for i, members in unit.items() if len(members) > 1 and i == members[0])


def cost_of(form: Form, where: np.ndarray) -> int:
    """What a grouping (n,) costs, counted anew; its score and broken rules are above `base`."""
    total, over = 0, 0
    for h in range(form.groups):
        here = np.append(np.flatnonzero(where == h), form.people + h)
        total += int(form.cost[np.ix_(here, here)].sum(dtype=np.int64))
        if form.has_crowds:
            kinds, counts = np.unique(form.crowd[here], return_counts=True)
            over += int(np.maximum(counts - form.share[kinds], 0).sum())
    return total // 2 + form.hard * over
