"""Why no grouping exists, by counting: each reason is a complete proof and needs no solver.

Plain Python: the web process may ask. A reason names the rules that cannot hold together, none of
which can be spared, and the numbers its sentence needs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import inf

from networks.composition.answer import Reason
from networks.composition.cliques import cliques
from networks.composition.model import FREE, Person, Problem
from networks.composition.named import Rule, named_twice, open_groups, spared
from networks.composition.score import SIZE_LEAST, SIZE_MOST
from networks.composition.ties import tie_reasons


def reasons(problem: Problem) -> list[Reason]:
    """All that counting finds; empty says nothing about whether a grouping exists."""
    found = [
        *_size(problem),
        *_leaders(problem),
        *_crowds(problem),
        *_kommuner(problem),
        *_locks(problem),
        *_cliques(problem),
        *tie_reasons(problem),
    ]
    sets = [frozenset(reason.rules) for reason in found]
    return [
        reason
        for reason, rules in zip(found, sets, strict=True)
        if not any(other < rules for other in sets)
    ]


def _size(problem: Problem) -> Iterator[Reason]:
    people = len(problem.people)
    most, least = (sum(g.most for g in problem.groups), sum(g.least for g in problem.groups))
    if people > most:
        rules = tuple((SIZE_MOST, group.id) for group in problem.groups)
        yield Reason("too_many", rules, {"people": people, "room": most})
    if people < least:
        need = _fewest_to_fill(problem.groups, people)
        rules = tuple((SIZE_LEAST, group.id) for group in need)
        yield Reason("too_few", rules, {"people": people, "seats": least})


def _fewest_to_fill(groups: Iterable, people: int) -> list:
    """Groups that together need more than so many people, none to spare."""
    left = [group for group in groups if group.least]
    total = sum(group.least for group in left)
    for group in sorted(left, key=lambda group: group.least):
        if total - group.least > people:
            left.remove(group)
            total -= group.least
    return left


def _leaders(problem: Problem) -> Iterator[Reason]:
    for leader in named_twice(problem):
        groups = [group.id for group in problem.groups if group.leader == leader]
        yield Reason("leads_twice", (("leads_twice", leader),), {"groups": groups})
    unled, free = open_groups(problem), len(problem.to_choose)
    if len(unled) > free:
        rules = tuple(("leader_required", group.id) for group in unled[: free + 1])
        yield Reason("too_few_leaders", rules, {"groups": len(unled), "leaders": free})


def _crowds(problem: Problem) -> Iterator[Reason]:
    """A barnehage with more people than all groups may take of it."""
    led: dict[str, list[str]] = {}
    if problem.rules.leader_not_own:
        for group in problem.groups:
            led.setdefault(problem.barnehage_of.get(group.leader, ""), []).append(group.id)
    is_full = len(problem.people) > sum(group.most for group in problem.groups)
    smallest = min(group.most for group in problem.groups)
    for barnehage, people in problem.staff.items():
        closed, share = led.get(barnehage, []), problem.share(barnehage)
        if share <= smallest:
            room = share * (len(problem.groups) - len(closed))
        else:
            room = sum(min(share, g.most) for g in problem.groups if g.id not in closed)
        if len(people) <= room:
            continue
        is_free = problem.rules.same_barnehage == FREE
        rules = [
            *((SIZE_MOST, group.id) for group in problem.groups),
            *(("leader_not_own", group) for group in closed),
            *([] if is_free else [("same_barnehage", barnehage)]),
        ]

        def is_proof(kept: list[Rule], barnehage: str = barnehage, share: int = share) -> bool:
            return _room_under(problem, barnehage, share, kept) < len(problem.staff[barnehage])

        left = spared(rules, is_proof)
        if is_full and sum(r[0] == SIZE_MOST for r in left) == len(problem.groups):
            continue  # too many in all: not this barnehage alone
        facts = {"barnehage": barnehage, "people": len(people), "share": share}
        facts |= {"open": len(problem.groups) - len(closed), "closed": closed}
        yield Reason("crowd", left, facts)


def _room_under(problem: Problem, barnehage: str, share: int, rules: list[Rule]) -> float:
    """How many of a barnehage fit when only these rules hold."""
    kept = set(rules)
    cap = share if ("same_barnehage", barnehage) in kept else inf
    return sum(
        min(cap, group.most if (SIZE_MOST, group.id) in kept else inf)
        for group in problem.groups
        if ("leader_not_own", group.id) not in kept
    )


def _kommuner(problem: Problem) -> Iterator[Reason]:
    """A kommune with more people than its groups take, or fewer than they need."""
    if not problem.rules.local:
        return
    by = Counter(person.kommune for person in problem.people)
    for kommune, count in by.items():
        here = [group for group in problem.groups if group.kommune in ("", kommune)]
        room = sum(group.most for group in here)
        if here and len(here) < len(problem.groups) and count > room:
            people = [p.id for p in problem.people if p.kommune == kommune][: room + 1]
            rules = [(SIZE_MOST, g.id) for g in here] + [("local", person) for person in people]
            facts = {"kommune": kommune, "people": count, "room": room}
            yield Reason("kommune_full", tuple(rules), facts)
    for kommune in sorted({group.kommune for group in problem.groups if group.kommune}):
        yield from _too_few_here(problem, kommune, by[kommune])


def _too_few_here(problem: Problem, kommune: str, count: int) -> Iterator[Reason]:
    groups = [group for group in problem.groups if group.kommune == kommune]
    seats = sum(group.least for group in groups)
    if seats <= count:
        return
    need = _fewest_to_fill(groups, count)
    away = [person.id for person in problem.people if person.kommune != kommune]
    spare = len(problem.people) - sum(group.least for group in need)
    rules = [(SIZE_LEAST, group.id) for group in need]
    rules += [("local", person) for person in away[: max(0, spare + 1)]]
    facts = {"kommune": kommune, "people": count, "seats": seats}
    yield Reason("kommune_short", tuple(rules), facts)


def _locks(problem: Problem) -> Iterator[Reason]:
    """Locked people over a group's size, or over the share of their barnehage."""
    locked: dict[str, list[Person]] = {group.id: [] for group in problem.groups}
    for person in problem.people:
        if person.locked and problem.sits(person):
            locked[person.current].append(person)
    for group in problem.groups:
        here = locked[group.id]
        if len(here) > group.most:
            names = [person.id for person in here]
            rules = ((SIZE_MOST, group.id), *_locked(names[: group.most + 1]))
            yield Reason("locks_over_size", rules, {"group": group.id, "people": names})
        for barnehage in dict.fromkeys(person.barnehage for person in here):
            names = [person.id for person in here if person.barnehage == barnehage]
            share = problem.share(barnehage)
            is_enough = len(problem.staff[barnehage]) <= share * len(problem.groups)
            if len(names) > share and is_enough:
                rules = (("same_barnehage", barnehage), *_locked(names[: share + 1]))
                facts = {"group": group.id, "barnehage": barnehage, "people": names, "share": share}
                yield Reason("locks_over_share", rules, facts)


def _locked(names: list[str]) -> Iterator[Rule]:
    return (("locked", name) for name in names)


def _cliques(problem: Problem) -> Iterator[Reason]:
    """More people of whom no two may meet than there are groups."""
    rule_of = {
        (min(one, two), max(one, two)): ("apart", one, two) for one, two in problem.rules.apart
    }
    for clique in cliques(rule_of):
        if len(clique) <= len(problem.groups):
            return
        some = clique[: len(problem.groups) + 1]
        rules = tuple(rule_of[one, two] for one in some for two in some if one < two)
        yield Reason("clique", rules, {"people": clique, "groups": len(problem.groups)})
