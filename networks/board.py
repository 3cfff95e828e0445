"""What the board shows: the groups of a municipality or a whole network, and who is in none (V1).

Read in a fixed number of statements, however many people there are. The rule check runs on it.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Q

from networks import rule_check
from networks.models import Membership, NetworkGroup, Rules, Season
from networks.rule_check import Finding, Participant, Workplace
from participants.models import Municipality, Person, Position

MOST_PEOPLE = 60
"""As many as a board of a whole network shows; above it one chooses a municipality."""
GROUPS_A_PAGE = 12
PEOPLE_SHOWN = 60
LINES_SHOWN = 30


@dataclass(frozen=True)
class Card:
    """A person on the board: in a seat, or in none."""

    who: Participant
    seat: Membership | None = None

    @property
    def where(self) -> str:
        """Her workplaces, as the small line says them."""
        return ", ".join(dict.fromkeys(place.name for place in self.who.workplaces))

    @property
    def pick(self) -> str:
        """What a tick sends: the person, and the group she was seen in."""
        return f"{self.who.key}.{self.seat.group_id}" if self.seat else self.who.key


@dataclass(frozen=True)
class Column:
    """A group on the board; `leaving` are those whose last day is already set."""

    group: NetworkGroup
    leader: Card | None
    members: list[Card]
    leaving: list[Card]
    is_broken: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.leader and not self.members


@dataclass(frozen=True)
class View:
    """What fits on one page of a large board: the rest is behind «next», or comes up by itself."""

    columns: Page
    unplaced: list[Card]
    spare_leaders: list[Card]
    rail: list[list[Finding]]


@dataclass
class Board:
    """One look at the groups of `municipality`, or of all (None), on `day`."""

    season: Season
    municipality: Municipality | None
    day: date
    columns: list[Column]
    unplaced: list[Card]
    could_lead: list[Card]
    elsewhere: dict[str, list[str]] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def drafts(self) -> list[Column]:
        """Groups that are still being put together."""
        return [column for column in self.columns if not column.group.is_published]

    @property
    def published(self) -> list[Column]:
        """Groups that are locked for the year (V9)."""
        return [column for column in self.columns if column.group.is_published]

    @property
    def group_area(self) -> Municipality | None:
        """The municipality new groups belong to; none where groups go across."""
        return self.municipality if self.season.rules.scope == Rules.Scope.MUNICIPALITY else None

    @property
    def placed(self) -> int:
        """How many sit as members in the groups shown."""
        return sum(len(column.members) for column in self.columns)

    @property
    def spare_leaders(self) -> list[Card]:
        """Those who may lead and lead no group, here or elsewhere."""
        return [card for card in self.could_lead if card.seat is None]

    @cached_property
    def plan(self) -> rule_check.Plan:
        """The board as the rules see it."""
        return rule_check.Plan(
            groups=[as_group(column) for column in self.columns],
            unplaced=[card.who for card in self.unplaced],
            could_lead=[card.who for card in self.could_lead],
            elsewhere=self.elsewhere,
        )

    @cached_property
    def findings(self) -> list[Finding]:
        """What the rules say, worst first."""
        return rule_check.check(self.plan, self.season.rules, self.reasons)

    @property
    def rail(self) -> list[list[Finding]]:
        """The findings as they are shown: people without a group together."""
        return rule_check.together(self.findings)

    def view(self, number: str | int | None = 1) -> View:
        """Page `number` (any text; the nearest page there is)."""
        return View(
            columns=Paginator(self.columns, GROUPS_A_PAGE).get_page(number),
            unplaced=self.unplaced[:PEOPLE_SHOWN],
            spare_leaders=self.spare_leaders[:PEOPLE_SHOWN],
            rail=self.rail[:LINES_SHOWN],
        )

    def to_answer_for(self) -> list[Finding]:
        """Breaks one must mend or give a reason for before the drafts are published."""
        drafts = {str(column.group.pk) for column in self.drafts}
        return [
            finding
            for finding in self.findings
            if finding.level == rule_check.BROKEN and (not finding.group or finding.group in drafts)
        ]

    @property
    def digest(self) -> str:
        """A fingerprint of who sits where in the drafts: one publishes what one has looked over."""
        seats = sorted(
            f"{card.seat.group_id} {card.seat.role} {card.who.key}"
            for column in self.drafts
            for card in (column.leader, *column.members)
            if card and card.seat
        )
        return hashlib.sha256("\n".join(seats).encode()).hexdigest()[:16]


def as_group(column: Column) -> rule_check.Group:
    """A column as plain data."""
    group = column.group
    return rule_check.Group(
        key=str(group.pk),
        name=group.name,
        area=str(group.municipality_id or ""),
        area_name=str(group.municipality or ""),
        leader=column.leader.who if column.leader else None,
        members=tuple(card.who for card in column.members),
    )


# --- which part of the season -------------------------------------------------------------------


def areas(season: Season, person: Person) -> list[Municipality]:
    """The municipalities whose groups the person follows."""
    ours = Municipality.objects.filter(region_id=season.network.region_id)
    if not person.oversees_all:
        ours = ours.filter(pk__in=person.overseen_municipalities)
    return list(ours)


def choose_area(
    season: Season, person: Person, choices: list[Municipality], number: str
) -> Municipality | None:
    """The municipality to show; None is the whole network, where its rules and size allow that.

    Raises Municipality.DoesNotExist when `number` is none of `choices`.
    """
    if number:
        for municipality in choices:
            if municipality.number == number:
                return municipality
        raise Municipality.DoesNotExist(number)
    if may_show_all(season, person):
        return None
    return choices[0] if choices else None


def may_show_all(season: Season, person: Person) -> bool:
    """Groups across municipalities, few enough people for one page, and nothing hidden."""
    if season.rules.scope != Rules.Scope.REGION or not person.oversees_all:
        return False
    kind = season.network.member_position
    people = Person.objects.filter(region_id=season.network.region_id)
    return people.working_as(kind, season.day_within()).count() <= MOST_PEOPLE


# --- reading ------------------------------------------------------------------------------------


def read_board(season: Season, municipality: Municipality | None, *, reader: Person) -> Board:
    """Everything the board of this part of the season shows `reader`."""
    day = season.day_within()
    groups = groups_shown(season, municipality, reader)
    local = positions_held(season, day, municipality)
    seats = seats_held(season, day, groups, {position.person_id for position in local})
    people = participants(season, local, seats, day)
    columns, elsewhere = columns_of(groups, seats, people)
    staying = [seat for seat in seats if not seat.ends_on]
    leading = {seat.person_id: seat for seat in staying if seat.role == Membership.Role.LEADER}
    seated = {seat.person_id for seat in staying}
    network = season.network
    board = Board(
        season=season,
        municipality=municipality,
        day=day,
        columns=columns,
        unplaced=[
            Card(people[key])
            for key in dict.fromkeys(
                p.person_id for p in local if p.kind == network.member_position
            )
            if key not in seated
        ],
        could_lead=[
            Card(people[key], leading.get(key))
            for key in dict.fromkeys(
                p.person_id for p in local if p.kind == network.leader_position
            )
        ],
        elsewhere=elsewhere,
        reasons={(e.rule, e.subject): e.reason for e in season.exceptions.all()},
    )
    broken = {f.group for f in board.findings if f.level == rule_check.BROKEN}
    board.columns = [replace(c, is_broken=str(c.group.pk) in broken) for c in columns]
    return board


def groups_shown(
    season: Season, municipality: Municipality | None, reader: Person
) -> list[NetworkGroup]:
    """The groups of the municipality, and those that go across; all when none is chosen."""
    groups = NetworkGroup.objects.visible_to(reader).filter(season=season)
    if municipality:
        groups = groups.filter(Q(municipality=municipality) | Q(municipality=None))
    return sorted(groups.select_related("municipality"), key=natural)


def natural(group: NetworkGroup) -> list[tuple[int, str, int]]:
    """«Sortland 2» before «Sortland 10»."""
    parts = re.findall(r"\d{1,9}|\D+", group.name)
    return [(1, "", int(part)) if part.isdecimal() else (0, part, 0) for part in parts]


def positions_held(
    season: Season, day: date, municipality: Municipality | None = None
) -> list[Position]:
    """Who works there on `day` in a position the network is for, by last name."""
    network = season.network
    held = Position.objects.in_force(day).filter(
        kind__in={network.member_position, network.leader_position},
        person__is_active=True,
        institution__municipality__region_id=network.region_id,
    )
    if municipality:
        held = held.filter(institution__municipality=municipality)
    return in_order(held)


def in_order(positions) -> list[Position]:
    """With person and institution, as lists of people are read."""
    return list(
        positions.select_related("person", "institution").order_by(
            "person__last_name", "person__first_name", "person_id", "institution__name"
        )
    )


def seats_held(
    season: Season, day: date, groups: list[NetworkGroup], people: Iterable
) -> list[Membership]:
    """Seats in the groups, and any other seat this season of the people, that have not ended.

    A move that is decided but lies ahead counts: the board shows what will be.
    """
    held = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    theirs = Q(group__in=[group.pk for group in groups]) | Q(person__in=list(people))
    return list(
        season.memberships.filter(held & theirs)
        .select_related("person", "group")
        .order_by("person__last_name", "person__first_name", "pk")
    )


def participants(
    season: Season, local: list[Position], seats: list[Membership], day: date
) -> dict[object, Participant]:
    """Everybody on the board as the rules see them, by id; who sits here may work elsewhere."""
    seated = [seat.person for seat in seats]
    everybody = {person.pk: person for person in (*(p.person for p in local), *seated)}
    all_positions = Position.objects.in_force(day).filter(
        person__in=list(everybody), person__is_active=True
    )
    by_person: dict[object, list[Position]] = {key: [] for key in everybody}
    for position in in_order(all_positions):
        by_person[position.person_id].append(position)
    return {key: participant(season, person, by_person[key]) for key, person in everybody.items()}


def participant(season: Season, person: Person, positions: list[Position]) -> Participant:
    """A person with her positions, as plain data."""
    network = season.network
    manager = Position.Kind.MANAGER
    # Where the members themselves are managers, nobody in the group is anybody's manager.
    manages = [p for p in positions if p.kind == manager and network.member_position != manager]
    return Participant(
        key=str(person.pk),
        name=person.name,
        workplaces=tuple(
            Workplace(str(p.institution_id), p.institution.name, str(p.institution.municipality_id))
            for p in positions
            if p.kind == network.member_position
        ),
        manages=frozenset(str(p.institution_id) for p in manages),
        leads=any(p.kind == network.leader_position for p in positions),
    )


def card_of(season: Season, person: Person, day: date) -> Card:
    """One person as the rules see her, wherever she works."""
    held = in_order(Position.objects.in_force(day).filter(person=person))
    return Card(participant(season, person, held))


def columns_of(
    groups: list[NetworkGroup], seats: list[Membership], people: dict[object, Participant]
) -> tuple[list[Column], dict[str, list[str]]]:
    """The groups with those who sit in them; and seats in groups that are not shown, by person."""
    leaders: dict[object, Card] = {}
    members: dict[object, list[Card]] = {group.pk: [] for group in groups}
    leaving: dict[object, list[Card]] = {group.pk: [] for group in groups}
    elsewhere: dict[str, list[str]] = {}
    for seat in seats:
        card = Card(people[seat.person_id], seat)
        if seat.ends_on:
            leaving.get(seat.group_id, []).append(card)
        elif seat.group_id not in members:
            elsewhere.setdefault(card.who.key, []).append(seat.group.name)
        elif seat.role == Membership.Role.LEADER:
            leaders[seat.group_id] = card
        else:
            members[seat.group_id].append(card)
    columns = [
        Column(group, leaders.get(group.pk), members[group.pk], leaving[group.pk])
        for group in groups
    ]
    return columns, elsewhere
