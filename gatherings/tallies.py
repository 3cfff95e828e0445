"""From rows to figures: what overview and report count, in five statements whatever the size."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from gatherings.figures import GroupFigures, Tally, needs_of
from gatherings.models import Action, Assignment, Attendance, Gathering, Minutes, Submission
from networks.models import Membership, NetworkGroup

Pair = tuple[UUID, UUID]


def figures_of(groups: QuerySet[NetworkGroup], *, today: date) -> list[GroupFigures]:
    """Figures of these groups, in their order, with why they need somebody on `today`."""
    rows = list(groups.select_related("municipality", "season__network", "season__rules"))
    ids = [group.pk for group in rows]
    seats = _seats(ids, today)
    tallies = _tallies(ids, {pk: len(seats[pk][0]) for pk in ids})
    figures = []
    for group in rows:
        members, leader = seats[group.pk]
        row = GroupFigures(
            pk=group.pk,
            name=group.name,
            municipality=str(group.municipality or ""),
            network=group.season.network.name,
            leader=leader,
            members=len(members),
            tallies=tallies[group.pk],
        )
        rules = group.season.rules
        row.needs = needs_of(row, fewest=rules.min_size, most=rules.max_size, today=today)
        figures.append(row)
    return figures


def _seats(groups: Iterable[UUID], today: date) -> dict[UUID, tuple[list[UUID], str]]:
    """Member ids and the leader's name, by group."""
    members: dict[UUID, list[UUID]] = defaultdict(list)
    leaders: dict[UUID, str] = defaultdict(str)
    for group, person, role, first, last in (
        Membership.objects.in_force(today)
        .filter(group__in=groups)
        .values_list("group_id", "person_id", "role", "person__first_name", "person__last_name")
    ):
        if role == Membership.Role.LEADER:
            leaders[group] = f"{first} {last}"
        else:
            members[group].append(person)
    return {group: (members[group], leaders[group]) for group in groups}


def _tallies(groups: list[UUID], members: dict[UUID, int]) -> dict[UUID, list[Tally]]:
    """Each group's gatherings as counts. Leaders are not counted: the figures are the members'."""
    found: dict[UUID, list[Tally]] = defaultdict(list)
    delivered, actions = _delivered(groups), _actions(groups)
    for row in _gatherings(groups):
        # Who was invited counts for what was held; who sits there today, for what is to come.
        people = row.invited if row.state == Gathering.State.HELD else members[row.group_id]
        done = [n for n in delivered[row.group_id, row.round_id] if n >= row.written]
        promised, tried, shared = actions[row.pk]
        found[row.group_id].append(
            Tally(
                number=row.round.number,
                theme=row.round.theme,
                state=row.state,
                window_to=row.round.window_to,
                members=people,
                starts_at=row.starts_at,
                preparation_due_on=row.preparation_due_on,
                answered=row.answered,
                coming=row.coming,
                delivered=len(done) if row.written else 0,
                present=row.present,
                promised=promised,
                tried=tried,
                shared=shared,
                minutes=row.minutes_state or "",
                minutes_sent=row.minutes_state in (Minutes.State.SENT, Minutes.State.APPROVED),
                gathering_id=row.pk,
            )
        )
    return found


def _gatherings(groups: list[UUID]) -> QuerySet[Gathering]:
    member = Q(attendances__as_leader=False)
    written = (
        Assignment.objects.filter(
            round=OuterRef("round"),
            phase=Assignment.Phase.BEFORE,
            kind=Assignment.Kind.WRITE,
        )
        .order_by()
        .values("round")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        Gathering.objects.in_use()
        .filter(group__in=groups)
        .select_related("round")
        .annotate(
            written=Coalesce(Subquery(written), 0),
            minutes_state=F("minutes__state"),
            invited=Count("attendances", filter=member),
            answered=Count("attendances", filter=member & ~Q(attendances__answer="")),
            coming=Count(
                "attendances", filter=member & Q(attendances__answer__in=Attendance.COMING)
            ),
            present=Count(
                "attendances", filter=member & Q(attendances__presence__in=Attendance.TOOK_PART)
            ),
        )
        .order_by("round__number")
    )


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
