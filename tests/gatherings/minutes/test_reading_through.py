"""A member says that she has read the minutes: then they no longer wait for her."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings import minutes, tasks, todo
from gatherings.desk import Desk
from gatherings.models import Minutes
from office.models import JournalEntry
from tests.gatherings.minutes.shared import person, shown, url

pytestmark = pytest.mark.django_db
BUTTON = "Jeg har lest det"


def waits_for(name):
    """Whether the minutes wait: True, False when done, None when the task is gone."""
    found = [t for t in todo.tasks(Desk.of(person(name))) if t.kind == "minutes.read"]
    return not found[0].done if found else None


def says_so(client, name, held):
    client.force_login(person(name))
    return client.post(url(held, "minutes_read"), follow=True)


def test_who_has_read_the_minutes_is_asked_no_more_and_the_others_are(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    assert BUTTON in shown(client, "Ronja", url(held))
    assert waits_for("Ronja")  # to look at a page changes nothing

    page = says_so(client, "Ronja", held).content.decode()

    assert "Merket som lest: Referat fra samling 1" in page
    assert (waits_for("Ronja"), waits_for("Mona")) == (False, True)
    assert BUTTON not in shown(client, "Ronja", url(held))
    assert BUTTON in shown(client, "Mona", url(held))


def test_saying_it_twice_is_noted_once(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    says_so(client, "Ronja", held)
    says_so(client, "Ronja", held)
    assert JournalEntry.objects.filter(did="minutes.read", by=person("Ronja")).count() == 1


def test_minutes_that_were_changed_and_sent_anew_are_to_be_read_anew(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    says_so(client, "Ronja", held)
    texts = {name: getattr(draft, name) for name in minutes.PARTS}
    minutes.write(draft, {**texts, "summary": "Rettet."}, version=1, by=person("Kari"))
    assert waits_for("Ronja") is None
    minutes.send(draft, by=person("Kari"))
    assert waits_for("Ronja")
    assert BUTTON in shown(client, "Ronja", url(held))


def test_silence_still_approves_and_there_is_nothing_left_to_say(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    tasks.approve_minutes(at=(timezone.now() + timedelta(days=30)).isoformat())
    assert Minutes.objects.get().state == Minutes.State.APPROVED
    assert waits_for("Ronja") is None
    assert BUTTON not in shown(client, "Ronja", url(held))
    assert "av gruppa" in says_so(client, "Ronja", held).content.decode()
    assert not JournalEntry.objects.filter(did="minutes.read").exists()


def test_the_leader_who_wrote_them_and_outsiders_are_not_asked(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    assert BUTTON not in shown(client, "Kari", url(held))
    assert says_so(client, "Berit", held).status_code == 404
