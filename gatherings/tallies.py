"""From rows to figures: what overview and report count, in five statements whatever the size."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet

from gatherings.figures import GroupFigures, Tally, needs_of
from gatherings.models import Action, Assignment, Attendance, Gathering, Minutes, Submission
from networks.models import Membership, NetworkGroup
from participants.models.people import in_force

Pair = tuple[UUID, UUID]


def figures_of(groups: QuerySet[NetworkGroup], *, today: date) -> list[GroupFigures]:
    """Figures of these groups, in their order, with why they need somebody on `today`."""
    rows = list(_with_seats(groups, today))
    tallies = _tallies({group.pk: group.members for group in rows})
    figures = []
    for group in rows:
        row = GroupFigures(
            pk=group.pk,
            name=group.name,
            municipality=str(group.municipality or ""),
            network=group.season.network.name,
            leader=f"{group.leader_first} {group.leader_last}" if group.leader_first else "",
            leader_email=group.leader_email or "",
            members=group.members,
            tallies=tallies[group.pk],
        )
        rules = group.season.rules
        row.needs = needs_of(row, fewest=rules.min_size, most=rules.max_size, today=today)
        figures.append(row)
    return figures


def _with_seats(groups: QuerySet[NetworkGroup], today: date) -> QuerySet[NetworkGroup]:
    """The groups with how many members they have today, and their leader's name."""
    seated = in_force(today, "memberships__")
    leads = seated & Q(memberships__role=Membership.Role.LEADER)
    return groups.select_related("municipality", "season__network", "season__rules").annotate(
        members=Count("memberships", filter=seated & ~Q(memberships__role=Membership.Role.LEADER)),
        leader_first=Max("memberships__person__first_name", filter=leads),
        leader_last=Max("memberships__person__last_name", filter=leads),
        leader_email=Max("memberships__person__email", filter=leads),
    )


def _tallies(members: dict[UUID, int]) -> dict[UUID, list[Tally]]:
    """Each group's gatherings as counts; `members` gives how many sit in each group today.

    Leaders are not counted: the figures are the members'.
    """
    groups, found = list(members), defaultdict(list)
    delivered, actions, written = _delivered(groups), _actions(groups), _written(groups)
    for row in _gatherings(groups):
        # Who was invited counts for what was held; who sits there today, for what is to come.
        held = row["state"] == Gathering.State.HELD
        people = row["invited"] if held else members[row["group_id"]]
        tasks = written.get(row["round_id"], 0)
        done = [n for n in delivered[row["group_id"], row["round_id"]] if n >= tasks]
        promised, tried, shared = actions[row["pk"]]
        found[row["group_id"]].append(
            Tally(
                number=row["number"],
                theme=row["theme"],
                state=row["state"],
                window_to=row["window_to"],
                members=people,
                starts_at=row["starts_at"],
                preparation_due_on=row["preparation_due_on"],
                answered=row["answered"],
                coming=row["coming"],
                delivered=min(len(done), people) if tasks else 0,
                present=row["present"],
                promised=promised,
                tried=tried,
                shared=shared,
                minutes=row["minutes_state"] or "",
                minutes_sent=row["minutes_state"] in (Minutes.State.SENT, Minutes.State.APPROVED),
                gathering_id=row["pk"],
            )
        )
    return found


def _gatherings(groups: list[UUID]) -> QuerySet[Gathering, dict[str, Any]]:
    """One narrow row a gathering, with its answers and presence counted."""
    member = Q(attendances__as_leader=False)
    return (
        Gathering.objects.in_use()
        .filter(group__in=groups)
        .values(
            "pk",
            "group_id",
            "round_id",
            "state",
            "starts_at",
            "preparation_due_on",
            number=F("round__number"),
            theme=F("round__theme"),
            window_to=F("round__window_to"),
            minutes_state=F("minutes__state"),
        )
        .annotate(
            invited=Count("attendances", filter=member),
            answered=Count("attendances", filter=member & ~Q(attendances__answer="")),
            coming=Count(
                "attendances", filter=member & Q(attendances__answer__in=Attendance.COMING)
            ),
            present=Count(
                "attendances", filter=member & Q(attendances__presence__in=Attendance.TOOK_PART)
            ),
        )
        .order_by("number")
    )


def _written(groups: list[UUID]) -> dict[UUID, int]:
    """By round: how many tasks there are to write beforehand."""
    tasks = Assignment.objects.filter(
        round__gatherings__group__in=groups,
        phase=Assignment.Phase.BEFORE,
        kind=Assignment.Kind.WRITE,
    )
    rows = tasks.order_by().values("round_id").annotate(n=Count("pk", distinct=True))
    return dict(rows.values_list("round_id", "n"))


def _delivered(groups: list[UUID]) -> dict[Pair, list[int]]:
    """By group and round: for each person, how many written tasks she has delivered."""
    found: dict[Pair, list[int]] = defaultdict(list)
    rows = (
        Submission.objects.delivered()
        .filter(
            group__in=groups,
            assignment__phase=Assignment.Phase.BEFORE,
            assignment__kind=Assignment.Kind.WRITE,
        )
        .order_by()
        .values("group_id", "assignment__round_id", "person_id")
        .annotate(n=Count("pk"))
    )
    for row in rows:
        found[row["group_id"], row["assignment__round_id"]].append(row["n"])
    return found


def _actions(groups: list[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """By gathering: promised, tried, shared with the staff at home."""
    found: dict[UUID, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    tried = Q(state__in=[Action.State.TRIED, Action.State.LEARNED])
    rows = (
        Action.objects.filter(gathering__group__in=groups)
        .order_by()
        .values("gathering_id")
        .annotate(
            promised=Count("pk"),
            tried=Count("pk", filter=tried),
            shared=Count("pk", filter=~Q(shared_in="")),
        )
    )
    for row in rows:
        found[row["gathering_id"]] = (row["promised"], row["tried"], row["shared"])
    return found
