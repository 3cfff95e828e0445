"""Who leads which group, when that is to be chosen."""

from collections.abc import Mapping
from itertools import pairwise

from networks.composition.model import Group, Leader, Problem, Where

TRIED = 6
"""Choices of leaders that are tried when no grouping is found with the first."""


def open_groups(problem: Problem) -> list[Group]:
    """Groups that must have a leader and have none."""
    if not problem.rules.leader_required:
        return []
    return [group for group in problem.groups if not group.leader]


def is_named_freely(problem: Problem) -> bool:
    """Whether naming the open groups after the leaders, in order, loses nothing.

    So it is when there are as many leaders as groups, and nothing tells these groups apart: then
    any other way to share the leaders out is the same grouping with the groups' names exchanged.
    """
    groups = open_groups(problem)
    if len(problem.to_choose) != len(groups):
        return False
    ids = {group.id for group in groups}
    if any(person.current in ids for person in problem.people):
        return False
    looks = [(g.least, g.most, g.place, g.kommune) for g in groups]
    return all(one == two for one, two in pairwise(looks))


def choices(problem: Problem) -> list[dict[str, str]]:
    """Ways to give the open groups leaders (group -> leader), the most promising first.

    Managers of the fewest participants, away from those of their own who sit there today; then with
    one of the others in turn. Only one way when that loses nothing; none with too few leaders.
    """
    groups, free = open_groups(problem), problem.to_choose
    if len(free) < len(groups):
        return []
    if is_named_freely(problem):
        return [{g.id: leader.id for g, leader in zip(groups, free, strict=True)}]
    fewest = sorted(free, key=lambda leader: len(problem.staff.get(leader.barnehage, ())))
    chosen, others = fewest[: len(groups)], fewest[len(groups) :]
    ways = [chosen]
    for n, other in enumerate([*others, *chosen][: TRIED - 1]):
        out = len(chosen) - 1 - n % len(chosen)
        turned = n + 1 - len(others)
        is_new = n < len(others)
        replaced = [*chosen[:out], *chosen[out + 1 :], other]
        ways.append(replaced if is_new else chosen[turned:] + chosen[:turned])
    return [_shared_out(problem, groups, way) for way in ways]


def _shared_out(problem: Problem, groups: list[Group], leaders: list[Leader]) -> dict[str, str]:
    """These leaders to these groups, by their people of today if that can be, else in order."""
    today = {p.id: p.current for p in problem.people if problem.sits(p)}
    in_order = {group.id: leader.id for group, leader in zip(groups, leaders, strict=True)}
    return (match(problem, today, leaders) if today else None) or in_order


def match(
    problem: Problem, where: Where, leaders: tuple[Leader, ...] | list[Leader] | None = None
) -> dict[str, str] | None:
    """Group -> leader so that nobody sits with her own manager as leader; None if that cannot be.

    Groups are matched one by one along alternating paths, so a matching is found if there is one.
    """
    leaders = problem.to_choose if leaders is None else leaders
    own: dict[str, set[str]] = {group.id: set() for group in problem.groups}
    if problem.rules.leader_not_own:
        for person in problem.people:
            if where.get(person.id) in own:
                own[where[person.id]].add(person.barnehage)
    leads: dict[str, str] = {}
    for group in open_groups(problem):
        if not _placed(group.id, leaders, own, leads):
            return None
    return {group: leader for leader, group in leads.items()}


def _placed(group: str, leaders, own: Mapping[str, set[str]], leads: dict[str, str]) -> bool:
    """Find the group a leader, moving others along to theirs; breadth first, no deep calls."""
    came_from: dict[str, tuple[str, str | None]] = {}
    queue: list[tuple[str, str | None]] = [(group, None)]
    for at, by in queue:
        for leader in leaders:
            if leader.id in came_from or leader.barnehage in own[at]:
                continue
            came_from[leader.id] = (at, by)
            if leader.id not in leads:
                _lead(leader.id, came_from, leads)
                return True
            queue.append((leads[leader.id], leader.id))
    return False


def _lead(leader: str | None, came_from, leads: dict[str, str]) -> None:
    while leader is not None:
        leads[leader], leader = came_from[leader]
