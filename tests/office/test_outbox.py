"""The outbox under a real mail server and a worker that is killed: none lost, none doubled.

Exactly once cannot be had over SMTP: a worker that dies between the server's «250» and our mark has
sent a letter we must send again. The test kills it exactly there, and expects that one repeat.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit, urlunsplit

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.db import IntegrityError, connection
from django.utils import timezone

from gatherings import lifecycle
from gatherings.models import Gathering
from networks.models import Membership
from office import mail
from office.delivery import MOST_ATTEMPTS, claim, drain
from office.models import Letter
from participants.models import Person
from tests.factories import GatheringFactory, GroupFactory, PersonFactory, ProgrammeItemFactory

LEASE_SECONDS = 2
PATIENCE = 120


class Sink:
    """A mail server that notes what it gets, refuses some addresses, and kills a worker on cue."""

    def __init__(self, refuses=(), kill_at=None):
        self.got = defaultdict(list)
        self.refuses = set(refuses)
        self.kill_at = kill_at
        self.victim = None

    @property
    def total(self):
        return sum(map(len, self.got.values()))

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address in self.refuses:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        message = message_from_bytes(envelope.content)
        for address in envelope.rcpt_tos:
            self.got[address].append(message["Message-ID"])
        if self.victim and self.total == self.kill_at:
            # We have taken the letter; the worker never hears it.
            os.kill(self.victim.pid, signal.SIGKILL)
        return "250 OK"


@contextlib.contextmanager
def mail_server(sink):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def start_worker(port, how="drain"):
    place = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": urlunsplit(place._replace(path=f"/{connection.settings_dict['NAME']}")),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SECRET_KEY": django_settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "tests.office.outbox_worker", str(LEASE_SECONDS), how]
    return subprocess.Popen(command, env=environment, cwd=django_settings.BASE_DIR)


def call_a_large_group(size):
    leader = PersonFactory()
    people = [
        PersonFactory.build(region=leader.region, password="!", email=f"m{n}@example.no")
        for n in range(size - 1)
    ]
    Person.objects.bulk_create(people)
    group = GroupFactory(season__network__region=leader.region, leader=leader)
    Membership.objects.bulk_create(
        Membership(
            season=group.season, group=group, person=person, starts_on=group.season.starts_on
        )
        for person in people
    )
    starts_at = timezone.now() + timedelta(days=9)
    gathering = GatheringFactory(
        group=group, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), place="Rom 1"
    )
    ProgrammeItemFactory(gathering=gathering)
    lifecycle.call(gathering, by=leader)


def kill_a_worker_in_the_middle(size, how="drain", helpers=0):
    """What a mail server got of `size` letters: a worker is killed, `helpers` do the rest."""
    call_a_large_group(size)
    sink = Sink(kill_at=size // 2 + 3)
    with mail_server(sink) as port:
        sink.victim = start_worker(port, how)
        assert sink.victim.wait(PATIENCE) == -signal.SIGKILL
        sink.victim = None
        for helper in [start_worker(port, how) for _ in range(helpers)]:
            assert helper.wait(PATIENCE) == 0
    return sink.got


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("size", "helpers"),
    [(60, 1), pytest.param(1000, 2, marks=pytest.mark.resilience)],
    ids=["60", "1000"],
)
def test_a_killed_worker_loses_nothing_and_repeats_at_most_one_letter(size, helpers):
    got = kill_a_worker_in_the_middle(size, helpers=helpers)

    doubled = [ids for ids in got.values() if len(ids) > 1]
    assert set(got) == set(Letter.objects.values_list("address", flat=True))
    assert len(doubled) <= 1
    assert all(len(set(ids)) == 1 for ids in doubled)
    assert Counter(Letter.objects.values_list("state", flat=True)) == {"sent": size}


@pytest.mark.django_db(transaction=True)
def test_the_control_that_marks_before_it_sends_loses_letters():
    got = kill_a_worker_in_the_middle(40, "careless")

    believed_sent = set(Letter.objects.filter(state="sent").values_list("address", flat=True))
    assert len(believed_sent - set(got)) > 1


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
def test_a_refused_address_is_shown_by_name_to_the_leader(client):
    leader, member = (PersonFactory() for _ in range(2))
    group = GroupFactory(season__network__region=leader.region, leader=leader, members=[member])
    gathering = GatheringFactory(group=group, called=True)
    occasion = f"gathering-{gathering.pk}-called-0"
    a_letter(to=member, occasion=occasion, state="failed", problem="550 no such mailbox")
    client.force_login(leader)

    page = client.get(f"/samlinger/{gathering.pk}/oppfolging/").content.decode()

    assert member.name in page
    assert "kunne ikke leveres" in page
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
