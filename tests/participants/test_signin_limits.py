"""Limits: how many tries and codes there are, and who is counted, also when many come at once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from office.models import Letter
from participants import signin
from participants.models import SignInCode, SignInTry
from tests.factories import PersonFactory, RegionFactory
from tests.participants.racing import at_once
from tests.participants.signing_in import CODE, ask, is_in, sent_code, wrong_code


def test_after_five_wrong_tries_the_right_code_is_refused(client, ingrid):
    ask(client, "ingrid@example.no")
    code = sent_code()
    for left in (4, 3, 2, 1):
        page = client.post(CODE, {"code": wrong_code(code)}).content.decode()
        assert f"Du har {left} forsøk igjen" in page
    client.post(CODE, {"code": wrong_code(code)})
    response = client.post(CODE, {"code": code})
    assert response.status_code == 422
    assert not is_in(client)
    assert SignInTry.objects.count() == 5


def test_what_is_no_code_is_no_try(client, ingrid):
    ask(client, "ingrid@example.no")
    for typed in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "１２３４５６"):
        assert client.post(CODE, {"code": typed}).status_code == 422
    assert SignInTry.objects.count() == 0


def test_an_address_has_ten_tries_in_ten_minutes_whatever_the_number_of_codes(client, ingrid):
    clock = time_machine.travel(timezone.now(), tick=False)
    with clock as now:
        for _code in range(2):
            ask(client, "ingrid@example.no")
            for _try in range(5):
                client.post(CODE, {"code": wrong_code(sent_code())})
        ask(client, "ingrid@example.no")
        now.shift(timedelta(minutes=2))
        response = client.post(CODE, {"code": sent_code()})
        assert response.status_code == 429
        assert "For mange forsøk. Prøv igjen om 9 minutter." in response.content.decode()
        assert SignInTry.objects.count() == 10
        now.shift(timedelta(minutes=7, seconds=59))
        assert client.post(CODE, {"code": sent_code()}).status_code == 429
        now.shift(timedelta(seconds=2))
        ask(client, "ingrid@example.no")
        client.post(CODE, {"code": sent_code()})
    assert is_in(client)


def use_up_the_tries(client):
    for _code in range(2):
        ask(client, "ingrid@example.no")
        for _try in range(5):
            client.post(CODE, {"code": wrong_code(sent_code())})


def test_the_owner_is_told_once_a_day_when_the_tries_are_used_up(client, ingrid):
    noon = timezone.localtime().replace(hour=12)
    with time_machine.travel(noon, tick=False) as now:
        use_up_the_tries(client)
        letter = Letter.objects.get(template="tries")
        now.shift(timedelta(minutes=11))
        use_up_the_tries(client)
    assert (letter.to, letter.subject) == (ingrid, "Noen har prøvd å logge inn")
    assert "10 ganger" in letter.text
    assert SignInTry.objects.count() == 20
    assert Letter.objects.filter(template="tries").count() == 1


@pytest.mark.parametrize("address", ["ingrid@example.no", "unknown@example.no"])
def test_an_address_gets_five_codes_an_hour(client, ingrid, address):
    with time_machine.travel(timezone.now(), tick=False) as now:
        assert [ask(client, address).status_code for _ in range(5)] == [302] * 5
        now.shift(timedelta(minutes=15))
        response = ask(client, address)
        assert response.status_code == 429
        assert "Prøv igjen om 46 minutter." in response.content.decode()
        assert response["Retry-After"] == "2701"
        assert f'value="{address}"' in response.content.decode()
        now.shift(timedelta(minutes=45, seconds=1))
        assert ask(client, address).status_code == 302
    assert SignInCode.objects.count() == 6


def test_one_network_gets_so_many_codes_an_hour_whatever_it_says_of_itself(client, db, settings):
    settings.SIGN_IN_CODES_PER_NETWORK = 20
    statuses = [
        ask(
            client,
            f"p{n}@example.no",
            REMOTE_ADDR=f"2001:db8::{n}",
            HTTP_X_FORWARDED_FOR=f"192.0.2.{n}",
        ).status_code
        for n in range(21)
    ]
    assert statuses == [302] * 20 + [429]
    assert ask(client, "p@example.no", REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


def test_the_offices_of_a_kommune_come_in_on_one_morning(db, monkeypatch):
    monkeypatch.setattr("participants.signin.secrets.randbelow", lambda _most: 123456)
    monkeypatch.setattr("participants.signin._write", lambda *_, **__: None)
    office = PersonFactory.create_batch(200, region=RegionFactory())
    for n, person in enumerate(office):
        for _time in range(1 + n % 2):  # every second one asks once more
            row = signin.send_code(person.email, ip="192.0.2.1")
        if n % 2:
            with pytest.raises(signin.Wrong):
                signin.try_code(row, "654321")
        assert signin.try_code(row, "123456") == [person]


def test_one_network_may_guess_a_hundred_times_an_hour_over_all_addresses(db, monkeypatch):
    monkeypatch.setattr("participants.signin._write", lambda *_, **__: None)
    with time_machine.travel(timezone.now(), tick=False) as now:
        codes = [signin.send_code(f"p{n}@example.no", ip="192.0.2.1") for n in range(21)]
        for row in codes[:20]:
            for _try in range(5):
                with pytest.raises(signin.Wrong):
                    signin.try_code(row, "x")
        with pytest.raises(signin.TooMany):
            signin.try_code(codes[20], "x")
        with pytest.raises(signin.Wrong):
            signin.try_code(signin.send_code("p@example.no", ip="192.0.2.2"), "x")
        now.shift(timedelta(minutes=60, seconds=1))
        with pytest.raises(signin.Wrong):
            signin.try_code(signin.send_code("p20@example.no", ip="192.0.2.1"), "x")


def test_without_an_address_on_the_wire_one_can_still_ask(client, ingrid):
    assert ask(client, "ingrid@example.no", REMOTE_ADDR="").status_code == 302


@pytest.mark.parametrize(
    ("proxies", "header", "counted"),
    [
        (0, "198.51.100.9", "203.0.113.7"),
        (1, "", "203.0.113.7"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        (2, "198.51.100.9", "203.0.113.7"),
    ],
)
def test_a_forged_header_does_not_change_who_is_counted(settings, rf, proxies, header, counted):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=header)
    assert signin.client_ip(request) == counted


# --- races ---------------------------------------------------------------------------------------


def codes(number):
    return [signin.send_code("nobody@example.no", ip="192.0.2.1") for _ in range(number)]


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_at_one_code_compare_five():
    [row] = codes(1)
    assert at_once(12, lambda _n: signin.try_code(row, "x")) == {"Spent": 7, "Wrong": 5}


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_tries_at_an_address_compare_ten():
    rows = codes(4)
    ends = at_once(100, lambda n: signin.try_code(rows[n % 4], "x"))
    assert ends.pop("Wrong") == 10 == SignInTry.objects.count()
    assert set(ends) <= {"TooMany", "Spent"}


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_requests_give_five_codes():
    assert at_once(100, lambda n: signin.send_code("a@example.no", ip=f"192.0.2.{n}")) == {
        "TooMany": 95,
        "done": 5,
    }


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_requests_from_one_network_give_twenty_codes(settings):
    settings.SIGN_IN_CODES_PER_NETWORK = 20
    assert at_once(100, lambda n: signin.send_code(f"a{n}@example.no", ip="192.0.2.1")) == {
        "TooMany": 80,
        "done": 20,
    }
