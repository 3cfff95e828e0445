"""office.pdf: the file itself, with its tags, headings, fonts and page breaks."""

import re

import pdfua
import pytest
from pypdf import PdfReader

from office import pdf
from tests import documents
from tests.office.printing import MINUTES, REPORT, elements, printed, text

OWN_FONTS = {"Source-Sans", "Source-Sans-Ext", "Newsreader", "Newsreader-Ext"}


def fonts(document: PdfReader) -> set[str]:
    found = set()
    for page in document.pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(font.get_object()["/BaseFont"].split("+")[1].removesuffix("-Semi-Bold"))
    return found


@pytest.mark.parametrize("template", documents.ALL)
def test_a_document_is_tagged_titled_and_in_its_language(template):
    document = printed(template, title="Tittel – «æøå»")
    root = document.trailer["/Root"]
    assert root["/Lang"] == "nb"
    assert root["/MarkInfo"]["/Marked"]
    assert document.metadata.title == "Tittel – «æøå»"
    assert len(elements(document, "/H1")) == 1


@pytest.mark.parametrize("template", documents.ALL)
def test_the_machine_checks_of_pdf_ua_find_no_error(template, tmp_path):
    """A smoke test of 16 rules, no proof: the HTML page stays the accessible original."""
    made = tmp_path / "document.pdf"
    made.write_bytes(pdf.render(template, documents.ALL[template], language="nb", title="Dokument"))
    errors = [
        finding.message
        for finding in pdfua.validate(made).findings
        if finding.severity is pdfua.Severity.ERROR
    ]
    assert errors == []


def test_every_header_cell_says_what_it_heads():
    heads = elements(printed(MINUTES), "/TH")
    scopes = [head["/A"]["/Scope"] for head in heads]
    assert scopes.count("/Column") == 4
    assert scopes.count("/Row") == 5 + 5


def test_the_running_head_begins_on_page_two():
    document = printed(REPORT, title="Nettverksrapport", groups=documents.REPORT["groups"] * 3)
    first, second = (page.extract_text() for page in document.pages)
    assert "Nettverksrapport 2025/2026 · Ped.ledernettverk Vesterålen" not in first
    assert "Nettverksrapport 2025/2026 · Ped.ledernettverk Vesterålen" in second
    assert "Side 2 av 2" in second


def test_letters_of_the_north_come_out_right_in_our_own_fonts():
    letters = "č đ ŋ š ŧ ž á Č Đ Ŋ Š Ŧ Ž æ ø å Æ Ø Å é ö ä «» – …"
    document = printed(theme=f"Suortá {letters}", aims=[letters])
    assert text(document).count(letters) == 2
    assert fonts(document) == OWN_FONTS


@pytest.mark.parametrize("template", documents.ALL)
def test_plain_norwegian_needs_no_other_font(template):
    assert fonts(printed(template)) == {"Source-Sans", "Newsreader"}


def test_a_row_is_never_split_and_the_header_comes_back_on_every_page():
    actions = [
        {"who": f"nr{n}", "what": "\n".join(["linje"] * 9), "with_whom": f"til{n}"}
        for n in range(30)
    ]
    pages = [page.extract_text() for page in printed(MINUTES, actions=actions).pages]
    assert len(pages) > 4
    for page in pages[1:-1]:
        assert "Hva prøver vi" in page
        assert page.count("linje") == 9 * len(re.findall(r"nr\d+", page))
