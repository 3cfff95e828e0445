"""What one change would do, at once and in plain Python: the web process asks for it.

A score is the sum over the groups, so a change is counted in the groups it touches.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from networks.composition.counts import even_spread, pairs
from networks.composition.model import Group, Led, Person, Problem, Value, Where
from networks.composition.score import (
    Breach,
    breaches,
    breaches_in,
    counts_of,
    parted,
    score,
    together,
)


@dataclass(frozen=True)
class Uneven:
    """So many in the group have a value, where the even spread is `fewest` to `most`."""

    group: str
    value: Value
    count: int
    fewest: int
    most: int


@dataclass(frozen=True)
class Effect:
    """What a change does: points (negative is better), rules broken and mended, spreads left.

    `unplaced` are people it leaves without a group.
    """

    points: int = 0
    broken: tuple[Breach, ...] = ()
    mended: tuple[Breach, ...] = ()
    uneven: tuple[Uneven, ...] = ()
    unplaced: tuple[str, ...] = ()


class Standing:
    """A grouping under discussion. Ask it about every choice on the page."""

    def __init__(self, problem: Problem, where: Where, led: Led | None = None) -> None:
        self.problem = problem.with_leaders(led) if led else problem
        self.where = dict(where)
        self.members = {g: tuple(m) for g, m in together(self.problem, where).items()}
        self._points = cache(self._count_points)

    @cached_property
    def spread(self) -> dict[Value, tuple[int, int]]:
        """The fewest and most of each value a group holds when it is spread evenly."""
        even = {v: even_spread(n, len(self.problem.groups)) for v, n in self.problem.values.items()}
        return {value: (sizes[-1], sizes[0]) for value, sizes in even.items()}

    def move(self, person: str, group: str) -> Effect:
        """The effect of moving her to the group."""
        one, was = self.problem.person[person], self.where[person]
        if group == was:
            return Effect()
        after = {
            was: _without(self.members[was], one),
            group: (*self.members[group], one),
        }
        return self._effect(after, {person: group})

    def swap(self, one: str, two: str) -> Effect:
        """The effect of letting two people change groups with each other."""
        first, second = self.problem.person[one], self.problem.person[two]
        here, there = self.where[one], self.where[two]
        if here == there:
            return Effect()
        after = {
            here: (*_without(self.members[here], first), second),
            there: (*_without(self.members[there], second), first),
        }
        return self._effect(after, {one: there, two: here})

    def lock(self, person: str) -> Effect:
        """Locked she keeps today's group; that breaks nothing if she is placed there."""
        one = replace(self.problem.person[person], locked=True)
        group = self.problem.group[self.where[person]]
        broken = [b for b in breaches_in(self.problem, group, (one,)) if b.rule == "locked"]
        return Effect(broken=tuple(broken))

    def dissolve(self, group: str) -> Effect:
        """Its people would have no group; what the others become is for the repair to find."""
        gone = self.members[group]
        mended = breaches_in(self.problem, self.problem.group[group], gone)
        points = -self._points(group, gone)
        return Effect(points, mended=tuple(mended), unplaced=tuple(person.id for person in gone))

    def new_leader(self, group: str, leader: str) -> Effect:
        """The effect of another leader of the group; no points, only rules."""
        groups = tuple(
            replace(g, leader=leader) if g.id == group else g for g in self.problem.groups
        )
        after = Standing(replace(self.problem, groups=groups), self.where)
        return _difference(self.breaches, after.breaches)

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """All that is broken now."""
        return tuple(breaches(self.problem, self.where))

    @cached_property
    def points(self) -> int:
        """The score now."""
        return score(self.problem, self.where).total

    def uneven(self, group: str) -> list[Uneven]:
        """Values of the group outside their even spread, those missing altogether too."""
        return self._uneven(group, self.members[group])

    # --- counting -------------------------------------------------------------------------

    def _effect(self, after: dict[str, Sequence[Person]], placed: Where) -> Effect:
        before = {group: self.members[group] for group in after}
        rules = _difference(
            self._broken(before, self.where), self._broken(after, {**self.where, **placed})
        )
        was = {u for group, members in before.items() for u in self._uneven(group, members)}
        now = [u for group, members in after.items() for u in self._uneven(group, members)]
        points = sum(self._points(g, tuple(m)) for g, m in after.items())
        points -= sum(self._points(g, m) for g, m in before.items())
        return replace(rules, points=points, uneven=tuple(u for u in now if u not in was))

    def _broken(self, groups: dict[str, Sequence[Person]], where: Where) -> list[Breach]:
        inside = [
            breach
            for group, members in groups.items()
            for breach in breaches_in(self.problem, self.problem.group[group], members)
        ]
        return [*inside, *parted(self.problem, where)]

    def _count_points(self, group: str, members: tuple[Person, ...]) -> int:
        at: Group = self.problem.group[group]
        like = sum(
            self.problem.weight(attribute) * pairs(count)
            for (attribute, _value), count in counts_of(members).items()
        )
        ways = sum(self.problem.travel_points(person, at) for person in members)
        here = {person.id for person in members}
        met = sum(
            weight
            for (one, two), weight in self.problem.met_before.items()
            if one in here and two in here
        )
        return like + ways + met

    def _uneven(self, group: str, members: Iterable[Person]) -> list[Uneven]:
        counts = counts_of(members)
        return [
            Uneven(group, value, counts[value], fewest, most)
            for value, (fewest, most) in self.spread.items()
            if not fewest <= counts[value] <= most and self.problem.weight(value[0])
        ]


def _without(members: Sequence[Person], one: Person) -> tuple[Person, ...]:
    return tuple(person for person in members if person.id != one.id)


def _difference(before: Iterable[Breach], after: Iterable[Breach]) -> Effect:
    was, now = list(before), list(after)
    return Effect(
        broken=tuple(b for b in now if b not in was), mended=tuple(b for b in was if b not in now)
    )
