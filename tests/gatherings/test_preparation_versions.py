"""Versions of a text: each save counts, none is overwritten, and an earlier one comes back."""

import pytest

from gatherings import submissions
from gatherings.models import Submission
from tests.gatherings.preparation import person, save, url

pytestmark = pytest.mark.django_db


def test_each_save_raises_the_version(gathering, task, group):
    ronja = person(group, "Ronja")
    assert save(gathering, task, ronja, "én").submission.version == 1
    assert save(gathering, task, ronja, "én to", 1).submission.version == 2
    assert Submission.objects.get().text == "én to"


def test_a_save_over_an_older_version_is_a_conflict_and_both_texts_are_kept(gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "fra telefonen")
    outcome = save(gathering, task, ronja, "fra PC-en", 0)
    assert outcome.conflict.text == "fra PC-en"
    assert outcome.submission.text == Submission.objects.get().text == "fra telefonen"
    assert Submission.objects.get().versions.get(is_conflict=True).text == "fra PC-en"


def test_a_lost_answer_is_no_conflict(gathering, task, group):
    """The save arrived, its answer did not: the page sends on from what it knows."""
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "en setning")
    outcome = save(gathering, task, ronja, "en setning til", 0, known=["en setning"])
    assert outcome.conflict is None
    assert Submission.objects.get().text == "en setning til"


def test_the_same_text_from_two_windows_is_no_conflict(gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "likt")
    assert save(gathering, task, ronja, "likt", 0).conflict is None


def test_a_text_that_shrinks_is_kept_as_an_earlier_version(gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "lang tekst " * 30)
    save(gathering, task, ronja, "i", 1)
    assert [v.text for v in Submission.objects.get().versions.all()] == ["lang tekst " * 30]


def test_twenty_earlier_versions_are_kept_and_every_text_that_lost_a_conflict(
    gathering, task, group
):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "0")
    save(gathering, task, ronja, "tapte", 99)
    for n in range(1, 40):
        save(gathering, task, ronja, f"{n}", n, keep=True)
    row = Submission.objects.get()
    assert row.versions.filter(is_conflict=False).count() == submissions.VERSIONS_KEPT
    assert row.versions.get(is_conflict=True).text == "tapte"


def test_two_texts_too_long_together_are_both_shown_and_neither_is_lost(
    client, gathering, task, group
):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "a" * 30_000)
    client.force_login(ronja)

    answer = client.post(url(gathering, task), {"text": "b" * 30_000, "version": 1, "keep": "both"})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "a" * 30_000 in page
    assert "b" * 30_000 in page
    assert "Sammen er tekstene lengre enn 50 000 tegn." in page
    row = Submission.objects.get()
    assert row.text == "a" * 30_000
    assert row.versions.get().text == "b" * 30_000
    saved = client.post(url(gathering, task, "save_assignment"), {"text": row.text, "version": 1})
    assert saved.status_code == 200


def test_an_earlier_version_comes_back_and_the_present_one_is_kept(client, gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "første")
    save(gathering, task, ronja, "andre", 1, keep=True)
    client.force_login(ronja)
    old = Submission.objects.get().versions.get()
    client.post(url(gathering, task), {"text": "andre", "version": 2, "restore": old.pk})
    row = Submission.objects.get()
    assert row.text == "første"
    assert "andre" in {v.text for v in row.versions.all()}


def test_nobody_brings_back_another_persons_version(client, gathering, task, group):
    ronja, mona = person(group, "Ronja"), person(group, "Mona")
    save(gathering, task, ronja, "hemmelig")
    save(gathering, task, ronja, "annet", 1, keep=True)
    client.force_login(mona)
    theirs = Submission.objects.get().versions.get()
    client.post(url(gathering, task), {"text": "mitt", "version": 0, "restore": theirs.pk})
    assert Submission.objects.get(person=mona).text == "mitt"
