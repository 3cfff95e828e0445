"""Preparation on its pages: what is asked of whom, until when, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings.models import Assignment, Gathering, Submission
from office.models import JournalEntry
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    PersonFactory,
    RoundFactory,
)
from tests.gatherings.preparation import person, save, url
from tests.nasty import NASTY, encoded

pytestmark = pytest.mark.django_db


# --- what is asked -------------------------------------------------------------------------------


def test_v15_all_groups_of_a_round_get_the_same_preparation(client, gathering, task, group):
    other = GroupFactory(
        season=group.season, members=[PersonFactory(region=group.season.network.region)]
    )
    elsewhere = GatheringFactory(group=other, round=gathering.round, called=True)
    for each in (gathering, elsewhere):
        member = each.group.memberships.members().first().person
        client.force_login(member)
        shown = client.get(url(each, name="preparation")).content.decode()
        assert task.title in shown
        assert "ca. 20 min" in shown


def test_v21_the_list_tells_how_long_the_preparation_takes(client, gathering, task, group):
    AssignmentFactory(round=gathering.round, minutes=25, kind=Assignment.Kind.READ)
    client.force_login(person(group, "Ronja"))
    assert "ca. 45 min" in client.get(url(gathering, name="preparation")).content.decode()


def test_an_assignment_of_another_round_is_not_found(client, gathering, group):
    other = AssignmentFactory(round=RoundFactory(season=group.season))
    client.force_login(person(group, "Ronja"))
    assert client.get(url(gathering, other)).status_code == 404


def test_reading_is_ticked_off_by_post_only(client, gathering, group):
    task = AssignmentFactory(round=gathering.round, kind=Assignment.Kind.READ)
    client.force_login(person(group, "Ronja"))
    client.get(url(gathering, task))
    assert not Submission.objects.exists()
    client.post(url(gathering, task))
    assert Submission.objects.get().delivered_at


def test_the_journal_knows_who_ticked_off_reading_once(client, gathering, group):
    task = AssignmentFactory(round=gathering.round, kind=Assignment.Kind.READ)
    ronja = person(group, "Ronja")
    client.force_login(ronja)
    for _twice in range(2):
        client.post(url(gathering, task))
    entry = JournalEntry.objects.get(did="submission.read")
    assert (entry.by, entry.object_id) == (ronja, str(Submission.objects.get().pk))


# --- delivering ----------------------------------------------------------------------------------


def test_delivering_asks_for_a_text_and_a_draft_does_not(client, gathering, task, group):
    client.force_login(person(group, "Ronja"))
    refused = client.post(url(gathering, task), {"text": "  ", "version": 0, "deliver": "1"})
    assert refused.status_code == 422
    assert "Skriv noe før du leverer." in refused.content.decode()
    assert client.post(url(gathering, task), {"text": "", "version": 0}).status_code == 302


def test_one_delivers_late_but_not_after_the_start(client, gathering, task, group):
    ronja = person(group, "Ronja")
    Gathering.objects.update(preparation_due_on=timezone.localdate() - timedelta(days=3))
    client.force_login(ronja)
    client.post(url(gathering, task), {"text": "sent", "version": 0, "deliver": "1"})
    assert Submission.objects.get().delivered_at
    Gathering.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    late = client.post(url(gathering, task), {"text": "enda senere", "version": 1, "deliver": "1"})
    row = Submission.objects.get()
    assert late.status_code == 423
    assert row.text == "sent"
    assert [v.text for v in row.versions.all()] == ["enda senere"]
    assert "enda senere" in late.content.decode()


def test_a_cancelled_gathering_keeps_what_was_typed(client, gathering, task, group):
    Gathering.objects.update(state=Gathering.State.CANCELLED)
    client.force_login(person(group, "Ronja"))
    answer = client.post(url(gathering, task), {"text": "skrevet", "version": 0})
    assert answer.status_code == 423
    assert Submission.objects.get().versions.get().text == "skrevet"


@pytest.mark.parametrize("number", ["01010112356", "010101 12356", "010203-1234"])
def test_a_national_identity_number_is_stopped_and_stays_in_the_box(
    client, gathering, task, group, number, caplog
):
    client.force_login(person(group, "Ronja"))
    answer = client.post(url(gathering, task), {"text": f"Barnet {number}.", "version": 0})
    assert answer.status_code == 422
    assert number in answer.content.decode()
    assert not Submission.objects.exists()
    assert number not in caplog.text


@pytest.mark.parametrize("value", NASTY)
def test_the_writing_form_takes_or_refuses_anything_and_keeps_it(
    client, gathering, task, group, value
):
    client.force_login(person(group, "Ronja"))
    for field in ("text", "audience", "version", "known", "restore", "keep"):
        body = encoded({"text": "tekst", "version": 0, field: value})
        for address in (url(gathering, task), url(gathering, task, "save_assignment")):
            answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (200, 302, 409, 422), (field, answer.status_code)
            if answer.status_code == 422 and address == url(gathering, task):
                assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("name", ["gathering", "preparation"])
def test_what_can_no_longer_be_done_is_not_asked_for(client, gathering, task, group, name):
    AssignmentFactory(round=gathering.round, kind=Assignment.Kind.READ)
    begun = timezone.now() - timedelta(hours=1)
    due = timezone.localdate() - timedelta(days=1)
    Gathering.objects.filter(pk=gathering.pk).update(starts_at=begun, preparation_due_on=due)
    client.force_login(person(group, "Ronja"))
    shown = client.get(url(gathering, name=name)).content.decode()
    assert "Stengt: samlingen har startet" in shown
    for word in ("igjen", "rist ", "Ikke levert", "Merk som lest"):
        assert word not in shown


def test_a_finished_preparation_is_still_told_as_done_when_it_is_locked(
    client, gathering, task, group
):
    save(gathering, task, person(group, "Ronja"), "Kort.", deliver=True)
    Gathering.objects.filter(pk=gathering.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    client.force_login(person(group, "Ronja"))
    shown = client.get(url(gathering, name="gathering")).content.decode()
    assert "Stengt" not in shown
    assert "Gjort" in shown


def test_who_may_read_it_always_has_an_answer_and_is_not_called_optional(
    client, gathering, task, group
):
    client.force_login(person(group, "Ronja"))
    shown = client.get(url(gathering, task)).content.decode()
    assert re.search(r"Hvem kan lese det\?\s*</legend>", shown)
