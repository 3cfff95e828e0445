"""The positions a file of people speaks of: matched with known ones, changed, new, ended."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from office.dates import plain_date
from participants.models import Institution, Person, Position, Region
from participants.models.people import ENDS_AFTER_START
from participants.register import cells
from participants.register.rows import (
    BATCH,
    Change,
    Reader,
    Row,
    compare,
    rewrite,
)
from participants.register.workplaces import Workplaces

if TYPE_CHECKING:
    from participants.register.people import Entry

KINDS = {
    **dict.fromkeys(
        ("styrer", "styrar", "barnehagestyrer", "dagligleder", "dagligleiar", "enhetsleder",
         "virksomhetsleder", "leder", "dagtilbudsleder", "institutionsleder", "dagplejeleder"),
        Position.Kind.MANAGER,
    ),
    **dict.fromkeys(
        # Danish «pædagogisk leder» is another thing (a manager of a unit): not guessed at.
        ("pedagogiskleder", "pedagogiskleiar", "pedleder", "pedleiar", "ressourceperson",
         "ressursperson"),
        Position.Kind.PEDAGOGICAL_LEADER,
    ),
}  # fmt: skip

DAYS = ["starts_on", "ends_on"]
UNKNOWN_POSITION = gettext_lazy(
    "«%(value)s» is not a position we know. Write styrer or pedagogisk leder."
)


def overlap(one: Position, other: Position) -> bool:
    """Whether the two are held on a common day."""
    return one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (
        one.ends_on or date.max
    )


class Positions:
    """The region's positions in memory, by person."""

    def __init__(
        self,
        region: Region,
        people: dict[Any, Person],
        workplaces: Workplaces,
        *,
        today: date,
        lock: bool,
    ) -> None:
        self.today = today
        self.by_person: dict[Any, list[Position]] = defaultdict(list)
        self.kept: set[Any] = set()
        known = Position.objects.filter(person__region=region).order_by("starts_on")
        if lock:
            known = known.select_for_update(of=("self",), no_key=True)
        for position in known:
            position.person = people[position.person_id]
            # A position may point outside the region only by a mistake made by hand.
            position.institution = workplaces.by_id.get(position.institution_id)
            if position.institution:
                self.kept.add(position.pk)
                self.by_person[position.person_id].append(position)

    def of(self, person: Person) -> list[Position]:
        """What she works or has worked as, oldest first."""
        return self.by_person[person.pk]

    def places_of(self, person: Person) -> set[str]:
        """Names of the places she works or has worked."""
        return {position.institution.name for position in self.of(person)}

    def has_worked(self, person: Person, institution: Institution) -> bool:
        """Whether she works or has worked there."""
        return any(position.institution_id == institution.pk for position in self.of(person))

    def add(self, position: Position) -> None:
        """Remember a position a row has brought."""
        if position not in self.of(position.person):
            self.by_person[position.person_id].append(position)

    def read(self, read: Reader) -> dict[str, Any]:
        """What a row says about the position."""
        held = {
            "kind": read.demand("kind", cells.one_of, KINDS, UNKNOWN_POSITION),
            "starts_on": read.read("starts_on", cells.day, self.today),
            "ends_on": read.read("ends_on", cells.day, self.today),
        }
        if held["starts_on"] and held["ends_on"] and held["ends_on"] < held["starts_on"]:
            read.refuse("ends_on", ENDS_AFTER_START, "order")
        return held

    def weigh(
        self, row: Row, read: Reader, person: Person, institution: Institution, held: dict
    ) -> Position:
        """The known position a row means, its changes noted but not written; or a new one."""
        starts, ends = held["starts_on"], held["ends_on"]
        present = self._present(person, institution, held)
        if present is None:
            position = Position(person=person, institution=institution, kind=held["kind"])
            position.starts_on = starts or min(self.today, ends or self.today)
            position.ends_on = ends
            kept = f"{held['kind']} {institution.pk} {position.starts_on} {ends}"
            words = {kept: written(position)}
            row.changes.append(Change(str(_("New position")), None, kept, words))
            return position
        if (ends or present.ends_on or date.max) < (starts or present.starts_on):
            read.refuse("ends_on", ENDS_AFTER_START, "order")
        row.changes += compare(present, {name: held[name] for name in DAYS})
        return present

    def _present(self, person: Person, institution: Institution, held: dict) -> Position | None:
        """The same work at the same place: from that very day, else at an overlapping time."""
        same = [
            position
            for position in self.of(person)
            if position.institution_id == institution.pk and position.kind == held["kind"]
        ]
        meant = Position(starts_on=held["starts_on"] or self.today, ends_on=held["ends_on"])
        if held["starts_on"] is None and held["ends_on"]:
            meant.starts_on = min(self.today, held["ends_on"])
        exact = [position for position in same if position.starts_on == held["starts_on"]]
        overlapping = [position for position in same if overlap(position, meant)]
        return (exact or overlapping or [None])[-1]

    def save(self, entries: Iterable["Entry"]) -> None:
        """Write new positions, changed ones and the ends of those people leave."""
        new, changed = {}, {}
        for entry in entries:
            if entry.row.changes:
                target = changed if entry.position.pk in self.kept else new
                target[entry.position.pk] = entry.position
            for old, last in entry.ended:
                old.ends_on = last
                changed[old.pk] = old
        Position.objects.bulk_create(new.values(), batch_size=BATCH)
        rewrite(changed.values(), DAYS)


def written(position: Position) -> str:
    """«Styrer, Havblikk barnehage, 1. august 2025–»."""
    days = f"{in_full(position.starts_on, get_language())}–"
    if position.ends_on:
        days += plain_date(position.ends_on)
    return f"{Position.Kind(position.kind).label}, {position.institution.name}, {days}"


@lru_cache(maxsize=1000)
def in_full(day: date, language: str) -> str:
    """A day in words; most rows of a file begin on the same few days."""
    return plain_date(day)
