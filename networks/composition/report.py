"""Answers of the engine as JSON in the format of `shared/data/composition`."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from networks.composition.answer import CLOSED_FORM, FEASIBLE, OPTIMAL, Front, Grouping, Relaxation
from networks.composition.model import Problem
from networks.composition.named import Rule
from networks.composition.score import SIZE_LEAST, SIZE_MOST, Breach, floor

WORDS = {SIZE_LEAST: "size", SIZE_MOST: "size", "leader_required": "no_leader"}
"""What an exception is called there, where it is not called as its rule."""


def groups_out(problem: Problem, grouping: Grouping) -> dict[str, Any]:
    """`groups` with everybody's id and `leaders` with those of the case and those chosen."""
    groups: dict[str, list[str]] = {group.id: [] for group in problem.groups}
    for person in problem.people:
        groups[grouping.where[person.id]].append(person.id)
    named = {group.id: group.leader for group in problem.groups if group.leader}
    return {"groups": groups, "leaders": named | dict(grouping.leaders)}


def front_out(problem: Problem, front: Front) -> dict[str, Any]:
    """The grouping with the fewest moves, and the whole front under `frontier`."""
    first, least = front.groupings[0], floor(problem)
    is_perfect = first.score <= least
    return groups_out(problem, first) | {
        "status": OPTIMAL if is_perfect else FEASIBLE,
        "score": first.score,
        "moves": first.moves,
        "moves_proved": front.is_proved,
        "floor": least,
        "proved_by": CLOSED_FORM if is_perfect else None,
        "frontier": [
            {"moves": one.moves, "score": one.score} | groups_out(problem, one)
            for one in front.groupings
        ],
    }


def impossible_out(
    problem: Problem, conflict: Iterable[Rule], ways: Iterable[Relaxation]
) -> dict[str, Any]:
    """That no grouping exists, which rules cannot all hold, and the ways out."""
    return {
        "infeasible": True,
        "conflict": [list(rule) for rule in conflict],
        "relaxations": [
            {
                "exceptions": [_exception(breach) for breach in way.exceptions],
                "price": way.price,
                "is_cheapest": way.is_cheapest,
            }
            | groups_out(problem, way.grouping)
            for way in ways
        ],
    }


def _exception(breach: Breach) -> dict[str, Any]:
    told = {name: value for name, value in asdict(breach).items() if value}
    if breach.rule in (SIZE_LEAST, SIZE_MOST):
        told["side"] = "min" if breach.rule == SIZE_LEAST else "max"
    return told | {"rule": WORDS.get(breach.rule, breach.rule)}
