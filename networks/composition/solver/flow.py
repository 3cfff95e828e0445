"""The hard rules without pairs and free leaders are a flow: barnehage -> group -> seat.

A person comes from her barnehage (and today's group), takes a place of that barnehage in a group
and a seat there. One builder serves what is possible at all, the fewest moves and the cheapest
exceptions: only the prices on the arcs differ. Whole flows are exact and need no search.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from networks.composition.model import FREE, Group, Person, Problem
from networks.composition.named import Terms
from networks.composition.score import SIZE_LEAST, SIZE_MOST
from networks.composition.solver.network import Network

NO_GROUP = -1


@dataclass
class Seated:
    """Everybody's group by the flow, and what it costs.

    `waiting` and `openings` are empty unless ways were loose: then those waiting (by barnehage)
    and the seats left open for them (by group) are as many, and the cost is a lower bound.
    """

    where: dict[str, str] = field(default_factory=dict)
    cost: int = 0
    waiting: dict[str, list[Person]] = field(default_factory=dict)
    openings: Counter[str] = field(default_factory=Counter)


def seat(
    problem: Problem,
    terms: Terms,
    move_price: int = 0,
    fixed: Mapping[str, str] | None = None,
    loose: Collection[str] = (),
) -> Seated | None:
    """The cheapest way to seat everybody under `terms`, or None when there is none.

    `fixed` people sit where it says, whatever that costs. Barnehager in `loose` have places of
    their own only where they sit today, and reach all other groups through one hub: a relaxation.
    Rules about pairs and about who may lead are left out; leaders named count.
    """
    plan = _Plan(problem, terms, move_price, fixed or {}, loose)
    flows = plan.network.solve()
    return None if flows is None else plan.read(flows)


class _Plan:
    """The network of one problem, and what its arcs mean."""

    def __init__(
        self,
        problem: Problem,
        terms: Terms,
        move_price: int,
        fixed: Mapping[str, str],
        loose: Collection[str],
    ) -> None:
        self.problem, self.terms, self.move_price = problem, terms, move_price
        self.fixed, self.loose = fixed, loose
        self.network = Network()
        self.number = {group.id: h for h, group in enumerate(problem.groups)}
        self.is_local = problem.rules.local and any(group.kommune for group in problem.groups)
        self.own = [self._own_price(group) for group in problem.groups]
        self.group_nodes = self._groups()
        self.hubs: dict[tuple, int] = {}
        self.hub_arcs: list[tuple[int, str]] = []
        self.houses: list[_House] = []
        for barnehage, people in problem.staff.items():
            self.houses.append(_House(self, barnehage, people))

    def _own_price(self, group: Group) -> tuple[str, int | None]:
        """Whose people may not come here, and what it costs when they do."""
        home = self.problem.barnehage_of.get(group.leader)
        if not (self.problem.rules.leader_not_own and home):
            return "", 0
        return home, self.terms(("leader_not_own", group.id))

    def _groups(self) -> list[int]:
        """A node for each group, its seats that must be taken and those that may."""
        net, everybody = self.network, len(self.problem.people)
        must, may, nobody = net.node(), net.node(), net.node()
        nodes = []
        for group in self.problem.groups:
            node = net.node()
            nodes.append(node)
            under, over = self.terms((SIZE_LEAST, group.id)), self.terms((SIZE_MOST, group.id))
            least = 0 if under == 0 else group.least
            most = everybody if over == 0 else group.most
            net.supply[must] -= least
            net.arc(node, must, least)
            net.arc(node, may, max(0, most - least))
            if over:
                net.arc(node, may, everybody, over)
            if under:
                net.arc(nobody, node, least, under)
        missing = -net.supply[must]
        net.supply[nobody] = missing
        net.supply[may] = -everybody
        net.arc(nobody, may, missing)
        return nodes

    def price_at(self, barnehage: str, h: int) -> int | None:
        """What each of a barnehage costs in a group because of its leader; None: not allowed."""
        home, price = self.own[h]
        return price if home == barnehage else 0

    def price_for(self, kin: tuple, h: int) -> int | None:
        """What somebody of this kommune costs in a group; None: not allowed."""
        kommune, price = kin
        there = self.problem.groups[h].kommune
        return price if self.is_local and there and there != kommune else 0

    def kin(self, person: Person) -> tuple:
        """People alike in where `local` lets them go."""
        if not self.is_local:
            return "", 0
        price = self.terms(("local", person.id))
        return ("", 0) if price == 0 else (person.kommune, price)

    def hub(self, kin: tuple) -> int:
        """The node through which people of loose barnehager reach any group open to them."""
        if kin not in self.hubs:
            self.hubs[kin] = self.network.node()
            for h, group in enumerate(self.problem.groups):
                price = self.price_for(kin, h)
                if price is not None:
                    arc = self.network.arc(
                        self.hubs[kin], self.group_nodes[h], len(self.problem.people), price
                    )
                    self.hub_arcs.append((arc, group.id))
        return self.hubs[kin]

    def read(self, flows: list[int]) -> Seated:
        """What the flow on each arc says about people."""
        seated = Seated(cost=self.network.cost)
        for house in self.houses:
            left = house.read(flows, seated.where)
            if left:
                seated.waiting[house.barnehage] = left
        for arc, group in self.hub_arcs:
            if flows[arc]:
                seated.openings[group] += flows[arc]
        return seated


class _House:
    """One barnehage's part of the network."""

    def __init__(self, plan: _Plan, barnehage: str, people: list[Person]) -> None:
        self.plan, self.barnehage, self.count = plan, barnehage, len(people)
        self.pools: dict[tuple, int] = {}
        self.free: dict[tuple, list[Person]] = defaultdict(list)
        self.stays: list[tuple[int, int, tuple | None, list[Person]]] = []
        self.ways: list[tuple[int, tuple, int]] = []
        self.cells: dict[int, int] = {}
        problem, rule = plan.problem, ("same_barnehage", barnehage)
        self.share = problem.share(barnehage)
        self.over = 0
        if problem.rules.same_barnehage == FREE or self.count <= self.share:
            self.share = self.count
        else:
            self.over = plan.terms(rule)
            if self.over == 0:
                self.share = self.count
        for alike, some in self._alike(people).items():
            self._enter(alike, some)
        self._spread()

    def _alike(self, people: list[Person]) -> dict[tuple, list[Person]]:
        """People that nothing tells apart: kin, today's group, price of leaving it, fixed group."""
        plan, found = self.plan, defaultdict(list)
        for person in people:
            home, leaving = NO_GROUP, 0
            if plan.problem.sits(person):
                home, leaving = plan.number[person.current], plan.move_price
                lock = plan.terms(("locked", person.id)) if person.locked else 0
                leaving = None if lock is None else leaving + lock
            to = plan.number[plan.fixed[person.id]] if person.id in plan.fixed else NO_GROUP
            if leaving == 0:
                home = NO_GROUP
            found[plan.kin(person), home, leaving, to].append(person)
        return found

    def _enter(self, alike: tuple, people: list[Person]) -> None:
        kin, home, leaving, to = alike
        if home == NO_GROUP and to == NO_GROUP:
            self.free[kin] += people
            self.plan.network.supply[self._pool(kin)] += len(people)
            return
        source = self.plan.network.node(len(people))
        if to != NO_GROUP:
            self._stay(source, kin, to, 0 if to == home else leaving, people)
            return
        self._stay(source, kin, home, 0, people)
        if leaving is not None:
            self.plan.network.arc(source, self._pool(kin), len(people), leaving)

    def _stay(
        self, source: int, kin: tuple, h: int, leaving: int | None, people: list[Person]
    ) -> None:
        """An arc from the people to one group's place for their barnehage, if they may go there."""
        price = self.plan.price_for(kin, h)
        if price is None or leaving is None:
            self.free[kin] += people
        else:
            arc = self.plan.network.arc(source, self._cell(h), len(people), price + leaving)
            self.stays.append((arc, h, kin, people))

    def _pool(self, kin: tuple) -> int:
        if kin not in self.pools:
            self.pools[kin] = self.plan.network.node()
        return self.pools[kin]

    def _cell(self, h: int) -> int:
        if h not in self.cells:
            self.cells[h] = self.plan.network.node()
            self._seats(self.cells[h], h, 0)
        return self.cells[h]

    def _seats(self, node: int, h: int, price: int) -> list[int]:
        """Arcs into the group for this barnehage: its share, and more at a price."""
        net, at = self.plan.network, self.plan.price_at(self.barnehage, h)
        if at is None:
            return []
        arcs = [net.arc(node, self.plan.group_nodes[h], self.share, at + price)]
        if self.over and self.count > self.share:
            more = self.count - self.share
            arcs.append(net.arc(node, self.plan.group_nodes[h], more, at + price + self.over))
        return arcs

    def _spread(self) -> None:
        """Ways from the pools to the groups."""
        net, is_loose = self.plan.network, self.barnehage in self.plan.loose
        for kin, pool in self.pools.items():
            if is_loose:
                net.arc(pool, self.plan.hub(kin), self.count)
            for h in list(self.cells) if is_loose else range(len(self.plan.problem.groups)):
                price = self.plan.price_for(kin, h)
                if price is None:
                    continue
                if h in self.cells or len(self.pools) > 1:
                    arcs = [net.arc(pool, self._cell(h), self.count, price)]
                else:
                    arcs = self._seats(pool, h, price)
                self.ways += [(arc, kin, h) for arc in arcs]

    def read(self, flows: list[int], where: dict[str, str]) -> list[Person]:
        """Place everybody the flow places; who is left waits at the hub."""
        groups = self.plan.problem.groups
        for arc, h, kin, people in self.stays:
            where.update((person.id, groups[h].id) for person in people[: flows[arc]])
            self.free[kin] += people[flows[arc] :]
        left = []
        for kin, people in self.free.items():
            seats = [h for arc, of, h in self.ways if of == kin for _n in range(flows[arc])]
            where.update((p.id, groups[h].id) for p, h in zip(people, seats, strict=False))
            left += people[len(seats) :]
        return left
