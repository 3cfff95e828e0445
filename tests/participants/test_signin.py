"""The way in: who comes in, who does not, and that nobody can tell the difference from outside."""

import re
import statistics
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.delivery import drain
from office.models import JournalEntry, Letter
from participants import signin
from participants.models import Role, SignInCode, SignInLink, SignInTry
from participants.tasks import forget_codes
from tests.factories import PersonFactory, RoleFactory
from tests.nasty import NASTY, encoded
from tests.scale import EXAMPLES

SIGN_IN, CODE, WHO = (reverse(f"participants:{name}") for name in ("sign_in", "code", "who"))


@pytest.fixture
def ingrid(db):
    return PersonFactory(first_name="Ingrid", last_name="Olsen", email="ingrid@example.no")


def ask(client, address, **extra):
    return client.post(SIGN_IN, {"email": address}, **extra)


def sent_code():
    return Letter.objects.filter(template="code").latest("created_at").subject[:6]


def wrong_code(code):
    return f"{(int(code) + 1) % 10**6:06}"


def enter(client, address="ingrid@example.no", **more):
    ask(client, address)
    return client.post(CODE, {"code": sent_code(), **more})


def is_in(client):
    return "_auth_user_id" in client.session


def plain(response):
    """A page without what differs between any two requests."""
    return re.sub(r'(csrf[^"]*"[^"]*"|X-CSRFToken": ")[^"]+', "", response.content.decode())


# --- the code ------------------------------------------------------------------------------------


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


def test_a_code_lives_ten_minutes(client, ingrid):
    ask(client, "ingrid@example.no")
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        response = client.post(CODE, {"code": sent_code()})
    assert response.status_code == 422
    assert "Denne koden kan ikke brukes lenger" in response.content.decode()


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


def test_one_network_gets_twenty_codes_an_hour_whatever_it_says_of_itself(client, db):
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


def test_without_an_address_on_the_wire_one_can_still_ask(client, ingrid):
    assert ask(client, "ingrid@example.no", REMOTE_ADDR="").status_code == 302


# --- races ---------------------------------------------------------------------------------------


def at_once(number, work):
    """Run work(n) in `number` threads that start together; how each ended."""
    start, ends = threading.Barrier(number), []

    def run(n):
        try:
            start.wait()
            work(n)
            ends.append("done")
        except Exception as problem:
            ends.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {end: ends.count(end) for end in sorted(set(ends))}


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
def test_a_hundred_parallel_requests_from_one_network_give_twenty_codes():
    assert at_once(100, lambda n: signin.send_code(f"a{n}@example.no", ip="192.0.2.1")) == {
        "TooMany": 80,
        "done": 20,
    }


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_a_right_code_pressed_twenty_times_at_once_lets_in_once():
    PersonFactory(email="ingrid@example.no")
    row = signin.send_code("ingrid@example.no", ip="192.0.2.1")
    code = sent_code()
    assert at_once(20, lambda _n: signin.try_code(row, code)) == {"Spent": 19, "done": 1}


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


# --- a shared address ----------------------------------------------------------------------------


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


# --- where one goes ------------------------------------------------------------------------------


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


# --- links ---------------------------------------------------------------------------------------


def link_for(person, life=timedelta(hours=24)):
    return signin.make_link(person, life=life).removeprefix("http://testserver")


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


# --- sessions ------------------------------------------------------------------------------------


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


# --- anything else -------------------------------------------------------------------------------


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
    with django_assert_max_num_queries(22):  # ten of them renew the session
        client.post(CODE, {"code": code})


def post_anything(email, code, way_back):
    """Post to all pages of the way in; the worst status seen."""
    client = Client(raise_request_exception=False)
    form = "application/x-www-form-urlencoded"
    answers = [
        client.post(
            f"{SIGN_IN}?{encoded({'next': way_back}).decode()}",
            encoded({"email": email}),
            content_type=form,
        )
    ]
    ask(client, "ingrid@example.no")
    fields = encoded({"code": code, "remember": code, "person": code})
    answers += [client.post(url, fields, content_type=form) for url in (CODE, WHO)]
    return max(answer.status_code for answer in answers)


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_the_way_in(ingrid, value):
    assert post_anything(value, value, value) < 500


@pytest.mark.hostile
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(*[st.one_of(st.text(), st.sampled_from(NASTY), st.binary())] * 3)
def test_nothing_at_all_typed_breaks_the_way_in(ingrid, email, code, way_back):
    SignInCode.objects.all().delete()
    assert post_anything(email, code, way_back) < 500


@pytest.mark.parametrize(
    ("proxies", "header", "counted"),
    [
        (0, "198.51.100.9", "203.0.113.7"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        (2, "198.51.100.9", "203.0.113.7"),
    ],
)
def test_a_forged_header_does_not_change_who_is_counted(settings, rf, proxies, header, counted):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR=header)
    assert signin.client_ip(request) == counted
