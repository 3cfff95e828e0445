"""Minutes are written: by two at once, read from the day's lines, changed after sending."""

import pytest
from django.utils import timezone

from gatherings import minute_facts, minutes
from gatherings.models import Minutes
from office.models import Letter
from tests.gatherings.minutes.shared import OPEN, approved, person, shown, url
from tests.nasty import NASTY, encoded

pytestmark = pytest.mark.django_db


def texts(**more):
    return {"summary": "", "open_part": "", "closed_part": "", "to_steering": "", **more}


def test_two_who_write_at_once_see_both(client, held, draft):
    client.force_login(person("Kari"))
    address = url(held, "minutes_edit")
    client.post(address, texts(summary="fra den ene", version=1))
    answer = client.post(address, texts(summary="fra den andre", version=1))
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "fra den ene" in told
    assert "fra den andre" in told
    assert Minutes.objects.get().summary == "fra den ene"
    again = client.post(address, texts(summary="begge", version=2))
    assert again.status_code == 302
    assert Minutes.objects.get().summary == "begge"


def test_the_parts_say_who_receives_them(client, held, draft):
    told = shown(client, "Kari", url(held, "minutes_edit"))
    assert told.count("Deles med: alle mottakere") == 3
    assert told.count("Deles med: bare gruppa") == 1


def test_sent_minutes_that_are_changed_become_a_draft_and_are_sent_again(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    client.force_login(person("Kari"))
    client.post(url(held, "minutes_edit"), texts(summary="rettet", version=1))
    draft.refresh_from_db()
    assert (draft.state, draft.approve_on) == (Minutes.State.DRAFT, None)
    assert minutes.send(draft, by=person("Kari")) == 2
    assert Letter.objects.filter(to=person("Ronja")).count() == 2


def test_approved_minutes_do_not_change(client, held, draft):
    approved(draft)
    client.force_login(person("Kari"))
    answer = client.post(url(held, "minutes_edit"), texts(summary="for sent", version=1))
    assert answer.status_code == 409
    assert "Referatet er godkjent og kan ikke lenger endres." in answer.content.decode()
    assert "for sent" in answer.content.decode()
    assert Minutes.objects.get().summary == OPEN
    with pytest.raises(minutes.Settled):
        minutes.write(draft, texts(), version=1, by=person("Kari"))


def test_minutes_approved_while_they_are_being_saved_show_what_was_written(
    client, held, draft, monkeypatch
):
    write = minutes.write

    def too_late(found, *args, **kwargs):
        approved(draft)
        return write(found, *args, **kwargs)

    monkeypatch.setattr(minutes, "write", too_late)
    client.force_login(person("Kari"))
    answer = client.post(url(held, "minutes_edit"), texts(summary="for sent", version=1))
    assert answer.status_code == 409
    assert "for sent" in answer.content.decode()
    assert Minutes.objects.get().summary == OPEN


def test_minutes_taken_back_before_any_letter_left_are_not_called_corrected(held, draft):
    kari = person("Kari")
    minutes.send(draft, by=kari)
    minutes.write(draft, texts(summary="rettet"), version=1, by=kari)
    draft.refresh_from_db()
    assert minutes.send(draft, by=kari) == 2
    waiting = Letter.objects.filter(to=person("Ronja"), state=Letter.State.WAITING).get()
    assert "Stemmer det?" in waiting.text
    assert "rettet" not in waiting.text


def test_only_those_whom_the_first_letter_reached_are_told_that_it_is_corrected(held, draft):
    kari = person("Kari")
    minutes.send(draft, by=kari)
    first = Letter.objects.filter(to=person("Ronja"))
    first.update(state=Letter.State.SENT, sent_at=timezone.now())
    minutes.write(draft, texts(summary="ny tekst"), version=1, by=kari)
    draft.refresh_from_db()
    minutes.send(draft, by=kari)
    told = {
        letter.to.first_name: "rettet" in letter.text
        for letter in Letter.objects.filter(state=Letter.State.WAITING)
    }
    assert told == {"Ronja": True, "Mona": False}


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("1. Runde\nA\n\n2. Refleksjon\nB", ["Runde", "Refleksjon"]),
        ("1. Runde\nVi så:\n1. dette\n2. det\n\n2) Refleksjon", ["Runde", "Refleksjon"]),
        ("Uten overskrift", ["Dette snakket vi om"]),
        ("", []),
        ("7. Ikke den første", ["Dette snakket vi om"]),
    ],
)
def test_items_are_read_from_numbered_lines(text, titles):
    assert [item["title"] for item in minute_facts.read_items(text)] == titles


@pytest.mark.parametrize("value", NASTY)
def test_the_form_takes_or_refuses_anything_and_keeps_it(client, held, draft, value):
    client.force_login(person("Kari"))
    for field in ("summary", "open_part", "closed_part", "to_steering", "version"):
        body = encoded(texts(version=Minutes.objects.get().version) | {field: value})
        answer = client.post(
            url(held, "minutes_edit"), body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in (302, 409, 422), (field, answer.status_code)
        if answer.status_code != 302:
            assert 'role="alert"' in answer.content.decode()
