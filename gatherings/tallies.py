"""From rows to figures: what overview and report count, in five statements whatever the size.

Each statement is narrow on purpose: joining people or attendances to wide rows and grouping the
lot costs PostgreSQL three times as much as counting by one key and putting together here.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from gatherings.figures import GroupFigures, Tally, needs_of
from gatherings.models import (
    Action,
    Assignment,
    Attendance,
    Gathering,
    Minutes,
    Round,
    Submission,
)
from networks.models import Membership, NetworkGroup
from participants.models.people import in_force

Row = dict[str, Any]
# By what is counted and the group or gathering it belongs to: all, and two parts of them.
Counts = dict[tuple[str, UUID], tuple[int, int, int]]
NONE = (0, 0, 0)


def figures_of(groups: QuerySet[NetworkGroup], *, today: date) -> list[GroupFigures]:
    """Figures of these groups, in their order, with why they need somebody on `today`."""
    # By key: on the day two leaders share, the group comes twice.
    rows = {row["pk"]: row for row in _with_leaders(groups, today)}
    gatherings = list(_gatherings(rows))
    counts = _counts(rows, gatherings, today)
    tallies = _tallies(gatherings, counts, today)
    figures = []
    for pk, row in rows.items():
        group = GroupFigures(
            pk=pk,
            name=row["name"],
            municipality=row["municipality_name"] or "",
            network=row["network"],
            leader=f"{row['leader_first']} {row['leader_last']}" if row["leader_first"] else "",
            leader_email=row["leader_email"] or "",
            members=_members(counts, pk),
            tallies=tallies[pk],
        )
        group.needs = needs_of(group, fewest=row["fewest"], most=row["most"], today=today)
        figures.append(group)
    return figures


def _members(counts: Counts, group: UUID) -> int:
    return counts.get(("seats", group), NONE)[0]


def _with_leaders(groups: QuerySet[NetworkGroup], today: date) -> QuerySet[NetworkGroup, Row]:
    """The groups in words, with the limits of their size and their leader of today."""
    leads = in_force(today, "memberships__") & Q(memberships__role=Membership.Role.LEADER)
    return groups.annotate(lead=FilteredRelation("memberships", condition=leads)).values(
        "pk",
        "name",
        municipality_name=F("municipality__name"),
        network=F("season__network__name"),
        fewest=F("season__rules__min_size"),
        most=F("season__rules__max_size"),
        leader_first=F("lead__person__first_name"),
        leader_last=F("lead__person__last_name"),
        leader_email=F("lead__person__email"),
    )


def _gatherings(groups: Iterable[UUID]) -> QuerySet[Gathering, Row]:
    """One narrow row a gathering; what belongs to its round is not said anew by each."""
    return (
        Gathering.objects.in_use()
        .filter(group__in=list(groups))
        .order_by()
        .values(
            "pk",
            "group_id",
            "round_id",
            "state",
            "starts_at",
            "preparation_due_on",
            minutes_state=F("minutes__state"),
        )
    )


def _rounds(pks: set[UUID]) -> dict[UUID, Row]:
    """Number, theme and window of the rounds, first round first, and the tasks to write before."""
    before = Q(assignments__phase=Assignment.Phase.BEFORE)
    before &= Q(assignments__kind=Assignment.Kind.WRITE)
    rows = (
        Round.objects.filter(pk__in=pks)
        .annotate(to_write=FilteredRelation("assignments", condition=before))
        .order_by("number", "pk", "to_write__pk")
        .values("pk", "number", "theme", "window_to", task=F("to_write__pk"))
    )
    found: dict[UUID, Row] = {}
    for row in rows:
        tasks = found.setdefault(row["pk"], row | {"tasks": []})["tasks"]
        if row["task"]:
            tasks.append(row["task"])
    return found


def _tallies(gatherings: list[Row], counts: Counts, today: date) -> dict[UUID, list[Tally]]:
    """Each group's gatherings as counts. Leaders are not counted: the figures are the members'."""
    rounds = _rounds({row["round_id"] for row in gatherings})
    found = defaultdict(list)
    to_write = {pk: row["tasks"] for pk, row in rounds.items() if row["tasks"]}
    delivered = _delivered(gatherings, to_write, today)
    order = list(rounds)
    for row in sorted(gatherings, key=lambda row: order.index(row["round_id"])):
        round_ = rounds[row["round_id"]]
        invited, answered, present = counts.get(("invited", row["pk"]), NONE)
        promised, tried, shared = counts.get(("actions", row["pk"]), NONE)
        # Who was invited counts for what was held; who sits there today, for what is to come.
        people = invited if _is_held(row) else _members(counts, row["group_id"])
        found[row["group_id"]].append(
            Tally(
                number=round_["number"],
                theme=round_["theme"],
                state=row["state"],
                window_to=round_["window_to"],
                members=people,
                starts_at=row["starts_at"] and timezone.localtime(row["starts_at"]),
                preparation_due_on=row["preparation_due_on"],
                answered=answered,
                # Who wrote and left before it was held is no longer among the people.
                delivered=min(
                    people, delivered.get((_is_held(row), row["group_id"], row["round_id"]), 0)
                ),
                present=present,
                promised=promised,
                tried=tried,
                shared=shared,
                minutes=row["minutes_state"] or "",
                minutes_sent=row["minutes_state"] in (Minutes.State.SENT, Minutes.State.APPROVED),
                writes=row["round_id"] in to_write,
                gathering_id=row["pk"],
            )
        )
    return found


def _is_held(gathering: Row) -> bool:
    return gathering["state"] == Gathering.State.HELD


def _counts(groups: Iterable[UUID], gatherings: list[Row], today: date) -> Counts:
    """Three counts in one statement, since a list may ask ten times in all.

    seats    of the group today: members
    invited  to the gathering, answered, present
    actions  promised where a gathering was held, tried, shared with the staff at home
    """
    seats = Membership.objects.in_force(today).members().filter(group__in=list(groups))
    invited = Attendance.objects.filter(
        gathering__in=[row["pk"] for row in gatherings], as_leader=False
    )
    actions = Action.objects.filter(gathering__in=[r["pk"] for r in gatherings if _is_held(r)])
    present = Q(presence__in=Attendance.TOOK_PART)
    tried = Q(state__in=Action.WAS_TRIED)
    counted = _counted(seats, "seats", "group_id").union(
        _counted(invited, "invited", "gathering_id", ~Q(answer=""), present),
        _counted(actions, "actions", "gathering_id", tried, ~Q(shared_in="")),
        all=True,
    )
    return {(what, key): (n, one, other) for what, key, n, one, other in counted}


def _counted(
    rows: QuerySet, what: str, by: str, one: Q | None = None, other: Q | None = None
) -> QuerySet:
    """Rows (what, key, all, those of part `one`, those of part `other`)."""
    parts = [Count("pk", filter=part) if part else Value(0) for part in (one, other)]
    named = {"n": Count("pk"), "one": parts[0], "other": parts[1]}
    return rows.order_by().values_list(Value(what), by).annotate(**named)


def _delivered(
    gatherings: list[Row], tasks: dict[UUID, list[UUID]], today: date
) -> dict[tuple[bool, UUID, UUID], int]:
    """By whether it was held, group and round: how many have delivered all there is to write.

    For what is to come only members of today count: who has left is no longer waited for. They are
    counted at the round's first task, if they have delivered the others too: to count in Python
    would fetch a row for every text.
    """
    first = {assignments[0]: round_ for round_, assignments in tasks.items()}
    delivered = Submission.objects.delivered()
    for assignments in tasks.values():
        for other in assignments[1:]:
            same = {"person": OuterRef("person"), "group": OuterRef("group")}
            too = Exists(Submission.objects.delivered().filter(assignment=other, **same))
            delivered = delivered.filter(~Q(assignment=assignments[0]) | too)
    seat = (
        Membership.objects.in_force(today)
        .members()
        .filter(group=OuterRef("group"), person=OuterRef("person"))
    )
    was_held = _by_task(delivered, gatherings, tasks, Gathering.State.HELD)
    to_come = _by_task(delivered.filter(Exists(seat)), gatherings, tasks, Gathering.State.CALLED)
    return {
        (state == Gathering.State.HELD, group, first[assignment]): n
        for state, group, assignment, n in was_held.union(to_come, all=True)
    }


def _by_task(
    delivered: QuerySet[Submission],
    gatherings: list[Row],
    tasks: dict[UUID, list[UUID]],
    state: str,
) -> QuerySet:
    """Rows (state, group, task, how many) for the first tasks of gatherings in this state.

    Other groups that have the same tasks come along: naming the groups costs more than they do.
    """
    rounds = {row["round_id"] for row in gatherings if row["state"] == state}
    firsts = {tasks[round_][0] for round_ in rounds if round_ in tasks}
    rows = delivered.filter(assignment__in=firsts).order_by()
    by_task = rows.values_list(Value(state), "group_id", "assignment_id")
    return by_task.annotate(n=Count("pk"))
