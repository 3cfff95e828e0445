"""The entry in people's calendars: the instants that were typed, one person, one steady UID."""

from datetime import datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.utils import translation

from gatherings import calendar
from participants.models import Country
from tests.factories import GatheringFactory, PersonFactory

pytestmark = pytest.mark.django_db
ZONES = {Country.NORWAY: "Europe/Oslo", Country.DENMARK: "Europe/Copenhagen"}


def a_gathering(country=Country.NORWAY, day="2027-02-02", last="2027-02-02", **fields):
    zone = ZoneInfo(ZONES[country])
    return GatheringFactory(
        called=True,
        group__season__network__region__country=country,
        starts_at=datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=zone),
        ends_at=datetime.fromisoformat(f"{last}T12:00").replace(tzinfo=zone),
        **fields,
    )


def read(text):
    return icalendar.Calendar.from_ical(text)


@pytest.mark.parametrize("country", list(ZONES))
@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2027-02-02", "2027-02-02"),
        ("2027-07-01", "2027-07-01"),
        # Lunch to lunch over the nights the clock is changed, and over New Year.
        ("2027-03-27", "2027-03-28"),
        ("2027-10-30", "2027-10-31"),
        ("2027-12-31", "2028-01-01"),
        ("2028-02-29", "2028-02-29"),
    ],
)
def test_wall_clock_and_instant_are_what_was_typed(country, day, last):
    gathering = a_gathering(country, day, last)

    _method, text = calendar.request(gathering, None, PersonFactory())

    event = read(text).walk("VEVENT")[0]
    assert event["dtstart"].dt == gathering.starts_at
    assert event["dtend"].dt == gathering.ends_at
    assert event["dtstart"].params["TZID"] == ZONES[country]
    assert (event["dtstart"].dt.hour, event["dtend"].dt.hour) == (9, 12)


def test_moved_and_cancelled_keep_the_uid_and_raise_the_sequence():
    gathering = a_gathering()
    person = PersonFactory()
    first = read(calendar.request(gathering, None, person)[1]).walk("VEVENT")[0]
    gathering.sequence += 1

    method, text = calendar.cancel(gathering, None, person)

    last = read(text).walk("VEVENT")[0]
    assert method == read(text)["method"] == "CANCEL"
    assert last["uid"] == first["uid"]
    assert (first["sequence"], last["sequence"]) == (0, 1)


def test_nobody_learns_the_address_of_another():
    gathering = a_gathering()
    one, other = PersonFactory(), PersonFactory()

    _method, text = calendar.request(gathering, one, other)

    assert other.email in text
    assert one.email not in text


def test_the_entry_speaks_the_receivers_language():
    gathering = a_gathering(round__number=2)
    danish = PersonFactory(language="da")

    with translation.override("nb"):
        _method, text = calendar.request(gathering, None, danish)

    assert read(text).walk("VEVENT")[0]["summary"].startswith("Netværksmøde 2:")


def test_what_people_type_cannot_add_a_line():
    gathering = a_gathering(
        place="Rom\r\nATTENDEE:mailto:x@example.no", round__theme="A\nBEGIN:VALARM"
    )
    leader = PersonFactory(first_name='K"; X=1\r\nBEGIN:VEVENT')

    _method, text = calendar.request(gathering, leader, PersonFactory())

    assert len(read(text).walk("VEVENT")) == 1
    assert read(text).walk("VALARM") == []
    assert text.count("\r\nATTENDEE") == 1
