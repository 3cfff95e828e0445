"""The search as its users meet it: a problem in, everybody's group out."""

import numpy as np

from networks.composition.budget import Budget
from networks.composition.model import Problem, Where
from networks.composition.search.anneal import Archive, Best
from networks.composition.search.deal import deal
from networks.composition.search.form import cost_of, form_of
from networks.composition.search.portfolio import search


class Search:
    """A search that can be gone on with; `run` as often as wanted."""

    def __init__(
        self,
        problem: Problem,
        seed: int = 0,
        *,
        start: Where | None = None,
        target: int | None = None,
        move_price: int = 0,
        archive: Archive | None = None,
    ) -> None:
        """`target` is the score (with `move_price` for each move) at which nothing more is wanted.

        `archive` is filled with moves -> (score, groups as numbers, in the order of the people).
        """
        self.problem, self.rng = problem, np.random.default_rng(seed)
        self.form = form_of(problem, move_price)
        at = {group.id: h for h, group in enumerate(problem.groups)}
        begin = None
        if start is not None:
            begin = np.array([at.get(start.get(p.id, ""), -1) for p in problem.people])
        self.start = deal(self.form, self.rng, begin)
        self.best = Best(
            base=self.form.base,
            target=-np.inf if target is None else self.form.base + target,
            archive=archive,
            current=self.form.current,
            price=move_price,
        )
        self.best.offer(cost_of(self.form, self.start), self.start)

    def run(self, budget: Budget) -> None:
        """Search until the target or the end of the budget. Raises Cancelled, losing nothing."""
        search(self.form, self.best.where, self.rng, budget, self.best)

    @property
    def where(self) -> dict[str, str]:
        """The best grouping so far."""
        groups = [group.id for group in self.problem.groups]
        people = (person.id for person in self.problem.people)
        return {p: groups[h] for p, h in zip(people, self.best.where.tolist(), strict=True)}


def improve(problem: Problem, budget: Budget, seed: int = 0, **wanted) -> dict[str, str]:
    """The best grouping found within the budget; `wanted` as for `Search`. It may break rules.

    Raises Cancelled; use `Search` to have what was found by then.
    """
    found = Search(problem, seed, **wanted)
    found.run(budget)
    return found.where
