"""An independent judge: counts pair by pair, straight from a case, with nothing of the product."""

from itertools import combinations


def values_of(person):
    yield from person.get("values", {}).items()
    for tag in person.get("tags", []):
        yield "tag:" + tag, "ja"


def weight_of(case, attribute):
    name = "tags" if attribute.startswith("tag:") else attribute
    return case.get("weights", {}).get(name, 0)


def score(case, where):
    """Points of a grouping (person id -> group id), every pair of people looked at by itself."""
    return (
        _like_pairs(case, where)
        - _fewest(case)
        + sum(
            case["travel"]["weight"]
            * case["travel"]["minutes"][p["barnehage"]][place_of(case, where[p["id"]])]
            // 10
            for p in case["people"]
            if case.get("travel", {}).get("weight") and place_of(case, where[p["id"]])
        )
        + sum(w for one, two, w in case.get("met_before", []) if where[one] == where[two])
    )


def place_of(case, group):
    return next(g.get("place") for g in case["groups"] if g["id"] == group)


def _like_pairs(case, where):
    return sum(
        weight_of(case, attribute)
        for one, two in combinations(case["people"], 2)
        if where[one["id"]] == where[two["id"]]
        for attribute, _value in set(values_of(one)) & set(values_of(two))
    )


def _fewest(case):
    """Deal each value out like cards, one to each group in turn: nothing has fewer pairs."""
    have = {}
    for person in case["people"]:
        for value in values_of(person):
            have[value] = have.get(value, 0) + 1
    total, groups = 0, len(case["groups"])
    for (attribute, _value), count in have.items():
        hands = [len(range(n, count, groups)) for n in range(groups)]
        total += weight_of(case, attribute) * sum(
            len(list(combinations(range(h), 2))) for h in hands
        )
    return total


def broken(case, where, led=None):
    """Names of the hard rules that do not hold, one for each person, pair or seat."""
    rules, found = case.get("rules", {}), []
    people = {p["id"]: p for p in case["people"]}
    home = {leader["id"]: leader["barnehage"] for leader in case.get("leaders", [])}
    leaders = {g["id"]: g.get("leader") or (led or {}).get(g["id"]) for g in case["groups"]}
    for group in case["groups"]:
        here = [p for p in people.values() if where[p["id"]] == group["id"]]
        found += ["size_min"] * max(0, group["min"] - len(here))
        found += ["size_max"] * max(0, len(here) - group["max"])
        leader = leaders[group["id"]]
        for person in here:
            if rules.get("leader_not_own", True) and leader and home[leader] == person["barnehage"]:
                found.append("leader_not_own")
            kommune = group.get("kommune")
            if rules.get("local") and kommune and person.get("kommune", "") != kommune:
                found.append("local")
        for barnehage in {p["barnehage"] for p in here}:
            count = sum(p["barnehage"] == barnehage for p in here)
            found += ["same_barnehage"] * max(0, count - _share(case, barnehage, count))
    found += _leaders(rules, leaders)
    groups = {g["id"] for g in case["groups"]}
    for person in people.values():
        if person.get("locked") and person.get("current") in groups:
            found += ["locked"] * (where[person["id"]] != person["current"])
    found += ["apart" for one, two in rules.get("apart", []) if where[one] == where[two]]
    found += ["together" for one, two in rules.get("together", []) if where[one] != where[two]]
    return sorted(found)


def _share(case, barnehage, count):
    rule = case.get("rules", {}).get("same_barnehage", "spread")
    everybody = sum(p["barnehage"] == barnehage for p in case["people"])
    return {"free": count, "never": 1, "spread": -(-everybody // len(case["groups"]))}[rule]


def _leaders(rules, leaders):
    if not rules.get("leader_required"):
        return []
    named = [leader for leader in leaders.values() if leader]
    twice = [leader for leader in set(named) for _n in range(named.count(leader) - 1)]
    return ["leader_required"] * (len(leaders) - len(named)) + ["leads_twice"] * len(twice)
