"""Put groups together: search to the floor, which proves itself; else ask the solver."""

from dataclasses import dataclass, field

from networks.composition.answer import (
    CANCELLED,
    CLOSED_FORM,
    FEASIBLE,
    IMPOSSIBLE,
    OPTIMAL,
    SOLVER,
    Grouping,
    Result,
)
from networks.composition.budget import Budget, Cancelled
from networks.composition.leaders import choices, match, open_groups
from networks.composition.model import Problem, Where
from networks.composition.named import all_hard
from networks.composition.reasons import reasons
from networks.composition.score import breaches, floor, moved, score

try:
    from networks.composition.search.improve import Search
except ImportError:  # no numpy
    from networks.composition.plain import Search

try:
    from networks.composition.solver import cheapest, exact
except ImportError:  # no OR-Tools
    cheapest = exact = None

EXACT_SEATS = 1500
"""People times groups, up to which the solver is asked for a better grouping or a proof."""


@dataclass
class _State:
    """What is known so far of one problem."""

    problem: Problem
    seed: int
    floor: int
    grouping: Grouping | None = None
    proved_by: str | None = None
    is_impossible: bool = False
    tried: dict = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to find out."""
        return self.is_impossible or self.proved_by is not None

    def offer(self, where: Where, leaders: Where) -> bool:
        """Keep it if no rule is broken and it is better; whether no rule is broken."""
        if breaches(self.problem, where, leaders):
            return False
        total = score(self.problem, where).total
        if self.grouping is None or total < self.grouping.score:
            away = len(moved(self.problem, where))
            self.grouping = Grouping(dict(where), dict(leaders), total, away)
        if self.grouping.score <= self.floor and not self.proved_by:
            self.proved_by = CLOSED_FORM
        return True

    def learn(self, bound: int) -> None:
        """The solver says that no grouping scores less."""
        self.floor = max(self.floor, bound)
        if self.grouping and self.grouping.score <= self.floor and not self.proved_by:
            self.proved_by = SOLVER

    def result(self, status: str) -> Result:
        """As the caller gets it."""
        if status != CANCELLED and self.proved_by:
            status = OPTIMAL
        found = (self.grouping, self.floor, self.proved_by, self.seed, exact is not None)
        return Result(status, *found)


def compose(problem: Problem, budget: Budget, seed: int = 0) -> Result:
    """The best grouping found within the budget that breaks no rule, and what is proved of it.

    Impossible only when proved; feasible without a grouping when none was found and nothing proved.
    When cancelled, the result holds the best so far.
    """
    state = _State(problem, seed, floor(problem))
    ways = choices(problem) if open_groups(problem) else [{}]
    if not ways or reasons(problem):
        return state.result(IMPOSSIBLE)
    try:
        _work(state, ways, budget)
    except Cancelled:
        return state.result(CANCELLED)
    return state.result(IMPOSSIBLE if state.is_impossible else FEASIBLE)


def _work(state: _State, ways: list[Where], budget: Budget) -> None:
    """Search a little, ask the solver, search the rest: the solver proves what is small at once."""
    turns = ((_search, 0.15), (_ask, 0.4), (_search, 0.8), (_ask, 0.9), (_search, 1.0))
    for way, share in turns if exact else ((_search, 0.3), (_search, 1.0)):
        if state.is_done:
            return
        if way is _ask and not _is_for_solver(state):
            continue
        part = budget.part(share)
        try:
            way(state, ways, part)
        finally:
            budget.settle(part)


def _search(state: _State, ways: list[Where], budget: Budget) -> None:
    """Search with the first leaders, and with others as long as no grouping is found."""
    if state.grouping:
        return _search_with(state, state.grouping.leaders, budget)
    for n, leaders in enumerate(ways):
        part = budget.part(1 / (len(ways) - n))
        try:
            _search_with(state, leaders, part)
        finally:
            budget.settle(part)
        if state.grouping:
            return None
    return None


def _search_with(state: _State, leaders: Where, budget: Budget) -> None:
    """Search with these leaders, going on where it left off; then look for others who suit."""
    key = tuple(sorted(leaders.items()))
    if key not in state.tried:
        start = state.grouping.where if state.grouping else None
        named = state.problem.with_leaders(leaders)
        state.tried[key] = Search(named, state.seed, start=start, target=state.floor)
    found = state.tried[key]
    try:
        found.run(budget)
    finally:
        if not state.offer(found.where, leaders) and open_groups(state.problem):
            state.offer(found.where, match(state.problem, found.where) or leaders)


def _is_for_solver(state: _State) -> bool:
    """Small enough, or rules still broken: whether a grouping exists is then the question."""
    return state.grouping is None or _is_small(state)


def _is_small(state: _State) -> bool:
    return len(state.problem.people) * len(state.problem.groups) <= EXACT_SEATS


def _ask(state: _State, _ways: list[Where], budget: Budget) -> None:
    """Let the solver say whether a grouping exists, find a better one, or prove this the best."""
    if state.grouping is None:
        any_way = cheapest(state.problem, all_hard, 1)
        if any_way.where is None:
            state.is_impossible = any_way.is_proved
            return
        state.offer(any_way.where, any_way.led)
    if not _is_small(state):
        return
    hint = state.grouping.where if state.grouping else None
    answer = exact(state.problem, budget, state.seed, hint=hint)
    if answer is None:
        return
    where, leaders, bound, is_optimal = answer
    if where:
        state.offer(where, leaders)
    state.learn(score(state.problem, where).total if is_optimal else bound)
