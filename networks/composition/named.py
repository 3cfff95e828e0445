"""The hard rules of a problem one by one, each with a name, so that it can be dropped or priced.

A name is a tuple: its kind first, then whom it concerns, such as ("size_min", "g4") or
("apart", "p1", "p9"). That a leader has one group belongs to "leader_required"; "leads_twice" is a
rule of its own only where the case itself names somebody for two groups.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from networks.composition.model import FREE, Group, Led, Person, Problem, Where
from networks.composition.score import SIZE_LEAST, SIZE_MOST, Breach, breaches

Rule = tuple[str, ...]
Terms = Callable[[Rule], int | None]
"""What it costs to break a rule once: None when it must hold, 0 when it is dropped."""

LAST_RESORT = 1_000_000
PRICE = {
    SIZE_LEAST: 10,
    SIZE_MOST: 10,
    "same_barnehage": 14,
    "locked": 20,
    "together": 25,
    "leader_not_own": 40,
    "apart": 60,
    "local": LAST_RESORT,
    "leader_required": LAST_RESORT,
    "leads_twice": LAST_RESORT,
}
"""Points for one exception, per person or pair. What has no price of its own is a last way out."""


def all_hard(_rule: Rule) -> int | None:
    """Every rule must hold."""
    return None


def keeping(kept: Collection[Rule], wished: Collection[Rule] = ()) -> Terms:
    """`kept` must hold, `wished` should (one point each time it does not), others are dropped."""
    return lambda rule: None if rule in kept else int(rule in wished)


def priced(firm: Collection[str] = ()) -> Terms:
    """Every rule may be broken at its price, but those of the kinds in `firm`."""
    return lambda rule: None if rule[0] in firm else PRICE[rule[0]]


def open_groups(problem: Problem) -> list[Group]:
    """The groups that need a leader and have none."""
    if not problem.rules.leader_required:
        return []
    return [group for group in problem.groups if not group.leader]


def named_twice(problem: Problem) -> list[str]:
    """Ids of leaders whom the case itself names for more than one group, where each needs one."""
    if not problem.rules.leader_required:
        return []
    named = Counter(group.leader for group in problem.groups if group.leader)
    return [leader for leader, count in named.items() if count > 1]


def rules_of(problem: Problem) -> list[Rule]:
    """Every rule of the problem that could ever be broken, in an order that is always the same."""
    rules = problem.rules
    pairs = [("apart", *pair) for pair in rules.apart] + [("together", *p) for p in rules.together]
    return [
        *((SIZE_MOST, group.id) for group in problem.groups),
        *((SIZE_LEAST, group.id) for group in problem.groups if group.least),
        *_crowd_rules(problem),
        *_leader_rules(problem),
        *(("local", person.id) for person in problem.people if _may_be_elsewhere(problem, person)),
        *(("locked", p.id) for p in problem.people if p.locked and problem.sits(p)),
        *pairs,
    ]


def _crowd_rules(problem: Problem) -> Iterable[Rule]:
    if problem.rules.same_barnehage == FREE:
        return
    for barnehage, people in problem.staff.items():
        if len(people) > problem.share(barnehage):
            yield "same_barnehage", barnehage


def _leader_rules(problem: Problem) -> Iterable[Rule]:
    free = {leader.barnehage for leader in problem.to_choose} & set(problem.staff)
    for group in problem.groups:
        home = problem.barnehage_of.get(group.leader)
        may_clash = home in problem.staff or (not group.leader and free)
        if problem.rules.leader_not_own and may_clash:
            yield "leader_not_own", group.id
    if problem.rules.leader_required:
        yield from (("leader_required", group.id) for group in open_groups(problem))
        yield from (("leads_twice", leader) for leader in named_twice(problem))


def _may_be_elsewhere(problem: Problem, person: Person) -> bool:
    return any(problem.is_elsewhere(group, person) for group in problem.groups)


def rule_of(breach: Breach) -> Rule:
    """The name of the rule that a breach breaks."""
    if breach.rule in ("apart", "together"):
        return breach.rule, breach.person, breach.other
    if breach.rule in ("locked", "local"):
        return breach.rule, breach.person
    if breach.rule == "same_barnehage":
        return breach.rule, breach.barnehage
    if breach.rule == "leads_twice":
        return breach.rule, breach.leader
    return breach.rule, breach.group


def broken_rules(problem: Problem, where: Where, led: Led | None = None) -> frozenset[Rule]:
    """Names of the rules a grouping breaks."""
    return frozenset(map(rule_of, breaches(problem, where, led)))


def price_of(broken: Iterable[Breach]) -> int:
    """What these exceptions cost together."""
    return sum(PRICE[breach.rule] * breach.by for breach in broken)


def spared(rules: Sequence[Rule], is_proof: Callable[[list[Rule]], bool]) -> tuple[Rule, ...]:
    """The rules without those a proof can spare, so that none can be spared any more."""
    left = list(rules)
    for rule in rules:
        fewer = [other for other in left if other != rule]
        if is_proof(fewer):
            left = fewer
    return tuple(left)
