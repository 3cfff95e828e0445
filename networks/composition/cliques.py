"""People who may not sit together, in sets of which no two may: stronger than pair by pair."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T", int, str)


def cliques(pairs: Iterable[tuple[T, T]], *, share_pairs: bool = True) -> list[list[T]]:
    """Sets that together cover all pairs, each as large as greed makes it, largest first.

    Without `share_pairs` each pair is in one set only. A pair stands smaller name first.
    """
    near: dict[T, set[T]] = defaultdict(set)
    for one, two in pairs:
        near[one].add(two)
        near[two].add(one)
    order = sorted(near, key=lambda one: (-len(near[one]), one))
    covered: set[tuple[T, T]] = set()
    found = []
    for one in order:
        for two in order:
            if two not in near[one] or (min(one, two), max(one, two)) in covered:
                continue
            clique = [one, two]
            clique += _others(clique, order, near)
            covered |= {(min(a, b), max(a, b)) for a in clique for b in clique if a != b}
            found.append(sorted(clique))
            if not share_pairs:
                for a in clique:
                    near[a] -= set(clique)
    return sorted(found, key=lambda clique: (-len(clique), clique))


def _others(clique: list[T], order: list[T], near: dict[T, set[T]]) -> list[T]:
    more: list[T] = []
    for one in order:
        if one not in clique and near[one].issuperset([*clique, *more]):
            more.append(one)
    return more
