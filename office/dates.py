"""Dates, times and spans in words, in the reader's language. Pure functions, no queries.

Django's own formats print «09:00» for Norwegian; readers here are used to «09.00» (Språkrådet,
DFØ), and Danish texts put «den» in front of the day. One table holds what differs between
languages; the names of days and months come from Django's catalogs. Every function takes None
and gives "".
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.dateformat import time_format
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext, ngettext

WEEKS_FROM = 28
"""From this many days on a distance is told in weeks."""


@dataclass(frozen=True)
class Pattern:
    """How one language writes days and times, in the letters of Django's date formats."""

    day: str
    plain_day: str
    short_day: str
    clock: str
    at: str
    weekday_letters: int = 0


NORWEGIAN = Pattern("l j. F", "j. F", "j.n.", "H.i", "kl. {}", weekday_letters=2)
PATTERNS = {
    "nb": NORWEGIAN,
    "nn": NORWEGIAN,
    "da": Pattern(r"l \d\e\n j. F", "j. F", "j. F", "G.i", "kl. {}"),
    "en": Pattern("l j F", "j F", "j M", "H:i", "{}", weekday_letters=3),
}


def pattern() -> Pattern:
    """The pattern of the active language, English for a language we do not write."""
    return PATTERNS.get((get_language() or "en").split("-")[0], PATTERNS["en"])


def local(moment: date | datetime) -> date | datetime:
    """The moment in the current time zone; dates and naive datetimes as they are."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def local_day(moment: date | datetime) -> date:
    """The calendar day of a moment where the reader is."""
    moment = local(moment)
    return moment.date() if isinstance(moment, datetime) else moment


def day(moment: date | datetime | None) -> str:
    """«tirsdag 3. februar», in Danish «tirsdag den 3. februar»."""
    return written(local_day(moment), pattern().day) if moment else ""


def day_year(moment: date | datetime | None) -> str:
    """«tirsdag 3. februar 2026»."""
    return written(local_day(moment), pattern().day + " Y") if moment else ""


def plain_date(moment: date | datetime | None) -> str:
    """«3. februar 2026», without the weekday."""
    return written(local_day(moment), pattern().plain_day + " Y") if moment else ""


def short_day(moment: date | datetime | None) -> str:
    """«ti 3.2.» for narrow places; Danish does not abbreviate: «3. februar»."""
    if not moment:
        return ""
    on, how = local_day(moment), pattern()
    letters = str(WEEKDAYS[on.weekday()])[: how.weekday_letters]
    return f"{letters} {written(on, how.short_day)}".strip()


def clock(moment: datetime | time | None) -> str:
    """«09.00», in Danish «9.00», in English «09:00»."""
    if moment is None or moment == "":
        return ""
    if isinstance(moment, datetime):
        moment = local(moment).time()
    return time_format(moment, pattern().clock)


def span(start: datetime | time | None, end: datetime | time | None = None) -> str:
    """«kl. 09.00–12.00»; without an end «kl. 09.00»."""
    if not start:
        return ""
    hours = f"{clock(start)}–{clock(end)}" if end else clock(start)
    return pattern().at.format(hours)


def day_span(start: datetime | None, end: datetime | None = None) -> str:
    """«tirsdag 3. februar kl. 09.00–12.00»; over midnight both ends are written out."""
    if not start:
        return ""
    if end and local_day(end) != local_day(start):
        return gettext("%(start)s to %(end)s") % {"start": day_span(start), "end": day_span(end)}
    return f"{day(start)} {span(start, end)}"


def date_span(start: date | None, end: date | None = None) -> str:
    """«26. januar–13. februar», «3.–4. februar», one day «3. februar»; no weekdays, no year."""
    if not start or not end or local_day(start) == local_day(end):
        only = start or end
        return written(local_day(only), pattern().plain_day) if only else ""
    first, last, how = local_day(start), local_day(end), pattern()
    if (first.year, first.month) == (last.year, last.month):
        return f"{written(first, how.plain_day[:-2])}–{written(last, how.plain_day)}"
    if first.year != last.year:
        return f"{plain_date(first)} – {plain_date(last)}"
    return f"{written(first, how.plain_day)}–{written(last, how.plain_day)}"


def in_days(moment: date | datetime | None, today: date | None = None) -> str:
    """«om 11 dager», «i dag», «i morgen», «for 3 dager siden»; from four weeks on in weeks."""
    if not moment:
        return ""
    away = (local_day(moment) - (today or timezone.localdate())).days
    near = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if away in near:
        return near[away]
    days, weeks = abs(away), round(abs(away) / 7)
    if days >= WEEKS_FROM and away > 0:
        return ngettext("in %(n)s week", "in %(n)s weeks", weeks) % {"n": weeks}
    if days >= WEEKS_FROM:
        return ngettext("%(n)s week ago", "%(n)s weeks ago", weeks) % {"n": weeks}
    if away > 0:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}


def duration(minutes: int | None) -> str:
    """«2 t 30 min» from 150; «45 min»; «3 t»."""
    if minutes is None or minutes == "":
        return ""
    hours, rest = divmod(int(minutes), 60)
    parts = []
    if hours:
        parts.append(gettext("%(hours)s h") % {"hours": hours})
    if rest or not hours:
        parts.append(gettext("%(minutes)s min") % {"minutes": rest})
    return " ".join(parts)
