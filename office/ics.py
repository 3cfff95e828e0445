"""An event as calendar text (RFC 5545), and as a call or a cancellation by mail (RFC 5546). Pure.

Local times with TZID and a VTIMEZONE of only the rules in force: some calendar programs show an
event in UTC as a time of that zone, and a VTIMEZONE with all history is longer than the letter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Component,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vText,
    vUri,
)
from icalendar import Event as CalendarEvent

from office.text import plain

# Both change by the same EU rule; a zone outside it needs a VTIMEZONE of its own first.
ZONES = ("Europe/Oslo", "Europe/Copenhagen")
PRODUCT = "-//Takt//Takt//EN"
SHORT, LONG = 250, 4_000
REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class Event:
    """What stands in the calendar. `uid` never changes; `sequence` rises with every change.

    `starts_at` and `ends_at` are aware; an `all_day` event covers every day they touch in `zone`.
    Raises ValueError on naive times, an end before the start, or a zone not in ZONES.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    location: str
    description: str
    url: str
    organizer_name: str
    organizer_email: str
    stamp: datetime
    all_day: bool = False

    def __post_init__(self) -> None:
        if any(t.tzinfo is None for t in (self.starts_at, self.ends_at, self.stamp)):
            raise ValueError("An event needs times with a zone.")
        if self.ends_at < self.starts_at:
            raise ValueError("An event cannot end before it starts.")
        if self.zone not in ZONES:
            raise ValueError(f"No calendar rules for the zone {self.zone!r}.")


@dataclass(frozen=True)
class Attendee:
    """The one person a call goes to; `rsvp` only where a reply by calendar is read."""

    name: str
    email: str
    rsvp: bool


def request(event: Event, attendee: Attendee) -> str:
    """A call, or with a higher sequence a change of it, to exactly one person."""
    return _text("REQUEST", [_invited(event, attendee, "CONFIRMED")], [event])


def cancel(event: Event, attendee: Attendee) -> str:
    """The withdrawal of a call. REQUEST with a cancelled status would leave it in calendars."""
    return _text("CANCEL", [_invited(event, attendee, "CANCELLED")], [event])


def publish(event: Event) -> str:
    """One event to take along, addressed to nobody."""
    return feed([event], event.summary)


def feed(events: Iterable[Event], name: str) -> str:
    """A calendar called `name` to subscribe to; it names nobody but the organisers."""
    events = list(events)
    return _text("PUBLISH", [_entry(event, "CONFIRMED") for event in events], events, name=name)


def _text(method: str, entries: list[CalendarEvent], events: list[Event], name: str = "") -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar["name"] = calendar["x-wr-calname"] = vText(_line(name))
        calendar["refresh-interval"] = vDuration(REFRESH, params={"VALUE": "DURATION"})
        calendar["x-published-ttl"] = vDuration(REFRESH)
    for zone in sorted({event.zone for event in events if not event.all_day}):
        calendar.add_component(_rules(zone))
    for entry in entries:
        calendar.add_component(entry)
    return calendar.to_ical().decode()


def _entry(event: Event, status: str) -> CalendarEvent:
    entry = CalendarEvent()
    entry.add("uid", _line(event.uid))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.stamp.astimezone(UTC))
    starts, ends = _days(event) if event.all_day else _times(event)
    entry.add("dtstart", starts)
    entry.add("dtend", ends)
    entry.add("summary", _line(event.summary))
    if event.location:
        entry.add("location", _line(event.location))
    if event.description:
        entry.add("description", _clean(event.description, LONG))
    if event.url.startswith(("https://", "http://")):
        entry["url"] = vUri(_address(event.url))
    entry.add("status", status)
    # A day that only carries a deadline must not make the person look busy.
    entry.add("transp", "TRANSPARENT" if event.all_day else "OPAQUE")
    entry["organizer"] = _mailbox(event.organizer_name, event.organizer_email)
    return entry


def _invited(event: Event, attendee: Attendee, status: str) -> CalendarEvent:
    entry = _entry(event, status)
    entry["attendee"] = _mailbox(
        attendee.name,
        attendee.email,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat="NEEDS-ACTION",
        rsvp="TRUE" if attendee.rsvp else "FALSE",
    )
    return entry


def _times(event: Event) -> tuple[datetime, datetime]:
    """Local times; UTC for the hour that comes twice in October, where a local time would lie."""
    starts, ends = (
        moment.astimezone(ZoneInfo(event.zone)) for moment in (event.starts_at, event.ends_at)
    )
    return tuple(moment.astimezone(UTC) if moment.fold else moment for moment in (starts, ends))


def _days(event: Event) -> tuple[date, date]:
    """First day, and the day after the last: DTEND is not part of the event."""
    zone = ZoneInfo(event.zone)
    first = event.starts_at.astimezone(zone).date()
    last = (event.ends_at - timedelta.resolution).astimezone(zone).date()
    return first, max(first, last) + timedelta(days=1)


def _rules(zone: str) -> Timezone:
    rules = Timezone()
    rules.add("tzid", zone)
    winter, summer = timedelta(hours=1), timedelta(hours=2)
    # The switch is written in the local time before it, so these dates carry no zone.
    spring = datetime.fromisoformat("1970-03-29T02:00:00")
    autumn = datetime.fromisoformat("1970-10-25T03:00:00")
    rules.add_component(_change(TimezoneDaylight(), "CEST", winter, summer, spring))
    rules.add_component(_change(TimezoneStandard(), "CET", summer, winter, autumn))
    return rules


def _change(
    part: Component, name: str, before: timedelta, after: timedelta, since: datetime
) -> Component:
    part.add("tzname", name)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("dtstart", since)
    part.add("rrule", {"freq": "yearly", "byday": "-1su", "bymonth": since.month})
    return part


def _mailbox(name: str, email: str, **params: Any) -> vCalAddress:
    box = vCalAddress(f"mailto:{_address(email)}")
    # Large mail providers drop calendar mail whose names hold these signs.
    box.params["CN"] = vText(
        " ".join(_line(name).translate(dict.fromkeys(map(ord, '@:,;"'), " ")).split())
    )
    box.params.update({key.upper(): vText(value) for key, value in params.items()})
    return box


def _address(text: str) -> str:
    """The part up to the first blank: an address may not open a new line or a new property."""
    return (_clean(text, LONG).split() or [""])[0]


def _line(text: str) -> str:
    return " ".join(_clean(text, SHORT).split())


def _clean(text: str, limit: int) -> str:
    text = plain(text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
