"""Tabu search and heat bath by turns, each turn longer; large networks by blocks."""

import numpy as np

from networks.composition.budget import Budget
from networks.composition.search.anneal import Best, anneal, heat_for
from networks.composition.search.blocks import by_blocks
from networks.composition.search.form import Form
from networks.composition.search.tabu import tabu

SMALL = 400
"""People, up to whom the whole table of exchanges is kept."""
STEP = 0.0003
"""About so many seconds a step takes: only for how long a turn is by the clock."""
TABU, HEAT, LONGER = 250, 500, 1.7


def search(form: Form, where: np.ndarray, rng, budget: Budget, best: Best) -> None:
    """Better `where` (n,) until the target or the end of the budget; `best` has the find.

    Raises Cancelled; what was found by then is in `best`.
    """
    if form.groups < 2 or form.people < 2:
        return
    if form.people <= SMALL:
        by_turns(form, where, rng, budget, best)
        return
    by_blocks(form, where, rng, budget, best, by_turns)


def by_turns(form: Form, where: np.ndarray, rng, budget: Budget, best: Best) -> None:
    """Tabu, heat, tabu, heat, each from the best so far, until the target or the end."""
    steps = {tabu: TABU, anneal_herd: HEAT}
    while not best.is_reached:
        for way in steps:
            start = where if best.where is None else best.where
            seconds = steps[way] * STEP
            if not _turn(way, form, start, rng, budget, best, round(steps[way]), seconds):
                return
            steps[way] *= LONGER


def _turn(way, form, where, rng, budget, best, steps: int, seconds: float) -> bool:
    """One part of the budget spent one way; whether there is more to do and to spend."""
    part = budget.at_most(steps, seconds)
    try:
        way(form, where, rng, part, best)
    finally:
        budget.settle(part)
    return not best.is_reached and budget.go_on(0, best.points)


def anneal_herd(form: Form, where: np.ndarray, rng, budget: Budget, best: Best) -> None:
    """Many groupings at once: few people, much to try."""
    anneal(form, where, heat_for(form), rng, budget, best)
