"""Points and broken rules, counted anew and compared with an independent judge."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from networks.composition.cases import case_of, problem_of
from networks.composition.score import breaches, floor, moved, score
from tests.networks.composition import judge
from tests.networks.composition.made import lifelike, odd


@st.composite
def case_and_grouping(draw):
    case = draw(odd())
    groups = st.sampled_from([g["id"] for g in case["groups"]])
    where = {p["id"]: draw(groups) for p in case["people"]}
    leaders = st.sampled_from(["", *(leader["id"] for leader in case["leaders"])])
    return case, where, {g["id"]: draw(leaders) for g in case["groups"]}


@given(case_and_grouping())
def test_the_score_equals_an_independent_count(given):
    case, where, _led = given
    assert score(problem_of(case), where).total == judge.score(case, where)


@given(case_and_grouping())
def test_the_broken_rules_equal_an_independent_count(given):
    case, where, led = given
    found = Counter()
    for breach in breaches(problem_of(case), where, led):
        found[breach.rule] += breach.by
    assert found == Counter(judge.broken(case, where, led))


@given(case_and_grouping())
def test_no_grouping_is_below_the_floor(given):
    case, where, led = given
    problem = problem_of(case)
    if not breaches(problem, where, led):
        assert score(problem, where).total >= floor(problem)


@given(odd())
def test_a_problem_written_and_read_back_is_the_same(case):
    problem = problem_of(case)
    assert problem_of(case_of(problem)) == problem


def test_the_score_says_where_its_points_come_from():
    case = lifelike(12, tags=True)
    problem = problem_of(case)
    where = {p.id: problem.groups[n // 6].id for n, p in enumerate(problem.people)}
    found = score(problem, where)
    assert found.total == sum(problem.weight(a) * more for a, more in found.excess.items())
    assert min(found.excess.values()) >= 0


def test_only_those_who_sit_in_a_group_that_still_exists_can_move():
    case = lifelike(12)
    for person, current in zip(case["people"], ("g000", "g001", "gone"), strict=False):
        person["current"] = current
    problem = problem_of(case)
    assert moved(problem, dict.fromkeys(problem.person, "g000")) == ["p0001"]
