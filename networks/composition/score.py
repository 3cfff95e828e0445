"""How good a grouping is, and which hard rules it breaks. Everything is counted anew, in integers.

The score counts pairs inside groups that share a value, above the fewest any division can have.
Zero cannot be bettered, and reaching the floor is a proof that needs no solver.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from networks.composition.counts import least_pairs, pairs
from networks.composition.model import FREE, Group, Led, Person, Problem, Value, Where

SIZE_LEAST, SIZE_MOST = "size_min", "size_max"


@dataclass(frozen=True)
class Score:
    """Points by source. `excess` is pairs too many by attribute, before weighing."""

    total: int
    excess: Mapping[str, int] = field(default_factory=dict)
    travel: int = 0
    met: int = 0


@dataclass(frozen=True)
class Breach:
    """A hard rule that does not hold. `by` is how many people or pairs too many (or too few)."""

    rule: str
    group: str = ""
    person: str = ""
    other: str = ""
    barnehage: str = ""
    leader: str = ""
    by: int = 1


def floor(problem: Problem) -> int:
    """No grouping scores less. Zero, for the excess is counted above the least already."""
    return 0 if not problem.travel.weight else least_travel(problem)


def least_travel(problem: Problem) -> int:
    """Everybody to the nearest place that is open to her: no grouping travels less."""
    total = 0
    for person in problem.people:
        open_to_her = [g for g in problem.groups if not problem.is_barred(g, person)]
        if problem.sits(person) and person.locked:
            open_to_her = [problem.group[person.current]]
        total += min((problem.travel_points(person, g) for g in open_to_her), default=0)
    return total


def score(problem: Problem, where: Where) -> Score:
    """Lower is better. `where` must place everybody in a group of the problem."""
    excess: dict[str, int] = defaultdict(int)
    for members in together(problem, where).values():
        for (attribute, _value), count in counts_of(members).items():
            excess[attribute] += pairs(count)
    for (attribute, _value), count in problem.values.items():
        excess[attribute] -= least_pairs(count, len(problem.groups))
    travel = sum(problem.travel_points(p, problem.group[where[p.id]]) for p in problem.people)
    met = sum(w for (one, two), w in problem.met_before.items() if where[one] == where[two])
    weighed = sum(problem.weight(attribute) * more for attribute, more in excess.items())
    return Score(weighed + travel + met, dict(excess), travel, met)


def together(problem: Problem, where: Where) -> dict[str, list[Person]]:
    """Who sits together: people by id of group, empty groups too."""
    found: dict[str, list[Person]] = {group.id: [] for group in problem.groups}
    for person in problem.people:
        found[where[person.id]].append(person)
    return found


def counts_of(members: Iterable[Person]) -> Counter[Value]:
    """How many of these people have each value."""
    return Counter(value for person in members for value in person.values)


def moved(problem: Problem, where: Where) -> list[str]:
    """Ids of those who sit in one of these groups today and are placed in another."""
    return [p.id for p in problem.people if problem.sits(p) and where[p.id] != p.current]


def breaches(problem: Problem, where: Where, led: Led | None = None) -> list[Breach]:
    """Every hard rule the grouping breaks, group by group; `led` adds to the leaders named."""
    problem = problem.with_leaders(led) if led else problem
    inside = (
        breach
        for group, members in together(problem, where).items()
        for breach in breaches_in(problem, problem.group[group], members)
    )
    return [*inside, *parted(problem, where), *_leaders(problem)]


def breaches_in(problem: Problem, group: Group, members: Sequence[Person]) -> Iterator[Breach]:
    """The rules broken by these people sitting in this group, whoever sits in the others."""
    if len(members) < group.least:
        yield Breach(SIZE_LEAST, group.id, by=group.least - len(members))
    if len(members) > group.most:
        yield Breach(SIZE_MOST, group.id, by=len(members) - group.most)
    if problem.rules.same_barnehage != FREE:
        for barnehage, count in Counter(person.barnehage for person in members).items():
            if count > problem.share(barnehage):
                more = count - problem.share(barnehage)
                yield Breach("same_barnehage", group.id, barnehage=barnehage, by=more)
    for person in members:
        yield from _seat(problem, group, person)
    here = {person.id for person in members}
    for one, two in problem.rules.apart:
        if one in here and two in here:
            yield Breach("apart", group.id, one, two)


def _seat(problem: Problem, group: Group, person: Person) -> Iterator[Breach]:
    if problem.leads_own(group, person):
        yield Breach("leader_not_own", group.id, person.id, leader=group.leader)
    if problem.is_elsewhere(group, person):
        yield Breach("local", group.id, person.id)
    if person.locked and problem.sits(person) and group.id != person.current:
        yield Breach("locked", person.current, person.id)


def parted(problem: Problem, where: Where) -> Iterator[Breach]:
    """Pairs that must sit together and do not."""
    for one, two in problem.rules.together:
        if where[one] != where[two]:
            yield Breach("together", "", one, two)


def _leaders(problem: Problem) -> Iterator[Breach]:
    if not problem.rules.leader_required:
        return
    leads = Counter(group.leader for group in problem.groups)
    for group in problem.groups:
        if not group.leader:
            yield Breach("leader_required", group.id)
    for leader, count in leads.items():
        if leader and count > 1:
            yield Breach("leads_twice", leader=leader, by=count - 1)
