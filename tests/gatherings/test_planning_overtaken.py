"""Somebody is faster, between the door of a page and its lock: one is told, and loses nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings import lifecycle, planning
from gatherings.models import Gathering
from office.models import Letter
from tests.gatherings.pages import text
from tests.gatherings.planning_desk import call, weekday

pytestmark = pytest.mark.django_db


@pytest.fixture
def meanwhile(monkeypatch):
    """Let something happen when a process has been let in and has not begun."""

    def arrange(module, name, happens):
        process = getattr(module, name)

        def later(*args, **kwargs):
            monkeypatch.setattr(module, name, process)
            happens()
            return process(*args, **kwargs)

        monkeypatch.setattr(module, name, later)

    return arrange


def cancel(desk):
    lifecycle.cancel(desk.reload(), message="", by=desk.leader)


def begin(_desk):
    now = timezone.now()
    Gathering.objects.update(starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=3))


def test_who_sends_what_was_just_cancelled_is_told(desk, meanwhile):
    call(desk)
    meanwhile(lifecycle, "call", lambda: cancel(desk))

    answer = desk.client.post(desk.url("invite"), follow=True)

    assert "kan ikke planlegges lenger" in text(answer)
    assert Letter.objects.unsent().count() == 0


@pytest.mark.parametrize("happens", [cancel, begin])
def test_who_moves_what_is_just_over_is_told_and_keeps_what_was_typed(desk, meanwhile, happens):
    call(desk)
    typed = desk.typed(day=weekday(17).isoformat(), message="Veien er stengt.", ask_again="yes")
    meanwhile(lifecycle, "move", lambda: happens(desk))

    answer = desk.client.post(desk.url("move"), typed)

    assert answer.status_code == 409
    page = text(answer)
    assert "kan flyttes eller avlyses" in page
    assert "Veien er stengt." in page
    assert weekday(17).isoformat() in page
    assert "Flytt og si fra til gruppa" not in page


def test_who_plans_what_was_just_called_sees_both_and_keeps_what_was_typed(desk, meanwhile):
    desk.save("later")
    meanwhile(planning, "save", lambda: lifecycle.call(desk.reload(), by=desk.leader))

    answer = desk.save("later", greeting="Min hilsen", starts="13:30", ends="16:30")

    assert answer.status_code == 409
    page = text(answer)
    for shown in ("Min hilsen", "Velkommen.", "13:30", "09:00"):
        assert shown in page
    assert 'name="starts"' not in page


def test_a_plan_opened_before_the_call_keeps_its_date_in_sight(desk):
    stale = desk.typed(greeting="Min hilsen", starts="13:30", ends="16:30")
    call(desk)

    answer = desk.client.post(desk.url("plan"), {**stale, "later": "1"})

    assert answer.status_code == 409
    for shown in ("Min hilsen", "13:30", "09:00"):
        assert shown in text(answer)
