"""What compose answers is true: no broken rule, nothing below the floor, proofs that hold."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.composition import compose as module
from networks.composition.answer import CANCELLED, CLOSED_FORM, FEASIBLE, IMPOSSIBLE, OPTIMAL
from networks.composition.budget import Budget
from networks.composition.cases import problem_of
from networks.composition.compose import compose
from networks.composition.leaders import choices, is_named_freely, match, open_groups
from networks.composition.plain import Search as PlainSearch
from tests.networks.composition import judge
from tests.networks.composition.made import fitting, lifelike, odd

STEPS = 160


def found(case, steps=STEPS, seed=0):
    return compose(problem_of(case), Budget(steps=steps), seed)


def renamed(case, luck):
    """The same case with other names for people and groups, in another order."""
    people = {p["id"]: f"x{n}" for n, p in enumerate(luck(case["people"]))}
    groups = {g["id"]: f"y{n}" for n, g in enumerate(luck(case["groups"]))}
    rules = case["rules"] | {
        name: [[people[one], people[two]] for one, two in case["rules"].get(name, [])]
        for name in ("apart", "together")
    }
    return case | {
        "people": [
            p | {"id": people[p["id"]], "current": groups.get(p.get("current"), p.get("current"))}
            for p in luck(case["people"])
        ],
        "groups": [g | {"id": groups[g["id"]]} for g in luck(case["groups"])],
        "rules": rules,
        "met_before": [[people[a], people[b], w] for a, b, w in case.get("met_before", [])],
    }


@settings(max_examples=40, deadline=None)
@given(odd())
def test_what_is_offered_breaks_no_rule_and_is_never_below_the_floor(case):
    result = found(case)
    if result.grouping:
        where, led = result.grouping.where, result.grouping.leaders
        assert judge.broken(case, where, led) == []
        assert judge.score(case, where) == result.grouping.score >= result.floor
        assert (result.status == OPTIMAL) == (result.proved_by is not None)
    else:
        assert result.status in (IMPOSSIBLE, FEASIBLE)
        assert result.proved_by is None


@settings(max_examples=20, deadline=None)
@given(odd(largest=5))
def test_impossible_is_true_and_the_best_is_the_best_of_all(case):
    case["rules"]["leader_required"] = False
    groups, names = [g["id"] for g in case["groups"]], [p["id"] for p in case["people"]]
    every = (dict(zip(names, at, strict=True)) for at in product(groups, repeat=len(names)))
    scores = [judge.score(case, where) for where in every if not judge.broken(case, where)]
    result = found(case)
    if result.status == IMPOSSIBLE:
        assert not scores
    if result.status == OPTIMAL:
        assert result.grouping.score == min(scores)
    if scores:
        assert result.grouping
        assert result.grouping.score == min(scores)


@settings(max_examples=20, deadline=None)
@given(fitting(), st.randoms(use_true_random=False))
def test_new_names_for_people_and_groups_leave_a_proved_score_as_it_was(case, luck):
    one = found(case)
    two = found(renamed(case, lambda things: luck.sample(things, len(things))))
    if one.proved_by and two.proved_by:
        assert one.grouping.score == two.grouping.score


@settings(max_examples=20, deadline=None)
@given(fitting(), st.sampled_from(["local", "leader_not_own", "never", "apart", "together"]))
def test_one_more_rule_never_makes_a_proved_score_smaller(case, rule):
    rules, names = dict(case["rules"]), [p["id"] for p in case["people"]]
    if rule == "never":
        rules["same_barnehage"] = "never"
    elif rule in ("apart", "together"):
        rules[rule] = [*rules[rule], [names[0], names[-1]]] if names[1:] else rules[rule]
    else:
        rules[rule] = True
    less, more = found(case), found(case | {"rules": rules})
    if less.proved_by and more.proved_by:
        assert more.grouping.score >= less.grouping.score


@pytest.mark.parametrize("people", [30, 60, 150])
def test_a_lifelike_network_is_proved_perfect_by_the_closed_form(people):
    case = lifelike(people, 7)
    result = found(case, 20_000)
    assert (result.status, result.proved_by, result.gap) == (OPTIMAL, CLOSED_FORM, 0)
    assert judge.broken(case, result.grouping.where) == []


ANSWER = """
import json, sys
from networks.composition.budget import Budget
from networks.composition.cases import problem_of
from networks.composition.compose import compose
found = compose(problem_of(json.load(sys.stdin)), Budget(steps=1500), 5).grouping
print(json.dumps([found.where, found.leaders, found.score]))
"""


def test_the_same_seed_and_steps_give_the_same_answer_in_another_process():
    case = lifelike(36, 2, tags=True)
    for group in case["groups"]:
        del group["leader"]
    case["rules"] = {"leader_required": True, "together": [["p0001", "p0020"]]}
    answers = [
        subprocess.run(
            [sys.executable, "-c", ANSWER],
            input=json.dumps(case),
            env=os.environ | {"PYTHONHASHSEED": str(n)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for n in (1, 2)
    ]
    assert answers[0] == answers[1]
    assert judge.broken(case, *json.loads(answers[0])[:2]) == []


def test_cancelled_in_the_middle_the_best_so_far_is_kept():
    calls = iter(range(10**6))
    budget = Budget(steps=10**9, is_cancelled=lambda: next(calls) > 20)
    case = lifelike(60, 1, tags=True)
    result = compose(problem_of(case), budget)
    assert result.status == CANCELLED
    assert judge.broken(case, result.grouping.where) == []
    assert judge.score(case, result.grouping.where) == result.grouping.score


def test_too_many_people_are_said_to_be_impossible_at_once():
    case = lifelike(60)
    case["groups"] = case["groups"][:8]
    assert found(case).status == IMPOSSIBLE


def test_no_grouping_is_offered_where_none_keeps_the_rules():
    """Five of one barnehage in five groups, one of which their own manager leads."""
    result = found(lifelike(30, 1030))
    assert result.grouping is None
    assert result.status in (IMPOSSIBLE, FEASIBLE)


def test_leaders_are_chosen_so_that_nobody_is_led_by_her_own_manager():
    case = lifelike(48, 3)
    for group in case["groups"]:
        del group["leader"]
    case["rules"] = {"leader_required": True}
    homes = sorted({p["barnehage"] for p in case["people"]})
    case["leaders"] = [{"id": f"s{n}", "barnehage": b} for n, b in enumerate(homes)]
    result = found(case, 20_000)
    assert result.status == OPTIMAL
    assert judge.broken(case, result.grouping.where, result.grouping.leaders) == []


def test_groups_are_named_after_their_leaders_when_that_loses_nothing():
    case = lifelike(48, 3)
    for group in case["groups"]:
        del group["leader"]
    case["rules"] = {"leader_required": True}
    problem = problem_of(case)
    assert is_named_freely(problem)
    assert choices(problem) == [{f"g{n:03d}": f"s{n:03d}" for n in range(8)}]
    sits = replace(problem.people[0], current="g000")
    assert not is_named_freely(replace(problem, people=(sits, *problem.people[1:])))


def test_leaders_are_matched_when_there_is_a_way():
    case = lifelike(12, 3)
    for group in case["groups"]:
        del group["leader"]
    case["rules"] = {"leader_required": True}
    problem = problem_of(case)
    first = problem.barnehage_of["s000"]
    where = {p.id: "g000" if p.barnehage == first else "g001" for p in problem.people}
    other = problem.barnehage_of["s001"]
    led = match(problem, where)
    assert led == ({"g001": "s000", "g000": "s001"} if other != first else None)
    assert len(open_groups(problem)) == 2


# --- without numpy --------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(odd(), st.integers(0, 9))
def test_plain_python_knows_what_its_grouping_costs(case, seed):
    search = PlainSearch(problem_of(case), seed, move_price=2)
    search.run(Budget(steps=500))
    assert search.now == search._anew()


@pytest.mark.parametrize("people", [30, 60])
def test_plain_python_finds_a_perfect_grouping_too(people, monkeypatch):
    monkeypatch.setattr(module, "Search", PlainSearch)
    case = lifelike(people, 2)
    result = found(case, 200_000)
    assert result.proved_by == CLOSED_FORM
    assert judge.broken(case, result.grouping.where) == []


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
from networks.composition import compose, plain
assert compose.Search is plain.Search
"""


def test_compose_can_be_imported_without_numpy():
    subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], check=True)
