"""A case as JSON <-> a Problem, as `shared/data/composition` writes it; nothing taken on trust."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from networks.composition.model import (
    SAME_BARNEHAGE,
    TAG,
    Group,
    Leader,
    Pair,
    Person,
    Problem,
    Rules,
    Travel,
)

FORMAT = 1
LONGEST = 200
"""Signs in an id, a value or a tag."""


class CaseError(ValueError):
    """The case cannot be read. `place` says where («people[3].barnehage»), `kind` what is wrong."""

    def __init__(self, kind: str, place: str = "", found: object = "") -> None:
        self.kind, self.place, self.found = kind, place, str(found)[:80]
        super().__init__(kind, place, self.found)


def read(text: str | bytes) -> Problem:
    """The problem in a JSON text. Raises CaseError, whatever the text holds."""
    try:
        case = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        if isinstance(wrong, CaseError):
            raise
        raise CaseError("not_json", found=wrong) from wrong
    return problem_of(case)


def problem_of(case: Any) -> Problem:
    """The problem in a decoded case. Raises CaseError."""
    _is(case, dict, "")
    if case.get("format", FORMAT) != FORMAT:
        raise CaseError("format", "format", case["format"])
    leaders = tuple(_each(case, "leaders", _leader))
    groups = tuple(_each(case, "groups", _group))
    people = tuple(_each(case, "people", _person))
    for name, found in (("leaders", leaders), ("groups", groups), ("people", people)):
        _once(found, name)
        if not found and name != "leaders":
            raise CaseError("empty", name)
    _known_leaders(groups, {leader.id for leader in leaders})
    known = {person.id for person in people}
    problem = Problem(
        people,
        groups,
        leaders,
        _rules(_part(case, "rules"), known),
        {_text(a, "weights"): _count(w, f"weights.{a}") for a, w in _part(case, "weights").items()},
        _travel(_part(case, "travel")),
        _met_before(case, known),
    )
    _ways_known(problem)
    return problem


def case_of(problem: Problem) -> dict[str, Any]:
    """The problem as a case, for JSON: the snapshot kept with a proposal. Read back it is equal."""
    rules = problem.rules
    return {
        "format": FORMAT,
        "people": [_person_out(person) for person in problem.people],
        "groups": [
            _without_empty(
                {"id": g.id, "min": g.least, "max": g.most, "leader": g.leader},
                place=g.place,
                kommune=g.kommune,
            )
            for g in problem.groups
        ],
        "leaders": [{"id": leader.id, "barnehage": leader.barnehage} for leader in problem.leaders],
        "rules": {
            "same_barnehage": rules.same_barnehage,
            "leader_not_own": rules.leader_not_own,
            "leader_required": rules.leader_required,
            "local": rules.local,
            "apart": [list(pair) for pair in rules.apart],
            "together": [list(pair) for pair in rules.together],
        },
        "weights": dict(problem.weights),
        "travel": {
            "minutes": {b: dict(ways) for b, ways in problem.travel.minutes.items()},
            "weight": problem.travel.weight,
        },
        "met_before": [[one, two, weight] for (one, two), weight in problem.met_before.items()],
    }


def _person_out(person: Person) -> dict[str, Any]:
    return _without_empty(
        {"id": person.id, "barnehage": person.barnehage},
        values={a: v for a, v in person.values if not a.startswith(TAG)},
        tags=[a.removeprefix(TAG) for a, _v in person.values if a.startswith(TAG)],
        current=person.current,
        locked=person.locked,
        kommune=person.kommune,
    )


def _without_empty(base: dict[str, Any], **more: Any) -> dict[str, Any]:
    return base | {name: value for name, value in more.items() if value}


# --- reading one thing ----------------------------------------------------------------------


def _leader(at: Mapping[str, Any], place: str) -> Leader:
    return Leader(_id(at, place), _text(_need(at, "barnehage", place), f"{place}.barnehage"))


def _group(at: Mapping[str, Any], place: str) -> Group:
    least = _count(_need(at, "min", place), f"{place}.min")
    most = _count(_need(at, "max", place), f"{place}.max")
    if least > most:
        raise CaseError("min_over_max", place, f"{least} > {most}")
    words = {name: _optional(at, name, place) for name in ("leader", "place", "kommune")}
    return Group(_id(at, place), least, most, **words)


def _person(at: Mapping[str, Any], place: str) -> Person:
    values = _part(at, "values", place)
    tags = _is(at.get("tags") or [], list, f"{place}.tags")
    pairs = [(_text(a, f"{place}.values"), _text(v, f"{place}.values")) for a, v in values.items()]
    if any(attribute.startswith(TAG) for attribute, _value in pairs):
        raise CaseError("tag_as_attribute", f"{place}.values")
    pairs += [(TAG + tag, "ja") for tag in {_text(tag, f"{place}.tags") for tag in tags}]
    return Person(
        _id(at, place),
        _text(_need(at, "barnehage", place), f"{place}.barnehage"),
        tuple(sorted(pairs)),
        _optional(at, "current", place),
        _is(at.get("locked") or False, bool, f"{place}.locked"),
        _optional(at, "kommune", place),
    )


def _rules(at: Mapping[str, Any], known: set[str]) -> Rules:
    standard = Rules()
    same = at.get("same_barnehage", standard.same_barnehage)
    if same not in SAME_BARNEHAGE:
        raise CaseError("unknown_word", "rules.same_barnehage", same)
    switches = {
        name: _is(at.get(name, getattr(standard, name)), bool, f"rules.{name}")
        for name in ("leader_not_own", "leader_required", "local")
    }
    pairs = {name: _pairs(at, name, known) for name in ("apart", "together")}
    return Rules(same, **switches, **pairs)


def _pairs(at: Mapping[str, Any], name: str, known: set[str]) -> tuple[Pair, ...]:
    """Pairs of people, each once, in the order they stand."""
    found: dict[frozenset[str], Pair] = {}
    for n, pair in enumerate(_is(at.get(name) or [], list, f"rules.{name}")):
        one_two = _pair(pair, f"rules.{name}[{n}]", known, 2)
        found.setdefault(frozenset(one_two), one_two)
    return tuple(found.values())


def _pair(row: Any, place: str, known: set[str], length: int) -> Pair:
    if not isinstance(row, list) or len(row) != length:
        raise CaseError("not_a_pair", place, row)
    for name in row[:2]:
        if _text(name, place) not in known:
            raise CaseError("unknown_person", place, name)
    if row[0] == row[1]:
        raise CaseError("pair_of_one", place, row[0])
    return row[0], row[1]


def _met_before(case: Mapping[str, Any], known: set[str]) -> dict[Pair, int]:
    met: dict[Pair, int] = {}
    for n, row in enumerate(_is(case.get("met_before") or [], list, "met_before")):
        place = f"met_before[{n}]"
        pair = _pair(row, place, known, 3)
        met[pair] = met.get(pair, 0) + _count(row[2], place)
    return met


def _travel(at: Mapping[str, Any]) -> Travel:
    minutes = {
        _text(barnehage, "travel.minutes"): {
            _text(to, f"travel.minutes.{barnehage}"): _count(n, f"travel.minutes.{barnehage}.{to}")
            for to, n in _is(ways, dict, f"travel.minutes.{barnehage}").items()
        }
        for barnehage, ways in _part(at, "minutes", "travel").items()
    }
    return Travel(minutes, _count(at.get("weight") or 0, "travel.weight"))


# --- what must fit together -----------------------------------------------------------------


def _once(found: Iterable[Any], name: str) -> None:
    seen: set[str] = set()
    for one in found:
        if one.id in seen:
            raise CaseError("twice", name, one.id)
        seen.add(one.id)


def _known_leaders(groups: Iterable[Group], known: set[str]) -> None:
    for n, group in enumerate(groups):
        if group.leader and group.leader not in known:
            raise CaseError("unknown_leader", f"groups[{n}].leader", group.leader)


def _ways_known(problem: Problem) -> None:
    """Every way that will be counted has its minutes."""
    if not problem.travel.weight:
        return
    places = {group.place for group in problem.groups if group.place}
    for barnehage in problem.staff:
        for place in places - set(problem.travel.minutes.get(barnehage, {})):
            raise CaseError("no_minutes", f"travel.minutes.{barnehage}", place)


# --- shapes ---------------------------------------------------------------------------------


def _is(value: Any, kind: type, place: str) -> Any:
    if not isinstance(value, kind):
        raise CaseError("not_" + kind.__name__, place, value)
    return value


def _part(at: Mapping[str, Any], name: str, place: str = "") -> Mapping[str, Any]:
    return _is(at.get(name) or {}, dict, f"{place}.{name}".strip("."))


def _each(case: Mapping[str, Any], name: str, make: Callable[[Mapping[str, Any], str], Any]):
    for n, one in enumerate(_is(case.get(name) or [], list, name)):
        yield make(_is(one, dict, f"{name}[{n}]"), f"{name}[{n}]")


def _need(at: Mapping[str, Any], name: str, place: str) -> Any:
    if at.get(name) in (None, ""):
        raise CaseError("missing", f"{place}.{name}")
    return at[name]


def _id(at: Mapping[str, Any], place: str) -> str:
    return _text(_need(at, "id", place), f"{place}.id")


def _optional(at: Mapping[str, Any], name: str, place: str) -> str:
    return _text(at.get(name) or "", f"{place}.{name}")


def _text(value: Any, place: str) -> str:
    if len(_is(value, str, place)) > LONGEST:
        raise CaseError("too_long", place, value)
    return value


def _count(value: Any, place: str) -> int:
    """A whole number, not negative; 3.0 is one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise CaseError("not_int", place, value)
    if not 0 <= value <= 1_000_000:
        raise CaseError("out_of_range", place, value)
    return value


def _no_number(word: str) -> NoReturn:
    raise CaseError("not_a_number", found=word)
