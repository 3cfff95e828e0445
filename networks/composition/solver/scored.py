"""The best score there is, by a model of everybody: for small networks and leaders to choose."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from math import ceil
from threading import Thread

from ortools.sat.python import cp_model

from networks.composition.budget import Budget, Cancelled
from networks.composition.counts import pairs
from networks.composition.model import Problem, Value
from networks.composition.named import all_hard, named_twice
from networks.composition.solver.mixed import Mixed

STEP = 0.0003
"""The solver's deterministic seconds for one step of a budget."""
WORKERS = 2
"""By the clock, where the answer need not come out the same again."""
LOOK = 0.1
"""Seconds between looks at whether somebody has cancelled."""

Exact = tuple[dict[str, str], dict[str, str], int, bool]
"""Where everybody sits, who leads, a score that nothing is below, and whether it is reached."""


def exact(
    problem: Problem,
    budget: Budget,
    seed: int = 0,
    hint: Mapping[str, str] | None = None,
    max_moves: int | None = None,
) -> Exact | None:
    """The best grouping found, with at most `max_moves`; None when none was found or exists.

    `hint` is a grouping to begin with. Raises Cancelled.
    """
    if named_twice(problem):
        return None
    model = _Scored(problem)
    if not model.is_possible:
        return None
    model.aim()
    if max_moves is not None:
        model.at_most(max_moves)
    if hint:
        model.hint(hint)
    solver = _solver(budget, seed)
    status = _run(solver, model.cp, budget)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    bound = ceil(solver.best_objective_bound - 1e-6)
    return model.seats(solver), model.led(solver), bound, status == cp_model.OPTIMAL


def _solver(budget: Budget, seed: int) -> cp_model.CpSolver:
    """By steps one worker and no clock, so that the answer is the same everywhere."""
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.num_workers = 1 if budget.is_by_steps else WORKERS
    if budget.is_by_steps:
        solver.parameters.max_deterministic_time = budget.steps_left * STEP
    else:
        solver.parameters.max_time_in_seconds = budget.seconds_left
    return solver


def _run(solver: cp_model.CpSolver, model: cp_model.CpModel, budget: Budget) -> int:
    """Solve beside, and look up now and then: the solver itself asks nobody whether to go on."""
    status: list[int] = []
    beside = Thread(target=lambda: status.append(solver.solve(model)), daemon=True)
    beside.start()
    while beside.is_alive():
        beside.join(LOOK)
        try:
            budget.go_on(0)
        except Cancelled:
            solver.stop_search()
            beside.join()
            raise
    if budget.is_by_steps:
        budget.spent += round(solver.deterministic_time / STEP)
    return status[0]


class _Scored(Mixed):
    """Everybody's place under hard rules, and what the places score."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem, all_hard, 0, everybody=True)
        self.unit_of = {
            person.id: n for n, people in enumerate(self.units.people) for person in people
        }

    def aim(self) -> None:
        """Make the score what is minimised."""
        self._even()
        self._travel()
        self._met()
        self.cp.minimize(sum(self.costs))

    def _even(self) -> None:
        """For every value its pairs in each group above the line through the even spread.

        The tangents of C(count, 2) less that line are never negative, so the least there can be is
        in the model from the beginning.
        """
        groups = self.problem.groups
        for value, count in self.problem.values.items():
            weight, even = self.problem.weight(value[0]), count // len(groups)
            if not weight:
                continue
            per_unit = self._having(value)
            for h, group in enumerate(groups):
                here = [many * self.x[u][h] for u, many in per_unit.items() if h in self.x[u]]
                most = min(sum(per_unit[u] for u in per_unit if h in self.x[u]), group.most)
                highest = max(pairs(even + 1), pairs(most) - even * most + pairs(even + 1))
                over = self.cp.new_int_var(0, highest, "")
                for t in range(max(most, 1)):
                    if t != even:
                        line = (t - even) * sum(here) - pairs(t + 1) + pairs(even + 1)
                        self.cp.add(over >= line)
                self.costs.append(weight * over)

    def _having(self, value: Value) -> Counter[int]:
        return Counter(
            self.unit_of[person.id] for person in self.problem.people if value in person.values
        )

    def _travel(self) -> None:
        for people, x in zip(self.units.people, self.x, strict=True):
            for h, var in x.items():
                points = sum(self.problem.travel_points(p, self.problem.groups[h]) for p in people)
                if points:
                    self.costs.append(points * var)

    def _met(self) -> None:
        for (one, two), points in self.problem.met_before.items():
            a, b = self.x[self.unit_of[one]], self.x[self.unit_of[two]]
            again = self.cp.new_bool_var("")
            for h in a.keys() & b.keys():
                self.cp.add(a[h] + b[h] <= 1 + again)
            self.costs.append(points * again)

    def at_most(self, moves: int) -> None:
        """So many may leave their groups of today."""
        number = {group.id: h for h, group in enumerate(self.problem.groups)}
        gone: dict[str, list] = defaultdict(list)
        for person in self.problem.people:
            if self.problem.sits(person):
                stays = self.x[self.unit_of[person.id]].get(number[person.current], 0)
                gone[person.current].append(1 - stays)
        self.cp.add(sum(sum(some) for some in gone.values()) <= moves)

    def hint(self, where: Mapping[str, str]) -> None:
        """A grouping to begin with."""
        for people, x in zip(self.units.people, self.x, strict=True):
            for h, var in x.items():
                self.cp.add_hint(var, where[people[0].id] == self.problem.groups[h].id)
