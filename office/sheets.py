"""Rows in and out of CSV and XLSX. Pure: bytes in, rows out, and the other way round.

What people call "the Excel file" comes in many shapes; whatever the shape, the rows are texts:
dates as 2025-08-01, numbers without a dangling .0, leading zeros kept.
"""

import csv
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell

from office.text import plain

BYTES, ROWS, COLUMNS, CELL = 5 * 1024 * 1024, 5_000, 200, 20_000
FURTHEST = 100_000  # blank rows count too: someone waits while they are read
# A five-megabyte ZIP can unpack to five gigabytes.
UNPACKED, PARTS = 60 * 1024 * 1024, 500

DELIMITERS = {";": _("semicolon"), ",": _("comma"), "\t": _("tab")}
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
# Two encodings in one file: letters of UTF-8 among bytes that are none.
UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x90-\xaf]")
# æ ø å saved as UTF-8 and read as Windows-1252 by the program before us.
SPOILED = re.compile("Ã[¦¸¥†˜…]")
# A spreadsheet program runs a cell that begins like this; an apostrophe makes it text again.
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


class Unreadable(Exception):
    """The file holds no rows we can trust; its text is a sentence for the person."""


@dataclass(frozen=True)
class Sheet:
    """The first sheet of a file: a header and the rows below it that are not blank.

    Every row is at least as long as the header; a longer one has cells without a heading.
    `numbers` holds each row's number as the spreadsheet shows it. `encoding` and `delimiter` are
    for telling the person how the file was read; both are "" for XLSX.
    """

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    encoding: str
    delimiter: str

    @property
    def numbered(self) -> list[tuple[int, list[str]]]:
        """Each row with its number in the file."""
        return list(zip(self.numbers, self.rows, strict=True))

    @property
    def described(self) -> str:
        """How the file was read, for the person who checks it: «CSV, UTF-8, semikolon»."""
        if not self.delimiter:
            return _("Excel (.xlsx)")
        return f"CSV, {self.encoding}, {DELIMITERS[self.delimiter]}"


def read(filename: str, content: bytes) -> Sheet:
    """The rows of a CSV (UTF-8, UTF-16, Windows-1252; `;` `,` or tab) or XLSX file.

    Raises Unreadable: empty, too large, no spreadsheet, damaged, or in two encodings at once.
    """
    if len(content) > BYTES:
        raise Unreadable(_("The file is larger than 5 MB. Split it into smaller files."))
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable(_("The file is empty."))
    if content.startswith(b"PK"):
        return _sheet(_xlsx(content), "", "")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _("The file is in the old Excel format or locked. Save it as .xlsx without a password.")
        )
    if content.lstrip().startswith(b"<") or PurePath(filename).suffix.lower() == ".xlsx":
        raise Unreadable(NO_SHEET)
    text, encoding = _decoded(content)
    delimiter, text = _delimiter(text)
    return _sheet(_csv(text, delimiter), encoding, delimiter)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with BOM, semicolons and CRLF: what Excel in Norway and Denmark opens with a click.

    Texts that a spreadsheet would run get an apostrophe, which `read` takes off again.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([_guarded(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet; numbers and dates stay numbers and dates, a text is never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in (header, *rows):
        sheet.append([_typed(sheet, cell) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


NO_SHEET = _("The file is not a spreadsheet. Save it as CSV or .xlsx and try again.")
DAMAGED = _("The file is damaged and cannot be opened. Save it once more and try again.")
MIXED = _("The file mixes two encodings, so letters would be lost. Save it as CSV UTF-8.")
TOO_LONG = _("The file has more than 5,000 rows. Split it into smaller files.")
TOO_WIDE = _("The file has more than 200 columns. Remove those that are not needed.")


# --- rows --------------------------------------------------------------------------------------


def _sheet(rows: Iterable[list[str]], encoding: str, delimiter: str) -> Sheet:
    header: list[str] = []
    kept, numbers = [], []
    for number, row in enumerate(rows, start=1):
        if number > FURTHEST:
            raise Unreadable(TOO_LONG)
        while row and not row[-1].strip():
            row.pop()
        if len(row) > COLUMNS:
            raise Unreadable(TOO_WIDE)
        if not row:
            continue
        if not header:
            header = [name.strip().lstrip("\ufeff") for name in row]
            continue
        if len(kept) == ROWS:
            raise Unreadable(TOO_LONG)
        if max(map(len, row)) > CELL:
            raise Unreadable(
                _("Row %(row)s has a cell with more than 20,000 signs.") % {"row": number}
            )
        kept.append(row + [""] * (len(header) - len(row)))
        numbers.append(number)
    if not header:
        raise Unreadable(_("The file is empty."))
    return Sheet(header, kept, numbers, encoding, delimiter)


# --- CSV ---------------------------------------------------------------------------------------


def _decoded(content: bytes) -> tuple[str, str]:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text, encoding = content.decode("utf-16"), "UTF-16"
        else:
            text, encoding = content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as wrong:
        text, encoding = _windows(content, wrong), "Windows-1252"
    if CONTROL.search(text):
        raise Unreadable(NO_SHEET)
    if SPOILED.search(text):
        raise Unreadable(
            _("The letters æ, ø and å are spoiled in the file (Ã¦). Export it again as CSV UTF-8.")
        )
    return text, encoding


def _windows(content: bytes, wrong: UnicodeDecodeError) -> str:
    if CONTROL.search(content.decode("latin-1")):
        raise Unreadable(NO_SHEET) from wrong
    if UTF8_LETTER.search(content) or content.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(MIXED) from wrong
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as neither:
        raise Unreadable(MIXED) from neither


def _delimiter(text: str) -> tuple[str, str]:
    """The sign that parts the header most often, and the text without Excel's `sep=` line."""
    if told := re.match(r"sep=([;,\t])\r?\n", text, re.IGNORECASE):
        return told[1], text[told.end() :]
    first = next((line for line in text.splitlines() if line.strip(" ;,\t")), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=bare.count), text


def _csv(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [_bared(cell) for cell in row]
    except csv.Error as wrong:
        raise Unreadable(
            _("Line %(line)s cannot be read: a quotation mark is missing or misplaced.")
            % {"line": reader.line_num}
        ) from wrong


def _guarded(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if FORMULA.match(cell) else cell


def _bared(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


# --- XLSX --------------------------------------------------------------------------------------


def _xlsx(content: bytes) -> Iterator[list[str]]:
    _refuse_bombs(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which are not read
            book = load_workbook(BytesIO(content), read_only=True, data_only=True)
            sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
            sheet.reset_dimensions()  # what a file says about its own size is not to be trusted
            before = None
            for row in sheet.iter_rows(max_col=COLUMNS + 1):
                # Rows the file leaves out come as one and the same object.
                yield [] if row is before else [_told(cell) for cell in row]
                before = row
    except Exception as wrong:  # openpyxl has no error of its own for a file it cannot read
        raise Unreadable(DAMAGED) from wrong


def _refuse_bombs(content: bytes) -> None:
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise Unreadable(_("The file unpacks to more than it may. Save it as CSV instead."))
            if "xl/workbook.xml" not in packed.namelist():
                raise Unreadable(NO_SHEET)
            for part in parts:
                with packed.open(part) as file:
                    # Entities that unfold need a DOCTYPE; no spreadsheet has one.
                    if b"<!DOCTYPE" in file.read(2_000).upper():
                        raise Unreadable(NO_SHEET)
    except Unreadable:
        raise
    except (BadZipFile, OSError, ValueError, RuntimeError, EOFError) as wrong:
        raise Unreadable(DAMAGED) from wrong


def _told(cell: Any) -> str:
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            value = int(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
    told = str(value)
    # 301 shown as 0301: the zeros are in the format, and people mean what they see.
    return told.zfill(len(cell.number_format)) if set(cell.number_format) == {"0"} else told


def _typed(sheet: Any, value: Any) -> Cell:
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, plain(value))
    cell.data_type = "s"
    return cell
