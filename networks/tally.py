"""How far the groups of each season are: counts per municipality, in three statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.db.models import Count, DateField, F, Q, Value
from django.db.models.functions import Greatest, Least

from networks.models import Membership, NetworkGroup, Season
from participants.models import Municipality, Person
from participants.models.people import in_force

ROWS_A_PAGE = 60


@dataclass
class Row:
    """One municipality of a season (None: groups across)."""

    municipality: Municipality | None
    people: int = 0
    placed: int = 0
    drafts: int = 0
    published: int = 0

    @property
    def unplaced(self) -> int:
        return max(0, self.people - self.placed)


@dataclass
class Standing:
    """A season with its rows; those without people and groups are left out."""

    season: Season
    rows: list[Row] = field(default_factory=list)

    @property
    def unplaced(self) -> int:
        return sum(row.unplaced for row in self.rows)

    @property
    def groups(self) -> int:
        return sum(row.drafts + row.published for row in self.rows)


def standings(
    seasons: Sequence[Season], municipalities: Sequence[Municipality], person: Person, day: date
) -> list[Standing]:
    """Counts of the seasons for the municipalities `person` follows; three statements.

    Each season is counted as its board is: on `day`, or the nearest day within the season.
    """
    people = people_by_municipality(seasons, municipalities, day)
    placed = placed_by_municipality(seasons, municipalities, day)
    groups = groups_by_municipality(seasons, person)
    found = []
    for season in seasons:
        standing = Standing(season)
        for place in [*municipalities, None]:
            key = place.pk if place else None
            row = Row(
                place,
                people=people[season.pk, key],
                placed=placed[season.pk, key],
                drafts=groups[season.pk, key, False],
                published=groups[season.pk, key, True],
            )
            if row.people or row.drafts or row.published:
                standing.rows.append(row)
        found.append(standing)
    return found


def one_page(found: Sequence[Standing], number: str | int | None) -> tuple[Page, list[Standing]]:
    """Page `number` (any text), and the standings with the rows that stand on it."""
    lines = [(each.season, row) for each in found for row in each.rows or [None]]
    shown = Paginator(lines, ROWS_A_PAGE).get_page(number)
    by_season = groupby(shown, key=lambda line: line[0])
    return shown, [Standing(season, [row for _s, row in on if row]) for season, on in by_season]


def day_within(day: date, season: str = "") -> Least:
    """`Season.day_within` as a column, of the season behind the prefix `season`."""
    starts_on, ends_on = f"{season}starts_on", f"{season}ends_on"
    return Least(Greatest(starts_on, Value(day, DateField())), ends_on)


def people_by_municipality(
    seasons: Sequence[Season], municipalities: Sequence[Municipality], day: date
) -> Counter[tuple[object, object]]:
    """How many work in each municipality in the position the members of each season hold."""
    places = "network__region__municipalities__"
    held = f"{places}institutions__positions__"
    at_work = {
        f"{places}in": municipalities,
        f"{held}kind": F("network__member_position"),
        f"{held}person__is_active": True,
    }
    rows = (
        Season.objects.filter(pk__in=[season.pk for season in seasons])
        .alias(day=day_within(day))
        .filter(in_force(F("day"), held), **at_work)
        .values_list("pk", "network__region__municipalities")
        .order_by()
        .annotate(people=Count(f"{held}person", distinct=True))
    )
    return Counter({(season, place): people for season, place, people in rows})


def placed_by_municipality(
    seasons: Sequence[Season], municipalities: Sequence[Municipality], day: date
) -> Counter[tuple[object, object]]:
    """How many of those working in each municipality have a lasting seat, by season."""
    counts: Counter[tuple[object, object]] = Counter()
    at = "person__positions__institution__municipality"
    seats = Membership.objects.filter(season__in=seasons, ends_on=None, person__is_active=True)
    rows = (
        seats.alias(day=day_within(day, "season__"))
        .filter(in_force(F("day"), "person__positions__"), **{f"{at}__in": municipalities})
        .values_list("season", "season__network__member_position", "person__positions__kind", at)
        .order_by()
        .annotate(people=Count("person", distinct=True))
    )
    for season, members_are, kind, place, people in rows:
        if kind == members_are:
            counts[season, place] += people
    return counts


def groups_by_municipality(
    seasons: Sequence[Season], person: Person
) -> Counter[tuple[object, object, bool]]:
    """How many groups, draft and published, each season has in each municipality."""
    rows = (
        NetworkGroup.objects.visible_to(person)
        .filter(season__in=seasons)
        .values_list("season", "municipality")
        .order_by()
        .annotate(
            drafts=Count("pk", filter=Q(published_at=None)),
            published=Count("pk", filter=Q(published_at__isnull=False)),
        )
    )
    counts: Counter[tuple[object, object, bool]] = Counter()
    for season, place, drafts, published in rows:
        counts[season, place, False] = drafts
        counts[season, place, True] = published
    return counts
