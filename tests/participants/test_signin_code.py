"""The code: who comes in, where to, and that nobody can tell the difference from outside."""

import re
import statistics
import time
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from office.delivery import drain
from office.models import JournalEntry, Letter
from participants import signin
from participants.models import SignInCode
from tests.factories import PersonFactory
from tests.nasty import encoded
from tests.participants.racing import at_once
from tests.participants.signing_in import CODE, SIGN_IN, ask, is_in, sent_code, wrong_code


def plain(response):
    """A page without what differs between any two requests."""
    return re.sub(r'(csrf[^"]*"[^"]*"|X-CSRFToken": ")[^"]+', "", response.content.decode())


def test_the_code_from_the_letter_lets_one_in(client, ingrid):
    before = ask(client, "ingrid@example.no")
    old_session = client.session.session_key
    response = client.post(CODE, {"code": sent_code()})

    assert (before.status_code, before["Location"]) == (302, CODE)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(ingrid.pk)
    assert client.session.session_key != old_session
    entry = JournalEntry.objects.get(did="person.signed_in")
    assert (entry.by, entry.details) == (ingrid, {"way": "code"})


def test_a_code_pasted_with_spaces_is_read(client, ingrid):
    ask(client, "ingrid@example.no")
    code = sent_code()
    client.post(CODE, {"code": f" {code[:3]}\u00a0{code[3:]} \r\n"})
    assert is_in(client)


def test_the_address_is_compared_without_case_and_the_letter_goes_to_the_registered_one(client, db):
    PersonFactory(email="Ingrid@Example.no")
    ask(client, "  INGRID@example.NO ")
    assert Letter.objects.get().address == "Ingrid@Example.no"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "another@example.no"},
        {"is_active": False},
        {"invited_at": None},
        {"email": "ıngrid@example.no"},
    ],
    ids=["unknown", "not in use", "not invited", "looks alike"],
)
def test_who_may_not_come_in_meets_the_same_pages_and_rows(client, db, fields):
    PersonFactory(**{"email": "ingrid@example.no", **fields})
    other = Client()
    PersonFactory(email="mona@example.no")

    answers = [ask(client, "ingrid@example.no"), ask(other, "mona@example.no")]
    pages = [client.get(CODE), other.get(CODE)]
    refusals = [
        client.post(CODE, {"code": "000000"}),
        other.post(CODE, {"code": wrong_code(sent_code())}),
    ]

    assert [a.status_code for a in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    same = [plain(p).replace("mona@", "ingrid@") for p in pages]
    assert same[0] == same[1]
    words = [plain(r).replace("mona@", "ingrid@") for r in refusals]
    assert re.sub(r'value="\d{6}"', "", words[0]) == re.sub(r'value="\d{6}"', "", words[1])
    assert SignInCode.objects.count() == 2
    assert list(Letter.objects.values_list("address", flat=True)) == ["mona@example.no"]


@pytest.mark.hostile
def test_known_and_unknown_addresses_take_the_same_time(ingrid, committed):
    took = {"ingrid@example.no": [], "nobody@example.no": []}
    client = Client()
    for n in range(40):
        for address, times in took.items():
            SignInCode.objects.all().delete()
            with committed():
                begun = time.perf_counter()
                ask(client, address, REMOTE_ADDR=f"192.0.2.{n}")
                times.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times[5:]) for times in took.values())
    assert abs(known - unknown) < 0.020


def test_the_code_is_kept_nowhere_once_the_letter_is_sent(client, ingrid):
    ask(client, "ingrid@example.no")
    code = sent_code()
    assert code not in str(SignInCode.objects.values_list().get())
    drain()
    letter = Letter.objects.get()
    assert (letter.state, letter.subject, letter.text, letter.html) == ("sent", "", "", "")


def test_a_code_works_only_in_the_browser_that_asked(client, ingrid):
    ask(client, "ingrid@example.no")
    code = sent_code()
    other = Client()
    assert other.post(CODE, {"code": code})["Location"] == SIGN_IN
    ask(other, "ingrid@example.no")
    other.post(CODE, {"code": code})
    assert not is_in(other)


def test_a_code_works_once(client, ingrid):
    ask(client, "ingrid@example.no")
    asked, code = signin.asked(client), sent_code()
    assert signin.try_code(asked, code) == [ingrid]
    with pytest.raises(signin.Spent):
        signin.try_code(asked, code)


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_a_right_code_pressed_twenty_times_at_once_lets_in_once():
    PersonFactory(email="ingrid@example.no")
    row = signin.send_code("ingrid@example.no", ip="192.0.2.1")
    code = sent_code()
    assert at_once(20, lambda _n: signin.try_code(row, code)) == {"Spent": 19, "done": 1}


def test_a_code_lives_ten_minutes(client, ingrid):
    ask(client, "ingrid@example.no")
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        response = client.post(CODE, {"code": sent_code()})
    assert response.status_code == 422
    assert "Denne koden kan ikke brukes lenger" in response.content.decode()


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/samlinger/?side=2", "/samlinger/?side=2"),
        ("https://evil.example/", "/min-side/"),
        ("//evil.example/", "/min-side/"),
        ("/\\evil.example/", "/min-side/"),
        ("javascript:alert(1)", "/min-side/"),
        ("evil", "/min-side/"),
        ("/" + "a" * 5000, "/min-side/"),
        ("", "/min-side/"),
    ],
)
def test_after_the_code_one_comes_to_the_page_one_wanted_if_it_is_ours(
    client, ingrid, wanted, given
):
    client.post(f"{SIGN_IN}?" + encoded({"next": wanted}).decode(), {"email": ingrid.email})
    assert client.post(CODE, {"code": sent_code()})["Location"] == given


def test_who_is_in_already_is_sent_on(client, ingrid):
    client.force_login(ingrid)
    assert client.get(SIGN_IN)["Location"] == "/min-side/"


def test_the_pages_speak_danish(client, ingrid):
    ingrid.language = "da"
    ingrid.save()
    client.cookies["sprak"] = "da"
    assert "Vi sender dig en kode" in client.get(SIGN_IN).content.decode()
    ask(client, "ingrid@example.no")
    assert "er din kode" in Letter.objects.get().subject
    assert "er din kode" not in client.get(CODE).content.decode()


def test_the_pages_of_the_way_in_ask_the_database_little(
    client, ingrid, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        ask(client, "ingrid@example.no")
    with django_assert_max_num_queries(4):
        client.get(CODE)
    code = sent_code()
    # Ten of them renew the session; two keep the login and its journal line together.
    with django_assert_max_num_queries(24):
        client.post(CODE, {"code": code})
