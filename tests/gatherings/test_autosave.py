"""Autosave: honest answers, every collision reported, both texts retrievable (R3, R4, M7)."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gatherings import submissions
from gatherings.models import Gathering, Submission
from tests.browser import Window
from tests.factories import AssignmentFactory, GatheringFactory, GroupFactory, PersonFactory

pytestmark = pytest.mark.django_db


def scene():
    """A member with something to write before a called gathering."""
    group = GroupFactory(leader=PersonFactory(), members=[PersonFactory(first_name="Ronja")])
    gathering = GatheringFactory(group=group, called=True)
    task = AssignmentFactory(round=gathering.round, title="Skriv om én episode")
    return gathering, task, group.memberships.members().get().person


def addresses(gathering, task):
    ids = [gathering.pk, task.pk]
    return reverse("gatherings:assignment", args=ids), reverse(
        "gatherings:save_assignment", args=ids
    )


@pytest.fixture
def writing(client):
    gathering, task, ronja = scene()
    client.force_login(ronja)
    address = addresses(gathering, task)[1]
    return lambda **facts: client.post(address, {"version": 0, "text": "", **facts})


def test_the_answer_names_version_and_time(writing):
    answer = writing(text="Det var uro i garderoben.")
    assert answer.status_code == 200
    row = Submission.objects.get()
    assert answer.json()["version"] == row.version == 1
    assert answer.json()["saved_at"].startswith(row.saved_at.isoformat()[:19])
    assert answer.json()["message"].startswith("Lagret kl. ")


def test_a_collision_is_409_with_the_other_text(writing):
    writing(text="telefonen")
    answer = writing(text="PC-en")
    assert answer.status_code == 409
    assert answer.json()["text"] == "telefonen"
    assert answer.json()["version"] == 1
    assert Submission.objects.get().versions.get().text == "PC-en"


def test_a_choice_is_made_from_a_page_that_needs_no_script(client):
    gathering, task, ronja = scene()
    client.force_login(ronja)
    page, _save = addresses(gathering, task)
    client.post(page, {"text": "telefonen", "version": 0})
    both = client.post(page, {"text": "PC-en", "version": 0})
    assert both.status_code == 409
    shown = both.content.decode()
    assert "telefonen" in shown
    assert "PC-en" in shown
    for keep, text in [("both", "telefonen\n\nPC-en"), ("mine", "PC-en"), ("theirs", "telefonen")]:
        Submission.objects.update(text="telefonen", version=1)
        client.post(page, {"text": "PC-en", "version": 1, "keep": keep})
        row = Submission.objects.get()
        assert row.text == text
        kept = {row.text, *row.versions.values_list("text", flat=True)}
        assert any("telefonen" in each for each in kept)
        assert any("PC-en" in each for each in kept)


@pytest.mark.parametrize("length", [50_001, 200_001])
def test_a_text_that_is_too_long_is_refused_in_words(writing, length):
    answer = writing(text="x" * length)
    assert answer.status_code == 422
    assert "50000" in answer.json()["message"]
    assert not Submission.objects.exists()


def test_fifty_thousand_signs_are_saved_as_they_are(writing):
    text = "Æøå 👩‍👩‍👧‍👦 \u202e" * 3000
    assert writing(text=text).status_code == 200
    assert Submission.objects.get().text == text.strip()


def test_after_the_start_the_text_is_kept_and_the_page_told(writing):
    Gathering.objects.update(starts_at=timezone.now())
    answer = writing(text="for sent")
    assert answer.status_code == 423
    assert "låst" in answer.json()["message"]
    assert Submission.objects.get().versions.get().text == "for sent"


def test_a_get_does_not_save(client):
    gathering, task, ronja = scene()
    client.force_login(ronja)
    page, save = addresses(gathering, task)
    assert client.get(save).status_code == 405
    client.get(page)
    assert not Submission.objects.exists()


# --- two at once ------------------------------------------------------------------------------


def collide(save, rounds):
    """`rounds` times two windows save different texts at once; how often a text was lost."""
    lost = 0
    for turn in range(rounds):
        barrier = threading.Barrier(2)

        def type_in(name, turn=turn, barrier=barrier):
            barrier.wait()
            save(f"{name} {turn}", turn)
            connection.close()

        pair = [threading.Thread(target=type_in, args=(name,)) for name in ("mobil", "pc")]
        for each in pair:
            each.start()
        for each in pair:
            each.join()
        row = Submission.objects.get()
        kept = {row.text, *row.versions.values_list("text", flat=True)}
        lost += not {f"mobil {turn}", f"pc {turn}"} <= kept
        Submission.objects.update(version=turn + 1)
    return lost


@pytest.mark.django_db(transaction=True)
def test_m7_two_windows_at_once_never_lose_a_text(monkeypatch):
    gathering, task, ronja = scene()
    told = []

    def save(text, version):
        outcome = submissions.save(
            gathering, task, by=ronja, text=text, audience="group", version=version
        )
        told.append(outcome.conflict is None)

    assert collide(save, 25) == 0
    assert told.count(True) == told.count(False) == 25


@pytest.mark.django_db(transaction=True)
def test_m7_control_last_write_wins_loses_texts():
    gathering, task, ronja = scene()
    Submission.objects.create(assignment=task, person=ronja, group=gathering.group)

    def naive(text, version):
        row = Submission.objects.get()
        row.text, row.version = text, version + 1
        row.save()

    assert collide(naive, 10) == 10


# --- in the browser ---------------------------------------------------------------------------


@pytest.fixture
def at_work(window, live_server, transactional_db):
    """`at_work()`: a window where Ronja stands on the page she writes on; also its facts."""
    gathering, task, ronja = scene()

    def open_one(**more) -> Window:
        client = Client()
        client.force_login(ronja)
        opened = window(phone=True, **more)
        session = client.cookies["session"].value
        opened.page.context.add_cookies(
            [{"name": "session", "value": session, "url": live_server.url}]
        )
        opened.open(addresses(gathering, task)[0])
        return opened

    open_one.gathering, open_one.task, open_one.ronja = gathering, task, ronja
    return open_one


def state(opened):
    return opened.page.locator("[data-save-state]")


def until(opened, text):
    opened.page.wait_for_function(
        "text => document.querySelector('[data-save-state]').textContent.includes(text)", arg=text
    )


@pytest.mark.browser
def test_typed_text_saves_itself_and_says_when(at_work):
    mine = at_work()
    mine.page.locator("[data-text]").press_sequentially("Det var uro i garderoben.")
    assert mine.page.locator("[data-word-count]").inner_text() == "5 ord"
    until(mine, "Lagret kl.")
    assert Submission.objects.get().text == "Det var uro i garderoben."
    assert Submission.objects.get().delivered_at is None


@pytest.mark.browser
def test_deliver_waits_for_the_save_on_its_way(at_work):
    mine = at_work()
    mine.page.locator("[data-text]").fill("Levert med én gang.")
    mine.page.locator("[data-text]").blur()
    mine.press("Lever til gruppa")
    mine.sees("Du kan endre fram til samlingen")
    row = Submission.objects.get()
    assert row.delivered_at
    assert not row.versions.filter(is_conflict=True).exists()


@pytest.mark.browser
def test_two_windows_both_texts_are_offered(at_work):
    phone, desk = at_work(), at_work()
    phone.page.locator("[data-text]").fill("fra telefonen")
    until(phone, "Lagret kl.")
    desk.page.locator("[data-text]").fill("fra PC-en")
    until(desk, "to ulike versjoner")
    assert desk.page.locator("[data-text]").input_value() == "fra PC-en"
    desk.press("Se begge")
    desk.sees("fra telefonen")
    desk.press("Behold begge under hverandre")
    assert desk.page.locator("[data-text]").input_value() == "fra telefonen\n\nfra PC-en"


@pytest.mark.browser
def test_without_network_the_text_stays_and_is_saved_later(at_work):
    mine = at_work()
    mine.page.context.set_offline(True)
    mine.page.locator("[data-text]").fill("skrevet uten nett")
    until(mine, "prøver igjen")
    mine.page.context.set_offline(False)
    until(mine, "Lagret kl.")
    assert Submission.objects.get().text == "skrevet uten nett"
    # Who hears the page is told the same as who sees it.
    assert mine.page.locator("[data-save-announced]").text_content() == state(mine).inner_text()
    mine.faults.clear()  # the browser logs that the network was gone


@pytest.mark.browser
def test_signed_out_the_text_stays_and_is_saved_after_signing_in_again(at_work, live_server):
    mine = at_work()
    Session.objects.all().delete()
    mine.page.locator("[data-text]").fill("mens jeg var logget ut")
    until(mine, "Du er logget ut")
    assert mine.page.locator("[data-text]").input_value() == "mens jeg var logget ut"
    assert not Submission.objects.exists()
    client = Client()
    client.force_login(at_work.ronja)
    session = client.cookies["session"].value
    mine.page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    mine.page.evaluate("window.dispatchEvent(new Event('focus'))")
    until(mine, "Lagret kl.")
    assert Submission.objects.get().text == "mens jeg var logget ut"


@pytest.mark.browser
def test_another_person_signing_in_gets_none_of_it(at_work, live_server):
    mine = at_work()
    Session.objects.all().delete()
    client = Client()
    client.force_login(PersonFactory(region=at_work.ronja.region))
    session = client.cookies["session"].value
    mine.page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    mine.page.locator("[data-text]").fill("bare Ronjas")
    until(mine, "Teksten ligger trygt")
    assert not Submission.objects.exists()


@pytest.mark.browser
def test_too_long_a_paste_stays_in_the_box_and_says_why(at_work):
    mine = at_work()
    mine.page.locator("[data-text]").fill("x" * 200_001)
    until(mine, "50000")
    assert len(mine.page.locator("[data-text]").input_value()) == 200_001


@pytest.mark.browser
def test_without_scripts_drafts_and_delivery_work(at_work):
    mine = at_work(scripts=False)
    mine.page.locator("[data-text]").fill("uten skript")
    mine.press("Lagre utkast")
    mine.sees("Lagret kl.")
    mine.press("Lever til gruppa")
    mine.until(lambda: Submission.objects.get().delivered_at)


@pytest.mark.browser
def test_who_is_moved_out_of_the_group_while_typing_keeps_the_text_on_the_page(at_work):
    mine = at_work()
    yesterday = timezone.localdate() - timedelta(days=1)
    at_work.ronja.memberships.update(ends_on=yesterday)
    mine.page.locator("[data-text]").fill("nesten ferdig")
    until(mine, "Teksten ligger trygt i feltet")
    assert mine.page.locator("[data-text]").input_value() == "nesten ferdig"


@pytest.mark.browser
def test_leaving_with_unsaved_text_is_asked_about_and_with_saved_text_not(at_work):
    asked = []
    mine = at_work()
    mine.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    field = mine.page.locator("[data-text]")
    field.press_sequentially("lagret")
    until(mine, "Lagret kl.")
    mine.open("/min-side/")
    assert asked == []
    mine.open(addresses(at_work.gathering, at_work.task)[0])
    mine.page.context.set_offline(True)
    field.press_sequentially(" og ikke lagret")
    until(mine, "prøver igjen")
    mine.page.context.set_offline(False)
    mine.page.close(run_before_unload=True)
    mine.page.wait_for_event("close") if not mine.page.is_closed() else None
    assert asked == ["beforeunload"]
    mine.faults.clear()  # the browser logs that the network was gone
