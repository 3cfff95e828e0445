"""Why no grouping exists, and what would have to give way: an irreducible conflict, the ways out.

Nothing is trusted to a solver's own cores. Rules are dropped as long as what is left still cannot
hold, whole kinds first; a subset that some known grouping keeps is possible and needs no solving.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from heapq import heappop, heappush

from networks.composition.answer import Reason, Relaxation
from networks.composition.model import Problem
from networks.composition.named import (
    Rule,
    broken_rules,
    keeping,
    price_of,
    priced,
    rules_of,
)
from networks.composition.reasons import reasons
from networks.composition.repair import grouping_of
from networks.composition.score import SIZE_LEAST, SIZE_MOST, breaches
from networks.composition.solver import cheapest

NEEDS_MODEL = ("apart", "together", "leader_required")
"""Without rules of these kinds the flow answers alone, and much faster."""
EFFORT = 3.0
PATIENCE = 3
"""After so many questions without an answer in time, rules are kept unasked."""


def conflict(
    problem: Problem, why: Iterable[Reason] = (), known: Iterable[Relaxation] = ()
) -> tuple[Rule, ...] | None:
    """Rules that cannot all hold, though they can when any one of them is dropped.

    None when there is no conflict, or none was found in time; should questions take too long, some
    rules that could be spared may be left. `why` (reasons) and `known` (ways
    out) are used when they have been worked out already.
    """
    counted = [*(why or reasons(problem))]
    if counted:
        return min((reason.rules for reason in counted), key=len)
    asked = _Asked(problem, known)
    left = rules_of(problem)
    if asked.is_possible(left, left):
        return None
    left = _without_kinds(asked, left)
    chunk = max(1, len(left) // 2)
    while True:
        asked.narrow(left)
        left = _without_chunks(asked, left, chunk)
        if chunk == 1:
            return tuple(left)
        chunk = max(1, chunk // 2)


def _without_kinds(asked: "_Asked", left: list[Rule]) -> list[Rule]:
    """What makes the questions hard is dropped first, then the kinds with the most rules."""
    count = {rule[0]: sum(other[0] == rule[0] for other in left) for rule in left}
    kinds = sorted(count, key=lambda kind: (kind not in NEEDS_MODEL, -count[kind], kind))
    hard = [kind for kind in kinds if kind in NEEDS_MODEL]
    for some in ([hard] if len(hard) > 1 else []) + [[kind] for kind in kinds]:
        fewer = [rule for rule in left if rule[0] not in some]
        if len(fewer) < len(left) and not asked.is_possible(fewer, left):
            left = fewer
    return left


def _without_chunks(asked: "_Asked", left: list[Rule], chunk: int) -> list[Rule]:
    at = 0
    while at < len(left):
        fewer = left[:at] + left[at + chunk :]
        if asked.is_possible(fewer, left):
            at += chunk
        else:
            left = fewer
    return left


class _Asked:
    """Which sets of rules are possible, remembering what each grouping found on the way breaks."""

    def __init__(self, problem: Problem, known: Iterable[Relaxation]) -> None:
        self.problem = problem
        self.rules = frozenset(rules_of(problem))
        self.broken: list[frozenset[Rule]] = []
        self.unanswered = 0
        for way in known:
            self._learn(way.grouping.where, way.grouping.leaders)

    def _learn(self, where: dict[str, str], led: dict[str, str]) -> None:
        broken = broken_rules(self.problem, where, led)
        if "leads_twice" not in {rule[0] for rule in broken - self.rules}:
            self.broken.append(broken & self.rules)

    def narrow(self, left: Collection[Rule]) -> None:
        """From now on only these rules are asked about: forget whom none of them concerns."""
        self.rules = frozenset(left)
        self.broken = [broken & self.rules for broken in self.broken]
        self.problem = _concerned(self.problem, self.rules)

    def is_possible(self, kept: Collection[Rule], wished: Collection[Rule]) -> bool:
        """Whether `kept` can all hold; the flow also breaks as few of `wished` as it can."""
        keep = frozenset(kept)
        if any(broken.isdisjoint(keep) for broken in self.broken):
            return True
        if self.unanswered >= PATIENCE:
            return True
        needs_model = any(rule[0] in NEEDS_MODEL for rule in kept)
        terms = keeping(keep, () if needs_model else frozenset(wished))
        answer = cheapest(self.problem, terms, effort=EFFORT)
        if answer.where is not None:
            self._learn(answer.where, answer.led)
        self.unanswered += answer.where is None and not answer.is_proved
        return answer.where is not None or not answer.is_proved


def _concerned(problem: Problem, rules: Collection[Rule]) -> Problem:
    """The problem with only the people these rules are about, all of a barnehage or single ones."""
    kinds = {rule[0] for rule in rules}
    if kinds & {SIZE_LEAST, SIZE_MOST}:
        return problem
    names = {name for rule in rules for name in rule[1:]}
    leads = {leader.barnehage for leader in problem.leaders} if "leader_not_own" in kinds else set()
    people = tuple(
        person
        for person in problem.people
        if person.id in names or person.barnehage in names | leads
    )
    pairs = {
        kind: tuple(pair for pair in getattr(problem.rules, kind) if (kind, *pair) in rules)
        for kind in ("apart", "together")
    }
    return replace(
        problem,
        people=people or problem.people[:1],
        rules=replace(problem.rules, **pairs),
        met_before={},
    )


def exceptions(problem: Problem, most: int = 3) -> tuple[Relaxation, ...]:
    """Up to `most` ways out, cheapest first, each giving way in other kinds of rules.

    Each is a full grouping that breaks only what it states. `is_cheapest` of the first says that
    nothing cheaper exists. Empty when a grouping without exceptions exists.
    """
    found: list[Relaxation] = []
    queue: list[tuple[int, int, Relaxation, frozenset[str]]] = []
    tried: set[frozenset[str]] = set()

    def look(firm: frozenset[str]) -> None:
        if firm not in tried:
            tried.add(firm)
            way = _way_out(problem, firm, is_first=not firm)
            if way and way.exceptions:
                heappush(queue, (way.price, len(tried), way, firm))

    look(frozenset())
    while queue and len(found) < most:
        _price, _n, way, firm = heappop(queue)
        kinds = _kinds(way)
        if not any(_kinds(other) <= kinds for other in found):
            found.append(way)
        if len(found) < most:
            for kind in sorted(kinds):
                look(firm | {kind})
    return tuple(found)


def _way_out(problem: Problem, firm: frozenset[str], *, is_first: bool) -> Relaxation | None:
    """The cheapest grouping in which these kinds of rules hold."""
    stay = {SIZE_LEAST, SIZE_MOST} if "size" in firm else set()
    answer = cheapest(problem, priced(firm | stay), effort=EFFORT)
    if answer.where is None:
        return None
    broken = tuple(breaches(problem, answer.where, answer.led))
    return Relaxation(
        grouping_of(problem, answer.where, answer.led),
        broken,
        price_of(broken),
        is_cheapest=is_first and answer.is_proved,
    )


def _kinds(way: Relaxation) -> frozenset[str]:
    """The kinds of rules a way out breaks; the size of a group is one kind."""
    sizes = (SIZE_LEAST, SIZE_MOST)
    return frozenset("size" if b.rule in sizes else b.rule for b in way.exceptions)
