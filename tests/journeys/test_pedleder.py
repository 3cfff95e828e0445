"""The pedagogical leader, on a phone: answers, prepares, reads the others, chooses an action."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from gatherings import conducting, minutes
from gatherings.models import Action, Attendance, Gathering, Submission
from networks.models import Membership
from office import delivery
from tests.browser import PATIENCE
from tests.journeys import letters
from tests.journeys.conftest import NOT_CARRIED_YET

pytestmark = pytest.mark.browser

TASK = "Fem minutter i en fast situasjon"
TEXT = "Jeg så Ærfuglene i femten minutter før jeg sa noe. Da la jeg merke til hvem som venta."


@pytest.fixture
def gathering(demo):
    """Samling 2, called; the invitation is on its way."""
    return Gathering.objects.select_related("group", "round").get(
        group__name=NOT_CARRIED_YET, round__number=2
    )


@pytest.fixture
def member(gathering):
    """Somebody who has neither answered nor written."""
    silent = gathering.attendances.filter(answer=Attendance.Answer.NONE, as_leader=False)
    return silent.exclude(person__submissions__assignment__round=gathering.round)[0].person


def test_a_member_lives_through_a_gathering_on_a_phone(gathering, member, window, logged_in, clock):
    delivery.drain()
    phone = window(phone=True)

    # Two taps from the letter: its button, and the same answer on the page.
    phone.open(letters.link(letters.newest(member.email, "Samling 2"), "Ja, jeg kommer"))
    phone.clicks = 1
    assert not answer_of(gathering, member).answered_at  # looking is not answering
    phone.press("Ja, jeg kommer")
    assert phone.clicks <= 2
    assert phone.heading.startswith("Du kommer")
    assert answer_of(gathering, member).answer == Attendance.Answer.YES

    # The preparation needs a log-in, and leads back to where she was going.
    phone.clicks = 0
    phone.press("Åpne forarbeidet")
    logged_in(phone, member.email, here=True)
    assert phone.clicks <= 4
    assert phone.heading == "Forarbeid"

    write(phone, gathering, member)
    read(phone, gathering)

    # After the gathering, which her leader has ended and written up.
    phone.touch(phone.page.locator("header summary"))
    phone.press("Logg ut")
    hold(gathering, clock)
    choose_an_action(phone, gathering, member, logged_in)


def test_without_scripts_the_same_is_done_with_plain_forms(gathering, member, window, logged_in):
    delivery.drain()
    phone = window(phone=True, scripts=False)
    phone.open(letters.link(letters.newest(member.email, "Samling 2"), "Jeg deltar digitalt"))
    phone.press("Jeg deltar digitalt")
    assert phone.heading.startswith("Du deltar digitalt")
    phone.press("Åpne forarbeidet")
    logged_in(phone, member.email, here=True)
    phone.press(TASK)
    phone.page.locator("textarea[name=text]").fill(TEXT)
    phone.press("Lagre utkast")
    phone.sees(re.compile(r"Lagret kl\. \d\d\.\d\d"))
    assert phone.page.locator("textarea[name=text]").input_value() == TEXT
    phone.press("Lever til gruppa")
    phone.sees("Du har levert")
    phone.open(gathering.get_absolute_url())
    phone.press("Nei, jeg kan ikke")
    phone.until(lambda: answer_of(gathering, member).answer == Attendance.Answer.NO)


def answer_of(gathering, member):
    return gathering.attendances.get(person=member)


def write(phone, gathering, member):
    """Open the task, write, see that it is kept, deliver: two taps and the text."""
    others = Submission.objects.filter(group=gathering.group, assignment__title=TASK).exclude(
        text=""
    )
    assert others.exists()
    phone.open("/min-side/")
    phone.clicks = 0
    phone.press(f"Skriv: {TASK}")
    for other in others:
        phone.does_not_see(other.text)
    answer = phone.page.locator("textarea[name=text]")
    answer.press_sequentially(TEXT, delay=2)
    status = phone.page.locator("[data-save-state]")
    expect(status).to_have_text(re.compile(r"^Lagret kl\. \d\d\.\d\d"), timeout=PATIENCE)
    phone.page.reload()
    expect(answer).to_have_value(TEXT)
    phone.press("Lever til gruppa")
    assert phone.clicks <= 2
    phone.sees("Du har levert")
    assert Submission.objects.get(person=member, text=TEXT).delivered_at

    # Now, and not before, the others' texts are there.
    phone.open(gathering.get_absolute_url() + "forarbeid/gruppa/")
    for other in others:
        phone.sees(other.text.split("\n")[0][:60])


def read(phone, gathering):
    """Mark the text as read: two taps."""
    phone.open("/min-side/")
    phone.clicks = 0
    phone.press("Les «Å se før jeg mener»")
    phone.press("Merk som lest")
    assert phone.clicks <= 2
    phone.sees("Merket som lest")


def hold(gathering, clock):
    """The day comes and goes; the leader, whose journey is another, ends it and sends minutes."""
    leader = gathering.group.memberships.get(role=Membership.Role.LEADER).person
    gathering.refresh_from_db()
    clock.move_to(gathering.ends_at + timedelta(minutes=1))
    conducting.everyone_who_said_yes(gathering, by=leader)
    conducting.agree(gathering, "Alle ser i fem minutter før de sier noe.", by=leader)
    draft = conducting.finish(gathering, by=leader)
    minutes.send(minutes.surrounded(draft), by=leader)
    delivery.drain()


def choose_an_action(phone, gathering, member, logged_in):
    """The minutes by the link in the letter; then an action: two taps and one line."""
    phone.open(letters.link(letters.newest(member.email, "Referat"), "Les referatet"))
    logged_in(phone, member.email, here=True)
    phone.sees("Alle ser i fem minutter før de sier noe.")
    assert member.name in phone.page.locator("main").inner_text()  # among those present

    phone.open("/min-side/")
    phone.clicks = 0
    phone.press("Velg aksjonen din")
    phone.write("Hva vil du prøve", "Fem minutter på gulvet før jeg sier noe")
    phone.press("Lagre aksjonen")
    assert phone.clicks <= 2
    phone.sees("Aksjonen er lagret")
    action = Action.objects.get(person=member, gathering=gathering)
    assert action.title == "Fem minutter på gulvet før jeg sier noe"
