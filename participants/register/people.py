"""Rows about people and what they work as, beside the ones that are known.

An import never invites, never gives or ends a role, never takes a person into use again and never
moves the way in: the address of somebody who may log in is changed by hand only.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import Institution, Person, Position, Region
from participants.register import cells
from participants.register.positions import DAYS, Positions, overlap, written
from participants.register.rows import (
    BATCH,
    Change,
    Reader,
    Record,
    Row,
    Seen,
    compare,
    rewrite,
    unfit,
    write,
)
from participants.register.workplaces import Workplaces

LANGUAGES = {
    **dict.fromkeys(("nb", "no", "bokmål", "norsk", "b"), Person.Language.BOKMAL),
    **dict.fromkeys(("nn", "nynorsk", "n"), Person.Language.NYNORSK),
    **dict.fromkeys(("da", "dk", "dansk"), Person.Language.DANISH),
}
UNKNOWN_LANGUAGE = gettext_lazy("«%(value)s» is not a language we have. Write nb, nn or da.")
NAMES = ("first_name", "last_name")
WRITTEN = [*NAMES, "email", "mobile", "language"]
DIGITS_OF_A_MOBILE = 8
ONE_DAY = timedelta(days=1)


@dataclass
class Entry:
    """What one right record says: a person and a position, and what becomes of them."""

    row: Row
    person: Person
    values: dict[str, Any]
    position: Position
    days: dict[str, date | None]
    rewritten: bool
    ended: list[tuple[Position, date]] = field(default_factory=list)


class People:
    """Checks record after record in memory, and saves all of it at the end."""

    def __init__(self, region: Region, *, today: date, lock: bool = False) -> None:
        self.region, self.today = region, today
        self.workplaces = Workplaces(region)
        known = Person.objects.filter(region=region)
        self.known = list(known.select_for_update(no_key=True) if lock else known)
        self.by_address: dict[tuple, list[Person]] = defaultdict(list)
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in self.known:
            self._index(person)
        by_id = {person.pk: person for person in self.known}
        self.positions = Positions(region, by_id, self.workplaces, today=today, lock=lock)
        self.no_password = make_password(None)
        self.seen = Seen()
        self.said: dict[tuple, Any] = {}
        self.unclear: set[str] = set()
        self.entries: list[Entry] = []

    def _index(self, person: Person) -> None:
        name = cells.fold(person.name)
        self.by_name[name].append(person)
        for address in {person.email.lower(), last_digits(person.mobile)} - {""}:
            self.by_address[address, name].append(person)

    def check(self, record: Record) -> Row:
        """What becomes of one record; a right one is remembered for `save`."""
        row = Row(record)
        read = Reader(row)
        values = {
            "first_name": read.demand("first_name", cells.line, 80),
            "last_name": read.demand("last_name", cells.line, 80),
            "email": read.read("email", cells.email),
            "mobile": read.read("mobile", cells.phone, self.region.country),
            "language": read.read("language", cells.one_of, LANGUAGES, UNKNOWN_LANGUAGE),
        }
        row.subject = cells.shown(" ".join(record.cells.get(name, "") for name in NAMES))
        held = self.positions.read(read)
        institution = self.workplaces.find(read)
        said = record.cells.get("institution", "")
        row.place = institution.name if institution else cells.shown(said)
        if values["first_name"] and values["last_name"]:
            self._weigh(row, read, values, held, institution)
        if row.problems:
            self.unclear.add(cells.fold(row.subject))
        return row

    def _weigh(
        self, row: Row, read: Reader, values: dict, held: dict, institution: Institution | None
    ) -> None:
        """Find the person the record is about, and say what would change."""
        person = self._match(read, values, institution)
        row.is_new = person is None
        if person is None:
            person = Person(
                region=self.region, language=self.region.language, password=self.no_password
            )
            self._note_namesakes(row, values)
        else:
            self._guard(read, person, values)
        telling = {k: v for k, v in values.items() if not (row.is_new and k in NAMES)}
        row.changes = compare(person, telling)
        rewritten = bool(row.changes)
        position = None
        if institution and held["kind"]:
            position = self.positions.weigh(row, read, person, institution, held)
        if position and (earlier := self.seen.earlier(row.record, position.pk)):
            sentence = _("Row %(row)s is about the same person.") % {"row": earlier}
            read.refuse("", sentence, "twice")
        if not row.problems and position:
            days = {name: held[name] for name in DAYS}
            self._remember(Entry(row, person, values, position, days, rewritten))

    def _match(self, read: Reader, values: dict, institution: Institution | None) -> Person | None:
        """By e-mail and name, else mobile and name, else name and institution."""
        name = cells.fold(f"{values['first_name']} {values['last_name']}")
        for address in (values["email"], last_digits(values["mobile"] or "")):
            if address and (found := self.by_address.get((address, name))):
                return self._only(read, found)
        here = [
            person
            for person in self.by_name.get(name, [])
            if institution and self.positions.has_worked(person, institution)
        ]
        return self._only(read, here) if here else None

    @staticmethod
    def _only(read: Reader, found: list[Person]) -> Person:
        if len(found) > 1:
            sentence = _("%(count)s people here have this name. Write the registered e-mail.")
            read.refuse("", sentence % {"count": len(found)}, "several")
        return found[0]

    def _guard(self, read: Reader, person: Person, values: dict) -> None:
        """What an import must not do to a person who is known, and what rows must not say twice."""
        if not person.is_active:
            sentence = _("This person is not in use. Take the person into use again by hand first.")
            read.refuse("", sentence, "inactive")
        moves = values["email"] and person.email and values["email"] != person.email.lower()
        if moves and person.invited_at:
            sentence = _("May log in with %(email)s. Change the address on the person's own page.")
            read.refuse("email", sentence % {"email": cells.shown(person.email)}, "way_in")
        for name, new in values.items():
            said, first = self.said.get((person.pk, name), (new, read.row.record))
            if new is not None and new != said:
                sentence = _("Row %(row)s says something else about the same person.")
                read.refuse(name, sentence % {"row": first.number}, "contradiction")

    def _note_namesakes(self, row: Row, values: dict) -> None:
        name = cells.fold(f"{values['first_name']} {values['last_name']}")
        if namesakes := self.by_name.get(name):
            where = sorted({place for n in namesakes for place in self.positions.places_of(n)})
            sentence = _("The register already has somebody with this name (%(where)s).")
            row.notes.append(sentence % {"where": ", ".join(where[:3]) or "–"})

    def _remember(self, entry: Entry) -> None:
        person, row = entry.person, entry.row
        row.problems += unfit(person, entry.values, but={"region"})
        row.problems += unfit(entry.position, entry.days, but={"person", "institution"})
        self._keep_access(entry)
        if row.problems:
            return
        for name, new in entry.values.items():
            if new is not None:
                self.said[person.pk, name] = (new, row.record)
        if row.is_new:
            write(person, entry.values)
            self._index(person)
        # Who is known is written in `save`: the row may yet be refused in `finish`, and what
        # another one says beside it is a change all the same. Only new positions are refused there.
        write(entry.position, entry.days)
        self.positions.add(entry.position)
        self.entries.append(entry)

    def _keep_access(self, entry: Entry) -> None:
        """A manager sees her staff: who may log in already becomes one by hand, not by a file."""
        leads = entry.position.kind == Position.Kind.MANAGER
        if leads and entry.person.invited_at and entry.position.pk not in self.positions.kept:
            sentence = _(
                "May log in, and would see who works there. "
                "Add this position on the person's own page."
            )
            Reader(entry.row).refuse("kind", sentence, "access")

    def finish(self) -> None:
        """Once all rows are known: who moves, ends the old position the day before the new one."""
        for entry in self.entries:
            person = entry.person
            is_move = not entry.row.is_new and entry.position.pk not in self.positions.kept
            if is_move and cells.fold(person.name) not in self.unclear:
                self._move(entry)

    def _move(self, entry: Entry) -> None:
        new = entry.position
        for old in self.positions.of(entry.person):
            if (
                old.pk in self.seen
                or not overlap(old, new)
                or (new.ends_on or date.max) < self.today
            ):
                continue
            if old.starts_on >= new.starts_on:
                sentence = _("Is registered as: %(position)s. Change that by hand first.")
                Reader(entry.row).refuse(
                    "starts_on", sentence % {"position": written(old)}, "later"
                )
            else:
                last = new.starts_on - ONE_DAY
                label = _("Ends: %(position)s") % {"position": old}
                entry.row.changes.append(Change(label, old.ends_on, last))
                entry.ended.append((old, last))

    def save(self) -> None:
        """Write what the checked rows said: people, then positions."""
        right = [entry for entry in self.entries if not entry.row.problems]
        for entry in right:
            write(entry.person, entry.values)
        new = {entry.person.pk: entry.person for entry in right if entry.row.is_new}
        changed = {e.person.pk: e.person for e in right if e.rewritten and e.person.pk not in new}
        Person.objects.bulk_create(new.values(), batch_size=BATCH)
        rewrite(changed.values(), WRITTEN)
        self.positions.save(right)

    @property
    def untouched(self) -> int:
        """How many known people no row was about; they stay."""
        named = {entry.person.pk for entry in self.entries}
        return sum(person.is_active and person.pk not in named for person in self.known)


def last_digits(mobile: str) -> str:
    """What «900 00 001» and «+4790000001» have in common."""
    return "".join(sign for sign in mobile if sign.isdigit())[-DIGITS_OF_A_MOBILE:]
