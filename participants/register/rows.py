"""A record of a file, and what the check says about it."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import blake2s
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from office.dates import plain_date
from office.templatetags.ui import upfirst
from participants.register.cells import shown

EMPTY = "–"
BATCH = 500


@dataclass(frozen=True)
class Record:
    """One row as it was sent: the file, the row's number there, and its cells by column name.

    `surplus` is true when the row has more cells than the file has headings.
    """

    file: str
    number: int
    cells: dict[str, str]
    headings: dict[str, str] = field(default_factory=dict)
    surplus: bool = False

    def heading(self, name: str) -> str:
        """What the file itself calls a column."""
        return self.headings.get(name, name)


class Status(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class Change:
    """One field that becomes another, as it is kept and as it is written."""

    label: str
    old: Any
    new: Any
    words: Mapping[Any, Any] = field(default_factory=dict)

    @property
    def before(self) -> str:
        """The old value as people read it."""
        return in_words(self.words.get(self.old, self.old))

    @property
    def after(self) -> str:
        """The new value as people read it."""
        return in_words(self.words.get(self.new, self.new))


@dataclass(frozen=True)
class Problem:
    """One reason why a row cannot be taken; `heading` is the column it is about, if one."""

    heading: str
    sentence: str
    code: str = ""


@dataclass
class Row:
    """One record and its verdict."""

    record: Record
    subject: str = ""
    place: str = ""
    is_new: bool = False
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.record.surplus:
            sentence = _("The row has more cells than there are headings.")
            self.problems.append(Problem("", sentence, "surplus"))

    @property
    def status(self) -> Status:
        """Wrong before new before changed."""
        if self.problems:
            return Status.WRONG
        if self.is_new:
            return Status.NEW
        return Status.CHANGED if self.changes else Status.UNCHANGED

    @property
    def mark(self) -> str:
        """A short fingerprint of what happens, the same in every language."""
        facts = [self.status.value, *(f"{c.old}→{c.new}" for c in self.changes)]
        facts += [problem.code for problem in self.problems]
        return blake2s(repr(facts).encode("utf-8", "replace"), digest_size=4).hexdigest()


def compare(thing: Model, values: Mapping[str, Any]) -> list[Change]:
    """What writing `values` would change on `thing`; where the file is silent (None), nothing."""
    changes = []
    for name, new in values.items():
        old = getattr(thing, name)
        if new is None or new == old:
            continue
        kept = thing._meta.get_field(name)
        changes.append(Change(upfirst(kept.verbose_name), old, new, dict(kept.flatchoices)))
    return changes


def write(thing: Model, values: Mapping[str, Any]) -> None:
    """Set what the file says on `thing`, in memory."""
    for name, new in values.items():
        if new is not None:
            setattr(thing, name, new)


def rewrite(things: Iterable[Model], fields: Sequence[str]) -> None:
    """Save the fields of known rows in a few statements; bulk_update takes ten times as long."""
    changed = list(things)
    if changed:
        type(changed[0])._default_manager.bulk_create(
            changed,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=fields,
        )


def unfit(thing: Model, values: Mapping[str, Any], *, but: set[str]) -> list[Problem]:
    """What the model itself would refuse, field by field, once `values` were written on it.

    They are not: a row is refused first and written last. `but` names fields that need a query.
    """
    written = copy(thing)
    write(written, values)
    try:
        written.clean_fields(exclude=but)
    except ValidationError as refusal:
        return [
            Problem(str(thing._meta.get_field(name).verbose_name), sentences[0], "unfit")
            for name, sentences in refusal.message_dict.items()
        ]
    return []


class Seen:
    """Which record was the first about a thing, so that the second can be told."""

    def __init__(self) -> None:
        self.first: dict[Hashable, Record] = {}

    def earlier(self, record: Record, *things: Hashable) -> str:
        """«3», or «3 in b.csv», when an earlier record was about one of the things; else «»."""
        before = [self.first.setdefault(thing, record) for thing in things]
        other = next((r for r in before if r is not record), None)
        if other is None:
            return ""
        return str(other.number) if other.file == record.file else f"{other.number} ({other.file})"

    def __contains__(self, thing: Hashable) -> bool:
        return thing in self.first


class Reader:
    """Reads the cells of one record and keeps every reason why one cannot be read."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def says(self, name: str) -> bool:
        """Whether the record has something in the column."""
        return bool(self.row.record.cells.get(name, "").strip())

    def read(self, name: str, how: Callable[..., Any], *settings: Any) -> Any:
        """The cell as a value; None when it is empty or cannot be read."""
        if not self.says(name):
            return None
        try:
            return how(self.row.record.cells[name], *settings)
        except ValidationError as refusal:
            self.refuse(name, refusal.messages[0], getattr(refusal, "code", "") or "")
            return None

    def demand(self, name: str, how: Callable[..., Any], *settings: Any) -> Any:
        """As `read`, but an empty cell is a problem."""
        if not self.says(name):
            self.refuse(name, _("Fill in this cell."), "empty")
        return self.read(name, how, *settings)

    def refuse(self, name: str, sentence: str, code: str = "") -> None:
        """Note a reason against the row; without a name, against the row as a whole."""
        problem = Problem(self.row.record.heading(name) if name else "", str(sentence), code)
        if problem not in self.row.problems:
            self.row.problems.append(problem)


def in_words(value: Any) -> str:
    """A value as the check page writes it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return plain_date(value)
    return shown(value)
