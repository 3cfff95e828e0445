"""The fewest moves in large networks: a small relaxation solved and mended until it holds.

Only where a barnehage sits today does it get places of its own; all other ways go through one hub,
which forgets whom each group may take. That is a relaxation, so its cost is a lower bound. If those
who came through the hub can be matched to the seats it left open, the bound is reached and proved;
otherwise the barnehager that found no seat get all their places and the flow is solved again.
"""

from collections import Counter, defaultdict

from networks.composition.model import FREE, Person, Problem, Where
from networks.composition.named import all_hard
from networks.composition.solver.flow import Seated, seat
from networks.composition.solver.network import Network

SMALL = 4_000
"""Up to so many pairs of a barnehage and a group nothing is gained by the hub."""


def is_large(problem: Problem) -> bool:
    """Whether the hub pays."""
    return len(problem.staff) * len(problem.groups) > SMALL


def fewest(problem: Problem, fixed: Where | None = None) -> Seated | None:
    """A grouping with the fewest moves, pairs and free leaders left out; None when none exists.

    `fixed` people sit where it says.
    """
    loose = set(problem.staff) if is_large(problem) else set()
    while True:
        found = seat(problem, all_hard, move_price=1, fixed=fixed, loose=loose)
        if found is None or not found.waiting:
            return found
        unseated = _match(problem, found)
        if not unseated:
            return found
        loose -= unseated


def _match(problem: Problem, found: Seated) -> set[str]:
    """Seat those who wait, in place; the barnehager of whom somebody found no seat."""
    taken: Counter[tuple[str, str]] = Counter(
        (problem.person[person].barnehage, group) for person, group in found.where.items()
    )
    net = Network()
    sink = net.node(-sum(map(len, found.waiting.values())))
    doors = {group: net.node() for group in found.openings}
    for group, door in doors.items():
        net.arc(door, sink, found.openings[group])
    ways: list[tuple[int, tuple[str, str], str]] = []
    kin: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for barnehage, people in found.waiting.items():
        places = _places(problem, barnehage, people, taken, doors, net)
        for person in people:
            kin[barnehage, person.kommune].append(person)
        for kommune in sorted({person.kommune for person in people}):
            some = kin[barnehage, kommune]
            source = net.node(len(some))
            net.arc(source, sink, len(some), 1)
            for group, place in places.items():
                if not problem.is_barred(problem.group[group], some[0]):
                    arc = net.arc(source, place, len(some))
                    ways.append((arc, (barnehage, kommune), group))
    flows = net.solve()
    for arc, alike, group in ways:
        for _n in range(flows[arc]):
            found.where[kin[alike].pop(0).id] = group
    return {barnehage for (barnehage, _kommune), left in kin.items() if left}


def _places(
    problem: Problem,
    barnehage: str,
    people: list[Person],
    taken: Counter[tuple[str, str]],
    doors: dict[str, int],
    net: Network,
) -> dict[str, int]:
    """A node for each open group where this barnehage has places left."""
    share = len(people) if problem.rules.same_barnehage == FREE else problem.share(barnehage)
    places = {}
    for group, door in doors.items():
        left = share if problem.rules.same_barnehage == FREE else share - taken[barnehage, group]
        if left > 0:
            places[group] = net.node()
            net.arc(places[group], door, left)
    return places
