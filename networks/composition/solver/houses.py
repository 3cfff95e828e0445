"""People who need not be looked at one by one, as counts: how many of a barnehage in each group."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from networks.composition.model import FREE, Person, Problem
from networks.composition.named import Terms

Kin = tuple[str, int | None]
"""The kommune somebody is kept in and the price of leaving it; ("", 0) when it does not matter."""


@dataclass
class House:
    """One barnehage, or several that nothing tells apart taken together.

    `share` is the most of them in a group and `over` what each one more costs (None: not allowed).
    `rows` counts those not in units by kin; `stays` those who sit in a group (by kin, number of the
    group and price of leaving, None when they must stay); `units` those in units, by unit.
    """

    barnehage: str
    share: int
    over: int | None
    rows: Counter[Kin] = field(default_factory=Counter)
    stays: Counter[tuple[Kin, int, int | None]] = field(default_factory=Counter)
    units: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many people there are."""
        return self.rows.total() + self.units.total()


def houses_of(
    problem: Problem,
    terms: Terms,
    move_price: int,
    units: tuple[tuple[Person, ...], ...],
    special: set[str],
) -> list[House]:
    """The barnehager as counts. Those in `special` (a leader's) are never taken together."""
    unit_of = {person.id: n for n, people in enumerate(units) for person in people}
    number = {group.id: h for h, group in enumerate(problem.groups)}
    alike: dict[tuple, list[House]] = defaultdict(list)
    for barnehage, people in problem.staff.items():
        house = House(barnehage, *_share(problem, terms, barnehage))
        for person in people:
            if person.id in unit_of:
                house.units[unit_of[person.id]] += 1
                continue
            kin = kin_of(problem, terms, person)
            house.rows[kin] += 1
            price = leaving(problem, terms, move_price, person)
            if price != 0:
                house.stays[kin, number[person.current], price] += 1
        alike[_looks(house, special)].append(house)
    return [_as_one(houses) for houses in alike.values()]


def _share(problem: Problem, terms: Terms, barnehage: str) -> tuple[int, int | None]:
    count, share = len(problem.staff[barnehage]), problem.share(barnehage)
    if problem.rules.same_barnehage == FREE or count <= share:
        return count, None
    over = terms(("same_barnehage", barnehage))
    return (count, None) if over == 0 else (share, over)


def kin_of(problem: Problem, terms: Terms, person: Person) -> Kin:
    """What `local` says of a person."""
    price = terms(("local", person.id)) if problem.rules.local else 0
    return ("", 0) if price == 0 else (person.kommune, price)


def leaving(problem: Problem, terms: Terms, move_price: int, person: Person) -> int | None:
    """What it costs when she leaves today's group; None when she must stay."""
    if not problem.sits(person):
        return 0
    lock = terms(("locked", person.id)) if person.locked else 0
    return None if lock is None else lock + move_price


def _looks(house: House, special: set[str]) -> tuple:
    """Equal for houses that can be taken together.

    With equal rows, counts for all can be dealt out evenly to each: fractions of a whole flow that
    exists make a whole one. Where a share does not bind, a house's size does not matter either.
    """
    if house.stays or house.units or len(house.rows) > 1 or house.barnehage in special:
        return (house.barnehage,)
    kin = next(iter(house.rows))
    if house.share >= house.count:
        return "", kin
    return "", kin, house.count, house.share, house.over


def _as_one(houses: list[House]) -> House:
    one = houses[0]
    for house in houses[1:]:
        one.share += house.share
        one.rows += house.rows
    return one
