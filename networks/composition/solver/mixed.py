"""Hard rules with pairs or with leaders to choose: a model that counts whom it need not name.

Only people in pair rules are looked at one by one. All others are numbers per barnehage and group;
who they are is left to the flow, which fills in the rest exactly at the price the model found.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from networks.composition.cliques import cliques
from networks.composition.counts import least_pairs, pairs
from networks.composition.model import Person, Problem
from networks.composition.named import Terms, open_groups
from networks.composition.score import SIZE_LEAST, SIZE_MOST
from networks.composition.solver.houses import House, houses_of, leaving
from networks.composition.solver.units import units_of

NOWHERE = ""


@dataclass
class Found:
    """Where those in units sit, who leads, what all of it costs; `is_proved` when nothing is less.

    `is_none` says that nothing exists; neither proved nor none is «not known in time».
    """

    fixed: dict[str, str] = field(default_factory=dict)
    led: dict[str, str] = field(default_factory=dict)
    cost: int | None = None
    is_proved: bool = False
    is_none: bool = False


def mixed(
    problem: Problem,
    terms: Terms,
    move_price: int = 0,
    at_least: int = 0,
    effort: float = 10.0,
    *,
    loose: bool = False,
) -> Found:
    """The cheapest places of units and leaders; `effort` in the solver's deterministic seconds.

    With `loose` it is a relaxation: those who leave today's group go anywhere through a hub.
    """
    model = Mixed(problem, terms, move_price, loose=loose)
    if not model.is_possible:
        return Found(is_none=True)
    return model.solve(at_least, effort)


class Mixed:
    """The model of one problem under `terms`; with `everybody` each person is looked at."""

    def __init__(
        self,
        problem: Problem,
        terms: Terms,
        move_price: int,
        *,
        everybody: bool = False,
        loose: bool = False,
    ) -> None:
        self.problem, self.terms, self.move_price = problem, terms, move_price
        self.loose = loose
        self.hub: dict[tuple[str, int | None], list] = defaultdict(list)
        self.cp = cp_model.CpModel()
        self.costs: list = []
        self.units = units_of(problem, terms, everybody=everybody)
        self.is_possible = self.units.is_possible
        self.open = [g for g in open_groups(problem) if terms(("leader_required", g.id)) != 0]
        self.size: list[list] = [[] for _group in problem.groups]
        self.inside: dict[tuple[str, int], list] = defaultdict(list)
        self.x = [self._unit(people) for people in self.units.people]
        for house in self._houses():
            self._house(house)
        self._through_hub()
        self._pairs()
        self._leaders()
        for h, group in enumerate(problem.groups):
            self._room(h, (SIZE_LEAST, group.id), -1, group.least)
            self._room(h, (SIZE_MOST, group.id), 1, group.most)

    # --- people ------------------------------------------------------------------------------

    def _unit(self, people: tuple[Person, ...]) -> dict[int, object]:
        """One variable for each group the people of a unit may all sit in."""
        groups = self.problem.groups
        prices = {
            h: price
            for h in range(len(groups))
            if (price := self._unit_price(people, h)) is not None
        }
        x = {h: self.cp.new_bool_var("") for h in prices}
        self.cp.add_exactly_one(x.values())
        self.costs += [prices[h] * var for h, var in x.items() if prices[h]]
        for h, var in x.items():
            self.size[h].append(len(people) * var)
            for barnehage, count in Counter(person.barnehage for person in people).items():
                self.inside[barnehage, h].append(count * var)
        return x

    def _unit_price(self, people: tuple[Person, ...], h: int) -> int | None:
        group, total = self.problem.groups[h], 0
        for person in people:
            prices = [
                self.terms(("leader_not_own", group.id))
                if self.problem.leads_own(group, person)
                else 0,
                self.terms(("local", person.id)) if self.problem.is_elsewhere(group, person) else 0,
                leaving(self.problem, self.terms, self.move_price, person)
                if person.current != group.id
                else 0,
            ]
            if None in prices:
                return None
            total += sum(prices)
        return total

    def _houses(self) -> list[House]:
        problem = self.problem
        counts = [g for g in problem.groups if self.terms(("leader_not_own", g.id)) != 0]
        special = {problem.barnehage_of[group.leader] for group in counts if group.leader}
        if any(not group.leader for group in counts) and self.open:
            special |= {leader.barnehage for leader in problem.leaders}
        if not problem.rules.leader_not_own:
            special = set()
        return houses_of(problem, self.terms, self.move_price, self.units.people, special)

    def _house(self, house: House) -> None:
        """Counts of one house in every group."""
        total: dict[int, list] = defaultdict(list)
        for kin, count in house.rows.items():
            row = self._row(house, kin, count)
            out = []
            if self.loose and not house.units:
                out = [self.cp.new_int_var(0, count, "")]
                self.hub[kin] += out
            self.cp.add(sum([*row.values(), *out]) == count)
            for h, var in row.items():
                self.size[h].append(var)
                total[h].append(var)
            self._stays(house, kin, row)
        for h, some in total.items():
            self.inside[house.barnehage, h] += some
        if house.share >= house.count:
            return
        for h in range(len(self.problem.groups)):
            some = self.inside[house.barnehage, h]
            if some and house.over is None:
                self.cp.add(sum(some) <= house.share)
            elif some:
                more = self._paid(house.count, house.over)
                self.cp.add(sum(some) <= house.share + more)

    def _row(self, house: House, kin: tuple[str, int | None], count: int) -> dict[int, object]:
        row = {}
        most = count if house.over is not None else min(count, house.share)
        here = {h for (of, h, _price) in house.stays if of == kin}
        for h, group in enumerate(self.problem.groups):
            if self.loose and not house.units and h not in here:
                continue
            home = self.problem.barnehage_of.get(group.leader)
            is_own = self.problem.rules.leader_not_own and home == house.barnehage
            own = self.terms(("leader_not_own", group.id)) if is_own else 0
            is_away = self.problem.rules.local and group.kommune and group.kommune != kin[0]
            away = kin[1] if is_away else 0
            if own is None or away is None:
                continue
            row[h] = self.cp.new_int_var(0, most, "")
            if own + away:
                self.costs.append((own + away) * row[h])
        return row

    def _through_hub(self) -> None:
        """Whoever goes through the hub takes a seat in a group her kommune lets her into."""
        for kin, out in self.hub.items():
            into = []
            for h, group in enumerate(self.problem.groups):
                is_away = self.problem.rules.local and group.kommune and group.kommune != kin[0]
                if not (is_away and kin[1] is None):
                    into.append(self.cp.new_int_var(0, len(self.problem.people), ""))
                    self.size[h].append(into[-1])
            self.cp.add(sum(into) == sum(out))

    def _stays(self, house: House, kin: tuple[str, int | None], row: dict[int, object]) -> None:
        """Those who sit in a group stay there, or it costs what leaving costs."""
        here: dict[int, list] = defaultdict(list)
        for (of, h, price), count in house.stays.items():
            if of != kin:
                continue
            if price is None:
                here[h].append(count)
            elif h not in row:
                self.costs.append(price * count)
            else:
                gone = self._paid(count, price)
                here[h].append(count - gone)
        for h, some in here.items():
            self.cp.add(row.get(h, 0) >= sum(some))

    def _paid(self, most: int, price: int) -> object:
        """How many exceptions are taken, at this price each."""
        var = self.cp.new_int_var(0, most, "")
        self.costs.append(price * var)
        return var

    def _room(self, h: int, rule: tuple[str, str], sign: int, bound: int) -> None:
        """The size of a group on one side."""
        price = self.terms(rule)
        if price == 0:
            return
        give = 0 if price is None else self._paid(len(self.problem.people) + bound, price)
        self.cp.add(sign * sum(self.size[h]) <= sign * bound + give)

    # --- pairs and leaders ---------------------------------------------------------------------

    def _pairs(self) -> None:
        groups = range(len(self.problem.groups))
        for clique in cliques(self.units.apart):
            if len(clique) > len(groups):
                self.is_possible = False
            for h in groups:
                self.cp.add_at_most_one(self.x[u][h] for u in clique if h in self.x[u])
        self._priced_apart()
        for pair in self.units.priced:
            if pair.kind == "together":
                parted = self._paid(1, pair.price)
                one, two = self.x[pair.one], self.x[pair.two]
                for h in groups:
                    self.cp.add(one.get(h, 0) - two.get(h, 0) <= parted)

    def _priced_apart(self) -> None:
        """Pairs that meet, counted set by set: C(count, 2) by its tangents.

        Among more people than groups some must meet, and at least so many pairs of them.
        """
        prices = {
            (min(pair.one, pair.two), max(pair.one, pair.two)): pair.price
            for pair in self.units.priced
            if pair.kind == "apart"
        }
        for price in sorted(set(prices.values())):
            alike = [pair for pair, of in prices.items() if of == price]
            for clique in cliques(alike, share_pairs=False):
                meet = []
                for h in range(len(self.problem.groups)):
                    here = [self.x[u][h] for u in clique if h in self.x[u]]
                    if len(here) < 2:
                        continue
                    meet.append(self._paid(pairs(len(here)), price))
                    for t in range(1, len(here)):
                        self.cp.add(meet[-1] >= t * sum(here) - pairs(t + 1))
                least = least_pairs(len(clique), len(self.problem.groups))
                if least:
                    self.cp.add(sum(meet) >= least)

    def _leaders(self) -> None:
        """A leader for each open group, counted by her barnehage; none of those nobody is from."""
        self.lead: dict[tuple[str, int], object] = {}
        if not self.open:
            return
        problem, twice = self.problem, self.terms(("leads_twice", NOWHERE)) or 0
        number = {group.id: h for h, group in enumerate(problem.groups)}
        free = Counter(self._home(leader.barnehage) for leader in problem.to_choose)
        if twice:
            free.update(dict.fromkeys(sorted(self._home(x.barnehage) for x in problem.leaders), 0))
        for group in self.open:
            row = [self.lead.setdefault((b, number[group.id]), self._bool()) for b in free]
            none = self.terms(("leader_required", group.id))
            self.cp.add_exactly_one([*row, self._paid(1, none)] if none else row)
        for barnehage, count in free.items():
            led = sum(self.lead[barnehage, number[group.id]] for group in self.open)
            more = self._paid(len(self.open), twice) if twice else 0
            self.cp.add(led <= count + more)
        for (barnehage, h), lead in self.lead.items():
            self._not_own(barnehage, h, lead)

    def _home(self, barnehage: str) -> str:
        return barnehage if barnehage in self.problem.staff else NOWHERE

    def _bool(self) -> object:
        return self.cp.new_bool_var("")

    def _not_own(self, barnehage: str, h: int, lead: object) -> None:
        price = self.terms(("leader_not_own", self.problem.groups[h].id))
        some = self.inside.get((barnehage, h))
        if not (self.problem.rules.leader_not_own and some) or price == 0:
            return
        room = count = len(self.problem.staff[barnehage])
        if self.terms(("same_barnehage", barnehage)) is None:
            room = min(count, self.problem.share(barnehage))
        give = self._paid(count, price) if price else 0
        self.cp.add(sum(some) + room * lead <= room + give)

    # --- the answer ------------------------------------------------------------------------------

    def solve(self, at_least: int, effort: float) -> Found:
        """Solve with one worker; `at_least` is a cost that nothing can be below."""
        if self.costs:
            total = sum(self.costs)
            if at_least:
                self.cp.add(total >= at_least)
            self.cp.minimize(total)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = effort
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        if self.loose:
            solver.parameters.linearization_level = 2
        status = solver.solve(self.cp)
        if status == cp_model.INFEASIBLE:
            return Found(is_none=True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found()
        cost = round(solver.objective_value) if self.costs else 0
        return Found(self.seats(solver), self.led(solver), cost, status == cp_model.OPTIMAL)

    def seats(self, solver: cp_model.CpSolver) -> dict[str, str]:
        """The group of everybody in a unit."""
        return {
            person.id: self.problem.groups[h].id
            for people, x in zip(self.units.people, self.x, strict=True)
            for h, var in x.items()
            if solver.value(var)
            for person in people
        }

    def led(self, solver: cp_model.CpSolver) -> dict[str, str]:
        """Which leaders: those without a group first, in the order of the case."""
        left: dict[str, list[str]] = defaultdict(list)
        for leader in self.problem.to_choose:
            left[self._home(leader.barnehage)].append(leader.id)
        anybody = {self._home(leader.barnehage): leader.id for leader in self.problem.leaders}
        led = {}
        for (barnehage, h), var in self.lead.items():
            if solver.value(var):
                some = left[barnehage]
                led[self.problem.groups[h].id] = some.pop(0) if some else anybody[barnehage]
        return led
