"""What the tests of the documents share: one printed, and what can be read out of it."""

import io
import unicodedata

from pypdf import PdfReader

from office import pdf
from tests import documents

PROGRAMME, MINUTES, REPORT = documents.ALL


def printed(template: str = PROGRAMME, *, language: str = "nb", title: str = "Program", **facts):
    made = pdf.render(template, documents.ALL[template] | facts, language=language, title=title)
    return PdfReader(io.BytesIO(made))


def text(document: PdfReader) -> str:
    return unicodedata.normalize(
        "NFC", " ".join(" ".join(page.extract_text() for page in document.pages).split())
    )


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
