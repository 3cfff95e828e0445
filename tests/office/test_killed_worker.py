"""The outbox under real Celery workers that are killed: none lost, none doubled.

Exactly once cannot be had over SMTP: a worker that dies between the server's «250» and our mark has
sent a letter we must send again. The tests kill it exactly there, and expect that one repeat.
"""

import os
import signal
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from networks.models import Membership
from office.models import Letter
from participants.models import Person
from tests.factories import GatheringFactory, GroupFactory, PersonFactory, ProgrammeItemFactory
from tests.office.house import PATIENCE, House, Sink, at_port, children, mail_server, wait_until

SMALL = 60
# Calls the group; prints the seconds that the commit and the wake-up after it took.
CALL = """
import time
import kombu.transport.redis
from django.db import transaction
from gatherings import lifecycle, planning
from gatherings.models import Gathering
gathering = Gathering.objects.get()
with transaction.atomic():
    lifecycle.call(gathering, by=planning.leader_of(gathering))
    begun = time.monotonic()
print(time.monotonic() - begun)
"""


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
def house(transactional_db, sink):
    with mail_server(sink) as port:
        house = House(port)
        try:
            yield house
        finally:
            house.close()


def a_large_group(size):
    """Its gathering, ready to be called."""
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


def kill_the_worker(house, sink, size):
    """Parent and child at once, as when its container dies; another one takes its place."""
    victim = house.worker("--concurrency", "1")
    sink.kill = lambda _port: os.killpg(victim.pid, signal.SIGKILL)
    sink.deadly = size // 2 + 3
    house.commit(CALL)
    note_what_it_held(sink)
    assert victim.wait(PATIENCE) == -signal.SIGKILL
    house.worker()


def kill_one_process(house, sink, size, app="config"):
    """The one of the worker's two that brought the letter, as when memory runs out."""
    worker = house.worker(app=app)
    killed = []

    def kill(port):
        killed.append(at_port(port, children(worker)))
        os.kill(killed[0], signal.SIGKILL)

    sink.kill, sink.deadly = kill, size // 2 + 3
    house.commit(CALL)
    note_what_it_held(sink)
    wait_until(lambda: killed[0] not in children(worker))


def note_what_it_held(sink):
    wait_until(lambda: sink.last_words)
    sink.claim = Letter.objects.get(message_id=sink.last_words).claim


def let_the_lease_lapse(sink):
    """As if a minute had passed for what the dead one held (unless it has, and another took it)."""
    held = Letter.objects.filter(claim=sink.claim, state="sending")
    held.update(lease_until=timezone.now())


def all_sent():
    return not Letter.objects.unsent().exists()


def nothing_is_lost_and_only_one_repeated(house, sink, size):
    house.finish()
    assert set(sink.got) == set(Letter.objects.values_list("address", flat=True))
    doubled = [ids for ids in sink.got.values() if len(ids) > 1]
    assert doubled == [[sink.last_words] * 2]
    assert Counter(Letter.objects.values_list("state", flat=True)) == {"sent": size}


def test_a_killed_process_loses_nothing_and_repeats_one_letter_at_most(house, sink):
    a_large_group(SMALL)
    kill_one_process(house, sink, SMALL)

    let_the_lease_lapse(sink)
    house.sweep()
    wait_until(all_sent)

    nothing_is_lost_and_only_one_repeated(house, sink, SMALL)


@pytest.mark.resilience
@pytest.mark.parametrize("kill", [kill_the_worker, kill_one_process])
def test_of_a_thousand_letters_none_is_lost_when_the_clock_runs(house, sink, kill, tmp_path):
    a_large_group(1000)
    house.beat(tmp_path)
    kill(house, sink, 1000)

    let_the_lease_lapse(sink)
    wait_until(all_sent)

    nothing_is_lost_and_only_one_repeated(house, sink, 1000)


def test_the_control_that_marks_before_it_sends_loses_letters(house, sink):
    a_large_group(SMALL)
    kill_one_process(house, sink, SMALL, app="tests.office.careless")

    house.sweep()
    wait_until(all_sent)

    believed_sent = set(Letter.objects.filter(state="sent").values_list("address", flat=True))
    assert len(believed_sent) == SMALL
    assert len(believed_sent - set(sink.got)) > 1


def test_a_dead_broker_does_not_hold_up_who_calls(house):
    a_large_group(10)

    assert float(house.commit(CALL, REDIS_URL="redis://127.0.0.1:1/0")) < 3
    assert Letter.objects.unsent().count() == 10
