"""People who may not sit together, in sets of which no two may: stronger than pair by pair."""

from collections import defaultdict
from collections.abc import Iterable


def cliques(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Sets that together cover all pairs, each as large as greed makes it, largest first."""
    near: dict[int, set[int]] = defaultdict(set)
    for one, two in pairs:
        near[one].add(two)
        near[two].add(one)
    order = sorted(near, key=lambda one: (-len(near[one]), one))
    covered: set[tuple[int, int]] = set()
    found = []
    for one in order:
        for two in order:
            if two not in near[one] or (min(one, two), max(one, two)) in covered:
                continue
            clique = [one, two]
            clique += _others(clique, order, near)
            covered |= {(min(a, b), max(a, b)) for a in clique for b in clique if a != b}
            found.append(sorted(clique))
    return sorted(found, key=lambda clique: (-len(clique), clique))


def _others(clique: list[int], order: list[int], near: dict[int, set[int]]) -> list[int]:
    more: list[int] = []
    for one in order:
        if one not in clique and near[one].issuperset([*clique, *more]):
            more.append(one)
    return more
