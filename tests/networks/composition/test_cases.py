"""A case is read with nothing taken on trust: each fault has its kind and its place."""

import json
from copy import deepcopy

import pytest

from networks.composition.cases import CaseError, problem_of, read

GOOD = {
    "format": 1,
    "people": [
        {"id": "p1", "barnehage": "b1", "values": {"size": "small"}, "tags": ["lek"]},
        {"id": "p2", "barnehage": "b2", "current": "g1", "locked": True},
    ],
    "groups": [{"id": "g1", "min": 1, "max": 2, "leader": "s1", "place": "here"}],
    "leaders": [{"id": "s1", "barnehage": "b3"}],
    "rules": {"apart": [["p1", "p2"]]},
    "weights": {"size": 2, "tags": 1},
    "travel": {"weight": 1, "minutes": {"b1": {"here": 10}, "b2": {"here": 0}}},
    "met_before": [["p1", "p2", 3]],
}


def changed(*path, to):
    case = deepcopy(GOOD)
    at = case
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return case


def test_a_good_case_is_read():
    problem = problem_of(GOOD)
    assert [p.values for p in problem.people] == [(("size", "small"), ("tag:lek", "ja")), ()]
    assert problem.rules.same_barnehage == "spread"
    assert problem.rules.leader_not_own
    assert not problem.rules.leader_required


@pytest.mark.parametrize(
    ("case", "kind", "place"),
    [
        ([], "not_dict", ""),
        (changed("format", to=2), "format", "format"),
        (changed("people", to=[]), "empty", "people"),
        (changed("groups", to=[]), "empty", "groups"),
        (changed("people", to="p1"), "not_list", "people"),
        (changed("people", 0, to="p1"), "not_dict", "people[0]"),
        (changed("people", 1, "id", to="p1"), "twice", "people"),
        (changed("people", 1, "id", to=7), "not_str", "people[1].id"),
        (changed("people", 1, "barnehage", to=None), "missing", "people[1].barnehage"),
        (changed("people", 1, "tags", to=["x" * 300]), "too_long", "people[1].tags"),
        (changed("people", 1, "locked", to="yes"), "not_bool", "people[1].locked"),
        (
            changed("people", 0, "values", to={"tag:a": "ja"}),
            "tag_as_attribute",
            "people[0].values",
        ),
        (changed("groups", 0, "min", to=3), "min_over_max", "groups[0]"),
        (changed("groups", 0, "min", to=-1), "out_of_range", "groups[0].min"),
        (changed("groups", 0, "max", to=True), "not_int", "groups[0].max"),
        (changed("groups", 0, "leader", to="s9"), "unknown_leader", "groups[0].leader"),
        (changed("leaders", 0, "barnehage", to=""), "missing", "leaders[0].barnehage"),
        (changed("rules", "apart", to=[["p1", "p1"]]), "pair_of_one", "rules.apart[0]"),
        (changed("rules", "apart", to=[["p1", "p9"]]), "unknown_person", "rules.apart[0]"),
        (changed("rules", "together", to=[["p1"]]), "not_a_pair", "rules.together[0]"),
        (changed("rules", "same_barnehage", to="maybe"), "unknown_word", "rules.same_barnehage"),
        (changed("weights", "size", to=float("nan")), "not_int", "weights.size"),
        (changed("weights", "size", to=-1), "out_of_range", "weights.size"),
        (
            changed("travel", "minutes", "b1", "here", to=-5),
            "out_of_range",
            "travel.minutes.b1.here",
        ),
        (changed("travel", "minutes", "b1", to={}), "no_minutes", "travel.minutes.b1"),
        (changed("met_before", to=[["p1", "p2"]]), "not_a_pair", "met_before[0]"),
    ],
)
def test_a_fault_has_its_kind_and_its_place(case, kind, place):
    with pytest.raises(CaseError) as found:
        problem_of(case)
    assert (found.value.kind, found.value.place) == (kind, place)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "not_json"), ("{", "not_json"), (b"\xff\xfe", "not_json"), ("[" * 100_000, "not_json")],
)
def test_what_is_no_json_is_said_to_be_none(text, kind):
    with pytest.raises(CaseError) as found:
        read(text)
    assert found.value.kind == kind


def test_nan_is_no_number():
    with pytest.raises(CaseError) as found:
        read(json.dumps(changed("weights", "size", to=float("nan"))))
    assert found.value.kind == "not_a_number"


def test_a_whole_number_may_be_written_with_a_point():
    assert problem_of(changed("weights", "size", to=2.0)).weight("size") == 2
