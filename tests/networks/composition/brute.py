"""Small cases by trying everything, judged by the independent judge: nothing of the product."""

from collections import Counter
from itertools import chain, combinations, product

from tests.networks.composition import judge

PRICE = {
    "size_min": 10,
    "size_max": 10,
    "same_barnehage": 14,
    "locked": 20,
    "together": 25,
    "leader_not_own": 40,
    "apart": 60,
    "local": 1_000_000,
    "leader_required": 1_000_000,
    "leads_twice": 1_000_000,
}


def ways(case):
    """How many groupings there are, leaders chosen and not."""
    return len(case["groups"]) ** len(case["people"]) * len(list(_leaderships(case)))


def _leaderships(case):
    unled = [g["id"] for g in case["groups"] if not g.get("leader")]
    if not case["rules"].get("leader_required"):
        return [{}]
    choices = [None, *(leader["id"] for leader in case["leaders"])]
    return [
        {g: leader for g, leader in zip(unled, some, strict=True) if leader}
        for some in product(choices, repeat=len(unled))
    ]


def groupings(case):
    """Everybody anywhere, under any leaders: (where, led, names of the broken rules)."""
    names, groups = [p["id"] for p in case["people"]], [g["id"] for g in case["groups"]]
    for led in _leaderships(case):
        for seats in product(groups, repeat=len(names)):
            where = dict(zip(names, seats, strict=True))
            yield where, led, judge.broken(case, where, led)


def moves(case, where):
    there = {g["id"] for g in case["groups"]}
    return sum(p["current"] in there and where[p["id"]] != p["current"] for p in case["people"])


def fewest_moves(case):
    return min(
        (moves(case, where) for where, _led, broken in groupings(case) if not broken), default=None
    )


def front(case):
    """The best score for each number of moves that betters all smaller ones."""
    best = {}
    for where, _led, broken in groupings(case):
        if not broken:
            count, points = moves(case, where), judge.score(case, where)
            best[count] = min(points, best.get(count, points))
    found = []
    for count in sorted(best):
        if not found or best[count] < found[-1][1]:
            found.append((count, best[count]))
    return found


def price(broken):
    return sum(PRICE[rule] * count for rule, count in Counter(broken).items())


def cheapest_price(case):
    return min(price(broken) for _where, _led, broken in groupings(case))


def smaller(rules):
    """All sets with one rule fewer."""
    return list(combinations(rules, len(rules) - 1))


def subsets(rules):
    return chain.from_iterable(combinations(rules, k) for k in range(len(rules) + 1))
