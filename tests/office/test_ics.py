"""office.ics: what a calendar program reads out of our text (R12, R18)."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from office import ics

OSLO = ZoneInfo("Europe/Oslo")
EVENT = ics.Event(
    uid="6f0c6c52@takt.example.no",
    sequence=0,
    starts_at=datetime(2026, 2, 3, 9, tzinfo=OSLO),
    ends_at=datetime(2026, 2, 3, 12, tzinfo=OSLO),
    zone="Europe/Oslo",
    summary="Samling 2: Voksenrollen – kultur og kommunikasjon",
    location="Lillestua barnehage, Skolegata 4; Møterom «Øksnes»",
    description="Forarbeid innen 27. januar.\nLes kapittel 3.",
    url="https://takt.example.no/samlinger/6f0c6c52/",
    organizer_name="Kari Nilsen (prosessleder)",
    organizer_email="takt@example.no",
    stamp=datetime(2026, 1, 5, 8, tzinfo=UTC),
)
INGRID = ics.Attendee("Ingrid Ødegård", "ingrid@example.no", rsvp=False)


def read(text: str) -> tuple[Calendar, object]:
    calendar = Calendar.from_ical(text)
    (entry,) = calendar.walk("VEVENT")
    return calendar, entry


def test_a_call_is_a_request_to_exactly_one_person():
    calendar, entry = read(ics.request(EVENT, INGRID))

    assert calendar["method"] == "REQUEST"
    assert entry["status"] == "CONFIRMED"
    assert entry["attendee"] == "mailto:ingrid@example.no"
    assert dict(entry["attendee"].params) == {
        "CN": "Ingrid Ødegård",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "FALSE",
    }
    assert entry["organizer"] == "mailto:takt@example.no"
    assert entry["organizer"].params["CN"] == "Kari Nilsen (prosessleder)"


def test_what_was_written_is_read_back_unchanged():
    _, entry = read(ics.request(EVENT, INGRID))

    assert (entry["uid"], entry["sequence"]) == (EVENT.uid, 0)
    assert entry["summary"] == EVENT.summary
    assert entry["location"] == EVENT.location
    assert entry["description"] == EVENT.description
    assert entry["url"] == EVENT.url
    assert entry["dtstamp"].dt == EVENT.stamp


def test_asking_for_a_calendar_reply_is_a_choice():
    _, entry = read(ics.request(EVENT, replace(INGRID, rsvp=True)))
    assert entry["attendee"].params["RSVP"] == "TRUE"


def test_a_cancellation_says_so_twice_and_names_the_same_person():
    calendar, entry = read(ics.cancel(replace(EVENT, sequence=2), INGRID))

    assert calendar["method"] == "CANCEL"
    assert entry["status"] == "CANCELLED"
    assert (entry["uid"], entry["sequence"]) == (EVENT.uid, 2)
    assert entry["attendee"] == "mailto:ingrid@example.no"


def test_a_feed_names_no_attendee_and_says_how_often_to_look():
    other = replace(EVENT, uid="b@takt.example.no", zone="Europe/Copenhagen")
    calendar = Calendar.from_ical(ics.feed([EVENT, other], "Takt: Ingrid"))

    assert calendar["method"] == "PUBLISH"
    assert calendar["x-wr-calname"] == "Takt: Ingrid"
    assert calendar["refresh-interval"].dt == timedelta(hours=6)
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == [
        "Europe/Copenhagen",
        "Europe/Oslo",
    ]
    assert len(calendar.walk("VEVENT")) == 2
    assert not any("attendee" in entry for entry in calendar.walk("VEVENT"))


def test_an_empty_feed_is_a_calendar_without_events():
    calendar = Calendar.from_ical(ics.feed([], "Takt"))
    assert calendar.walk("VEVENT") == []
    assert calendar.walk("VTIMEZONE") == []


def test_one_event_can_be_taken_along():
    calendar, entry = read(ics.publish(EVENT))
    assert calendar["method"] == "PUBLISH"
    assert "attendee" not in entry


def test_times_are_local_times_of_the_zone():
    text = ics.request(EVENT, INGRID)
    assert "\r\nDTSTART;TZID=Europe/Oslo:20260203T090000\r\n" in text
    assert "\r\nDTEND;TZID=Europe/Oslo:20260203T120000\r\n" in text


@pytest.mark.parametrize("zone", ics.ZONES)
def test_the_rules_in_the_text_are_the_rules_of_the_zone(zone):
    """Read by a program that knows no zone names, only our VTIMEZONE."""
    (rules,) = Calendar.from_ical(ics.feed([replace(EVENT, zone=zone)], "Takt")).walk("VTIMEZONE")
    assert len(rules.to_ical().splitlines()) <= 20
    ours, theirs = rules.to_tz(lookup_tzid=False), ZoneInfo(zone)
    for hour in range(366 * 24 * 2):
        wall = datetime(2026, 1, 1) + timedelta(hours=hour)  # noqa: DTZ001
        if theirs.utcoffset(wall) == theirs.utcoffset(wall.replace(fold=1)):
            assert ours.utcoffset(wall) == theirs.utcoffset(wall), wall


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        pytest.param("2027-03-27T12:00+01:00", "2027-03-28T12:00+02:00", id="over spring"),
        pytest.param("2026-10-24T12:00+02:00", "2026-10-25T12:00+01:00", id="over autumn"),
        pytest.param("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", id="the hour twice"),
        pytest.param("2027-03-28T01:30+01:00", "2027-03-28T03:30+02:00", id="the hour never"),
        pytest.param("2026-12-31T22:00+01:00", "2027-01-01T00:30+01:00", id="over New Year"),
        pytest.param("2028-02-29T09:00+01:00", "2028-03-01T00:00+01:00", id="to midnight"),
        pytest.param("2026-06-15T07:00+00:00", "2026-06-15T10:00+00:00", id="given in UTC"),
        pytest.param("2026-06-14T22:30-04:00", "2026-06-15T06:00-04:00", id="from New York"),
    ],
)
@pytest.mark.parametrize("zone", ics.ZONES)
def test_the_same_instants_are_read_back(starts, ends, zone):
    starts_at, ends_at = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    _, entry = read(
        ics.request(replace(EVENT, starts_at=starts_at, ends_at=ends_at, zone=zone), INGRID)
    )
    assert entry["dtstart"].dt.astimezone(UTC) == starts_at
    assert entry["dtend"].dt.astimezone(UTC) == ends_at


def test_lunch_to_lunch_over_the_switch_keeps_noon_on_both_days():
    event = replace(
        EVENT,
        starts_at=datetime(2027, 3, 27, 12, tzinfo=OSLO),
        ends_at=datetime(2027, 3, 28, 12, tzinfo=OSLO),
    )
    text = ics.request(event, INGRID)
    assert "DTSTART;TZID=Europe/Oslo:20270327T120000" in text
    assert "DTEND;TZID=Europe/Oslo:20270328T120000" in text


def test_a_deadline_is_a_day_that_makes_nobody_busy():
    due = datetime(2026, 1, 27, 23, 59, tzinfo=OSLO)
    _, entry = read(ics.publish(replace(EVENT, starts_at=due, ends_at=due, all_day=True)))

    assert (str(entry["dtstart"].dt), str(entry["dtend"].dt)) == ("2026-01-27", "2026-01-28")
    assert entry["transp"] == "TRANSPARENT"


def test_an_all_day_event_to_midnight_does_not_touch_the_next_day():
    event = replace(
        EVENT,
        starts_at=datetime(2026, 10, 24, tzinfo=OSLO),
        ends_at=datetime(2026, 10, 26, tzinfo=OSLO),
        all_day=True,
    )
    _, entry = read(ics.publish(event))
    assert (str(entry["dtstart"].dt), str(entry["dtend"].dt)) == ("2026-10-24", "2026-10-26")


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": datetime(2026, 2, 3, 9)},  # noqa: DTZ001
        {"ends_at": datetime(2026, 2, 3, 8, tzinfo=OSLO)},
        {"zone": "America/New_York"},
    ],
)
def test_an_impossible_event_is_refused(wrong):
    with pytest.raises(ValueError, match=r"event|zone"):
        replace(EVENT, **wrong)


def test_an_address_that_is_no_web_page_is_left_out():
    _, entry = read(ics.publish(replace(EVENT, url="javascript:alert(1)")))
    assert "url" not in entry


def test_long_texts_are_cut_with_a_sign():
    _, entry = read(ics.publish(replace(EVENT, summary="å" * 200_000, description="ø" * 200_000)))
    assert len(entry["summary"]) == ics.SHORT
    assert len(entry["description"]) == ics.LONG
    assert entry["summary"].endswith("…")


@given(st.text(min_size=1, max_size=300), st.sampled_from(["summary", "location", "description"]))
def test_no_line_is_longer_than_75_octets_and_every_sign_survives(text, field):
    raw = ics.request(replace(EVENT, **{field: "æøå " + text}), INGRID).encode()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    _, entry = read(raw.decode())
    kept = "".join(
        sign
        for sign in text
        if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cs", "Cn")
    )
    assert "".join(entry[field][: ics.SHORT].split()).startswith(("æøå" + kept)[:100])


EVIL = "\nATTENDEE:mailto:eve@example.no\r\nX-EVIL:1\x85X-EVIL:2\u2028X-EVIL:3\x0bX-EVIL:4\x00"


@pytest.mark.parametrize(
    "field",
    ["uid", "summary", "location", "description", "url", "organizer_name", "organizer_email"],
)
def test_no_field_of_an_event_can_open_a_line(field):
    text = ics.request(replace(EVENT, **{field: getattr(EVENT, field) + EVIL}), INGRID)
    assert not set(text) & set("\x00\x0b\x85\u2028")
    _, entry = read(text)
    _, plain = read(ics.request(EVENT, INGRID))
    assert set(entry) == set(plain)
    assert entry["attendee"] == "mailto:ingrid@example.no"
    assert "eve" not in entry["organizer"]


@pytest.mark.parametrize("field", ["name", "email"])
def test_no_field_of_a_person_can_open_a_line_or_a_parameter(field):
    evil = getattr(INGRID, field) + '";RSVP=TRUE:mailto:x' + EVIL
    _, entry = read(ics.request(EVENT, replace(INGRID, **{field: evil})))
    _, plain = read(ics.request(EVENT, INGRID))
    assert set(entry) == set(plain)
    assert set(entry["attendee"].params) == set(plain["attendee"].params)
    assert entry["attendee"].params["RSVP"] == "FALSE"
