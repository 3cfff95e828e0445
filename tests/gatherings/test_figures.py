"""The numbers of overview and report, with rows one can count by hand."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatherings.figures import Count, GroupFigures, Tally, needs_of, share, totals

TODAY = date(2026, 11, 22)


def tally(**given):
    standard = {
        "number": 1,
        "theme": "Voksenrollen",
        "state": "held",
        "window_to": TODAY - timedelta(days=30),
        "members": 6,
        "starts_at": datetime(2026, 10, 4, 10, tzinfo=UTC),
        "delivered": 5,
        "present": 6,
        "promised": 5,
        "tried": 3,
        "minutes": "approved",
        "minutes_sent": True,
    }
    return Tally(**{**standard, **given})


def group(*tallies, members=6, leader="Aud Eksempel"):
    return GroupFigures(uuid4(), "Bø 1", "Bø", "Nettverket", leader, members, list(tallies))


def kinds(row, today=TODAY):
    return [need.kind for need in needs_of(row, fewest=5, most=6, today=today)]


def test_a_group_that_does_well_needs_nobody():
    assert kinds(group(tally())) == []


@pytest.mark.parametrize(
    ("days_left", "needed"), [(22, []), (21, ["date"]), (0, ["date"]), (-3, ["date"])]
)
def test_a_missing_date_is_told_three_weeks_before_the_window_ends(days_left, needed):
    draft = tally(
        number=2, state="draft", starts_at=None, window_to=TODAY + timedelta(days=days_left)
    )
    assert kinds(group(draft)) == needed


@pytest.mark.parametrize(("delivered", "needed"), [(3, []), (2, ["preparation"])])
def test_preparation_is_low_under_half_two_days_after_it_was_due(delivered, needed):
    due = TODAY - timedelta(days=2)
    called = tally(state="called", delivered=delivered, preparation_due_on=due)
    assert kinds(group(called)) == needed
    assert kinds(group(called), today=due + timedelta(days=1)) == []


def test_a_round_with_nothing_to_write_has_no_preparation_to_miss():
    due = TODAY - timedelta(days=2)
    called = tally(state="called", delivered=0, preparation_due_on=due, writes=False)
    assert called.preparation == Count(0, 0)
    assert kinds(group(called)) == []
    sums = totals([tally(), tally(number=2, delivered=0, writes=False)])
    assert sums.preparation == Count(5, 6)


def test_minutes_are_missed_after_ten_days_and_not_when_sent():
    held = TODAY - timedelta(days=10)
    late = tally(starts_at=datetime(held.year, held.month, held.day, 10, tzinfo=UTC))
    assert kinds(group(late)) == []
    unsent = tally(starts_at=late.starts_at, minutes="draft", minutes_sent=False)
    assert kinds(group(unsent)) == ["minutes"]
    assert kinds(group(unsent), today=TODAY - timedelta(days=1)) == []


def test_low_attendance_and_untried_actions_are_told_with_their_counts():
    row = group(tally(present=4, tried=0))
    found = needs_of(row, fewest=5, most=6, today=TODAY)
    assert [(n.kind, n.done, n.of) for n in found] == [("attendance", 4, 6), ("actions", 0, 5)]


@pytest.mark.parametrize(("members", "limit"), [(4, 5), (7, 6)])
def test_v6_a_group_outside_its_size_is_told_with_the_rule(members, limit):
    [need] = needs_of(group(tally(), members=members), fewest=5, most=6, today=TODAY)
    assert (need.kind, need.done, need.of) == ("size", members, limit)


def test_a_group_without_leader_comes_first():
    assert kinds(group(tally(present=1), leader=""))[0] == "leader"


def test_totals_count_what_was_held_only():
    sums = totals([tally(), tally(present=3, minutes="sent"), tally(state="called", delivered=6)])
    assert sums.preparation == Count(10, 12)
    assert sums.attendance == Count(9, 12)
    assert sums.actions == Count(6, 10)
    assert sums.minutes == Count(1, 2)
    assert sums.held == 2


@pytest.mark.parametrize(
    ("numbers", "planned"), [([], 3), ([1, 2], 3), ([1, 2, 3, 4], 4), ([1, 2, 4], 4)]
)
def test_a_year_has_its_ordinary_gatherings_and_the_extra_ones(numbers, planned):
    assert group(*(tally(number=n) for n in numbers)).planned(3) == planned


def test_nothing_held_gives_counts_of_nothing_and_no_percentage():
    sums = totals([])
    assert sums.preparation.percent is None
    assert share(0, 0) is None


@pytest.mark.parametrize(("done", "of", "percent"), [(4, 4, None), (4, 5, 80), (0, 5, 0)])
def test_fewer_than_five_are_never_a_percentage(done, of, percent):
    assert Count(done, of).percent == percent


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_is_between_nothing_and_all(done, of):
    value = share(done, of)
    assert value is None or 0 <= value <= 1


def test_the_current_gathering_is_the_first_not_held_or_the_last():
    first, second = tally(number=1), tally(number=2, state="called")
    assert group(first, second).current is second
    assert group(first).current is first
    assert group().current is None


def test_a_gathering_ahead_has_no_attendance_and_no_actions_to_count():
    ahead = tally(state="called", present=0, promised=3, tried=0)
    assert (ahead.attendance, ahead.actions) == (Count(0, 0), Count(0, 0))
    assert ahead.during is None
