"""The search in plain Python, for when numpy cannot be imported: the same answers, later.

Annealing over exchanges of two people and moves of one. What a person costs in a group is counted
from how many there share her values, so nothing grows with the square of the people.
"""

from collections import defaultdict
from math import exp

from networks.composition.budget import Budget
from networks.composition.model import FREE, Person, Problem, Value, Where
from networks.composition.score import breaches, score

CHUNK = 64
"""Tries between two looks at the budget; each try is a step."""
TRIES = 60
"""Tries for each person in the first round; each round is twice the one before."""


class Luck:
    """Numbers of chance, the same for the same seed in any process (SplitMix64)."""

    def __init__(self, seed: int) -> None:
        self.state = seed & (2**64 - 1)

    def share(self) -> float:
        """From 0 to under 1."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return ((z ^ (z >> 31)) >> 11) / 2**53

    def below(self, count: int) -> int:
        """A whole number from 0 to under `count`."""
        return int(self.share() * count)


class Seating:
    """Who sits where, and what each would cost in each group, counted from the groups' values."""

    def __init__(self, problem: Problem, move_price: int = 0) -> None:
        self.problem, self.move_price = problem, move_price
        self.hard = 4 * _reach(problem, move_price)
        self.priced = {
            p.id: [(v, problem.weight(v[0])) for v in p.values if problem.weight(v[0])]
            for p in problem.people
        }
        self.ties: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for pairs, points in ((problem.rules.apart, 1), (problem.rules.together, -1)):
            for one, two in pairs:
                self._tie(one, two, points * self.hard)
        for (one, two), points in problem.met_before.items():
            self._tie(one, two, points)
        self.where: dict[str, str] = {}
        self.size = dict.fromkeys(problem.group, 0)
        self.counts: dict[str, dict[Value, int]] = {g: defaultdict(int) for g in problem.group}
        self.staff: dict[str, dict[str, int]] = {g: defaultdict(int) for g in problem.group}
        self.share = {b: problem.share(b) for b in problem.staff}
        self.ways: dict[tuple[str, str], int] = {}

    def _tie(self, one: str, two: str, points: int) -> None:
        self.ties[one].append((two, points))
        self.ties[two].append((one, points))

    def way(self, person: Person, group: str) -> int:
        """Points for travel, for leaving today's group and for a rule that keeps her out."""
        key = (person.id, group)
        if key not in self.ways:
            seat = self.problem.group[group]
            leaves = self.problem.sits(person) and person.current != group
            points = self.problem.travel_points(person, seat) + self.move_price * leaves
            barred = self.problem.leads_own(seat, person) + self.problem.is_elsewhere(seat, person)
            self.ways[key] = points + self.hard * barred
        return self.ways[key]

    def cost(self, person: Person, group: str) -> int:
        """What she costs in a group that she is not in just now."""
        counts = self.counts[group]
        total = self.way(person, group)
        for value, price in self.priced[person.id]:
            total += price * counts[value]
        if self.problem.rules.same_barnehage != FREE:
            crowded = self.staff[group][person.barnehage] >= self.share[person.barnehage]
            total += self.hard * crowded
        for other, points in self.ties[person.id]:
            if self.where.get(other) == group:
                total += points
        return total

    def put(self, person: Person, group: str) -> None:
        """Seat her."""
        self._count(person, group, 1)
        self.where[person.id] = group

    def take(self, person: Person) -> str:
        """Take her out of her group; which that was."""
        group = self.where.pop(person.id)
        self._count(person, group, -1)
        return group

    def _count(self, person: Person, group: str, by: int) -> None:
        self.size[group] += by
        self.staff[group][person.barnehage] += by
        for value, _price in self.priced[person.id]:
            self.counts[group][value] += by


class Search:
    """A search that can be gone on with, like `networks.composition.search.improve.Search`."""

    def __init__(
        self,
        problem: Problem,
        seed: int = 0,
        *,
        start: Where | None = None,
        target: int | None = None,
        move_price: int = 0,
    ) -> None:
        self.problem, self.target, self.luck = problem, target, Luck(seed)
        self.seating = Seating(problem, move_price)
        self.free = [p for p in problem.people if not (p.locked and problem.sits(p))]
        self._deal(start or {})
        self.where = dict(self.seating.where)
        self.best = self.now = self._anew()

    def _anew(self) -> int:
        """Points of the grouping as it is, broken rules counted dear."""
        where = self.seating.where
        moves = sum(self.problem.sits(p) and where[p.id] != p.current for p in self.problem.people)
        broken = sum(b.by for b in breaches(self.problem, where) if b.rule not in NOT_SEATS)
        return (
            score(self.problem, where).total
            + self.seating.move_price * moves
            + self.seating.hard * broken
        )

    def _deal(self, start: Where) -> None:
        """The locked first, then the others one by one to where they cost least."""
        seating, rooms = self.seating, self.problem.groups
        free = {p.id for p in self.free}
        for person in self.problem.people:
            if person.id not in free:
                seating.put(person, person.current)
        waiting = []
        for person in self.free:
            group = self.problem.group.get(start.get(person.id, ""))
            if group and seating.size[group.id] < group.most:
                seating.put(person, group.id)
            else:
                waiting.append(person)
        waiting.sort(key=lambda p: -len(self.problem.staff[p.barnehage]))
        for person in waiting:
            short = [g for g in rooms if seating.size[g.id] < g.least]
            open_now = short or [g for g in rooms if seating.size[g.id] < g.most] or rooms
            fewest = sorted(open_now, key=lambda g: seating.size[g.id])[:40]
            seating.put(person, min(fewest, key=lambda g: seating.cost(person, g.id)).id)

    def run(self, budget: Budget) -> None:
        """Search until the target or the end of the budget. Raises Cancelled, losing nothing."""
        if len(self.problem.groups) < 2 or not self.free:
            return
        tries = TRIES * len(self.problem.people)
        scale = max((p for prices in self.seating.priced.values() for _v, p in prices), default=1)
        while not self._is_reached:
            part = budget.at_most(tries, tries * 2e-5)
            try:
                self._cool(part, scale)
            finally:
                budget.settle(part)
            if not budget.go_on(0, self.best):
                return
            tries *= 2

    @property
    def _is_reached(self) -> bool:
        return self.target is not None and self.best <= self.target

    def _cool(self, budget: Budget, scale: int) -> None:
        """One round, from warm to cold."""
        while not self._is_reached and budget.go_on(CHUNK, self.best):
            heat = scale * 0.6 * 0.15**budget.share
            for _try in range(CHUNK):
                self._try(heat)
                if self.now < self.best:
                    self.best, self.where = self.now, dict(self.seating.where)
                    if self._is_reached:
                        return

    def _try(self, heat: float) -> None:
        """Somebody changes place with somebody, or moves, if it is for the better or lucky."""
        seating, luck = self.seating, self.luck
        one = self.free[luck.below(len(self.free))]
        here = seating.where[one.id]
        two, there = None, self.problem.groups[luck.below(len(self.problem.groups))]
        if luck.share() < 0.9:
            two = self.free[luck.below(len(self.free))]
            there = self.problem.group[seating.where[two.id]]
        elif seating.size[there.id] >= there.most:
            return
        if there.id == here or (not two and seating.size[here] <= self.problem.group[here].least):
            return
        mends = 0 if two else self._mended(here, there.id)
        before = self._out(one) + (self._out(two) if two else 0) + mends
        change = seating.cost(one, there.id) + (seating.cost(two, here) if two else 0) - before
        stays = change > 0 and luck.share() >= exp(max(-700.0, -change / heat))
        seating.put(one, here if stays else there.id)
        if two:
            seating.put(two, there.id if stays else here)
        self.now += 0 if stays else change

    def _mended(self, here: str, there: str) -> int:
        """Points for sizes that a move from here to there would mend."""
        group, size = self.problem.group, self.seating.size
        over, short = size[here] > group[here].most, size[there] < group[there].least
        return self.seating.hard * (over + short)

    def _out(self, person: Person) -> int:
        """Take her out; what she cost there."""
        group = self.seating.take(person)
        return self.seating.cost(person, group)


NOT_SEATS = ("leader_required", "leads_twice")
"""Rules that hold or not, wherever people sit."""


def _reach(problem: Problem, move_price: int) -> int:
    """More points than anybody can bring along by changing place, no rule broken."""
    most = min(len(problem.people), max(group.most for group in problem.groups))
    prices = [problem.weight(a) for a, _v in problem.values]
    ways = [m for minutes in problem.travel.minutes.values() for m in minutes.values()]
    travel = problem.travel.weight * max(ways, default=0) // 10
    met = sum(problem.met_before.values())
    return 1 + most * sum(prices) + travel + met + move_price
