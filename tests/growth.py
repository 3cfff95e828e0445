"""The lists inside a world grown long: what one network, round, gathering or person may hold.

`world.grow` adds groups; this adds rows to what is already there, up to what a form or a year can
hold where there is such an end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from gatherings.forms.rounds import MOST_TASKS
from gatherings.forms.rows import MOST_ITEMS
from gatherings.models import (
    Action,
    Agreement,
    Assignment,
    Gathering,
    ProgrammeItem,
    Report,
    Round,
    RoundItem,
    Submission,
    SubmissionVersion,
)
from networks.forms.board import MOST_GROUPS
from networks.models import Membership, Network, RuleException, Rules, Season, Theme
from office import journal
from office.models import Letter
from participants.forms.invitations import MOST_AT_ONCE
from participants.models import ImportFile, Person, Position, Role
from tests.factories import GroupFactory, PersonFactory, RoundFactory
from tests.world import World

ROUNDS_A_YEAR = 20
AT_ONE_MEETING = 20


@dataclass
class Span:
    """The numbers of the rows to add: from `first` up to `last`, never above a list's own end."""

    first: int
    last: int

    def up_to(self, most: int | None = None, already: int = 0) -> range:
        """Numbers of new rows in a list that had `already` and holds at most `most`."""
        last = self.last if most is None else min(self.last, max(most - already, 0))
        return range(min(self.first, last), last)


def lengthen(world: World, span: Span) -> None:
    """Every list of the world longer."""
    _networks(world, span)
    _year(world, span)
    _opplegg(world, span)
    _meeting(world, span)
    _person(world, span)
    _register(world, span)


def _networks(world: World, span: Span) -> None:
    """More networks with a season each, more seasons of the network; all have a report."""
    region, day = world.region, world.season.starts_on
    networks = _make(Network, ({"region": region, "name": f"Nett {n}"} for n in span.up_to()))
    year = timedelta(days=366)
    dates = {"starts_on": day, "ends_on": world.season.ends_on}
    seasons = [{"network": each, "name": "i år", **dates} for each in networks]
    seasons += [
        {
            "network": world.season.network,
            "name": f"før {n}",
            "starts_on": day - (n + 2) * year,
            "ends_on": day - (n + 1) * year,
        }
        for n in span.up_to(ROUNDS_A_YEAR)
    ]
    made = _make(Season, seasons)
    _make(Rules, ({"season": season} for season in made))
    _make(Report, ({"season": season} for season in made))
    Round.objects.bulk_create(RoundFactory.build(season=each, number=1) for each in made)


def _year(world: World, span: Span) -> None:
    """More rounds of the season, each with a gathering of the group; themes; drafts; journal."""
    season, admin = world.season, world.cast["admin"]
    already = 4
    rounds = Round.objects.bulk_create(
        RoundFactory.build(season=season, number=n + already + 1)
        for n in span.up_to(ROUNDS_A_YEAR, already)
    )
    _make(Gathering, ({"round": each, "group": world.group} for each in rounds))
    _make(Theme, ({"season": season, "title": f"Tema {n}", "position": n} for n in span.up_to()))
    for n in span.up_to(MOST_GROUPS, 1):
        draft = {"municipality": world.group.municipality, "published_at": None}
        GroupFactory(season=season, name=f"Utkast {n}", **draft)
    excused = {"season": season, "rule": "size", "reason": "Avtalt", "by": admin}
    _make(RuleException, ({**excused, "subject": f"en gruppe {n}"} for n in span.up_to()))
    for n in span.up_to():
        journal.record(by=admin, did="person.moved", on=season, number=n)


def _opplegg(world: World, span: Span) -> None:
    """A full programme and all the tasks a round may have, each answered by every member."""
    for gathering in (world.held, world.called, world.draft, world.unsent):
        row = {"title": "En post på programmet", "minutes": 10, "questions": "Hva så dere?"}
        numbered = [{**row, "position": n + 2} for n in span.up_to(MOST_ITEMS, 1)]
        _make(RoundItem, ({**each, "round": gathering.round} for each in numbered))
        _make(ProgrammeItem, ({**each, "gathering": gathering} for each in numbered))
        for n in span.up_to(MOST_TASKS, 3):
            _task(world, gathering, n)


def _task(world: World, gathering: Gathering, n: int) -> None:
    phase = Assignment.Phase.AFTER if n % 5 == 4 else Assignment.Phase.BEFORE
    kind = Assignment.Kind.READ if n % 3 == 2 else Assignment.Kind.WRITE
    task = Assignment.objects.create(
        round=gathering.round,
        title=f"Oppgave {n}",
        minutes=10,
        phase=phase,
        kind=kind,
        position=n + 1,
    )
    now = timezone.now()
    written = {"assignment": task, "group": world.group, "text": "Tekst", "delivered_at": now}
    seats = world.group.memberships.in_force().members()
    members = Person.objects.filter(memberships__in=seats)
    _make(Submission, ({**written, "person": person} for person in members))


def _meeting(world: World, span: Span) -> None:
    """Agreements and actions of one meeting, those who left it, letters about it."""
    held, member = world.held, world.cast["member"]
    some = span.up_to(AT_ONE_MEETING)
    _make(Agreement, ({"gathering": held, "text": f"Vi ble enige {n}"} for n in some))
    due = {"gathering": held, "person": member, "due_on": timezone.localdate()}
    _make(Action, ({**due, "title": f"Aksjon {n}"} for n in some))
    letter = {"address": "a@example.no", "template": "uninvited", "language": "nb", "subject": "B"}
    about = f"gathering-{world.called.pk}-left-"
    _make(Letter, ({**letter, "to": member, "occasion": f"{about}{n}"} for n in span.up_to()))
    written = Submission.objects.get(assignment__round=world.called.round, person=member, version=1)
    earlier = {"submission": written, "text": "Før", "version": 1}
    _make(SubmissionVersion, (earlier for _n in span.up_to()))


def _person(world: World, span: Span) -> None:
    """What one was before: positions, roles and seats that ended; and the staff one has now."""
    member, region = world.cast["member"], world.region
    places = [position.institution for position in member.positions.all()]
    long_ago = timezone.localdate() - timedelta(days=4000)
    ended = [
        {"starts_on": long_ago + timedelta(days=n), "ends_on": long_ago + timedelta(days=n)}
        for n in span.up_to()
    ]
    had = {"person": member, "institution": places[0], "kind": Position.Kind.MANAGER}
    _make(Position, ({**had, **days} for days in ended))
    was = {"person": world.cast["consultant"], "region": region, "kind": Role.Kind.CONSULTANT}
    _make(Role, ({**was, **days} for days in ended))
    sat = {"season": world.season, "group": world.group, "person": world.cast["former"]}
    _make(Membership, ({**sat, **days} for days in ended))
    staff = _people(world, span.up_to())
    works = {"institution": places[0], "kind": Position.Kind.PEDAGOGICAL_LEADER}
    _make(Position, ({**works, "person": person, "starts_on": long_ago} for person in staff))


def _register(world: World, span: Span) -> None:
    """Rows of an import; people who share an address; people to invite at once."""
    file = ImportFile.objects.get(run=world.objects["import"]["pk"])
    rows = "".join(f"{n + 2000};Kommune {n}\n" for n in span.up_to())
    file.content = bytes(file.content) + rows.encode()
    file.save()
    sharing = _people(world, span.up_to(), email="felles@example.no")
    world.on_the_way["sign_in_choice"]["people"] += [str(person.pk) for person in sharing]
    invited = _people(world, span.up_to(MOST_AT_ONCE, 1))
    world.queries["invited"] += "".join(f"&person={person.pk}" for person in invited)


def _people(world: World, numbers: range, **facts: Any) -> list[Person]:
    return Person.objects.bulk_create(
        PersonFactory.build(region=world.region, **facts) for _n in numbers
    )


def _make(model: Any, rows: Iterable[dict[str, Any]]) -> list[Any]:
    return model.objects.bulk_create(model(**row) for row in rows)
