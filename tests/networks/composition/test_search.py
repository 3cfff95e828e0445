"""The search counts as the judge does, keeps the sizes, and finds what is there to find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks.composition.budget import Budget, Cancelled
from networks.composition.cases import problem_of
from networks.composition.search.anneal import Best, anneal, heat_for
from networks.composition.search.blocks import Lack, part_of
from networks.composition.search.deal import deal
from networks.composition.search.form import cost_of, form_of, form_of_distances
from networks.composition.search.heat import Herd
from networks.composition.search.improve import Search, improve
from networks.composition.search.tabu import Table, tabu
from tests.networks.composition import judge
from tests.networks.composition.made import after_a_winter, fitting, lifelike, odd

NOT_SEATS = {"leader_required", "leads_twice", "size_min", "size_max", "locked"}


def ids(case, where):
    groups = [g["id"] for g in case["groups"]]
    return {p["id"]: groups[h] for p, h in zip(case["people"], where.tolist(), strict=True)}


@st.composite
def placed(draw):
    case = draw(odd())
    k = len(case["groups"])
    return case, np.array([draw(st.integers(0, k - 1)) for _p in case["people"]])


@settings(max_examples=50, deadline=None)
@given(placed())
def test_a_grouping_without_broken_rules_costs_its_score_and_any_other_costs_more(given):
    case, where = given
    form = form_of(problem_of(case))
    broken = set(judge.broken(case, ids(case, where))) - NOT_SEATS
    above = cost_of(form, where) - form.base - judge.score(case, ids(case, where))
    assert above >= form.hard if broken else above == 0


@settings(max_examples=50, deadline=None)
@given(fitting(), st.integers(0, 99))
def test_a_deal_has_the_sizes_when_the_locked_allow_it(case, seed):
    for person in case["people"]:
        person["locked"] = False
    where = deal(form_of(problem_of(case)), np.random.default_rng(seed))
    assert not {"size_min", "size_max"} & set(judge.broken(case, ids(case, where)))


def test_a_deal_has_the_sizes_however_far_apart_people_are():
    distance = np.random.default_rng(1).integers(1, 100, (24, 24))
    least, most = np.array([2, 4, 6, 8]), np.array([9, 6, 9, 9])
    form = form_of_distances(distance + distance.T, least, most)
    for seed in range(20):
        size = np.bincount(deal(form, np.random.default_rng(seed)), minlength=4)
        assert (least <= size).all()
        assert (size <= most).all()


@settings(max_examples=25, deadline=None)
@given(fitting(), st.integers(0, 99))
def test_the_herd_knows_what_its_groupings_cost_and_keeps_locks_and_sizes(case, seed):
    form, rng = form_of(problem_of(case)), np.random.default_rng(seed)
    begin = deal(form, rng)
    before = {"size_min", "size_max", "locked"} & set(judge.broken(case, ids(case, begin)))
    herd = Herd(form, begin, 3)
    k, half = form.groups, form.groups // 2
    for _step in range(20):
        turn = np.array([rng.permutation(k) + r * k for r in range(3)])
        luck = rng.gumbel(size=(herd.s**2 + 1, 3 * half))
        pairs = turn[:, :half].ravel(), turn[:, half : 2 * half].ravel()
        herd.step(*pairs, 5.0, luck.astype(herd.number))
    for r in range(3):
        where = herd.where(r)
        assert herd.energy[r] == cost_of(form, where)
        if not before:
            broken = set(judge.broken(case, ids(case, where)))
            assert not broken & {"size_min", "size_max", "locked"}


@settings(max_examples=25, deadline=None)
@given(fitting(), st.integers(0, 99))
def test_the_table_holds_what_every_exchange_would_change(case, seed):
    form, rng = form_of(problem_of(case)), np.random.default_rng(seed)
    table = Table(form, deal(form, rng))
    tabu(form, table.where, rng, Budget(steps=16), best := Best())
    table.load(best.where)
    moves = table.moves()
    for i, j in np.argwhere(table.change < 1e9):
        where = table.where.copy()
        where[i], where[j] = where[j], where[i]
        assert table.change[i, j] == cost_of(form, where) - table.cost
    for i, h in np.argwhere(moves < 1e9):
        where = table.where.copy()
        where[i] = h
        assert moves[i, h] == cost_of(form, where) - table.cost


@settings(max_examples=40, deadline=None)
@given(odd(), st.integers(0, 99))
def test_part_of_a_form_costs_what_it_costs_in_the_whole(case, seed):
    form, rng = form_of(problem_of(case)), np.random.default_rng(seed)
    where = deal(form, rng)
    groups = np.sort(rng.permutation(form.groups)[: max(1, form.groups - 1)])
    part, people = part_of(form, where, groups)
    inside = np.searchsorted(groups, where[people])
    other = where.copy()
    shuffled = rng.permutation(inside)
    other[people] = groups[shuffled]
    whole = cost_of(form, other) - cost_of(form, where)
    assert cost_of(part, shuffled) - cost_of(part, inside) == whole


def test_a_barnehage_has_the_same_share_in_a_part_as_in_the_whole():
    case = lifelike(18, 1, leaders=False)
    for n, person in enumerate(case["people"]):
        person["barnehage"] = f"b{n}" if n % 3 == 2 else "large"
    form = form_of(problem_of(case))
    where = np.arange(18) // 2 % 3
    part, people = part_of(form, where, np.array([1, 2]))
    crowded = (people % 3 != 2).astype(int)
    other = where.copy()
    other[people] = crowded + 1
    change = cost_of(form, other) - cost_of(form, where)
    assert cost_of(part, crowded) - cost_of(part, where[people] - 1) == change


@pytest.mark.parametrize("tags", [False, True])
def test_no_group_can_be_bettered_by_more_than_it_lacks(tags):
    form = form_of(problem_of(lifelike(60, tags=tags)))
    where = deal(form, np.random.default_rng(1))
    lacking = Lack(form).of(where, np.arange(form.groups)).sum()
    assert cost_of(form, where) - form.base <= lacking


def herd(form, where, rng, budget, best):
    anneal(form, where, heat_for(form), rng, budget, best)


@pytest.mark.parametrize("way", [tabu, herd])
@pytest.mark.parametrize("people", [30, 60, 150])
def test_each_way_finds_a_perfect_grouping_of_a_lifelike_network(way, people):
    form, rng = form_of(problem_of(lifelike(people, 3))), np.random.default_rng(0)
    best = Best(target=form.base)
    way(form, deal(form, rng), rng, Budget(steps=2000), best)
    assert cost_of(form, best.where) == best.cost == form.base


def test_a_large_network_is_put_together_block_by_block():
    case = lifelike(450, 2)
    where = improve(problem_of(case), Budget(steps=20_000), target=0)
    assert judge.broken(case, where) == []
    assert judge.score(case, where) == 0


def test_together_is_kept_when_whole_units_have_to_move():
    case = lifelike(60, 5)
    names = [p["id"] for p in case["people"]]
    case["rules"] = {"together": [[names[n], names[n + 25]] for n in range(0, 30, 3)]}
    where = improve(problem_of(case), Budget(steps=6000), target=0)
    assert judge.broken(case, where) == []
    assert judge.score(case, where) == 0


def test_a_price_for_moves_keeps_people_where_they_are():
    case = lifelike(60, 4)
    problem = problem_of(case)
    today = improve(problem, Budget(steps=3000), target=0)
    later = problem_of(after_a_winter(case, today))
    begin = {p.id: p.current for p in later.people}
    moves = {}
    for price in (0, 1000):
        where = improve(later, Budget(steps=1500), start=begin, move_price=price)
        moves[price] = sum(later.sits(p) and where[p.id] != p.current for p in later.people)
    assert moves[1000] <= 6 < moves[0]


def test_the_archive_holds_the_fewest_points_for_each_number_of_moves():
    case = lifelike(30, 4)
    today = improve(problem_of(case), Budget(steps=3000), target=0)
    winter = after_a_winter(case, today)
    later, archive = problem_of(winter), {}
    improve(later, Budget(steps=1500), move_price=3, archive=archive)
    assert len(archive) > 5
    for moves, (points, where) in archive.items():
        named = ids(winter, where)
        assert sum(later.sits(p) and named[p.id] != p.current for p in later.people) == moves
        if not judge.broken(winter, named):
            assert judge.score(winter, named) == points


def test_cancelling_in_the_middle_loses_nothing():
    calls = iter(range(1000))
    found = Search(problem_of(lifelike(120, tags=True)))
    first = found.best.cost
    with pytest.raises(Cancelled):
        found.run(Budget(steps=10**9, is_cancelled=lambda: next(calls) > 30))
    assert found.best.cost < first
    assert cost_of(found.form, found.best.where) == found.best.cost


def test_whoever_listens_hears_a_share_that_only_grows():
    heard = []
    budget = Budget(steps=1600, tell=lambda share, best: heard.append((share, best)))
    improve(problem_of(lifelike(30, 1, tags=True)), budget)
    shares = [share for share, _best in heard]
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert shares[-1] == 1
    assert heard[-1][1] == min(best for _share, best in heard if best is not None)


def test_distances_are_made_as_large_as_can_be_within_the_sizes():
    rng = np.random.default_rng(3)
    distance = rng.integers(0, 100, (12, 12))
    distance = np.triu(distance, 1) + np.triu(distance, 1).T
    form = form_of_distances(distance, np.array([3, 4]), np.array([8, 9]))
    best = Best()
    anneal(form, deal(form, rng), heat_for(form), rng, Budget(steps=400), best)
    sides = (np.array(list(np.binary_repr(n, 12)), int) for n in range(2**12))
    every = [s for s in sides if 4 <= s.sum() <= 9 and 3 <= 12 - s.sum() <= 8]
    most = max((distance * (s[:, None] == s)).sum() // 2 for s in every)
    assert -best.cost == most
