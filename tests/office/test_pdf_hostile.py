"""office.pdf: no text can make a document visit, open or attach anything (R12)."""

import io
import socket
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PdfReader
from weasyprint import HTML

from office import pdf
from tests import documents
from tests.office.printing import text
from tests.scale import FULL

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
