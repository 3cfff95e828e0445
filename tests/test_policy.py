"""Who gets in where, as one table: tests/policy.csv, URL × method × role → status.

A URL without a row, a row without a URL and a view without a door fail. Every answer is searched
for texts its reader must not see. POST is sent empty: the table says who gets as far as the form.
"""

import csv
import re
import uuid
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from tests import world as worlds
from tests.factories import PersonFactory

# Each test may use the database; the world itself is built once, around them all.
pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("policy.csv")
ROLES = "nobody stranger other former member leader manager consultant admin".split()  # noqa: SIM905


def rows() -> list[dict[str, str]]:
    with TABLE.open(newline="") as table:
        return list(csv.DictReader(line for line in table if not line.startswith("#")))


def all_urls(resolver=None, prefix=""):
    """Every named address of our own, with its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry.callback
        else:
            yield from all_urls(entry, f"{entry.namespace}:" if entry.namespace else prefix)


def address(row: dict[str, str], world: worlds.World) -> str:
    return reverse(row["name"], kwargs=world.objects.get(row["object"], {}))


class _RollBack(Exception):
    """Each cell of the table begins with the same world."""


def ask(world: worlds.World, role: str, method: str, url: str):
    """The answer `role` gets; nothing it changes outlives the question."""
    client = Client(raise_request_exception=True)
    if person := world.cast[role]:
        client.force_login(person)
    try:
        with transaction.atomic():
            answer = client.generic(
                method,
                url,
                "csrfmiddlewaretoken=x",
                content_type="application/x-www-form-urlencoded",
            )
            raise _RollBack
    except _RollBack:
        return answer


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once: every question rolls back what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)


def test_every_url_has_a_row_and_every_row_a_url():
    known = {name for name, _view in all_urls()}
    listed = {row["name"] for row in rows()}
    assert (sorted(known - listed), sorted(listed - known)) == ([], [])


def test_every_view_says_whom_it_allows():
    assert [name for name, view in all_urls() if not hasattr(view, "allows")] == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['method']} {row['name']}")
def test_each_role_gets_the_answer_of_the_table(row, world):
    url = address(row, world)
    got = {role: ask(world, role, row["method"], url).status_code for role in ROLES}
    assert got == {role: int(row[role]) for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_what_is_not_theirs(role, world):
    """Sentinels in all texts; every GET of the table; every role."""
    leaks = []
    for row in rows():
        if row["method"] != "GET":
            continue
        answer = ask(world, role, "GET", address(row, world))
        body = answer.content.decode("utf-8", "replace") + str(answer.headers)
        leaks += [
            f"{row['name']}: {sentinel}"
            for sentinel, readers in worlds.READERS.items()
            if sentinel in body and role not in readers
        ]
        if worlds.PRIVATE + "ANDRE" in body:
            leaks.append(f"{row['name']}: another member's private text")
    assert leaks == []


def test_p1_the_search_for_leaks_finds_one_when_there_is_one(world):
    """The control: the leader does read what was delivered to the group."""
    url = reverse("gatherings:group_preparation", args=[world.held.pk])
    assert worlds.FORARBEID in ask(world, "leader", "GET", url).content.decode()


def test_a_deactivated_person_is_nobody():
    person = PersonFactory()
    client = Client()
    client.force_login(person)
    assert client.get(reverse("gatherings:my_page")).status_code == 200
    person.is_active = False
    person.save()
    assert client.get(reverse("gatherings:my_page")).status_code == 302


@pytest.mark.parametrize("name", ["gatherings:gathering", "networks:group", "gatherings:action"])
def test_what_is_foreign_and_what_does_not_exist_look_the_same(name, world):
    row = next(row for row in rows() if row["name"] == name)
    foreign = ask(world, "other", "GET", address(row, world))
    missing = ask(world, "other", "GET", reverse(name, args=[uuid.uuid4()]))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    varying = re.compile(rb"[A-Za-z0-9]{64}|[0-9a-f-]{36}")  # form tokens and the address itself
    assert varying.sub(b"", foreign.content) == varying.sub(b"", missing.content)


def test_a_get_never_writes(world):
    """No GET of the table changes a row; the session may be touched, nothing else."""
    wrote = []
    for row in rows():
        if row["method"] != "GET":
            continue
        client = Client()
        if person := world.cast["leader"]:
            client.force_login(person)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address(row, world))
        wrote += [
            f"{row['name']}: {query['sql'][:120]}"
            for query in asked.captured_queries
            if query["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
            and "django_session" not in query["sql"]
        ]
    assert wrote == []
