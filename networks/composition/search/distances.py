"""The bare problem of the literature: most distance inside groups, only sizes to keep (MDGP)."""

import numpy as np

from networks.composition.budget import Budget
from networks.composition.search.anneal import Best, Heat, anneal
from networks.composition.search.deal import deal
from networks.composition.search.form import form_of_distances

HOT, COLD, SEATS = 2.0, 0.6, 1280
"""Temperatures in standard deviations of the distances; about so many seats in a step."""


def farthest(
    distance: np.ndarray, least: np.ndarray, most: np.ndarray, budget: Budget, seed: int = 0
) -> int:
    """The largest sum of distances (n, n) inside groups of so many that is found."""
    form, rng = form_of_distances(distance, least, most), np.random.default_rng(seed)
    spread = float(distance[np.triu_indices(len(distance), 1)].std()) or 1.0
    count = int(np.clip(round(SEATS / (len(least) * int(most.max()))), 2, 16))
    best = Best()
    anneal(form, deal(form, rng), Heat(HOT * spread, COLD * spread, count), rng, budget, best)
    return round(-best.cost)
