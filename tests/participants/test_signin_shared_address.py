"""A shared address: its letter names nobody, and who has the code says who she is."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from office.models import Letter
from tests.factories import PersonFactory
from tests.participants.signing_in import SIGN_IN, WHO, ask, enter, is_in


@pytest.fixture
def shared(db):
    return [PersonFactory(first_name=name, email="post@example.no") for name in ("Mona", "Nina")]


def test_those_who_share_an_address_say_who_they_are(client, shared):
    response = enter(client, "post@example.no", remember="on")
    assert (response["Location"], is_in(client)) == (WHO, False)
    assert shared[1].name in client.get(WHO).content.decode()
    client.post(WHO, {"person": shared[1].pk})
    assert client.session["_auth_user_id"] == str(shared[1].pk)
    assert not client.session.get_expire_at_browser_close()


def test_one_letter_goes_to_a_shared_address_and_it_names_nobody(client, shared):
    ask(client, "post@example.no")
    letter = Letter.objects.get()
    for person in shared:
        assert person.last_name not in letter.text + letter.html + letter.subject


def test_only_those_at_the_address_can_be_chosen(client, shared, ingrid):
    enter(client, "post@example.no")
    assert client.post(WHO, {"person": ingrid.pk}).status_code == 422
    assert client.post(WHO, {}).status_code == 422
    assert not is_in(client)


def test_choosing_who_one_is_waits_ten_minutes_and_works_once(client, shared):
    enter(client, "post@example.no")
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert client.post(WHO, {"person": shared[0].pk})["Location"] == SIGN_IN
    client.post(WHO, {"person": shared[0].pk})
    client.post(reverse("participants:sign_out"))
    assert client.get(WHO)["Location"] == SIGN_IN


def test_nobody_chooses_without_a_code(client, shared):
    ask(client, "post@example.no")
    assert client.post(WHO, {"person": shared[0].pk})["Location"] == SIGN_IN
