"""The style sheet for documents stays linear in the length of the document.

A grid or flex container that crosses a page costs the square of its length (20 times the cards,
43 times the time); columns cost three times as much as floats.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import tinycss2

ROOT = Path(__file__).resolve().parent.parent
SHEET = ROOT / "static/css/pdf.css"
QUADRATIC = {"grid", "inline-grid", "flex", "inline-flex"}
COLUMNS = {"columns", "column-count", "column-width"}


def declarations(css: str) -> Iterator[tuple[str, str, str]]:
    """Selector, property and value of every declaration, also inside @media and @page."""
    yield from inside(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), "")


def inside(nodes: list, selector: str) -> Iterator[tuple[str, str, str]]:
    for node in nodes:
        if node.type == "declaration":
            yield selector, node.lower_name, tinycss2.serialize(node.value).strip().lower()
        elif node.type in ("qualified-rule", "at-rule") and node.content is not None:
            name = tinycss2.serialize(node.prelude).strip()
            content = tinycss2.parse_blocks_contents(
                node.content, skip_comments=True, skip_whitespace=True
            )
            yield from inside(content, name)


def too_slow(css: str) -> list[tuple[str, str, str]]:
    return [
        (selector, name, value)
        for selector, name, value in declarations(css)
        if (name == "display" and QUADRATIC & set(value.split()))
        or name in COLUMNS
        or name.startswith(("grid", "flex"))
    ]


def test_no_grid_flex_or_columns_in_a_document():
    assert too_slow(SHEET.read_text()) == []


@pytest.mark.parametrize(
    "css",
    [
        ".card { display: grid }",
        ".card { DISPLAY: inline-flex !important }",
        "@media print { .card { display: block flex } }",
        ".list { columns: 2 }",
        "@page { @top-left { display: grid } }",
        ".list { & li { display: flex } }",
        ".list { grid-template-columns: 1fr 1fr }",
    ],
)
def test_the_check_sees_what_it_looks_for(css):
    assert too_slow(css) != []


@pytest.mark.parametrize(
    "wanted",
    [
        ("tr", "break-inside", "avoid"),
        ("html", "orphans", "3"),
        ("html", "widows", "3"),
        ("table", "table-layout", "fixed"),
    ],
)
def test_rows_stay_whole_and_no_line_stands_alone(wanted):
    assert wanted in list(declarations(SHEET.read_text()))


def test_document_templates_carry_no_style_of_their_own():
    """What stands in a style attribute would escape the checks above."""
    for template in (ROOT / "templates/pdf").rglob("*.html"):
        text = template.read_text()
        assert "style=" not in text, template
        assert "<style" not in text, template
        assert "<link" not in text, template
