"""When a gathering may be: nights of the clock, the round's window, holidays and clashes."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from gatherings import planning
from gatherings.models import Gathering
from participants.models import Country
from tests.factories import GatheringFactory, GroupFactory
from tests.gatherings.pages import text
from tests.gatherings.planning_desk import OSLO, call, weekday

pytestmark = pytest.mark.django_db


def next_clock_change(month):
    """The last Sunday of March or October to come, within reach of the form."""
    today = timezone.localdate()
    last_days = (date(year, month, 31) for year in (today.year, today.year + 1))
    sundays = (last - timedelta(days=(last.weekday() + 1) % 7) for last in last_days)
    return next(sunday for sunday in sundays if sunday > today)


@pytest.mark.parametrize("month", [3, 10])
def test_half_past_two_on_the_nights_of_the_clock_is_refused_with_a_sentence(desk, month):
    response = desk.save(
        day=next_clock_change(month).isoformat(),
        starts="02:30",
        ends="05:00",
        outside_window_reason="Natt.",
    )

    assert response.status_code == 422
    assert "Klokka stilles rundt 02.30 den natta." in text(response)


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Copenhagen"])
def test_other_hours_of_those_nights_are_what_was_typed(zone):
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        for clock in (time(1, 59), time(3, 1)):
            assert planning.moment(day, clock, zone).astimezone(ZoneInfo(zone)).time() == clock
        with pytest.raises(ValidationError):
            planning.moment(day, time(2, 30), zone)


def test_v11_a_date_outside_the_window_needs_a_reason(desk):
    outside = weekday(40).isoformat()

    refused = desk.save(day=outside)
    assert refused.status_code == 422
    assert "utenfor perioden" in text(refused)
    # Now it is wanted: no «(optional)» stands there.
    assert re.search(r"Hvorfor utenfor perioden\?\s*</label>", text(refused))

    assert desk.save(day=outside, outside_window_reason="Ferga går ikke.").status_code == 302
    assert desk.reload().outside_window_reason == "Ferga går ikke."
    assert "Ferga går ikke." in text(desk.client.get(desk.url("invite")))


def test_v11_a_date_inside_the_window_forgets_the_reason(desk):
    desk.save(outside_window_reason="Trengs ikke.")

    assert desk.reload().outside_window_reason == ""


def test_lunch_to_lunch_is_planned_over_two_days(desk):
    desk.group.season.rules.gathering_minutes = 1440
    desk.group.season.rules.save()

    refused = desk.save(starts="12:00", ends="11:30", last_day="")
    assert refused.status_code == 422
    assert "Siste dag" in text(refused)

    day_two = weekday(10) + timedelta(days=1)
    desk.save(starts="12:00", ends="11:30", last_day=day_two.isoformat())
    gathering = desk.reload()
    assert gathering.ends_at.astimezone(OSLO).time() == time(11, 30)
    assert gathering.ends_at.astimezone(OSLO).date() == day_two


def test_a_clash_is_a_warning_with_names_and_hinders_nothing(desk):
    other = GroupFactory(season__network__region=desk.leader.region, members=[desk.member])
    start = datetime.combine(weekday(10), time(10), tzinfo=OSLO)
    GatheringFactory(group=other, called=True, starts_at=start, ends_at=start + timedelta(hours=3))

    desk.save()
    page = text(desk.client.get(desk.url("invite")))

    assert f"{desk.member.name}: en annen samling" in page
    assert desk.client.post(desk.url("invite")).status_code == 302
    assert desk.reload().state == Gathering.State.CALLED


@pytest.mark.parametrize(
    ("day", "country", "name"),
    [
        (date(2026, 4, 3), Country.NORWAY, "langfredag"),
        (date(2026, 5, 17), Country.NORWAY, "grunnlovsdagen"),
        (date(2026, 5, 14), Country.DENMARK, "Kristi himmelfartsdag"),
        (date(2026, 5, 17), Country.DENMARK, ""),
        (date(2026, 6, 5), Country.DENMARK, "grunnlovsdagen"),
        (date(2026, 2, 3), Country.NORWAY, ""),
    ],
)
def test_public_holidays_are_known(day, country, name):
    assert planning.holiday(day, country) == name


@pytest.mark.parametrize(
    "easter", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter_is_where_the_almanac_has_it(easter):
    assert planning.easter_sunday(easter.year) == easter


def days_after(day, due):
    return (day - due).days


def test_the_usual_deadline_follows_the_date_until_somebody_chooses_another(desk):
    first, later = weekday(20), weekday(34)
    desk.save("save", day=first.isoformat(), outside_window_reason="Ferie.")
    due = desk.reload().preparation_due_on
    assert days_after(first, due) == 7

    desk.save("save", day=later.isoformat(), preparation_due_on=due.isoformat(),
              outside_window_reason="Ferie.")  # fmt: skip
    assert days_after(later, desk.reload().preparation_due_on) == 7

    chosen = later - timedelta(days=3)
    desk.save("save", day=later.isoformat(), preparation_due_on=chosen.isoformat(),
              outside_window_reason="Ferie.")  # fmt: skip
    moved = weekday(41)
    desk.save("save", day=moved.isoformat(), preparation_due_on=chosen.isoformat(),
              outside_window_reason="Ferie.")  # fmt: skip
    assert desk.reload().preparation_due_on == chosen

    # The usual day of the date before, when it is written together with a new date, is a choice.
    usual = moved - timedelta(days=7)
    desk.save("save", day=weekday(55).isoformat(), preparation_due_on=usual.isoformat(),
              outside_window_reason="Ferie.")  # fmt: skip
    assert desk.reload().preparation_due_on == usual


def test_the_usual_deadline_follows_a_move(desk):
    gathering = call(desk)
    due, later = gathering.preparation_due_on, weekday(24)
    form = {
        "day": later.isoformat(),
        "starts": "09:00",
        "ends": "12:00",
        "host": str(desk.place.pk),
        "preparation_due_on": due.isoformat(),
        "outside_window_reason": "Ferie.",
        "ask_again": "yes",
        "version": str(gathering.version),
    }
    assert desk.client.post(desk.url("move"), form).status_code == 302
    assert days_after(later, desk.reload().preparation_due_on) == 7


def test_a_programme_that_lasts_longer_than_the_gathering_is_told_before_sending(desk):
    desk.save("save", ends="11:20")
    page = text(desk.client.get(desk.url("invite")))
    assert "Programmet slutter kl. 12.00, samlingen kl. 11.20." in page
    desk.save("save")
    assert "Programmet slutter" not in text(desk.client.get(desk.url("invite")))
