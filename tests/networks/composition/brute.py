"""Small cases by trying everything, judged by the independent judge: nothing of the product."""

import random
from collections import Counter
from itertools import product

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
LARGEST = 1500
"""Groupings looked at for one case at most."""


def tiny(seed):
    """A case small enough to try everything, with rules that often clash; None when too large."""
    luck = random.Random(seed)
    people, count = luck.randint(2, 6), luck.randint(1, 3)
    houses = [f"b{k}" for k in range(luck.randint(1, 4))]
    homes = [*houses, "bx"]
    leaders = [{"id": f"s{k}", "barnehage": luck.choice(homes)} for k in range(luck.randint(0, 3))]
    least = luck.choice([0, 1, max(0, people // count - 1), people // count])
    share = -(-people // count)
    most = max(least, luck.choice([share, share + 1, people // count, people]))
    names, groups = [f"p{k}" for k in range(people)], [f"g{k}" for k in range(count)]
    rules = {
        "same_barnehage": luck.choice(["spread", "never", "free"]),
        "leader_not_own": luck.random() < 0.7,
        "leader_required": luck.random() < 0.4,
        "local": luck.random() < 0.3,
        "apart": _pairs(names, 3, luck),
        "together": _pairs(names, 2, luck),
    }
    case = {
        "people": [
            {
                "id": name,
                "barnehage": luck.choice(houses),
                "current": luck.choice([None, "gone", *groups * 3]),
                "locked": luck.random() < 0.2,
                "kommune": luck.choice("AAB"),
                "values": {a: luck.choice("xy") for a in ("size", "owner")},
            }
            for name in names
        ],
        "groups": [
            {
                "id": group,
                "min": least,
                "max": most,
                "leader": luck.choice([None, *(leader["id"] for leader in leaders)]),
                "kommune": luck.choice([None, None, "A", "B"]),
            }
            for group in groups
        ],
        "leaders": leaders,
        "rules": rules,
        "weights": {"size": 2, "owner": 1},
    }
    return case if ways(case) <= LARGEST else None


def _pairs(names, most, luck):
    pairs = [luck.sample(names, 2) for _n in range(luck.randint(0, most))]
    return list({frozenset(pair): pair for pair in pairs}.values())


def ways(case):
    """How many groupings there are, leaders chosen and not."""
    return len(case["groups"]) ** len(case["people"]) * len(_leaderships(case))


def _leaderships(case):
    if not case["rules"].get("leader_required"):
        return [{}]
    unled = [g["id"] for g in case["groups"] if not g.get("leader")]
    choices = [None, *(leader["id"] for leader in case["leaders"])]
    return [
        {g: leader for g, leader in zip(unled, some, strict=True) if leader}
        for some in product(choices, repeat=len(unled))
    ]


def everything(case):
    """Everybody anywhere, under any leaders: (where, led)."""
    names, groups = [p["id"] for p in case["people"]], [g["id"] for g in case["groups"]]
    for led in _leaderships(case):
        for seats in product(groups, repeat=len(names)):
            yield dict(zip(names, seats, strict=True)), led


def moves(case, where):
    """How many leave a group of today."""
    there = {g["id"] for g in case["groups"]}
    return sum(p["current"] in there and where[p["id"]] != p["current"] for p in case["people"])


def front(case):
    """The best score for each number of moves that betters all smaller ones."""
    best = {}
    for where, led in everything(case):
        if not judge.broken(case, where, led):
            count, points = moves(case, where), judge.score(case, where)
            best[count] = min(points, best.get(count, points))
    found = []
    for count in sorted(best):
        if not found or best[count] < found[-1][1]:
            found.append((count, best[count]))
    return found


def price(broken):
    """What these broken rules cost together."""
    return sum(PRICE[rule] * count for rule, count in Counter(broken).items())


def cheapest_price(case):
    """The least that the exceptions of any grouping cost."""
    return min(price(judge.broken(case, where, led)) for where, led in everything(case))


def is_irreducible(case, rules):
    """Whether no grouping keeps all these named rules, but some grouping all of them but one."""
    taken = [g["leader"] for g in case["groups"] if g.get("leader")]
    broken = {
        frozenset(rule for rule in rules if not _holds(case, where, led, rule))
        for where, led in everything(case)
        if len(set(led.values()) - set(taken)) == len(led)
    }
    return frozenset() not in broken and all(frozenset([rule]) in broken for rule in rules)


def _holds(case, where, led, rule):
    kind, name = rule[:2]
    if kind in ("apart", "together"):
        return (where[rule[1]] == where[rule[2]]) == (kind == "together")
    if kind in ("locked", "local"):
        return _person_holds(case, where, kind, name)
    if kind == "same_barnehage":
        staff = [p["id"] for p in case["people"] if p["barnehage"] == name]
        never = case["rules"]["same_barnehage"] == "never"
        share = 1 if never else -(-len(staff) // len(case["groups"]))
        return max(Counter(where[p] for p in staff).values()) <= share
    if kind == "leads_twice":
        return sum(g.get("leader") == name for g in case["groups"]) < 2
    group = next(g for g in case["groups"] if g["id"] == name)
    here = [p for p in case["people"] if where[p["id"]] == name]
    leader = group.get("leader") or led.get(name)
    home = {x["id"]: x["barnehage"] for x in case["leaders"]}.get(leader)
    return {
        "size_min": len(here) >= group["min"],
        "size_max": len(here) <= group["max"],
        "leader_required": bool(leader),
        "leader_not_own": all(p["barnehage"] != home for p in here),
    }[kind]


def _person_holds(case, where, kind, name):
    person = next(p for p in case["people"] if p["id"] == name)
    if kind == "locked":
        return where[name] == person["current"]
    kommune = next(g["kommune"] for g in case["groups"] if g["id"] == where[name])
    return not kommune or kommune == person["kommune"]
