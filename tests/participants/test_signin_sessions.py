"""Sessions: how long one stays in, how one gets out, and that what is spent is forgotten."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from office.models import Letter
from participants import signin
from participants.models import Role, SignInCode, SignInLink
from participants.tasks import forget_codes
from tests.factories import RoleFactory
from tests.participants.signing_in import SIGN_IN, enter, is_in, link_for


def test_logging_out_is_a_post_that_ends_the_session_and_empties_the_browser(client, ingrid):
    client.force_login(ingrid)
    stolen = client.session.session_key
    assert client.get(reverse("participants:sign_out")).status_code == 405
    assert is_in(client)
    response = client.post(reverse("participants:sign_out"))
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "Du er logget ut." in client.get(response["Location"]).content.decode()
    assert not Session.objects.filter(session_key=stolen).exists()


def test_a_remembered_device_keeps_its_cookie_fourteen_days_another_until_it_closes(ingrid):
    own, borrowed = Client(), Client()
    enter(own, remember="on")
    enter(borrowed)
    assert own.cookies["session"]["max-age"] == 14 * 24 * 3600
    assert borrowed.cookies["session"]["max-age"] == ""


def stays_in(person, *pauses, remember="on"):
    """Whether she is still in after pages with these pauses between them."""
    client, login = Client(), timezone.now()
    with time_machine.travel(login, tick=False) as now:
        enter(client, person.email, remember=remember)
        for pause in pauses:
            now.shift(pause)
            client.get(reverse("gatherings:help"))
        return is_in(client) and client.get(SIGN_IN).status_code == 302


def test_an_ordinary_person_stays_in_for_fourteen_days_without_use(ingrid):
    assert stays_in(ingrid, timedelta(days=13), timedelta(days=13), timedelta(days=13))
    assert not stays_in(ingrid, timedelta(days=15))


@pytest.mark.parametrize("kind", Role.Kind.values)
@pytest.mark.parametrize("remember", ["on", ""])
def test_power_ends_after_eight_hours_without_use_and_twelve_in_all(ingrid, kind, remember):
    RoleFactory(person=ingrid, kind=kind)
    hours = timedelta(hours=1)
    assert stays_in(ingrid, 7 * hours, remember=remember)
    assert not stays_in(ingrid, 9 * hours, remember=remember)
    assert stays_in(ingrid, 6 * hours, 5 * hours, remember=remember)
    assert not stays_in(ingrid, 6 * hours, 7 * hours, remember=remember)


def test_who_is_no_longer_in_use_is_out_at_once(client, ingrid):
    enter(client)
    ingrid.is_active = False
    ingrid.save()
    assert client.get(reverse("participants:profile")).status_code == 302


def test_what_is_spent_is_forgotten(ingrid):
    signin.send_code("ingrid@example.no", ip="192.0.2.1")
    link_for(ingrid)
    Client().force_login(ingrid)
    forget_codes(at=timezone.now() + timedelta(hours=23))
    assert Session.objects.count() == 1
    assert SignInCode.objects.count() == SignInLink.objects.count() == 1
    assert Letter.objects.get().text
    forget_codes(at=(timezone.now() + timedelta(days=32)).isoformat())
    assert SignInCode.objects.count() == SignInLink.objects.count() == 0
    assert Session.objects.count() == 0
    assert (Letter.objects.get().state, Letter.objects.get().text) == ("dropped", "")
