"""One-time links: looking uses none up, one press does, and what else ends them."""

import pytest
from django.test import Client
from django.utils import timezone

from participants import signin
from participants.models import SignInLink
from tests.factories import PersonFactory
from tests.participants.racing import at_once
from tests.participants.signing_in import SIGN_IN, is_in, link_for


def test_a_link_shows_whose_it_is_and_a_press_uses_it_once(client, ingrid):
    link = link_for(ingrid)
    for _look in range(20):
        assert "Logg inn som Ingrid Olsen" in client.get(link).content.decode()
        assert client.head(link).status_code == 200
    assert not is_in(client)
    assert client.post(link)["Location"] == "/min-side/"
    assert is_in(client)

    other = Client()
    for method in (other.get, other.post):
        response = method(link)
        assert response.status_code == 410
        assert SIGN_IN in response.content.decode()
    assert not is_in(other)


def a_day_passes(person, link):
    SignInLink.objects.update(expires_at=timezone.now())


def the_address_changes(person, link):
    person.email = "hijacker@example.no"
    person.save()


def a_newer_link_is_made(person, link):
    link_for(person)


def she_logs_out_everywhere(person, link):
    signin.end_everywhere(person, by=person)


def she_leaves(person, link):
    person.is_active = False
    person.save()


@pytest.mark.parametrize(
    "happens",
    [
        a_day_passes,
        the_address_changes,
        a_newer_link_is_made,
        she_logs_out_everywhere,
        she_leaves,
    ],
)
def test_a_link_stops_working_when(client, ingrid, happens):
    link = link_for(ingrid)
    happens(ingrid, link)
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410
    assert not is_in(client)


def test_a_link_cannot_be_turned_into_another_persons(client, ingrid):
    mona = PersonFactory()
    link_for(mona)
    stolen = link_for(ingrid).replace(ingrid.pk.hex, mona.pk.hex)
    assert client.post(stolen).status_code == 410


@pytest.mark.parametrize("token", ["x", "0" * 32, "é" * 40, "0" * 32 + "%00", "a" * 3000])
def test_a_token_that_is_none_is_answered_calmly(client, db, token):
    assert client.get(f"/logg-inn/lenke/{token}/").status_code == 410


def test_a_link_is_hashed_at_rest(ingrid):
    token = link_for(ingrid).split("/")[-2]
    assert token[32:] not in str(SignInLink.objects.values_list().get())


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_twenty_presses_on_a_link_at_once_use_it_once():
    person = PersonFactory()
    link_for(person)
    link = SignInLink.objects.get()
    used = []
    at_once(20, lambda _n: used.append(signin.use_link(link)))
    assert sorted(used) == [False] * 19 + [True]
