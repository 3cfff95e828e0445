"""Groupings under terms: by the flow where it is enough, by the model where it is not."""

from dataclasses import dataclass, field

from networks.composition.model import Problem
from networks.composition.named import Rule, Terms, all_hard, broken_rules, named_twice, open_groups
from networks.composition.solver.few import fewest, is_large
from networks.composition.solver.flow import Seated, seat
from networks.composition.solver.mixed import Found, mixed

EFFORT = 10.0
"""The solver's deterministic seconds for one question."""


@dataclass(frozen=True)
class Answer:
    """The cheapest grouping under some terms. Without `where`: none exists, if that is proved."""

    where: dict[str, str] | None = None
    led: dict[str, str] = field(default_factory=dict)
    cost: int = 0
    is_proved: bool = True


def cheapest(problem: Problem, terms: Terms, move_price: int = 0, effort: float = EFFORT) -> Answer:
    """The cheapest grouping under `terms`, moves at `move_price`."""
    if any(terms(("leads_twice", leader)) is None for leader in named_twice(problem)):
        return Answer()
    at_least = _flow(problem, terms, move_price)
    if at_least is None:
        return Answer()
    if _keeps_the_rest(problem, terms, at_least):
        return Answer(at_least.where, {}, at_least.cost)
    if terms is all_hard and move_price and is_large(problem):
        answer = _by_hub(problem, at_least, effort)
        if answer:
            return answer
    affordable = _affordable(problem, terms, move_price, at_least)
    found = mixed(problem, affordable, move_price, at_least.cost, effort)
    if found.is_none or found.cost is None:
        return Answer(is_proved=found.is_none)
    return _filled_in(problem, terms, move_price, found)


def _by_hub(problem: Problem, at_least: Seated, effort: float) -> Answer | None:
    """The fewest moves by a model that lets most people through a hub: its cost is a lower bound.

    Proved when the flow fills in the rest at that cost. None when it finds nothing to fill in.
    """
    found = mixed(problem, all_hard, 1, at_least.cost, effort / 2, loose=True)
    if found.is_none:
        return Answer()
    if found.cost is None:
        return None
    seated = fewest(problem.with_leaders(found.led), found.fixed)
    if seated is None:
        return None
    is_proved = found.is_proved and seated.cost == found.cost
    return Answer(seated.where, found.led, seated.cost, is_proved)


def _flow(problem: Problem, terms: Terms, move_price: int) -> Seated | None:
    if terms is all_hard and move_price <= 1:
        return fewest(problem)
    return seat(problem, terms, move_price)


def _keeps_the_rest(problem: Problem, terms: Terms, seated: Seated) -> bool:
    """Whether what the flow leaves out happens to hold, or does not count under these terms."""
    if any(terms(("leader_required", group.id)) != 0 for group in open_groups(problem)):
        return False
    return not any(
        terms(rule) != 0
        for rule in broken_rules(problem, seated.where)
        if rule[0] in ("apart", "together")
    )


def _affordable(problem: Problem, terms: Terms, move_price: int, seated: Seated) -> Terms:
    """The terms, with what costs more by itself than a grouping already known made hard."""
    if any(terms(("leader_required", group.id)) != 0 for group in open_groups(problem)):
        return terms
    prices = [
        terms(rule)
        for rule in broken_rules(problem, seated.where)
        if rule[0] in ("apart", "together")
    ]
    if None in prices:
        return terms
    most = seated.cost + sum(prices)

    def affordable(rule: Rule) -> int | None:
        price = terms(rule)
        return None if price is None or price > most else price

    return affordable


def _filled_in(problem: Problem, terms: Terms, move_price: int, found: Found) -> Answer:
    """Everybody's group, once those in pairs and the leaders are settled."""
    named = problem.with_leaders(found.led)
    seated = seat(named, terms, move_price, found.fixed)
    if seated is None:
        raise AssertionError("The flow cannot fill in what the model found.")
    return Answer(seated.where, found.led, found.cost, found.is_proved)
