"""Mid-year repair: the fewest moves there are, and what each further move would gain."""

from bisect import bisect_right

from networks.composition.answer import Front, Grouping
from networks.composition.budget import Budget
from networks.composition.model import Led, Problem, Where
from networks.composition.named import all_hard
from networks.composition.score import breaches, floor, moved, score
from networks.composition.search.improve import Search
from networks.composition.solver import cheapest, exact

EXACT_SEATS = 800
"""People times groups, up to which the solver looks for the best score at each number of moves."""
IDLE = 4
"""After so many moves more that gained nothing, beyond what the search found, the front ends."""
ENOUGH = 0.98
"""The share of the budget after which no new question is asked."""
SEARCH_SHARE = 0.35
"""The part of the budget that goes to the search when the solver has its turn after it."""


def fewest_moves(problem: Problem) -> Grouping | None:
    """A grouping with the fewest moves there are, or None when there is no grouping.

    Should pair rules and free leaders make that too hard to prove, it is the best that was found.
    """
    answer = cheapest(problem, all_hard, move_price=1)
    return None if answer.where is None else grouping_of(problem, answer.where, answer.led)


def grouping_of(problem: Problem, where: Where, led: Led) -> Grouping:
    """The grouping with its score and moves counted."""
    where = {person.id: where[person.id] for person in problem.people}
    return Grouping(where, dict(led), score(problem, where).total, len(moved(problem, where)))


def front(problem: Problem, budget: Budget, seed: int = 0) -> Front:
    """The best groupings by moves, from the fewest there are until the score is perfect.

    Empty when no grouping exists (then `is_proved`) or none was found. Raises Cancelled.
    """
    first = cheapest(problem, all_hard, move_price=1)
    if first.where is None:
        return Front(is_proved=first.is_proved)
    best = _Best(problem)
    best.offer(first.where, first.led)
    has_solver_turn = len(problem.people) * len(problem.groups) <= EXACT_SEATS
    part = budget.part(SEARCH_SHARE if has_solver_turn else 1.0)
    _search(problem, best, part, seed)
    budget.settle(part)
    if has_solver_turn:
        _solve(problem, best, budget, seed)
    return Front(best.front(), first.is_proved)


class _Best:
    """The best grouping for each number of moves."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.floor = problem, floor(problem)
        self.by_moves: dict[int, Grouping] = {}

    def offer(self, where: Where, led: Led) -> None:
        """Keep it if it breaks nothing and is better than what there is for as many moves."""
        if breaches(self.problem, where, led):
            return
        new = grouping_of(self.problem, where, led)
        old = self.by_moves.get(new.moves)
        if old is None or new.score < old.score:
            self.by_moves[new.moves] = new

    def front(self) -> tuple[Grouping, ...]:
        """Fewest moves first, each better than the one before."""
        found: list[Grouping] = []
        for moves in sorted(self.by_moves):
            new = self.by_moves[moves]
            if not found or new.score < found[-1].score:
                found.append(new)
        return tuple(found)

    def within(self, moves: int) -> Grouping:
        """The best with at most so many moves; there must be one."""
        found = self.front()
        return found[bisect_right([grouping.moves for grouping in found], moves) - 1]


def _search(problem: Problem, best: _Best, budget: Budget, seed: int) -> None:
    """Search from the fewest moves under falling prices for a move, filing what comes by."""
    first = best.front()[0]
    named = problem.with_leaders(first.leaders)
    top = 12 * max(2, *problem.weights.values(), 0)
    prices = [top, top // 3, top // 8, 2, 1, 0]
    names = [person.id for person in problem.people]
    groups = [group.id for group in problem.groups]
    where = first.where
    for n, price in enumerate(prices):
        part = budget.part(1 / (len(prices) - n))
        archive: dict = {}
        target = None if price else best.floor
        looking = Search(
            named, seed + n, start=where, target=target, move_price=price, archive=archive
        )
        try:
            looking.run(part)
        finally:
            budget.settle(part)
            for _points, seats in archive.values():
                found = dict(zip(names, (groups[h] for h in seats.tolist()), strict=True))
                best.offer(found, first.leaders)


def _solve(problem: Problem, best: _Best, budget: Budget, seed: int) -> None:
    """Ask the solver for the best score at each number of moves, from the fewest upwards."""
    lowest = _lowest(problem, best, budget, seed)
    everybody = sum(problem.sits(person) for person in problem.people)
    idle, moves = 0, best.front()[0].moves
    while moves <= everybody and idle < IDLE and budget.share < ENOUGH:
        known, last = best.within(moves), best.front()[-1].moves
        if known.score <= lowest:
            return
        _ask(problem, best, budget.part(1 / 2), budget, seed, moves)
        better = best.within(moves).score < known.score
        idle = 0 if better or moves < last else idle + 1
        moves += 1


def _lowest(problem: Problem, best: _Best, budget: Budget, seed: int) -> int:
    """A score that nothing is below, however many move."""
    if best.front()[-1].score <= best.floor:
        return best.floor
    return max(best.floor, _ask(problem, best, budget.part(1 / 6), budget, seed))


def _ask(
    problem: Problem,
    best: _Best,
    part: Budget,
    budget: Budget,
    seed: int,
    moves: int | None = None,
) -> int:
    """Let the solver better what is known within so many moves; what nothing is below."""
    known = best.front()[-1] if moves is None else best.within(moves)
    try:
        found = exact(problem, part, seed, hint=known.where, max_moves=moves)
    finally:
        budget.settle(part)
    if found is None:
        return best.floor
    where, led, bound, _is_optimal = found
    best.offer(where, led)
    return bound
