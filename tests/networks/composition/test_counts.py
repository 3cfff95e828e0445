"""Which numbers of groups are possible, and the least number of pairs."""

from itertools import product

from networks.composition.counts import group_counts, least_pairs, pairs


def impossible(smallest, largest, until=60):
    return [n for n in range(1, until) if not group_counts(n, smallest, largest)]


def test_few_numbers_of_people_fit_no_groups_of_five_to_seven():
    assert impossible(5, 7) == [1, 2, 3, 4, 8, 9]


def test_more_numbers_of_people_fit_no_groups_of_five_or_six():
    assert impossible(5, 6) == [1, 2, 3, 4, 7, 8, 9, 13, 14, 19]


def test_every_plan_seats_everybody_within_the_sizes():
    for people in range(1, 80):
        for plan in group_counts(people, 5, 7):
            assert sum(plan.sizes) == people
            assert len(plan.sizes) == plan.groups
            assert all(5 <= size <= 7 for size in plan.sizes)


def test_no_way_of_dealing_has_fewer_pairs_than_the_even_spread():
    for people in range(7):
        dealt = product(range(3), repeat=people)
        fewest = min(sum(pairs(d.count(g)) for g in range(3)) for d in dealt)
        assert least_pairs(people, 3) == fewest
