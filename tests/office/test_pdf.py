"""office.pdf: what stands in the documents, and what no text can make them do (R12)."""

import io
import os
import re
import socket
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

import pdfua
import pytest
from django.conf import settings
from pypdf import PdfReader
from weasyprint import HTML

from office import pdf
from tests import documents
from tests.scale import FULL

PROGRAMME, MINUTES, REPORT = documents.ALL
OWN_FONTS = {"Source-Sans", "Source-Sans-Ext", "Newsreader", "Newsreader-Ext"}


def printed(template: str = PROGRAMME, *, language: str = "nb", title: str = "Program", **facts):
    made = pdf.render(template, documents.ALL[template] | facts, language=language, title=title)
    return PdfReader(io.BytesIO(made))


def text(document: PdfReader) -> str:
    return unicodedata.normalize(
        "NFC", " ".join(" ".join(page.extract_text() for page in document.pages).split())
    )


def fonts(document: PdfReader) -> set[str]:
    found = set()
    for page in document.pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(font.get_object()["/BaseFont"].split("+")[1].removesuffix("-Semi-Bold"))
    return found


def elements(document: PdfReader, kind: str) -> list:
    """Structure elements of one kind, anywhere in the tag tree."""
    found, waiting = [], [document.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if not isinstance(node, dict):
            continue
        if node.get("/S") == kind:
            found.append(node)
        children = node.get("/K", [])
        waiting.extend(children if isinstance(children, list) else [children])
    return found


# --- what stands in them -----------------------------------------------------------------------


def test_the_programme_says_when_where_and_what():
    told = text(printed(PROGRAMME))
    for words in (
        "Ped.ledernettverk Vesterålen · samling 2 av 3 Voksenrollen: kultur og kommunikasjon",
        "Når tirsdag 3. februar 2026 kl. 09.00–12.00",
        "Hvor Lillestua barnehage, Skolegata 4, Sortland. Møterom 2. etasje, heis.",
        "Gruppe Sortland 2, ledet av Kari Nilsen (telefon 90 00 00 00)",
        "Før, innen 27. januar Les kapittel 3",
        "Etter, innen 14. april Prøv ut aksjonen din.",
        "Mål for samlingen",
        "09.15–09.55 Runde: del fra forarbeidet Fem minutter hver.",
        "Deltakere Ingrid Olsen (Lillestua), Tone Strand (Kvitnes)",
        "Ped.ledernettverk Vesterålen · takt.example.no Side 1 av 1",
    ):
        assert words in told


def test_the_minutes_say_what_was_agreed_and_who_tries_what():
    told = text(printed(MINUTES))
    for words in (
        "Referat · godkjent 9. februar 2026 av gruppa Voksenrollen: kultur og kommunikasjon",
        "Holdt tirsdag 3. februar 2026 kl. 09.00–12.05, Lillestua barnehage",
        "Leder Kari Nilsen, referent Elin Rask",
        "Siv Eriksen, Mona Lie, Elin Rask (5 av 6)",
        "Forfall Hege Ness, varslet 2. februar",
        "2. Refleksjon Parene la fram",
        "Vi ble enige om: Alle prøver én tilbakemelding",
        "Ingrid Voksne ned på gulvet i garderoben Avdeling Blå 14. april",
        "Neste samling Samling 3, tirsdag 28. april 2026 kl. 09.00–12.00, Kvitnes barnehage.",
    ):
        assert words in told


def test_the_report_claims_what_the_page_claims_and_has_no_percentage_below_five():
    told = text(printed(REPORT, title="Nettverksrapport"))
    for words in (
        "REKOM Vesterålen · barnehageåret 2025/2026 · til og med samling 1 Nettverksrapport",
        "86 % leverte forarbeidet (43 av 50)",
        "8 av 9 referater er godkjent",
        "Andøy 1 5 80 % 80 % 20 % 1 av 1",
        "Lødingen 1 4 4 av 4 3 av 4 3 av 4 1 av 1",
        "Tallene er per 23. januar 2026.",
        "Forarbeidet var relevant for min barnehage 4,2 41",
        "Webinaret hadde riktig lengde – 4",
        "Måling av progresjon i utviklingsarbeid (1 gruppe)",
    ):
        assert words in told


def test_a_report_bar_is_a_figure_with_words():
    bars = elements(printed(REPORT), "/Figure")
    assert "Forarbeid 80 %, Oppmøte 80 %, Aksjoner prøvd 20 %" in [bar["/Alt"] for bar in bars]
    assert "4,2 av 5" in [bar["/Alt"] for bar in bars]


def test_lunch_to_lunch_names_both_days():
    items = [
        {"starts_at": "2025-10-28T11:30+01:00", "ends_at": "2025-10-28T12:30+01:00", "title": "A"},
        {"starts_at": "2025-10-29T08:30+01:00", "ends_at": "2025-10-29T08:45+01:00", "title": "B"},
    ]
    told = text(
        printed(starts_at=items[0]["starts_at"], ends_at="2025-10-29T11:30:00+01:00", items=items)
    )
    assert "tirsdag 28. oktober kl. 11.30 til onsdag 29. oktober 2025 kl. 11.30" in told
    assert "tirsdag 28. oktober 11.30–12.30 A onsdag 29. oktober 08.30–08.45 B" in told


def test_times_are_wall_clock_in_the_zone_of_the_document():
    """The same hours over the switch in spring: 27 March has 09.00 at +01, 29 March at +02."""
    winter = printed(starts_at="2027-03-27T08:00:00+00:00", ends_at="2027-03-27T11:00:00+00:00")
    summer = printed(starts_at="2027-03-29T07:00:00+00:00", ends_at="2027-03-29T10:00:00+00:00")
    assert "lørdag 27. mars 2027 kl. 09.00–12.00" in text(winter)
    assert "mandag 29. mars 2027 kl. 09.00–12.00" in text(summer)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "draft"}, "Referat · utkast"),
        ({"state": "sent", "silent_on": "2026-02-16"}, "godkjennes 16. februar 2026 hvis ingen"),
        ({"case_number": "2026/114"}, "Arkivsak 2026/114"),
        ({"version": 2}, "takt.example.no · versjon 2"),
        ({"sent_to": ["Ingrid", "Tone"]}, "Sendt til Ingrid, Tone"),
    ],
)
def test_the_minutes_tell_their_state(facts, words):
    assert words in text(printed(MINUTES, **facts))


def test_a_closed_item_says_only_that_it_was_carried_out():
    items = [
        {"title": "Kollegaveiledning", "text": "hemmelig", "agreed": ["skjult"], "closed": True}
    ]
    told = text(printed(MINUTES, items=items))
    assert "1. Kollegaveiledning Gjennomført." in told
    assert "hemmelig" not in told
    assert "skjult" not in told


def test_what_is_missing_leaves_no_empty_heading():
    bare = {key: documents.PROGRAMME[key] for key in ("network", "theme", "number", "of", "group")}
    bare |= {"starts_at": "2026-02-03T08:00:00+00:00", "ends_at": "2026-02-03T11:00:00+00:00"}
    told = text(PdfReader(io.BytesIO(pdf.render(PROGRAMME, bare, language="nb", title="P"))))
    for words in ("Hvor", "Mål for", "Deltakere", "None", "Ta med"):
        assert words not in told


def test_danish_documents_use_danish_words():
    told = text(printed(PROGRAMME, language="da", zone="Europe/Copenhagen"))
    assert "netværksmøde 2 af 3" in told
    assert "tirsdag den 3. februar 2026 kl. 9.00–12.00" in told
    assert "Side 1 af 1" in told


# --- the file ----------------------------------------------------------------------------------


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
    document = printed(REPORT, title="Nettverksrapport")
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


# --- what no text can do -----------------------------------------------------------------------

PAYLOADS = [
    "<script>alert(1)</script>",
    '<img src="http://127.0.0.1:{port}/img">',
    '<link rel="stylesheet" href="http://127.0.0.1:{port}/css">',
    '<link rel="attachment" href="file://{sentinel}">',
    '<object data="http://127.0.0.1:{port}/object"></object>',
    '<embed src="http://127.0.0.1:{port}/embed">',
    '<iframe src="http://127.0.0.1:{port}/iframe"></iframe>',
    "<style>@import url(http://127.0.0.1:{port}/import);</style>",
    "<style>@font-face {{font-family:x;src:url(http://127.0.0.1:{port}/font)}}</style>",
    '<p style="background:url(http://127.0.0.1:{port}/background)">x</p>',
    '<svg><image href="http://127.0.0.1:{port}/svg"/><use href="file://{sentinel}#a"/></svg>',
    '<base href="http://127.0.0.1:{port}/">',
    '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:{port}/">',
    '"><img src="file://{sentinel}">',
    "'><img src='file://{sentinel}'>",
    "</title><img src=file://{sentinel}>",
    "</td></tr></table><img src=file://{sentinel}>",
    "url(file://{sentinel})",
    '") url("file://{sentinel}',
    "}} @page {{ background: url(file://{sentinel}) }}",
    "file://{sentinel}",
    "{{{{ settings.SECRET_KEY }}}}",
    "{{% include 'base.html' %}}",
    "{{% load static %}}",
    "{{x.__class__}}",
    "%(pages)s %s",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?php echo 1 ?>",
    "javascript:alert(1)",
    "data:text/html,<b>x</b>",
    "/../../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1:{port}/")',
    "@SUM(1+1)",
    "\x00\x01\x02\x08\x0b\x0c\x1b",
    "a\r\nX-Header: b",
    "\ud800 half",
    "\ufffe\uffff",
    "\u202eevil\u202c",
    "\u2028\u2029\x85",
    "\u200b\u200d\u2060",
    "e\u0301 o\u0308 a\u030a" + "\u0301" * 200,
    "U+2011: \u2011",
    "👨‍👩‍👧‍👦 🇳🇴 👍🏽",
    "مرحبا",
    "漢字 かな",
    "สวัสดี",
    "[" * 2_000,
    "å" * 2_000,
    "a " * 2_000,
    "\n" * 200,
    "\t" * 200,
    " ",
    "null",
    "-",
    "O'Brien-Ødegård",
]


class Listener:
    """A loopback port that counts who comes."""

    def __enter__(self):
        self.visits = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._wait, daemon=True).start()
        return self

    def _wait(self):
        while True:
            try:
                visit, _ = self.door.accept()
            except OSError:
                return
            self.visits.append(visit.recv(200))
            visit.close()

    def __exit__(self, *problem):
        self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()


class Watch:
    """Files this process opens while it is on. Audit hooks stay for ever, so there is one."""

    def __init__(self):
        self.on, self.files = False, []
        sys.addaudithook(self._note)

    def _note(self, event, arguments):
        if self.on and event == "open" and isinstance(arguments[0], str):
            self.files.append(arguments[0])

    def __enter__(self):
        self.on, self.files = True, []
        return self

    def __exit__(self, *problem):
        self.on = False


WATCH = Watch()


def poisoned(value, payloads):
    """The same facts with every text replaced by the next payload."""
    if isinstance(value, dict):
        return {
            key: part
            if key in ("zone", "state") or key.endswith(("_at", "_on"))
            else poisoned(part, payloads)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [poisoned(part, payloads) for part in value]
    return next(payloads) if isinstance(value, str) else value


def rounds(payloads):
    while True:
        yield from payloads


def only_text(template: str, payloads, tmp_path: Path, monkeypatch) -> None:
    """Print the poisoned facts and find no visit, no file of another house, no secret."""
    sentinel = tmp_path / "sentinel.txt"
    sentinel.write_text("SENTINEL-8462")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    pdf.render(template, documents.ALL[template], language="nb", title="warm")
    with Listener() as listener:
        payloads = [text.format(port=listener.port, sentinel=sentinel) for text in payloads]
        facts = poisoned(documents.ALL[template], rounds(payloads))
        with WATCH:
            made = pdf.render(template, facts, language="nb", title=payloads[0])
    assert listener.visits == []
    assert [name for name in WATCH.files if not may_be_opened(name)] == []
    document = PdfReader(io.BytesIO(made))
    assert document.attachments == {}
    assert "/Names" not in document.trailer["/Root"]
    everything = made + b"".join(
        part.get_data()
        for part in map(document.get_object, range(1, len(document.xref[0])))
        if hasattr(part, "get_data")
    )
    assert b"SENTINEL-8462" not in everything
    assert settings.SECRET_KEY not in text(document)
    assert not [page for page in document.pages if "/Annots" in page]


def refuse(*address, **more):
    raise AssertionError(f"A document asked for the address of {address}")


def may_be_opened(name: str) -> bool:
    """Our own code, templates and catalogs, the interpreter's library, fonts of the system."""
    house = [str(settings.BASE_DIR), sys.prefix, sys.base_prefix, "/usr/share/", "/var/cache/fontc"]
    return name.startswith(tuple(house)) or "weasyprint-" in name or name == "/etc/fonts"


def test_sixty_payloads_are_kept():
    assert len(set(PAYLOADS)) == 60


@pytest.mark.parametrize("template", documents.ALL)
@pytest.mark.parametrize("first", [0, 20, 40])
def test_hostile_text_is_only_text(template, first, tmp_path, monkeypatch):
    only_text(template, PAYLOADS[first : first + 20], tmp_path, monkeypatch)


@pytest.mark.hostile
@pytest.mark.parametrize("template", documents.ALL)
@pytest.mark.parametrize("payload", PAYLOADS if FULL else PAYLOADS[::6])
def test_each_hostile_text_in_every_field_is_only_text(template, payload, tmp_path, monkeypatch):
    only_text(template, [payload], tmp_path, monkeypatch)


def test_the_trap_catches_a_printer_that_is_not_closed(tmp_path):
    """Control: WeasyPrint's own fetcher visits the listener and takes the file along."""
    sentinel = tmp_path / "sentinel.txt"
    sentinel.write_text("SENTINEL-8462")
    with Listener() as listener, WATCH:
        page = "".join(PAYLOADS[1:4]).format(port=listener.port, sentinel=sentinel)
        made = HTML(string=page).write_pdf()
    assert len(listener.visits) >= 2
    assert str(sentinel) in "".join(WATCH.files) or PdfReader(io.BytesIO(made)).attachments


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "http://127.0.0.1/",
        "data:,x",
        "https://static.invalid/../etc/hostname",
        "https://static.invalid/css/base.css",
        "https://static.invalid/vendor/x/../../css/pdf.css",
        "ftp://example.no/",
        "css/pdf.css",
    ],
)
def test_the_fetcher_refuses_every_other_address(address):
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf.Closed().fetch(address)


# --- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "da"])
@pytest.mark.parametrize("summary", ["ab " * 250_000, "a\n" * 9_500], ids=["signs", "lines"])
def test_what_is_too_long_is_refused_with_a_sentence(language, summary):
    with pytest.raises(pdf.TooLong, match="200 si"):
        pdf.render(MINUTES, documents.MINUTES | {"summary": summary}, language=language, title="x")


def test_the_page_cap_counts_pages(monkeypatch):
    monkeypatch.setattr(pdf, "PAGES", 1)
    with pytest.raises(pdf.TooLong):
        printed(REPORT)


@pytest.mark.parametrize(
    "wrong", ["2026-02-30", "i morgen", "2026-02-03T09:00:00", "0001-01-01T00:00+14:00"]
)
def test_a_time_that_cannot_be_read_is_refused_with_a_sentence(wrong):
    with pytest.raises(pdf.CannotRender, match="dato"):
        printed(starts_at=wrong)


def test_a_fault_while_printing_is_told_as_a_sentence():
    with pytest.raises(pdf.CannotRender, match="kunne ikke lages"):
        printed(zone="Atlantis/Capital")


def test_one_endless_word_takes_no_longer_than_a_text_with_blanks():
    """Without the invisible breaks this takes minutes: the line breaker is quadratic."""
    document = printed(MINUTES, summary="å" * 20_000)
    assert text(document).count("å") > 20_000


# --- the web stays light -----------------------------------------------------------------------


def test_the_web_process_never_loads_the_printer():
    """P6: 60 MB and a second of start; every module a URL leads to is loaded here."""
    look = """
import sys, config.wsgi
from django.urls import get_resolver

def walk(patterns):
    return sum(walk(p.url_patterns) if hasattr(p, "url_patterns") else 1 for p in patterns)

assert walk(get_resolver().url_patterns) > 5
heavy = {"weasyprint", "office.pdf", "office.delivery", "office.tasks"}
print(sorted(heavy & set(sys.modules)))
"""
    told = subprocess.run(
        [sys.executable, "-c", look],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.strip() == "[]", told.stderr
