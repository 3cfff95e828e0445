"""Uploaded files as records: sheets by their headings, JSON from the national register."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from office import sheets
from participants.identity_numbers import REFUSAL, has_identity_number
from participants.models import ImportRun
from participants.register import columns, national
from participants.register.cells import shown
from participants.register.rows import Record

# All files together may be what one may be; TOO_LARGE says the number.
MOST_BYTES, MOST_ROWS = sheets.BYTES, sheets.ROWS
ROWS_NAMED = 10
TOO_LARGE = gettext_lazy("The files are larger than 5 MB together. Divide them.")

Upload = tuple[str, bytes]
"""A file's name and its bytes."""


class Refused(Exception):
    """The upload as a whole cannot be taken; the text is the sentence that says why."""


@dataclass
class Source:
    """What the files hold: records in their order, and what became of the columns."""

    records: list[Record] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ways: list[str] = field(default_factory=list)


def read(kind: str, uploads: Sequence[Upload]) -> Source:
    """All files as one source. Raises Refused; nothing has been kept then."""
    source = Source()
    if sum(len(content) for _name, content in uploads) > MOST_BYTES:
        raise Refused(TOO_LARGE)
    for name, content in uploads:
        try:
            _read_one(kind, name, content, source)
        except (sheets.Unreadable, columns.Headings, Refused) as refusal:
            sentence = str(refusal)
            raise Refused(f"{name}: {sentence}" if len(uploads) > 1 else sentence) from None
    if len(source.records) > MOST_ROWS:
        raise Refused(
            _("There are %(count)s rows. At most %(limit)s can be imported at a time.")
            % {"count": len(source.records), "limit": MOST_ROWS}
        )
    if not source.records:
        raise Refused(_("There is not a single row to import."))
    return source


def _read_one(kind: str, name: str, content: bytes, source: Source) -> None:
    if name.lower().endswith(".json") or content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"["):
        if kind != ImportRun.Kind.INSTITUTIONS:
            raise Refused(_("A JSON file holds kindergartens. Choose that kind."))
        records = national.records(name, content)
        _refuse_identity_numbers((r.number, r.cells.values()) for r in records)
        source.ways.append(_("the national register's JSON"))
    else:
        records = list(_from_sheet(kind, name, content, source))
    source.records += records


def _from_sheet(kind: str, name: str, content: bytes, source: Source) -> Iterator[Record]:
    sheet = sheets.read(name, content)
    layout = columns.find(sheet.header, kind)
    _refuse_identity_numbers(sheet.numbered)
    wanted = {column.name: column.heading for column in columns.COLUMNS[kind]}
    source.columns |= {layout.headings[n]: wanted[n] for n in layout.places}
    source.unused += [h for h in layout.unused if h not in source.unused]
    source.unknown += [h for h in layout.unknown if h not in source.unknown]
    source.ways.append(sheet.described)
    for number, cells in sheet.numbered:
        if any(cell.strip() for cell in cells):
            found = {n: cells[p] for n, p in layout.places.items() if p < len(cells)}
            surplus = any(cell.strip() for cell in cells[len(sheet.header) :])
            yield Record(name, number, found, layout.headings, surplus)


def _refuse_identity_numbers(numbered: Iterable[tuple[int, Iterable[str]]]) -> None:
    """A fødselsnummer is refused before the file is kept, in whatever column it stands."""
    rows = [str(n) for n, cells in numbered if any(has_identity_number(cell) for cell in cells)]
    if not rows:
        return
    named = ", ".join(rows[:ROWS_NAMED]) + (" …" if len(rows) > ROWS_NAMED else "")
    where = ngettext("Row %(rows)s:", "Rows %(rows)s:", len(rows)) % {"rows": named}
    kept = _("Nothing of the file has been kept.")
    raise Refused(f"{where} {REFUSAL} {kept}")


def titles(uploads: Sequence[Upload]) -> str:
    """The files' names in one line."""
    return shown(", ".join(name for name, _content in uploads))
