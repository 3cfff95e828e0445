"""The outbox, row by row: what is taken, carried, refused, delayed, withdrawn."""

import contextlib
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail import get_connection
from django.core.mail.backends import locmem
from django.db import IntegrityError
from django.utils import timezone

from gatherings.models import Gathering
from office import delivery, mail
from office.delivery import MOST_ATTEMPTS, carry, claim, drain
from office.models import Letter
from tests.factories import GatheringFactory, GroupFactory, PersonFactory
from tests.office.house import Sink, mail_server


def a_letter(**fields):
    person = PersonFactory()
    defaults = {"address": person.email, "template": "code", "language": "nb", "occasion": "prøve"}
    letter = Letter(to=person, subject="Hei", text="Hei", html="<p>Hei</p>", **defaults)
    letter.message_id = f"<{letter.pk}@example.no>"
    for name, value in fields.items():
        setattr(letter, name, value)
    letter.save()
    return letter


@pytest.mark.django_db
def test_an_address_the_server_refuses_fails_alone_and_says_why(settings):
    good, bad, also_good = a_letter(), a_letter(), a_letter()
    sink = Sink(refuses=[bad.address])
    with mail_server(sink) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        assert drain() == 2

    bad.refresh_from_db()
    assert bad.state == Letter.State.FAILED
    assert bad.problem.startswith("550")
    assert set(sink.got) == {good.address, also_good.address}


@pytest.mark.django_db
def test_who_is_out_of_use_gets_no_letter():
    group = GroupFactory()
    person = PersonFactory(region=group.season.network.region, is_active=False)
    facts = {"address": "/", "minutes": 1, "code": "123456"}
    assert mail.post(person, occasion="prøve", template="code", facts=facts) is None
    assert not Letter.objects.exists()


@pytest.mark.django_db
def test_a_refused_address_is_shown_by_name_to_the_leader(client):
    leader, member = (PersonFactory() for _ in range(2))
    group = GroupFactory(season__network__region=leader.region, leader=leader, members=[member])
    gathering = GatheringFactory(group=group, called=True)
    occasion = f"gathering-{gathering.pk}-called-0"
    a_letter(to=member, occasion=occasion, state="failed", problem="550 no such mailbox")
    client.force_login(leader)

    page = client.get(f"/samlinger/{gathering.pk}/oppfolging/").content.decode()

    assert member.name in page
    assert "Kunne ikke leveres" in page
    assert "550 no such mailbox" in page


@pytest.mark.django_db
def test_a_server_that_is_down_delays_and_loses_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    letter = a_letter()

    with contextlib.suppress(OSError):
        drain()

    letter.refresh_from_db()
    assert letter.state in (Letter.State.WAITING, Letter.State.SENDING)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert drain(timezone.now() + timedelta(hours=5)) == 1


@pytest.mark.django_db
def test_a_server_that_stays_down_is_tried_for_about_a_day(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    letter, tried_for = a_letter(), timedelta()

    while letter.state == Letter.State.WAITING:
        before = timezone.now()
        drain(letter.not_before)
        letter.refresh_from_db()
        if letter.state == Letter.State.WAITING:
            tried_for += letter.not_before - before

    assert letter.state == Letter.State.FAILED
    assert timedelta(hours=23) < tried_for < timedelta(hours=26)


@pytest.mark.django_db
def test_a_turn_that_is_over_leaves_the_rest_as_it_was(settings, monkeypatch):
    for _ in range(3):
        a_letter()
    sink = Sink(pause=2.5)
    monkeypatch.setattr(delivery, "TURN", 2)
    with mail_server(sink) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        assert drain() == 1
        assert set(Letter.objects.unsent().values_list("state", "attempts")) == {("waiting", 0)}
        sink.pause = 0
        assert drain() == 2

    assert [len(ids) for ids in sink.got.values()] == [1, 1, 1]


@pytest.mark.django_db
def test_draining_twice_sends_once(mailoutbox):
    a_letter()

    assert (drain(), drain()) == (1, 0)
    assert len(mailoutbox) == 1


@pytest.mark.django_db
def test_what_is_withdrawn_does_not_leave(mailoutbox):
    kept, dropped = a_letter(occasion="a-1"), a_letter(occasion="b-1")

    assert mail.withdraw("b-") == 1
    drain()

    assert [m.to for m in mailoutbox] == [[kept.address]]
    dropped.refresh_from_db()
    assert dropped.state == Letter.State.DROPPED


@pytest.mark.django_db
def test_a_letter_that_cannot_be_written_fails_alone(mailoutbox):
    spoilt, next_one = a_letter(), a_letter()
    Letter.objects.filter(pk=spoilt.pk).update(reply_to="a@example.no\nBcc: b@example.no")

    drain()

    assert [m.to for m in mailoutbox] == [[next_one.address]]
    spoilt.refresh_from_db()
    assert spoilt.state == Letter.State.FAILED
    assert spoilt.problem


def refuse_for_good(letter, settings):
    with mail_server(Sink(refuses=[letter.address])) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        drain()


def give_up(letter, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    Letter.objects.filter(pk=letter.pk).update(attempts=MOST_ATTEMPTS - 1)
    drain()


def make_unwritable(letter, _settings):
    Letter.objects.filter(pk=letter.pk).update(reply_to="a@example.no\nBcc: b@example.no")
    drain()


def deliver_it(_letter, _settings):
    drain()


def withdraw_it(letter, _settings):
    mail.withdraw(letter.occasion)


def drain_while_the_server_stalls(meanwhile, trouble=None):
    """Something happens while a letter is on its way; then it fails, or the server has taken it."""

    def send(_backend, messages):
        meanwhile()
        if trouble:
            raise trouble
        return len(messages)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locmem.EmailBackend, "send_messages", send)
        drain()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (ConnectionResetError(), "dropped"),
        (SMTPRecipientsRefused({"a@example.no": (450, b"later")}), "dropped"),
        (SMTPRecipientsRefused({"a@example.no": (550, b"never")}), "dropped"),
        (ValueError("no such header"), "dropped"),
        (None, "sent"),
    ],
)
def test_what_is_withdrawn_while_the_server_stalls_stays_withdrawn_unless_it_has_left(
    mailoutbox, trouble, state
):
    secret = a_letter(is_secret=True)

    drain_while_the_server_stalls(lambda: mail.withdraw(""), trouble)
    drain(timezone.now() + timedelta(hours=5))

    secret.refresh_from_db()
    assert secret.state == state
    assert mailoutbox == []


@pytest.mark.django_db
def test_what_is_withdrawn_after_it_was_claimed_does_not_leave(mailoutbox):
    letter = a_letter()
    (claimed,) = claim(timezone.now())
    mail.withdraw(letter.occasion)

    assert not carry(claimed, get_connection())
    assert mailoutbox == []


@pytest.mark.django_db
def test_what_another_worker_took_while_the_server_stalled_is_hers(mailoutbox):
    letter = a_letter()

    def the_lease_ends():
        Letter.objects.update(lease_until=timezone.now())
        claim(timezone.now())

    drain_while_the_server_stalls(the_lease_ends, ConnectionResetError())

    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.problem) == (Letter.State.SENDING, 1, "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("end", "state"),
    [
        (refuse_for_good, "failed"),
        (give_up, "failed"),
        (make_unwritable, "failed"),
        (deliver_it, "sent"),
        (withdraw_it, "dropped"),
    ],
)
def test_a_secret_letter_loses_its_words_the_moment_it_ends(settings, end, state):
    secret = a_letter(is_secret=True)

    end(secret, settings)

    secret.refresh_from_db()
    assert secret.state == state
    assert (secret.subject, secret.text, secret.html) == ("", "", "")


@pytest.mark.django_db
def test_a_secret_letter_that_waits_for_a_server_keeps_its_words(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    secret = a_letter(is_secret=True)

    drain()

    secret.refresh_from_db()
    assert (secret.state, secret.text) == (Letter.State.WAITING, "Hei")


@pytest.mark.django_db
def test_the_database_takes_no_ended_secret_with_words():
    secret = a_letter(is_secret=True)
    with pytest.raises(IntegrityError):
        Letter.objects.filter(pk=secret.pk).update(state="failed")


@pytest.mark.django_db
def test_the_longest_waiting_letter_is_taken_first_and_what_is_not_due_stays():
    now = timezone.now()
    late, early = (a_letter(not_before=now - timedelta(minutes=m)) for m in (1, 5))
    a_letter(not_before=now + timedelta(minutes=5))

    assert [letter.pk for letter in claim(now)] == [early.pk, late.pk]
    assert claim(now) == []


@pytest.mark.django_db
def test_a_claim_nobody_kept_lapses_and_is_taken_again():
    letter = a_letter()
    claim(timezone.now())
    Letter.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert [again.pk for again in claim(timezone.now())] == [letter.pk]


class Deadly(locmem.EmailBackend):
    """Something that kills whoever tries to carry the letter to `victim`."""

    victim = ""

    def send_messages(self, messages):
        if messages[0].to == [self.victim]:
            raise SystemExit
        return super().send_messages(messages)


def worker_after_worker(settings, monkeypatch, times):
    """A letter that kills its worker, and two behind it; each worker's leases lapse after it."""
    settings.EMAIL_BACKEND = f"{__name__}.{Deadly.__name__}"
    deadly = a_letter(not_before=timezone.now() - timedelta(minutes=5))
    monkeypatch.setattr(Deadly, "victim", deadly.address)
    others = [a_letter() for _ in range(2)]
    for _ in range(times):
        with contextlib.suppress(SystemExit):
            drain()
        held = Letter.objects.filter(state=Letter.State.SENDING)
        held.update(lease_until=timezone.now() - timedelta(seconds=1))
    return deadly, others


@pytest.mark.django_db
def test_a_letter_that_kills_its_worker_lets_the_others_go_and_is_given_up(settings, monkeypatch):
    deadly, others = worker_after_worker(settings, monkeypatch, MOST_ATTEMPTS + 1)

    deadly.refresh_from_db()
    assert deadly.state == Letter.State.FAILED
    assert deadly.problem
    for letter in others:
        letter.refresh_from_db()
        assert (letter.state, letter.attempts) == (Letter.State.SENT, 1)


@pytest.mark.django_db
def test_the_control_that_never_gives_up_is_killed_again_and_again(settings, monkeypatch):
    monkeypatch.setattr(delivery, "MOST_ATTEMPTS", 10_000)
    deadly, _others = worker_after_worker(settings, monkeypatch, MOST_ATTEMPTS + 1)

    deadly.refresh_from_db()
    assert (deadly.state, deadly.attempts) == (Letter.State.SENDING, MOST_ATTEMPTS + 1)


@pytest.mark.django_db
def test_the_letters_of_one_transaction_wake_the_worker_once(committed):
    gathering = GatheringFactory(called=True)
    facts = {"gathering": gathering, "round": gathering.round, "group": gathering.group}
    with committed() as calls:
        for _ in range(3):
            mail.post(PersonFactory(), occasion="en", template="invitation", facts=facts)

    assert len(calls) == 1
    assert Letter.objects.count() == 3


@pytest.mark.django_db
def test_the_same_occasion_is_written_once():
    person = PersonFactory()
    gathering = GatheringFactory(called=True)
    facts = {"gathering": gathering, "round": gathering.round, "group": gathering.group}

    first = mail.post(person, occasion="en", template="invitation", facts=facts)

    assert first is not None
    assert mail.post(person, occasion="en", template="invitation", facts=facts) is None
    assert Gathering.objects.count() == 1
    assert Letter.objects.count() == 1


@pytest.mark.django_db
def test_a_letter_keeps_its_colours_for_the_night_and_no_gaps_in_the_text():
    gathering = GatheringFactory(called=True)
    facts = {"gathering": gathering, "round": gathering.round, "group": gathering.group}

    _subject, text, html = mail.compose(PersonFactory(), "invitation", facts)

    assert "prefers-color-scheme: dark" in html
    assert "\n\n\n" not in text
