"""The fewest moves are the fewest, and the front is the best there is at each number of moves."""

import random
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from networks.composition.budget import Budget, Cancelled
from networks.composition.cases import problem_of
from networks.composition.named import all_hard
from networks.composition.repair import fewest_moves, front
from networks.composition.score import breaches
from networks.composition.solver import cheapest, exact
from networks.composition.solver import few as fewest_by_hub
from networks.composition.solver.flow import seat
from tests.networks.composition import brute, judge
from tests.networks.composition.made import after_a_winter, lifelike, odd

CASES = [case for seed in range(260) if (case := brute.tiny(seed))]
STEPS = 3000


def in_february(people, seed=1):
    """A lifelike network after a winter, grouped by whatever keeps the rules."""
    case = lifelike(people, seed)
    return after_a_winter(case, seat(problem_of(case), all_hard).where, seed)


@pytest.mark.parametrize("is_by_hub", [False, True])
def test_the_fewest_moves_are_what_trying_everything_finds(is_by_hub, monkeypatch):
    monkeypatch.setattr(fewest_by_hub, "SMALL", 0 if is_by_hub else 4000)
    for case in CASES:
        found, best = fewest_moves(problem_of(case)), brute.front(case)
        assert (found is None) == (not best)
        if found:
            assert found.moves == best[0][0] == brute.moves(case, found.where)
            assert judge.broken(case, found.where, found.leaders) == []
            assert found.score == judge.score(case, found.where)


@given(odd(largest=5))
@settings(max_examples=60, deadline=None)
def test_whether_a_grouping_exists_is_known(case):
    assume(brute.ways(case) <= brute.LARGEST)
    found = cheapest(problem_of(case), all_hard, move_price=1)
    assert found.is_proved
    assert (found.where is not None) == bool(brute.front(case))


def test_the_front_is_what_trying_everything_finds():
    for case in CASES[:60]:
        found = front(problem_of(case), Budget(steps=STEPS))
        assert [(one.moves, one.score) for one in found.groupings] == brute.front(case)
        assert found.is_proved
        for one in found.groupings:
            assert judge.broken(case, one.where, one.leaders) == []


def test_the_best_score_is_what_trying_everything_finds():
    for case in CASES[:60]:
        found, best = exact(problem_of(case), Budget(steps=STEPS)), brute.front(case)
        assert (found is None) == (not best)
        if found:
            where, led, bound, is_optimal = found
            assert is_optimal
            assert judge.broken(case, where, led) == []
            assert judge.score(case, where) == bound == best[-1][1]


def test_by_steps_the_same_front_comes_out_again():
    problem = problem_of(in_february(30))
    fronts = [front(problem, Budget(steps=1000), seed=3) for _n in range(2)]
    assert fronts[0] == fronts[1]
    assert len(fronts[0].groupings) > 1


@pytest.mark.parametrize("people", [60, 150, 300])
def test_the_hub_finds_as_few_moves_as_all_ways_laid_out(people, monkeypatch):
    monkeypatch.setattr(fewest_by_hub, "SMALL", 0)
    problem = problem_of(in_february(people))
    found = fewest_moves(problem)
    assert not breaches(problem, found.where)
    assert found.moves == seat(problem, all_hard, move_price=1).cost


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_other_names_leave_the_fewest_moves_as_they_were(seed):
    case = brute.tiny(seed) or in_february(30, seed % 5 + 1)
    luck, problem = random.Random(seed), problem_of(case)
    new = {group.id: f"x{n}" for n, group in enumerate(problem.groups)}
    people = [replace(p, current=new.get(p.current, p.current)) for p in problem.people]
    groups = [replace(group, id=new[group.id]) for group in problem.groups]
    luck.shuffle(people)
    luck.shuffle(groups)
    other = replace(problem, people=tuple(people), groups=tuple(groups))
    one, two = (cheapest(each, all_hard, move_price=1) for each in (problem, other))
    assert (one.where is None, one.cost) == (two.where is None, two.cost)


@given(st.integers(0, 10_000), st.sampled_from(["apart", "together"]))
@settings(max_examples=25, deadline=None)
def test_one_rule_more_never_makes_the_fewest_moves_fewer(seed, kind):
    case = in_february(36, seed % 7 + 1)
    problem = problem_of(case)
    pair = tuple(random.Random(seed).sample([person.id for person in problem.people], 2))
    stricter = replace(problem, rules=replace(problem.rules, **{kind: (pair,)}))
    before, after = fewest_moves(problem), fewest_moves(stricter)
    assert before is not None or after is None
    if after:
        assert after.moves >= before.moves
        assert not breaches(stricter, after.where)


def test_the_solver_stops_when_somebody_cancels():
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 2

    budget = Budget(steps=10_000_000, is_cancelled=is_cancelled)
    with pytest.raises(Cancelled):
        exact(problem_of(lifelike(60, tags=True)), budget)
