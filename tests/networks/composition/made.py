"""Cases made up for the tests: by hypothesis for odd ones, by a seed for lifelike ones."""

import random

from hypothesis import strategies as st

TAGS = ("lek", "språk", "inkludering", "digital", "natur", "veiledning", "ledelse", "flerspråk")
WEIGHTS = {"size": 3, "owner": 2, "experience": 3, "education": 2, "age": 1, "tags": 1}
SHARES = {
    "experience": ({"0-2": 22, "3-7": 30, "8-15": 28, "16+": 20}),
    "education": ({"dispensation": 8, "bachelor": 52, "further": 28, "master": 12}),
    "age": ({"0-3": 42, "3-6": 42, "mixed": 16}),
}
STAFF = {"small": (1, 2), "medium": (2, 4), "large": (4, 7)}


def lifelike(people, seed=1, *, tags=False, leaders=True, size=6):
    """A case of so many ped.ledere in groups of 5-7, one barnehage after the other."""
    luck = random.Random(f"{people}/{seed}")
    houses, found = [], []
    while len(found) < people:
        kind = luck.choices(list(STAFF), [35, 45, 20])[0]
        house = {
            "id": f"b{len(houses):04d}",
            "n": min(luck.randint(*STAFF[kind]), people - len(found)),
        }
        owner = luck.choices(["municipal", "private"], [54, 46])[0]
        found += [
            _person(
                f"p{len(found) + n:04d}", house["id"], {"size": kind, "owner": owner}, tags, luck
            )
            for n in range(house["n"])
        ]
        houses.append(house)
    houses.sort(key=lambda house: (house["n"], luck.random()))
    groups = max(1, round(people / size))
    led = [houses[n % len(houses)]["id"] for n in range(groups)] if leaders else []
    return {
        "format": 1,
        "people": found,
        "groups": [
            {"id": f"g{n:03d}", "min": 5, "max": 7} | ({"leader": f"s{n:03d}"} if leaders else {})
            for n in range(groups)
        ],
        "leaders": [{"id": f"s{n:03d}", "barnehage": home} for n, home in enumerate(led)],
        "rules": {},
        "weights": dict(WEIGHTS),
    }


def _person(key, house, values, tags, luck):
    drawn = {name: luck.choices(list(of), list(of.values()))[0] for name, of in SHARES.items()}
    some = luck.sample(TAGS, luck.choice([0, 1, 1, 2, 2, 3])) if tags else []
    return {"id": key, "barnehage": house, "values": values | drawn, "tags": some}


def after_a_winter(case, where, seed=1, *, leave=0.08, join=0.02):
    """The same network in February: some have left, in clumps, and a few are new."""
    luck = random.Random(f"winter/{seed}")
    people = [p | {"current": where[p["id"]]} for p in case["people"]]
    hit = luck.sample(sorted(set(where.values())), max(1, len(case["groups"]) // 4))
    at_risk = [p for p in people if p["current"] in hit]
    gone = {p["id"] for p in luck.sample(at_risk, min(len(at_risk), round(leave * len(people))))}
    new = [
        _person(f"n{n:04d}", luck.choice(people)["barnehage"], {}, False, luck)
        for n in range(round(join * len(people)))
    ]
    return case | {"people": [p for p in people if p["id"] not in gone] + new}


def walled_in(case, where):
    """Somebody apart from a locked member of every group: no division of the network is left."""
    one, *others = case["people"]
    guards = {}
    for person in others:
        person["current"] = where[person["id"]]
        if person["barnehage"] != one["barnehage"]:
            guards.setdefault(person["current"], person)
    for guard in guards.values():
        guard["locked"] = True
    case["rules"]["apart"] = [[one["id"], guard["id"]] for guard in guards.values()]
    return case


def _pairs(names):
    """Up to two pairs of people, no pair twice."""
    if len(names) < 2:
        return st.just([])
    pair = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    return st.lists(pair, max_size=2, unique_by=frozenset)


@st.composite
def odd(draw, largest=14):
    """Any small case: rules on and off, locks, pairs, travel, leaders who may not exist."""
    n = draw(st.integers(1, largest))
    groups = [f"g{k}" for k in range(draw(st.integers(1, 4)))]
    houses = [f"b{k}" for k in range(draw(st.integers(1, 5)))]
    leaders = [
        {"id": f"s{k}", "barnehage": draw(st.sampled_from(houses))}
        for k in range(draw(st.integers(0, 4)))
    ]
    names = [f"p{k}" for k in range(n)]
    pairs = _pairs(names)
    maybe_a_leader = st.sampled_from([None, *(x["id"] for x in leaders)])
    sizes = draw(st.tuples(st.integers(0, 4), st.integers(0, 5)))
    minutes = st.integers(0, 90)
    return {
        "format": 1,
        "people": [
            {
                "id": name,
                "barnehage": draw(st.sampled_from(houses)),
                "values": {a: draw(st.sampled_from("xyz")) for a in ("size", "owner")},
                "tags": draw(st.lists(st.sampled_from(TAGS[:3]), unique=True)),
                "current": draw(st.sampled_from([None, "gone", *groups])),
                "locked": draw(st.booleans()) and draw(st.booleans()),
                "kommune": draw(st.sampled_from(["1870", "1871"])),
            }
            for name in names
        ],
        "groups": [
            {
                "id": group,
                "min": sizes[0],
                "max": sizes[0] + sizes[1],
                "leader": draw(maybe_a_leader),
                "place": draw(st.sampled_from([None, "here", "there"])),
                "kommune": draw(st.sampled_from([None, "1870", "1871"])),
            }
            for group in groups
        ],
        "leaders": leaders,
        "rules": {
            "same_barnehage": draw(st.sampled_from(["spread", "never", "free"])),
            "leader_not_own": draw(st.booleans()),
            "leader_required": draw(st.booleans()),
            "local": draw(st.booleans()),
            "apart": draw(pairs),
            "together": draw(pairs),
        },
        "weights": {"size": draw(st.integers(0, 3)), "owner": 1, "tags": draw(st.integers(0, 2))},
        "travel": {
            "weight": draw(st.integers(0, 2)),
            "minutes": {b: {p: draw(minutes) for p in ("here", "there")} for b in houses},
        },
        "met_before": [[*pair, draw(st.integers(0, 3))] for pair in draw(pairs)],
    }


@st.composite
def fitting(draw, largest=14):
    """As `odd`, with at least two groups, whose sizes the people can fill."""
    case = draw(odd(largest))
    while len(case["groups"]) < 2:
        case["groups"].append(case["groups"][0] | {"id": "g9"})
    n, k = len(case["people"]), len(case["groups"])
    for group in case["groups"]:
        group["min"], group["max"] = min(group["min"], n // k), max(group["max"], -(-n // k))
    return case
