"""The check: every row of an upload beside the register as it is now. Writes nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2s
from typing import Protocol

from django.utils import timezone

from participants.models import ImportRun, Region
from participants.register.files import Source, Upload, read
from participants.register.institutions import Institutions
from participants.register.municipalities import Municipalities
from participants.register.people import People
from participants.register.rows import Record, Row, Status


class Checker(Protocol):
    """What each kind of import can do; it asks the database a fixed number of questions."""

    untouched: int

    def check(self, record: Record) -> Row:
        """Weigh one record and remember it when it is right."""

    def finish(self) -> None:
        """Weigh what only all records together tell."""

    def save(self) -> None:
        """Write the records that were right."""


CHECKERS = {
    ImportRun.Kind.MUNICIPALITIES: Municipalities,
    ImportRun.Kind.INSTITUTIONS: Institutions,
    ImportRun.Kind.PEOPLE: People,
}


@dataclass
class Check:
    """An upload, read and weighed."""

    source: Source
    rows: list[Row]
    checker: Checker

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them."""
        found = Counter(row.status.value for row in self.rows)
        return {status.value: found[status.value] for status in Status}

    @property
    def marks(self) -> list[str]:
        """One fingerprint a row."""
        return [row.mark for row in self.rows]

    @property
    def seal(self) -> str:
        """One fingerprint of everything that would happen."""
        return blake2s("".join(self.marks).encode(), digest_size=12).hexdigest()

    def moved_since(self, marks: Sequence[str]) -> list[Row]:
        """Rows that would do something else now than when `marks` were taken."""
        if len(marks) != len(self.rows):
            return list(self.rows)
        return [row for row, mark in zip(self.rows, marks, strict=True) if row.mark != mark]


def check(
    kind: str,
    uploads: Sequence[Upload],
    region: Region,
    *,
    today: date | None = None,
    lock: bool = False,
) -> Check:
    """Weigh all rows; `lock` holds what is known until the transaction ends. Raises Refused.

    Held against changes, not against rows that refer to it: those who write go on saving.
    """
    source = read(kind, uploads)
    checker = CHECKERS[ImportRun.Kind(kind)](region, today=today or timezone.localdate(), lock=lock)
    rows = [checker.check(record) for record in source.records]
    checker.finish()
    return Check(source, rows, checker)
