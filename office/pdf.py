"""A template and facts -> a tagged PDF. Imported by the worker only: WeasyPrint costs a second.

Nothing is fetched: the style sheet and its fonts are read from the static files once, every
other address is refused, so no text can reach a socket or a file (R12).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from office.text import plain

STYLE = "css/pdf.css"
# Style sheets and fonts have addresses below this name, which no resolver knows.
HOUSE = "https://static.invalid/"
OPEN = re.compile(r"css/pdf\.css|vendor/[a-z0-9-]+/[a-z0-9-]+\.woff2")
PAGES, SIGNS, LINES = 200, 600_000, 9_000
LINE = re.compile(r"<(?:br|p|tr|li|h[1-6])\b")
# Longer than a line, so it is broken somewhere: here, by an invisible sign. Left to the line
# breaker one word of 200,000 signs takes nine minutes instead of two seconds.
UNBROKEN = re.compile(r"\S{80}")

# Pango's font map and our caches are for one thread at a time.
_one_at_a_time = Lock()


class CannotRender(Exception):
    """The document cannot be made; its text is a sentence for the person."""


class TooLong(CannotRender):
    """More than PAGES pages."""

    def __init__(self) -> None:
        super().__init__(
            _("The document is longer than %(pages)s pages. Shorten the texts and try again.")
            % {"pages": PAGES}
        )


class Closed(URLFetcher):
    """Hands out our style sheet and our fonts, and nothing else."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        name = url.removeprefix(HOUSE)
        if name == url or not OPEN.fullmatch(name):
            raise ValueError(f"A document fetches nothing: {url[:200]}")
        kind = "text/css" if name == STYLE else "font/woff2"
        return URLFetcherResponse(url, _static(name), {"Content-Type": kind})


def render(template: str, facts: Mapping[str, Any], *, language: str, title: str) -> bytes:
    """The PDF of `facts` (JSON values; keys in `_at` and `_on` hold ISO times and dates).

    Raises TooLong above PAGES pages, CannotRender when a time cannot be read or printing fails.
    """
    with translation.override(language):
        try:
            return _print(written(template, facts, language, plain(title)))
        except CannotRender:
            raise
        except Exception as wrong:  # one odd text must not stop the documents behind it
            raise CannotRender(_("The document could not be made.")) from wrong


def written(template: str, facts: Mapping[str, Any], language: str, title: str) -> str:
    """The HTML that is printed. Raises TooLong, or what a wrong zone or template raises."""
    zone = ZoneInfo(facts.get("zone") or settings.TIME_ZONE)
    with timezone.override(zone):
        words = _read("", facts, zone)
        site = settings.BASE_URL.partition("://")[2]
        words |= {"language": language, "title": title, "web": site}
        html = render_to_string(template, words)
    # Seen beforehand: to lay out what is too long takes half a minute.
    if len(html) > SIGNS or len(LINE.findall(html)) > LINES:
        raise TooLong
    return html


def _print(html: str) -> bytes:
    with _one_at_a_time:
        fonts, style = house()
        document = HTML(string=html, url_fetcher=Closed()).render(
            font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1"
        )
        if len(document.pages) > PAGES:
            raise TooLong
        return document.write_pdf(finisher=_add_scopes, pdf_variant="pdf/ua-1")


def _read(key: str, value: Any, zone: ZoneInfo) -> Any:
    """The same facts with texts made fit and times read, instants moved to `zone`."""
    if isinstance(value, Mapping):
        return {name: _read(name, part, zone) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_read("", part, zone) for part in value]
    if not isinstance(value, str):
        return value
    try:
        if value and key.endswith("_at"):
            return _instant(value).astimezone(zone)
        if value and key.endswith("_on"):
            return date.fromisoformat(value)
    except (ValueError, OverflowError) as wrong:
        raise CannotRender(_("The document holds a date that cannot be read.")) from wrong
    return UNBROKEN.sub("\\g<0>\u200b", plain(value))


def _instant(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("A time without an offset is no instant.")
    return moment


@cache
def house() -> tuple[FontConfiguration, CSS]:
    """Fonts and style sheet, read once a process: a new set each time leaks and costs a third."""
    fonts = FontConfiguration()
    return fonts, CSS(url=HOUSE + STYLE, font_config=fonts, url_fetcher=Closed())


def _static(name: str) -> bytes:
    found = finders.find(name) or Path(settings.STATIC_ROOT) / name
    return Path(found).read_bytes()


def _add_scopes(document: Any, pdf: Any) -> None:
    """Give header cells their /Scope, which WeasyPrint 70 leaves out and PDF/UA asks for."""
    waiting = [page._page_box for page in document.pages]
    while waiting:
        box = waiting.pop()
        waiting.extend(getattr(box, "children", ()))
        mark = getattr(box, "mark", None)
        if mark is not None and getattr(box, "element_tag", None) == "th":
            mark["A"]["Scope"] = "/Row" if box.element.get("scope") == "row" else "/Column"
