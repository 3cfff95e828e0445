"""The second half of `./dev bench compose`: fewest moves, fronts, and what cannot be done.

moves       a winter has passed: the fewest moves, proved, in CPU seconds
front       points equal to those of the solver alone, given ten times as long
impossible  reasons, and a conflict with three ways out where pairs and locks leave no division
"""

from collections.abc import Callable
from time import process_time

from networks.composition.answer import Grouping
from networks.composition.budget import Budget
from networks.composition.cases import problem_of
from networks.composition.explain import conflict, exceptions
from networks.composition.model import Problem
from networks.composition.named import all_hard
from networks.composition.reasons import reasons
from networks.composition.repair import front
from networks.composition.score import score
from networks.composition.solver import cheapest, exact
from networks.composition.solver.flow import seat
from tests.networks.composition import judge
from tests.networks.composition.made import after_a_winter, lifelike, walled_in

Say = Callable[[str], None]
Goal = Callable[[str, float, float], None]

SECONDS, LONG = 3, 30


def in_february(people: int, seed: int, **how: bool) -> dict:
    """A lifelike network after a winter, in groups that kept the rules in August."""
    case = lifelike(people, seed, **how)
    return after_a_winter(case, seat(problem_of(case), all_hard).where, seed)


def moves(goal: Goal, say: Say) -> None:
    """The fewest moves after a winter; every answer is checked by the judge."""
    say(f"{'fewest moves':24}{'moves':>10}{'proved':>10}{'CPU s':>10}")
    taken: dict[int, float] = {}
    unproved = 0
    for people, seeds in ((150, 3), (300, 3), (1000, 3), (5000, 2)):
        for seed in range(seeds):
            case = in_february(people, 6000 + seed)
            problem, begun = problem_of(case), process_time()
            answer = cheapest(problem, all_hard, move_price=1)
            taken[people] = max(taken.get(people, 0), process_time() - begun)
            unproved += not answer.is_proved
            if answer.where is not None:
                assert judge.broken(case, answer.where) == []
            what = "impossible" if answer.where is None else answer.cost
            say(f"{f'  n = {people}':24}{what:>10}{answer.is_proved!s:>10}{taken[people]:10.2f}")
    goal("moves-unproved", unproved, 0)
    goal("moves-n1000-seconds", max(taken[n] for n in (150, 300, 1000)), 2)
    goal("moves-n5000-seconds", taken[5000], 10)


def fronts(goal: Goal, say: Say) -> None:
    """Ours in three seconds, beside the solver alone in thirty, for each number of moves."""
    say(f"{'fronts':24}{'moves':>10}{'equal':>10}")
    points = equal = 0
    for people in (30, 60):
        for seed in range(3):
            problem = problem_of(in_february(people, 7000 + seed))
            ours = front(problem, Budget(seconds=SECONDS, clock=process_time), seed).groupings
            upto = range(ours[0].moves, ours[-1].moves + 1) if ours else ()
            had = [[one for one in ours if one.moves <= most][-1] for most in upto]
            same = [one.score <= _best(problem, one, n) for one, n in zip(had, upto, strict=True)]
            say(f"{f'  n = {people}':24}{len(same):10}{sum(same):10}")
            points, equal = points + len(same), equal + sum(same)
    goal("front-percent-worse", 100 * (1 - equal / points), 10)


def _best(problem: Problem, one: Grouping, moves: int) -> int:
    """The best score the solver finds with so many moves, beginning from ours."""
    budget = Budget(seconds=LONG, clock=process_time)
    answer = exact(problem, budget, hint=one.where, max_moves=moves)
    return one.score if answer is None else score(problem, answer[0]).total


def impossible(goal: Goal, say: Say) -> None:
    """n = 150: by counting, and where each group holds a locked person one is apart from."""
    say(f"{'impossible, n = 150':24}{'rules':>10}{'ways out':>10}{'CPU s':>10}")
    counted = worst = 0.0
    for seed in range(3):
        case = lifelike(150, 8000 + seed)
        where = seat(problem_of(case), all_hard).where
        problem, begun = problem_of(walled_in(case, where)), process_time()
        why = reasons(problem)
        counted = max(counted, process_time() - begun)
        ways = exceptions(problem)
        rules = conflict(problem, why, ways)
        taken = process_time() - begun
        assert rules
        assert ways
        say(f"{'  walled in':24}{len(rules):10}{len(ways):10}{taken:10.2f}")
        worst = max(worst, taken)
    goal("reasons-seconds", counted, 0.2)
    goal("impossible-seconds", worst, 2)
