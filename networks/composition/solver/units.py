"""Who must be looked at one by one when pairs matter, and who is counted by barnehage."""

from collections import defaultdict
from dataclasses import dataclass

from networks.composition.model import Pair, Person, Problem
from networks.composition.named import Terms


@dataclass(frozen=True)
class Priced:
    """A pair rule that may be broken at a price; the numbers are those of units."""

    kind: str
    one: int
    two: int
    price: int


@dataclass(frozen=True)
class Units:
    """`people` of each unit sit in one group: those tied together, or one person of a pair.

    `apart` holds the numbers of units that must not meet, `priced` what may give way.
    `is_possible` is False when two of one unit are to be apart.
    """

    people: tuple[tuple[Person, ...], ...]
    apart: tuple[tuple[int, int], ...]
    priced: tuple[Priced, ...]
    is_possible: bool = True


def units_of(problem: Problem, terms: Terms, *, everybody: bool = False) -> Units:
    """The units of a problem under `terms`; with `everybody` also those in no pair."""
    rules = problem.rules
    live = {
        kind: [(pair, price) for pair in pairs if (price := terms((kind, *pair))) != 0]
        for kind, pairs in (("apart", rules.apart), ("together", rules.together))
    }
    names = {name for pairs in live.values() for pair, _price in pairs for name in pair}
    tied = _tied([p for p, price in live["together"] if price is None])
    people: dict[str, list[Person]] = defaultdict(list)
    for person in problem.people:
        if everybody or person.id in names:
            people[_root(tied, person.id)].append(person)
    number = {root: n for n, root in enumerate(people)}

    def unit(name: str) -> int:
        return number[_root(tied, name)]

    apart = {_ordered(unit(a), unit(b)) for (a, b), price in live["apart"] if price is None}
    return Units(
        tuple(map(tuple, people.values())),
        tuple(sorted(pair for pair in apart if pair[0] != pair[1])),
        tuple(
            Priced(kind, unit(a), unit(b), price)
            for kind, pairs in live.items()
            for (a, b), price in pairs
            if price
        ),
        all(one != two for one, two in apart),
    )


def _tied(pairs: list[Pair]) -> dict[str, str]:
    above: dict[str, str] = {}
    for one, two in pairs:
        above[_root(above, one)] = _root(above, two)
    return above


def _root(above: dict[str, str], name: str) -> str:
    while above.get(name, name) != name:
        name = above[name]
    return name


def _ordered(one: int, two: int) -> tuple[int, int]:
    return min(one, two), max(one, two)
