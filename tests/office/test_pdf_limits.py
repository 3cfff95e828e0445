"""office.pdf: what is too long or cannot be printed is refused, and no web process pays for it."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from office import pdf
from tests import documents
from tests.office.printing import MINUTES, REPORT, printed, text


@pytest.mark.parametrize("language", ["nb", "da"])
@pytest.mark.parametrize("summary", ["ab " * 250_000, "a\n" * 9_500], ids=["signs", "lines"])
def test_what_is_too_long_is_refused_with_a_sentence(language, summary):
    with pytest.raises(pdf.TooLong, match="200 si"):
        pdf.render(MINUTES, documents.MINUTES | {"summary": summary}, language=language, title="x")


def test_the_page_cap_counts_pages(monkeypatch):
    monkeypatch.setattr(pdf, "PAGES", 1)
    with pytest.raises(pdf.TooLong):
        printed(REPORT, groups=documents.REPORT["groups"] * 3)


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


def test_the_web_process_never_loads_the_printer_or_the_solver():
    """P6: 200 MB and two seconds of start; every module a URL leads to is loaded here."""
    look = """
import sys, config.wsgi
from django.urls import get_resolver

def walk(patterns):
    return sum(walk(p.url_patterns) if hasattr(p, "url_patterns") else 1 for p in patterns)

assert walk(get_resolver().url_patterns) > 5
heavy = {"weasyprint", "office.pdf", "office.delivery", "office.tasks"}
heavy |= {"numpy", "ortools", "networks.composition.compose"}
print(sorted(name for name in heavy if sys.modules.get(name)))
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
