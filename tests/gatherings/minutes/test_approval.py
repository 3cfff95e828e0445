"""Minutes are sent once and approved by silence, by the leader or by the clock."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from gatherings import minutes, tasks
from gatherings.models import Minutes
from networks.models import Rules
from office.models import JournalEntry, Letter
from tests.gatherings.minutes.shared import CLOSED, approved, person, shown, url

pytestmark = pytest.mark.django_db


def test_the_preview_says_who_gets_what(client, held, draft):
    told = shown(client, "Kari", url(held, "minutes_send"))
    assert "Gruppa (2)" in told
    assert "Styrerne deres (2)" in told
    everybody = told[told.index("Dette får alle andre") :]
    assert CLOSED not in everybody
    assert "Monas aksjon" not in everybody
    assert "Ronjas aksjon" in everybody


def test_sending_asks_the_members_and_shows_the_day(client, held, draft):
    Rules.objects.update(approval_days=5)
    client.force_login(person("Kari"))
    client.post(url(held, "minutes_send"))
    draft.refresh_from_db()
    assert draft.approve_on == timezone.localdate() + timedelta(days=5)
    letters = Letter.objects.filter(occasion=f"minutes-{draft.pk}-sent")
    assert {letter.to.first_name for letter in letters} == {"Ronja", "Mona"}
    assert {letter.reply_to for letter in letters} == {person("Kari").email}
    ronja = letters.get(to=person("Ronja"))
    assert ronja.subject == "Les gjennom: referat fra samling 1"
    assert "Ronjas aksjon" in ronja.text
    assert "Monas aksjon" not in ronja.text


def test_sending_twice_sends_once(held, draft):
    assert minutes.send(draft, by=person("Kari")) == 2
    assert minutes.send(draft, by=person("Kari")) == 0


def test_silence_approves_when_the_day_has_passed_and_not_before(held, draft):
    minutes.send(draft, by=person("Kari"))
    draft.refresh_from_db()
    day = timezone.make_aware(
        timezone.datetime.combine(draft.approve_on, timezone.datetime.min.time())
    )
    assert tasks.approve_minutes(at=(day + timedelta(hours=23)).isoformat()) == 0
    assert tasks.approve_minutes(at=(day + timedelta(hours=25)).isoformat()) == 1
    assert tasks.approve_minutes(at=(day + timedelta(hours=26)).isoformat()) == 0
    draft.refresh_from_db()
    assert draft.state == Minutes.State.APPROVED
    assert draft.approved_by is None
    assert timezone.localdate(draft.approved_at) == draft.approve_on + timedelta(days=1)


def test_the_clock_by_hand_approves_too(held, draft):
    minutes.send(draft, by=person("Kari"))
    later = (timezone.now() + timedelta(days=20)).isoformat()
    said = StringIO()
    call_command("clock", once=True, at=later, stdout=said)
    draft.refresh_from_db()
    assert draft.state == Minutes.State.APPROVED
    assert "approve minutes nobody objected to: 1" in said.getvalue()


def test_approval_tells_the_group_and_exactly_their_managers_once(held, draft):
    approved(draft)
    assert minutes.approve(draft, by=None) is False
    letters = Letter.objects.filter(occasion=f"minutes-{draft.pk}-approved")
    assert sorted(letter.to.first_name for letter in letters) == [
        "Anne",
        "Berit",
        "Kari",
        "Mona",
        "Ronja",
    ]
    berit = letters.get(to=person("Berit"))
    assert "Ronjas aksjon" in berit.text
    name = person("Ronja").name
    assert f"til {name}." in berit.text
    assert name in berit.html
    anne = letters.get(to=person("Anne"))
    assert "Monas aksjon" not in anne.text


@pytest.mark.django_db(transaction=True)
def test_approved_by_the_leader_and_the_clock_at_once_is_approved_once(held, draft):
    minutes.send(draft, by=person("Kari"))
    kari, told, barrier = person("Kari"), [], threading.Barrier(2)

    def approve(by):
        barrier.wait()
        told.append(minutes.approve(draft, by=by))
        connection.close()

    pair = [threading.Thread(target=approve, args=(by,)) for by in (kari, None)]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    assert sorted(told) == [False, True]
    assert Letter.objects.filter(occasion=f"minutes-{draft.pk}-approved").count() == 5
    assert JournalEntry.objects.filter(did="minutes.approved").count() == 1


@pytest.mark.parametrize("moment", ["i morgen", "2026-13-45T09:00", "2026-02-30"])
def test_the_clock_refuses_a_moment_it_cannot_read(moment):
    with pytest.raises(CommandError):
        call_command("clock", once=True, at=moment)


def test_with_distribution_to_the_group_only_no_manager_hears_of_it(client, held, draft):
    Rules.objects.update(distribution=Rules.Distribution.GROUP_ONLY)
    approved(draft)
    occasion = f"minutes-{draft.pk}-approved"
    told = Letter.objects.filter(occasion=occasion).values_list("to__first_name", flat=True)
    assert sorted(told) == ["Kari", "Mona", "Ronja"]
    client.force_login(person("Berit"))
    assert client.get(url(held)).status_code == 404


def test_a_draft_cannot_be_approved(client, held, draft):
    client.force_login(person("Kari"))
    answer = client.post(url(held, "minutes_approve"), follow=True)
    draft.refresh_from_db()
    assert draft.state == Minutes.State.DRAFT
    assert "Send referatet til gruppa før du godkjenner det." in answer.content.decode()
