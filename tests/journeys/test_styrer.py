"""The process leader: finds a date, invites, moves, leads the gathering, writes the minutes."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings.models import Attendance, Gathering, Minutes
from networks.models import Membership
from office import delivery
from tests.journeys import letters

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(demo):
    """Samling 2 of a group that has no date yet."""
    return Gathering.objects.select_related("group", "round").get(
        group__name="Sortland 7", round__number=2
    )


@pytest.fixture
def leader(draft):
    return draft.group.memberships.get(role=Membership.Role.LEADER).person


@pytest.fixture
def members(draft):
    seats = draft.group.memberships.filter(role=Membership.Role.MEMBER)
    return [seat.person for seat in seats.select_related("person")]


def weekday_in(gathering, skip=0):
    """A working day inside the window, some days in."""
    day = gathering.round.window_from + timedelta(days=1 + skip)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def plan_and_send(window, day, *, within=5):
    """From «Min side» to the sent invitation (ux.md §9: 4 to 5 clicks)."""
    window.open("/min-side/")
    window.clicks = 0
    window.press(re.compile("(Planlegg|Send invitasjonen til) samling 2"))
    if "inviter" not in window.path:
        window.write("Dato", day.isoformat())
        window.write("Starter", "09:00")
        window.write("Rom eller adresse", "Møterommet i andre etasje")
        window.press("Se invitasjonen")
    assert window.heading == "Se over og send"
    window.sees("Ja, jeg kommer")  # the letter as it will be read
    window.press(re.compile(r"^Send til \d"))
    assert window.clicks <= within


def test_a_leader_lives_through_a_gathering(
    draft, leader, members, window, logged_in, clock, settings
):
    settings.UNDO_SECONDS = 60
    mine = window()
    logged_in(mine, leader.email, remember=True)
    assert mine.clicks <= 4  # with «Husk meg»

    # She plans, reads the letter as her group will read it, and sends.
    day = weekday_in(draft)
    plan_and_send(mine, day)
    mine.sees("brev sendes om")
    assert all(letters.count(person.email, "samling 2") == 0 for person in members)

    # Undone once: nothing has left the house.
    mine.press("Angre")
    mine.sees(re.compile("Angret|ble sendt"))
    clock.shift(timedelta(seconds=61))
    delivery.drain()
    assert all(letters.count(person.email, "samling 2") == 0 for person in members)

    # Sent again: each gets one letter.
    plan_and_send(mine, day)
    clock.shift(timedelta(seconds=61))
    delivery.drain()
    assert [letters.count(person.email, "samling 2") for person in members] == [1] * len(members)

    answer = mine.page.request.get(mine.site + draft.get_absolute_url() + "program.pdf")
    assert answer.body().startswith(b"%PDF")

    # Some answer by the link in their letter; she sees who has.
    for person, answer in zip(members[:4], ["Ja", "Ja", "Ja", "Nei"], strict=False):
        theirs = window(phone=True)
        theirs.open(letters.link(letters.newest(person.email, "samling 2"), answer))
        theirs.press(re.compile(f"^{answer}"))
    mine.open(draft.get_absolute_url())
    mine.press("Se svar og forarbeid")
    mine.sees(f"4 av {len(members)} har svart, 3 kommer")
    row = mine.page.get_by_role("row", name=re.compile(members[0].name))
    assert "Kommer" in row.inner_text()

    # Moved to another day: everybody is told, and asked again only if she wants.
    moved = weekday_in(draft, skip=3)
    mine.open(draft.get_absolute_url())
    mine.press("Flytt samlingen")
    mine.write("Dato", moved.isoformat())
    mine.touch(mine.page.get_by_label("Nei", exact=True))
    mine.write("Melding til gruppa", "Rommet var opptatt, derfor en ny dag.")
    mine.press("Flytt og si fra til gruppa")
    mine.sees("Samlingen er flyttet")
    clock.shift(timedelta(seconds=61))
    delivery.drain()
    told = letters.newest(members[0].email, "samling 2")
    assert "Rommet var opptatt" in letters.text(told)

    # The day has come.
    draft.refresh_from_db()
    assert timezone.localdate(draft.starts_at) == moved
    clock.move_to(draft.starts_at + timedelta(minutes=5))
    hold(mine, draft, members)
    write_minutes(mine, draft, members)


def hold(mine, gathering, members):
    """Attendance in one press, an agreement, an action written for somebody; then the end."""
    mine.open("/min-side/")
    mine.clicks = 0
    mine.press(re.compile("Gjennomfør samling 2"))
    mine.press("Alle som svarte ja, er her")
    assert mine.clicks <= 2
    mine.sees("3 er merket som til stede")
    present = gathering.attendances.filter(presence=Attendance.Presence.PRESENT, as_leader=False)
    assert present.count() == 3

    mine.write("En ny avtale", "Alle prøver én ting i garderoben før neste gang.")
    mine.press("Legg til")
    mine.sees("Alle prøver én ting i garderoben")

    mine.press(f"Skriv for {members[0].first_name}")
    mine.write(re.compile("Hva vil .+ prøve"), "Voksne ned på gulvet i garderoben")
    mine.press("Lagre aksjonen")
    mine.sees("Voksne ned på gulvet i garderoben")


def write_minutes(mine, gathering, members):
    """From the notes of the day to the sent minutes (ux.md §9: 4 clicks and the edits)."""
    mine.clicks = 0
    mine.press("Avslutt og lag referat")
    mine.sees("Alle prøver én ting i garderoben")
    mine.write("Kort fortalt", "Vi delte tre episoder og valgte hver vår aksjon.")
    mine.press("Lagre og se over")
    assert mine.heading == "Hvem får hva?"
    mine.press(re.compile(r"^Send til \d+ til gjennomlesning"))
    assert mine.clicks <= 4
    mine.sees("Sendt til")
    assert Minutes.objects.get(gathering=gathering).state == Minutes.State.SENT
    settled = letters.count(members[0].email, "Referat")
    delivery.drain()
    assert letters.count(members[0].email, "Referat") == settled  # a minute to undo in
