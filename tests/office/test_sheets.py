"""office.sheets: whatever shape the file has, the rows are the same texts (R11)."""

import contextlib
import io
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from office import sheets

HEADER = ["orgnr", "navn", "kommunenr"]
ROWS = [["974050501", "Vestbygd barnehage", "1851"], ["", "Bø – «Åsen», ærlig", "0301"]]
LINES = "\r\n".join(";".join(row) for row in [HEADER, *ROWS])


def xlsx(*rows, formats=()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, number_format in formats:
        book.active[place].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (LINES.encode(), "UTF-8"),
        (LINES.encode("utf-8-sig"), "UTF-8"),
        (LINES.encode("cp1252"), "Windows-1252"),
        (LINES.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + LINES.encode("utf-16-be"), "UTF-16"),
    ],
)
def test_every_usual_encoding_is_found(content, encoding):
    sheet = sheets.read("a.csv", content)
    assert (sheet.header, sheet.rows, sheet.encoding) == (HEADER, ROWS, encoding)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_usual_delimiter_is_found(delimiter):
    text = "\n".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row)
        for row in [HEADER, *ROWS]
    )
    sheet = sheets.read("a.csv", text.encode())
    assert (sheet.header, sheet.rows, sheet.delimiter) == (HEADER, ROWS, delimiter)


def test_a_comma_in_a_quoted_heading_is_no_delimiter():
    sheet = sheets.read("a.csv", b'"a, b, c, d";e\n1;2\n')
    assert sheet.header == ["a, b, c, d", "e"]


def test_the_line_by_which_excel_tells_the_delimiter_is_no_header():
    assert sheets.read("a.csv", b"sep=,\r\na,b;c\r\n1,2\r\n").header == ["a", "b;c"]


def test_upper_case_letters_of_windows_are_not_taken_for_utf_8():
    """«BLÅ» in Windows-1252 ends with two bytes that are one letter in UTF-8."""
    assert sheets.read("a.csv", "navn\n«BLÅ» é\n".encode("cp1252")).rows == [["«BLÅ» é"]]


def test_how_a_file_was_read_can_be_told():
    assert sheets.read("a.csv", LINES.encode("cp1252")).described == "CSV, Windows-1252, semikolon"
    assert sheets.read("a.xlsx", xlsx(HEADER)).described == "Excel (.xlsx)"


def test_rows_keep_the_numbers_they_have_in_the_file():
    sheet = sheets.read("a.csv", b"\r\na;b\r\n\r\n1;2\r\n ; \r\n\r\n3;\r\n;;\r\n")
    assert sheet.header == ["a", "b"]
    assert sheet.numbered == [(4, ["1", "2"]), (7, ["3", ""])]


def test_cells_without_a_heading_are_kept_so_that_they_can_be_refused():
    assert sheets.read("a.csv", b"a;b\n1;2;3;\n4\n").rows == [["1", "2", "3"], ["4", ""]]


def test_a_cell_may_hold_quotes_delimiters_and_lines():
    sheet = sheets.read("a.csv", 'a;b\r\n"1;""x""\r\n2";O\'Brien-Ødegård\r\n'.encode())
    assert sheet.rows == [['1;"x"\r\n2', "O'Brien-Ødegård"]]


# --- XLSX --------------------------------------------------------------------------------------


def test_excel_values_become_the_texts_people_mean():
    sheet = sheets.read(
        "a.xlsx",
        xlsx(
            list("abcdefghij"),
            [
                974050501,
                974050501.0,
                68.58541,
                "0301",
                date(2025, 8, 1),
                datetime(2025, 8, 1, 9, 30),  # noqa: DTZ001
                datetime(2025, 8, 1),  # noqa: DTZ001
                time(9, 5),
                True,
                None,
            ],
        ),
    )
    assert sheet.rows == [
        [
            "974050501",
            "974050501",
            "68.58541",
            "0301",
            "2025-08-01",
            "2025-08-01 09:30:00",
            "2025-08-01",
            "09:05",
            "true",
            "",
        ]
    ]


def test_zeros_that_only_the_format_shows_are_kept():
    content = xlsx(["kommunenr", "antall"], [301, 301], formats=[("A2", "0000"), ("B2", "0")])
    assert sheets.read("a.xlsx", content).rows == [["0301", "301"]]


def test_a_formula_gives_its_value_and_never_its_text():
    assert sheets.read("a.xlsx", xlsx(["a", "b"], ["=1+1", "x"])).rows == [["", "x"]]


def test_blank_rows_and_columns_of_excel_are_left_out():
    content = xlsx(["a", "b", None], [None, None], ["1", None, "  "], [None])
    assert sheets.read("a.xlsx", content).numbered == [(3, ["1", ""])]


def test_the_first_sheet_that_is_shown_is_read():
    book = Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Ark2").append(["shown"])
    out = io.BytesIO()
    book.save(out)
    assert sheets.read("a.xlsx", out.getvalue()).header == ["shown"]


def test_csv_and_excel_of_the_same_rows_read_alike():
    by_csv = sheets.read("a.csv", sheets.write_csv(HEADER, ROWS))
    by_xlsx = sheets.read("a.xlsx", sheets.write_xlsx(HEADER, ROWS))
    assert (by_csv.header, by_csv.numbered) == (by_xlsx.header, by_xlsx.numbered)


# --- refusals ----------------------------------------------------------------------------------


def packed(name: str, content: bytes, original: bytes | None = None) -> bytes:
    """A workbook with one part put in or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(original or xlsx(HEADER))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
XMLNS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
ZIPPED = io.BytesIO()
with zipfile.ZipFile(ZIPPED, "w") as archive:
    archive.writestr("readme.txt", "not a workbook")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "Fila er tom."),
        ("a.csv", b"\xef\xbb\xbf \r\n", "Fila er tom."),
        ("a.csv", b";;;\r\n;;\r\n", "Fila er tom."),
        ("a.xlsx", xlsx(), "Fila er tom."),
        ("a.csv", b"a;b\n1;\x00\n", "ikke et regneark"),
        ("a.csv", b"%PDF-1.7\n\x01\x02", "ikke et regneark"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "ikke et regneark"),
        ("a.csv", b"<html><table></table></html>", "ikke et regneark"),
        ("a.xlsx", b"a;b\n1;2\n", "ikke et regneark"),
        ("a.xlsx", ZIPPED.getvalue(), "ikke et regneark"),
        ("a.xlsx", packed(SHEET, LAUGHS), "ikke et regneark"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "gamle Excel-formatet eller låst"),
        ("a.xlsx", xlsx(HEADER)[:-200], "skadet"),
        ("a.xlsx", b"PK\x03\x04 broken", "skadet"),
        ("a.xlsx", packed(SHEET, b"<worksheet"), "skadet"),
        ("a.xlsx", packed("xl/workbook.xml", b"no xml"), "skadet"),
        ("a.csv", "navn\næ\n".encode() + "ø\n".encode("cp1252"), "blander to tegnsett"),
        ("a.csv", b"navn\n\x81\x8d\n", "blander to tegnsett"),
        ("a.csv", b"\xef\xbb\xbfnavn\n\xe6\n", "blander to tegnsett"),
        ("a.csv", b"\xff\xfea\x00\x00\xd8\n\x00", "ikke et regneark"),
        ("a.csv", "navn\nBÃ¦r og Ã˜ksnes\n".encode(), "ødelagt i fila"),
        ("a.csv", b'a;b\n1;"2\n3;4\n', "Linje 3 kan ikke leses"),
        ("a.csv", b'a;b\n"1"x;2\n', "Linje 2 kan ikke leses"),
        ("a.csv", b"a;b\n" + b"1;2\n" * 5_001, "mer enn 5000 rader"),
        ("a.csv", b";".join([b"x"] * 201), "mer enn 200 kolonner"),
        ("a.xlsx", xlsx(["x"] * 201), "mer enn 200 kolonner"),
        ("a.csv", b"a\n" + b"x" * 20_001, "Rad 2 har en celle"),
        ("a.csv", b"a\n" + b"x" * 200_000, "kan ikke leses|har en celle"),
        ("a.csv", b"a" * (sheets.BYTES + 1), "større enn 5 MB"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_a_sentence(name, content, sentence):
    with pytest.raises(sheets.Unreadable, match=sentence):
        sheets.read(name, content)


def test_the_sentence_is_in_the_language_of_the_reader():
    from django.utils import translation

    with translation.override("da"), pytest.raises(sheets.Unreadable, match="Filen er tom"):
        sheets.read("a.csv", b"")


def test_five_thousand_rows_are_read():
    assert len(sheets.read("a.csv", b"a;b\n" + b"1;2\n" * 5_000).rows) == 5_000


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = packed(SHEET, b"<worksheet>" + b" " * (sheets.UNPACKED + 1))
    assert len(bomb) < 200_000
    with pytest.raises(sheets.Unreadable, match="pakkes ut"):
        sheets.read("a.xlsx", bomb)


@pytest.mark.parametrize(
    "cell", ['<c r="XFD2" t="inlineStr"><is><t>x</t></is></c>', '<c r="XFD2" s="0"/>']
)
def test_a_cell_in_the_last_column_of_excel_costs_nothing(cell):
    rows = "".join(f'<row r="{n}">{cell.replace("XFD2", f"XFD{n}")}</row>' for n in range(2, 3_000))
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    sheet = f"<worksheet {XMLNS.decode()}><sheetData>{first}{rows}</sheetData></worksheet>"
    assert sheets.read("a.xlsx", packed(SHEET, sheet.encode())).rows == []


def test_what_a_file_says_about_its_size_is_not_believed():
    sheet = (
        f'<worksheet {XMLNS.decode()}><dimension ref="A1:A1"/><sheetData><row r="1"><c r="A1">'
        f'<v>1</v></c><c r="B1"><v>2</v></c></row></sheetData></worksheet>'
    )
    assert sheets.read("a.xlsx", packed(SHEET, sheet.encode())).header == ["1", "2"]


@pytest.mark.parametrize("last", [90_000, 1_048_576])
def test_a_row_far_down_is_read_or_refused_but_not_waited_for(last):
    sheet = (
        f'<worksheet {XMLNS.decode()}><dimension ref="A1:XFD1048576"/><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row>'
        f'<row r="{last}"><c r="A{last}"><v>2</v></c></row></sheetData></worksheet>'
    )
    content = packed(SHEET, sheet.encode())
    if last <= sheets.FURTHEST:
        assert sheets.read("a.xlsx", content).numbered == [(last, ["2"])]
    else:
        with pytest.raises(sheets.Unreadable, match="mer enn 5000 rader"):
            sheets.read("a.xlsx", content)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for name, start in (("a.csv", b""), ("a.xlsx", b"PK\x03\x04"), ("a.csv", b"\xff\xfe")):
        with contextlib.suppress(sheets.Unreadable):
            assert sheets.read(name, start + content).header


# --- out, and in again -------------------------------------------------------------------------


def test_csv_opens_in_excel_of_the_north():
    made = sheets.write_csv(["navn", "antall"], [["Ås", 7]])
    assert made == b"\xef\xbb\xbfnavn;antall\r\n\xc3\x85s;7\r\n"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "'=", "''+"])
def test_no_text_is_a_formula_in_csv_and_every_text_comes_back(sign):
    made = sheets.write_csv(["a", "b"], [[f"{sign}cmd|' /C calc'!A0", "x"]])
    cells = made.decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')
    assert cells.startswith("'")
    assert sheets.read("a.csv", made).rows == [[f"{sign}cmd|' /C calc'!A0", "x"]]


def test_no_text_is_a_formula_in_excel():
    made = sheets.write_xlsx(["a"], [["=1+1"], ["=HYPERLINK(1)"]])
    cells = [row[0] for row in load_workbook(io.BytesIO(made)).active.iter_rows(min_row=2)]
    assert [(cell.data_type, cell.value) for cell in cells] == [
        ("s", "=1+1"),
        ("s", "=HYPERLINK(1)"),
    ]
    assert sheets.read("a.xlsx", made).rows == [["=1+1"], ["=HYPERLINK(1)"]]


def test_numbers_and_dates_stay_what_they_are_in_excel():
    made = sheets.write_xlsx(["a", "b", "c"], [[7, date(2026, 2, 3), None]])
    row = next(load_workbook(io.BytesIO(made)).active.iter_rows(min_row=2, values_only=True))
    assert row == (7, datetime(2026, 2, 3), None)  # noqa: DTZ001


def test_excel_takes_texts_with_signs_it_forbids():
    made = sheets.write_xlsx(["a"], [["a\x00b\x0bc"]])
    assert sheets.read("a.xlsx", made).rows == [["ab\nc"]]


CELL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00ÃÂ"), max_size=40
).filter(lambda cell: not sheets.CONTROL.search(cell))
TABLE = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=6)
)


@given(TABLE)
def test_export_import_export_is_byte_equal(rows):
    rows = [row for row in rows if row[-1].strip()]
    header = [f"k{n}" for n in range(len(rows[0]) if rows else 1)]
    made = sheets.write_csv(header, rows)
    again = sheets.read("a.csv", made)
    assert again.rows == rows
    assert sheets.write_csv(again.header, again.rows) == made
