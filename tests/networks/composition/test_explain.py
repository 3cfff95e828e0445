"""Why nothing exists: conflicts nothing can be spared from, ways out that hide nothing."""

from collections import Counter

import pytest

from networks.composition.cases import problem_of
from networks.composition.explain import conflict, exceptions
from networks.composition.named import all_hard
from networks.composition.reasons import reasons
from networks.composition.solver.flow import seat
from tests.networks.composition import brute, judge
from tests.networks.composition.made import lifelike, walled_in

IMPOSSIBLE = [case for seed in range(400) if (case := brute.tiny(seed)) and not brute.front(case)][
    :110
]


def test_every_reason_is_a_proof_that_nothing_can_be_spared_from():
    found = Counter()
    for case in IMPOSSIBLE:
        for reason in reasons(problem_of(case)):
            found[reason.kind] += 1
            assert brute.is_irreducible(case, reason.rules), (reason, case)
    assert {"too_few", "too_many", "crowd", "too_few_leaders", "leads_twice"} <= set(found)
    assert {"no_group", "tied_apart", "tied_crowd", "clique"} <= set(found)


def test_what_can_be_has_no_reason_and_no_conflict():
    possible = [case for seed in range(300) if (case := brute.tiny(seed)) and brute.front(case)]
    for case in possible[:40]:
        problem = problem_of(case)
        assert reasons(problem) == []
        assert conflict(problem) is None
        assert exceptions(problem) == ()


@pytest.mark.parametrize("is_counted", [True, False])
def test_a_conflict_is_irreducible(is_counted, monkeypatch):
    if not is_counted:
        monkeypatch.setattr("networks.composition.explain.reasons", lambda _problem: [])
    for case in IMPOSSIBLE:
        rules = conflict(problem_of(case))
        assert rules
        assert brute.is_irreducible(case, rules), (rules, case)


def test_the_first_way_out_is_the_cheapest_there_is():
    for case in IMPOSSIBLE:
        first = exceptions(problem_of(case), most=1)[0]
        assert first.is_cheapest
        assert first.price == brute.cheapest_price(case), case


def test_every_way_out_breaks_only_what_it_states():
    for case in IMPOSSIBLE[:60]:
        ways = exceptions(problem_of(case))
        for way in ways:
            stated = Counter()
            for one in way.exceptions:
                stated[one.rule] += one.by
            broken = judge.broken(case, way.grouping.where, way.grouping.leaders)
            assert stated == Counter(broken), (way, case)
            assert way.price == brute.price(broken)
            assert way.grouping.score == judge.score(case, way.grouping.where)
        assert [way.price for way in ways] == sorted(way.price for way in ways)
        kinds = [frozenset(one.rule for one in way.exceptions) for way in ways]
        assert len(set(kinds)) == len(kinds)


def test_a_conflict_of_pairs_and_locks_is_found_where_counting_finds_nothing():
    case = lifelike(60)
    case = walled_in(case, seat(problem_of(case), all_hard).where)
    problem = problem_of(case)
    assert reasons(problem) == []
    ways = exceptions(problem)
    count = len(case["groups"])
    assert Counter(r[0] for r in conflict(problem, known=ways)) == {"locked": count, "apart": count}
    assert [(way.price, way.is_cheapest) for way in ways] == [(20, True), (60, False)]


def test_too_few_leaders_leave_a_way_out():
    case = lifelike(24)
    case["rules"]["leader_required"] = True
    case["leaders"] = [{"id": "s0", "barnehage": "of no participant"}]
    for group in case["groups"]:
        group["leader"] = None
    problem = problem_of(case)
    assert [reason.kind for reason in reasons(problem)] == ["too_few_leaders"]
    assert {frozenset(e.rule for e in way.exceptions) for way in exceptions(problem)} >= {
        frozenset({"leader_required"}),
        frozenset({"leads_twice"}),
    }
