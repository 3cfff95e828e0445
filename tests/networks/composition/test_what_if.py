"""The effect of one change, counted in the groups it touches, equals counting everything anew."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from networks.composition.cases import problem_of
from networks.composition.score import breaches, score
from networks.composition.what_if import Effect, Standing
from tests.networks.composition.made import lifelike, odd


@st.composite
def standing(draw):
    problem = problem_of(draw(odd()))
    groups = st.sampled_from([group.id for group in problem.groups])
    where = {person.id: draw(groups) for person in problem.people}
    people = st.sampled_from([person.id for person in problem.people])
    return Standing(problem, where), draw(people), draw(people), draw(groups)


def counted_anew(now, where):
    """Points and rules after minus before, from the whole."""
    problem, was = now.problem, breaches(now.problem, now.where)
    became = breaches(problem, where)
    return (
        score(problem, where).total - score(problem, now.where).total,
        {b for b in became if b not in was},
        {b for b in was if b not in became},
    )


def said(effect):
    return effect.points, set(effect.broken), set(effect.mended)


@given(standing())
def test_a_move_is_counted_as_the_whole_would_be(found):
    now, person, _other, group = found
    assert said(now.move(person, group)) == counted_anew(now, now.where | {person: group})


@given(standing())
def test_a_swap_is_counted_as_the_whole_would_be(found):
    now, one, two, _group = found
    after = now.where | {one: now.where[two], two: now.where[one]}
    assert said(now.swap(one, two)) == counted_anew(now, after)


def six_and_six():
    problem = problem_of(lifelike(12, leaders=False))
    where = {p.id: problem.groups[n % 2].id for n, p in enumerate(problem.people)}
    return Standing(problem, where)


def test_a_new_leader_may_not_lead_her_own():
    now = six_and_six()
    person = now.members["g000"][0]
    problem = problem_of(
        lifelike(12, leaders=False) | {"leaders": [{"id": "s1", "barnehage": person.barnehage}]}
    )
    effect = Standing(problem, now.where).new_leader("g000", "s1")
    assert {(b.rule, b.group) for b in effect.broken} == {("leader_not_own", "g000")}
    assert person.id in [b.person for b in effect.broken]


def test_who_is_locked_where_she_sits_breaks_nothing():
    now = six_and_six()
    person = now.problem.people[0]
    sits = replace(person, current=now.where[person.id])
    away = replace(person, current="g001" if now.where[person.id] == "g000" else "g000")
    for who, broken in ((sits, 0), (away, 1)):
        people = (who, *now.problem.people[1:])
        effect = Standing(replace(now.problem, people=people), now.where).lock(who.id)
        assert len(effect.broken) == broken


def test_a_dissolved_group_leaves_its_people_without_one():
    now = six_and_six()
    assert now.dissolve("g001").unplaced == tuple(p.id for p in now.members["g001"])


def test_a_move_tells_which_spreads_it_leaves():
    now = six_and_six()
    person = now.members["g000"][0]
    for uneven in now.move(person.id, "g001").uneven:
        assert not uneven.fewest <= uneven.count <= uneven.most
        assert uneven not in now.uneven(uneven.group)


def test_staying_changes_nothing():
    now = six_and_six()
    assert now.move("p0000", now.where["p0000"]) == Effect()
