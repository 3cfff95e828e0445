"""The invented register of Vesterålen: places, people, roles, and groups put together."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone
from django.utils.text import slugify

from gatherings.demo.names import FIRST_NAMES, LAST_NAMES, MUNICIPALITIES
from gatherings.demo.texts import CROSS_CUTTING, GOALS, PURPOSE, THEMES
from networks.board import read_board
from networks.models import (
    Membership,
    Network,
    NetworkGroup,
    RuleException,
    Rules,
    Season,
    Theme,
)
from participants.models import Institution, Municipality, Owner, Person, Position, Region, Role

YEARS_AGO = timedelta(days=3 * 365)


def at(day: date, hour: int) -> datetime:
    """A full hour in Oslo."""
    return datetime.combine(day, time(hour), tzinfo=timezone.get_current_timezone())


@dataclass
class Cast:
    """What the rest of the demo builds on; `now` never lies ahead of the clock of that day."""

    region: Region
    today: date
    luck: Random
    admin: Person
    consultant: Person
    managers: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    leaders: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    workplace: dict = field(default_factory=dict)
    names: list[tuple[str, str]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return at(self.today, 0)


def build_register(today: date, luck: Random) -> Cast:
    """Region, six municipalities, 41 kindergartens, their managers and pedagogical leaders."""
    region = Region.objects.create(
        name="REKOM Vesterålen",
        contact_email="nettverk@vesteralen.example.no",
        contact_phone="+47 90 00 00 00",
    )
    names = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    luck.shuffle(names)
    cast = Cast(region, today, luck, *_office(region, names, today), names=names)
    for number, name, institutions, leaders, _groups in MUNICIPALITIES:
        municipality = Municipality.objects.create(
            region=region, number=number, name=name, county_number="18"
        )
        _staff(
            cast, municipality, [_institution(cast, municipality, i) for i in institutions], leaders
        )
    return cast


def _office(region: Region, names: list, today: date) -> tuple[Person, Person]:
    """The administrator and the consultant of the regional office."""
    people = []
    for kind in (Role.Kind.ADMIN, Role.Kind.CONSULTANT):
        person = _person(region, names.pop(), "rkk.example.no", today)
        person.save()
        Role.objects.create(
            person=person, region=region, kind=kind, starts_on=today - timedelta(days=400)
        )
        people.append(person)
    return people[0], people[1]


def _person(region: Region, name: tuple[str, str], domain: str, today: date) -> Person:
    first, last = name
    return Person(
        region=region,
        first_name=first,
        last_name=last,
        email=f"{slugify(_ascii(first))}.{slugify(_ascii(last))}@{domain}",
        password="!",  # noqa: S106 (unusable, as for everybody)
        invited_at=at(today, 0),
        created_at=at(today, 0),
    )


def _ascii(text: str) -> str:
    return text.replace("ø", "o").replace("Ø", "O").replace("æ", "ae").replace("Æ", "Ae")


def _institution(cast: Cast, municipality: Municipality, name: str) -> Institution:
    private = name.endswith((" SA", " AS"))
    owner, _made = Owner.objects.get_or_create(
        region=cast.region,
        name=name if private else f"{municipality.name.split(' ')[0]} kommune",
        form=Owner.Form.PRIVATE if private else Owner.Form.MUNICIPAL,
    )
    family = "familiebarnehage" in name
    children = 6 if family else cast.luck.randint(14, 92)
    return Institution.objects.create(
        municipality=municipality,
        owner=owner,
        name=name,
        kind=Institution.Kind.FAMILY if family else Institution.Kind.KINDERGARTEN,
        children=children,
        staff=max(2, children // 3),
        address=f"Eksempelveien {cast.luck.randint(1, 60)}",
        postal_code="8400",
        postal_place=municipality.name.split(" ")[0],
        written_norm="B",
    )


def _staff(cast: Cast, municipality: Municipality, places: list[Institution], count: int) -> None:
    """One manager a kindergarten; the pedagogical leaders dealt out by size."""
    people, positions = [], []

    def hire(place: Institution, kind: str) -> Person:
        domain = f"{slugify(_ascii(place.name.split(' ')[0]))}.example.no"
        person = _person(cast.region, cast.names.pop(), domain, cast.today)
        start = cast.today - YEARS_AGO + timedelta(days=cast.luck.randint(0, 900))
        people.append(person)
        positions.append(Position(person=person, institution=place, kind=kind, starts_on=start))
        cast.workplace[person.pk] = place
        return person

    for place in places:
        cast.managers[municipality.number].append(hire(place, Position.Kind.MANAGER))
    by_size = sorted(places, key=lambda p: -p.children)
    for turn in range(count):
        leader = hire(by_size[turn % len(by_size)], Position.Kind.PEDAGOGICAL_LEADER)
        cast.leaders[municipality.number].append(leader)
    # One kindergarten has a single mailbox for all (decision 13).
    for person in people:
        if cast.workplace[person.pk].name.startswith("Multemyra"):
            person.email = "post@multemyra.example.no"
    Person.objects.bulk_create(people)
    Position.objects.bulk_create(positions)


def build_network(cast: Cast) -> Season:
    """Ped.ledernettverket, this barnehageår with its rules and theme tree (V2–V4)."""
    network = Network.objects.create(
        region=cast.region, name="Ped.ledernettverk Vesterålen", purpose=PURPOSE, goals=GOALS
    )
    august = date(cast.today.year - (cast.today.month < 8), 8, 1)
    season = Season.objects.create(
        network=network,
        name=f"{august.year}/{(august.year + 1) % 100:02d}",
        starts_on=min(august, cast.today - timedelta(days=75)),
        ends_on=max(date(august.year + 1, 7, 31), cast.today + timedelta(days=200)),
    )
    Rules.objects.create(season=season)
    for area, topics in THEMES:
        node = Theme.objects.create(season=season, title=area)
        for topic, keywords in topics:
            branch = Theme.objects.create(season=season, parent=node, title=topic)
            for place, keyword in enumerate(keywords):
                Theme.objects.create(season=season, parent=branch, title=keyword, position=place)
    for place, title in enumerate(CROSS_CUTTING):
        Theme.objects.create(season=season, title=title, position=place, is_cross_cutting=True)
    return season


def build_groups(cast: Cast, season: Season) -> list[NetworkGroup]:
    """Groups across kindergartens within each municipality, published at the season's start."""
    groups = []
    published = at(season.starts_on, 0)
    for number, name, _institutions, _leaders, count in MUNICIPALITIES:
        municipality = Municipality.objects.get(region=cast.region, number=number)
        here = [
            NetworkGroup.objects.create(
                season=season,
                municipality=municipality,
                name=f"{name.split(' ')[0]} {n + 1}",
                published_at=published,
            )
            for n in range(count)
        ]
        _seat(cast, season, here, number)
        groups += here
    _exceptions(cast, season)
    return groups


def _seat(cast: Cast, season: Season, groups: list[NetworkGroup], number: str) -> None:
    """Deal members so that colleagues come apart; then leaders who lead none of their own staff."""
    members = sorted(cast.leaders[number], key=lambda p: cast.workplace[p.pk].name)
    tables: list[list[Person]] = [[] for _group in groups]
    for turn, person in enumerate(members):
        tables[turn % len(groups)].append(person)
    free = list(cast.managers[number])
    for group, table in zip(groups, tables, strict=True):
        places = {cast.workplace[p.pk] for p in table}
        leader = min(free, key=lambda m: cast.workplace[m.pk] in places)
        free.remove(leader)
        seats = [(p, Membership.Role.MEMBER) for p in table] + [(leader, Membership.Role.LEADER)]
        Membership.objects.bulk_create(
            Membership(season=season, group=group, person=p, role=r, starts_on=season.starts_on)
            for p, r in seats
        )


def _exceptions(cast: Cast, season: Season) -> None:
    """Why Lødingen, with two kindergartens, lives with what its rules warn about."""
    small = Municipality.objects.get(region=cast.region, number="1851")
    for finding in read_board(season, small, reader=cast.admin).findings:
        if finding.can_be_excused:
            RuleException.objects.create(
                season=season,
                rule=finding.rule,
                subject=finding.subject,
                reason="Kommunen har bare to barnehager.",
                by=cast.admin,
                at=cast.now,
            )
