"""Tags and filters every template uses: icons, the takt, dates in words."""

import re
from dataclasses import dataclass
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from office import dates

register = template.Library()

for reads in (
    dates.day,
    dates.day_year,
    dates.plain_date,
    dates.short_day,
    dates.clock,
    dates.span,
    dates.day_span,
    dates.date_span,
    dates.in_days,
    dates.duration,
):
    register.filter(reads.__name__, reads)

SCHEMES = ("auto", "light", "dark")
TONES = {"success": "ok", "error": "danger", "warning": "warn", "info": "info", "debug": "info"}


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """One drawing from icons.svg. Silent beside a word; with a label it speaks."""
    voice = format_html('role="img" aria-label="{}"', label) if label else "aria-hidden=true"
    return format_html(
        '<svg class="icon" width="24" height="24" focusable="false" {}>'
        '<use href="{}#{}"></use></svg>',
        voice,
        static("icons.svg"),
        name,
    )


@dataclass(frozen=True)
class Part:
    """One part of the bar: its name, how full it is, and the words for it.

    Full to 0–1, or a count with `share`, `done`, `of` and `percent` (None: too few to tell, P13).
    """

    name: str
    full: Any
    words: str

    @property
    def share(self) -> float | None:
        return getattr(self.full, "share", self.full)

    @property
    def width(self) -> str:
        return f"{100 * min(max(self.share or 0, 0), 1):.4g}%"

    @property
    def spoken(self) -> str:
        if self.share is None:
            return _("%(part)s not begun") % {"part": self.name.lower()}
        if getattr(self.full, "percent", 0) is None:
            told = _("%(done)s of %(of)s") % {"done": self.full.done, "of": self.full.of}
            return f"{self.name.lower()} {told}"
        return f"{self.name.lower()} {percent(self.share)}"


@register.inclusion_tag("ui/takt.html")
def takt(
    before: Any,
    during: Any,
    after: Any,
    label: str = "",
    legend: bool = False,
    before_text: str = "",
    during_text: str = "",
    after_text: str = "",
    during_word: str = "",
) -> dict:
    """A bar in three parts, 40–20–40: before, during, after. Each 0–1, None (not begun) or a count.

    `label` names what the bar is about in its text alternative; `legend` writes the three words
    below it, each followed by its `…_text`; `during_word` replaces «Under».
    """
    parts = [
        Part(_("Before"), before, before_text),
        Part(during_word or _("During"), during, during_text),
        Part(_("After"), after, after_text),
    ]
    spoken = upfirst(", ".join(part.spoken for part in parts))
    return {
        "parts": parts,
        "spoken": f"{label}: {spoken}" if label else spoken,
        "legend": legend,
    }


@register.filter
def percent(share: float | None) -> str:
    """«83 %» of 0.83; a dash when there is nothing to count."""
    if share is None or share == "":
        return "–"
    return _("%(number)s %%") % {"number": round(100 * share)}


@register.filter
def at_least(number: int, least: int) -> int:
    """The larger of the two: a fourth one is «4 of 4» where three are the rule."""
    return max(number, least)


@register.filter
def initials(name) -> str:
    """«IO» of Ingrid Olsen: first letter of the first and of the last name."""
    words = str(name or "").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def breakable(address) -> str:
    """An e-mail address that, where it is too long for the line, breaks beside its signs."""
    first, *rest = re.split(r"(?<=@)|(?=\.)", str(address or ""))
    return format_html("{}{}", first, format_html_join("", "<wbr>{}", ((part,) for part in rest)))


@register.filter
def upfirst(text) -> str:
    """The text with its first letter big, the rest untouched."""
    text = str(text or "")
    return text[:1].upper() + text[1:]


@register.filter
def tone(level_tag: str) -> str:
    """The tone of a note for one of Django's message levels."""
    return TONES.get(level_tag, "info")


@register.filter
def first_items(items, count: int) -> list:
    """The items that fit on the phone's bar: all, or all but the last place, which is «More»."""
    items = list(items or [])
    return items if len(items) <= count else items[: count - 1]


@register.filter
def other_items(items, count: int) -> list:
    """The items behind «More»."""
    return list(items or [])[len(first_items(items, count)) :]


@register.simple_tag(takes_context=True)
def color_scheme(context) -> str:
    """The reader's choice of light or dark from the cookie; anything else follows the system."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in SCHEMES else "auto"


@register.filter
def page_numbers(paginator, current: int) -> list[int | None]:
    """The page numbers to show around the current one; None stands for a gap."""
    last = paginator.num_pages
    shown = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    numbers: list[int | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before == 2:
            numbers.append(number - 1)
        elif number - before > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers


@register.filter
def summary_line(field, error: str) -> str:
    """One line of the error summary: the sentence at the field, with its label if it lacks it."""
    label = str(field.label)
    if label.lower() in str(error).lower():
        return error
    return f"{label} {error}" if label.endswith("?") else f"{label}: {error}"
