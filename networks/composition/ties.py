"""People tied together by `together`: when what is asked of them all leaves no group for them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from networks.composition.answer import Reason
from networks.composition.model import FREE, Person, Problem
from networks.composition.named import Rule, spared
from networks.composition.score import SIZE_MOST


def tie_reasons(problem: Problem) -> Iterator[Reason]:
    """What cannot be for people who stand or fall together, and for single people too.

    Kinds: no_group (locks, kommune and leaders leave none), tied_apart, tied_crowd, tied_size.
    """
    closed_to: dict[str, list[str]] = defaultdict(list)
    if problem.rules.leader_not_own:
        for group in problem.groups:
            closed_to[problem.barnehage_of.get(group.leader, "")].append(group.id)
    local = Counter(group.kommune for group in problem.groups)
    edges = [("together", one, two) for one, two in problem.rules.together]
    for people in knots(problem, edges):
        names = {person.id for person in people} if len(people) > 1 else set()
        inner = [rule for rule in edges if rule[1] in names]
        if _may_have_no_group(problem, people, closed_to, local):
            yield from _no_group(problem, people, inner, closed_to)
        if inner and len(problem.groups) > 1:
            yield from _apart(problem, people, inner)
            yield from _crowd(problem, people, inner)
            yield from _size(problem, people, inner)


def knots(problem: Problem, rules: Sequence[Rule]) -> list[list[Person]]:
    """Everybody, those tied to each other by these `together` rules in one list."""
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while name in above:
            name = above[name]
        return name

    for rule in rules:
        if rule[0] == "together" and root(rule[1]) != root(rule[2]):
            above[root(rule[1])] = root(rule[2])
    found: dict[str, list[Person]] = defaultdict(list)
    for person in problem.people:
        found[root(person.id)].append(person)
    return list(found.values())


def _may_have_no_group(
    problem: Problem, people: list[Person], closed_to: dict[str, list[str]], local: Counter[str]
) -> bool:
    """Whether it is worth while to look: cheap, for most people have some group open."""
    if len(people) > 1 or people[0].locked:
        return True
    kommune = people[0].kommune
    there = len(problem.groups)
    if problem.rules.local:
        there = local[""] + (local[kommune] if kommune else 0)
    return len(closed_to.get(people[0].barnehage, ())) >= there


def _open(problem: Problem, people: list[Person], kept: set[Rule]) -> set[str]:
    """The groups that these rules leave to all of them."""
    left = {group.id for group in problem.groups}
    for person in people:
        if ("locked", person.id) in kept:
            left &= {person.current}
        if ("local", person.id) in kept:
            left -= {g.id for g in problem.groups if problem.is_elsewhere(g, person)}
        left -= {
            group
            for group in left
            if ("leader_not_own", group) in kept and problem.leads_own(problem.group[group], person)
        }
    return left


def _no_group(
    problem: Problem,
    people: list[Person],
    inner: list[Rule],
    closed_to: dict[str, list[str]],
) -> Iterator[Reason]:
    homes = dict.fromkeys(person.barnehage for person in people)
    rules = [("leader_not_own", group) for home in homes for group in closed_to.get(home, ())]
    if problem.rules.local:
        rules += [("local", person.id) for person in people]
    rules += [("locked", p.id) for p in people if p.locked and problem.sits(p)]
    if _open(problem, people, set(rules)):
        return
    part = _only(problem, people)

    def is_proof(kept: list[Rule]) -> bool:
        return any(not _open(problem, knot, set(kept)) for knot in knots(part, kept))

    yield Reason("no_group", spared(rules + inner, is_proof), {"people": [p.id for p in people]})


def _only(problem: Problem, people: list[Person]) -> Problem:
    """A small problem of these people, to count in."""
    return Problem(tuple(people), problem.groups, problem.leaders, problem.rules)


def _apart(problem: Problem, people: list[Person], inner: list[Rule]) -> Iterator[Reason]:
    names, part = {person.id for person in people}, _only(problem, people)
    for one, two in problem.rules.apart:
        if not {one, two} <= names:
            continue

        def is_proof(kept: list[Rule], one: str = one, two: str = two) -> bool:
            met = any({one, two} <= {p.id for p in knot} for knot in knots(part, kept))
            return ("apart", one, two) in kept and met

        rules = spared([*inner, ("apart", one, two)], is_proof)
        yield Reason("tied_apart", rules, {"people": [one, two]})


def _crowd(problem: Problem, people: list[Person], inner: list[Rule]) -> Iterator[Reason]:
    if problem.rules.same_barnehage == FREE:
        return
    part = _only(problem, people)
    for barnehage, count in Counter(person.barnehage for person in people).items():
        share = problem.share(barnehage)
        if count <= share or len(problem.staff[barnehage]) > share * len(problem.groups):
            continue  # in the second case no tie is needed: the barnehage is too large by itself

        def is_proof(kept: list[Rule], barnehage: str = barnehage, share: int = share) -> bool:
            return any(
                sum(person.barnehage == barnehage for person in knot) > share
                for knot in knots(part, kept)
            )

        rules = (("same_barnehage", barnehage), *spared(inner, is_proof))
        names = [person.id for person in people if person.barnehage == barnehage]
        yield Reason("tied_crowd", rules, {"barnehage": barnehage, "people": names, "share": share})


def _size(problem: Problem, people: list[Person], inner: list[Rule]) -> Iterator[Reason]:
    second, most = sorted([0, *(group.most for group in problem.groups)])[-2:]
    part, room = _only(problem, people), sum(group.most for group in problem.groups)
    if len(people) <= most or len(problem.people) > room or second < (most + 1) // 2:
        return  # or it is not the ties alone that leave no room

    def is_proof(kept: list[Rule]) -> bool:
        return any(len(knot) > most for knot in knots(part, kept))

    rules = (*((SIZE_MOST, group.id) for group in problem.groups), *spared(inner, is_proof))
    yield Reason("tied_size", rules, {"people": [person.id for person in people], "most": most})
