"""Who gets in where, as one table: tests/policy.csv, URL × method × role → status.

A URL without a row, a row without a URL and a view without a door fail. Every answer is searched
for texts its reader must not see. POST is sent empty: the table says who gets as far as the form.
"""

import csv
import re
import uuid
from functools import cache
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
# Those as whom the pages are looked at for accessibility and filled with nasty values.
LOOKED_AT = ["nobody", "member", "leader", "admin", "consultant"]
# GETs nobody gets 200 from in the world of the tests, and why they are no pages.
NO_PAGES = {
    "gatherings:ready": "tells the machine whether a worker lives, and in a test none does",
    "gatherings:report_pdf": "a file, once a worker has made it; until then back to the report",
}
ROLES = [
    *("nobody", "stranger", "other", "former", "member", "leader", "manager"),
    *("neighbour", "consultant", "admin"),
]


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
    where = reverse(row["name"], kwargs=world.objects.get(row["object"], {}))
    query = world.queries.get(row["object"])
    return f"{where}?{query}" if query else where


class _RollBack(Exception):
    """Each cell of the table begins with the same world."""


def ask(world: worlds.World, role: str, method: str, url: str):
    """The answer `role` gets, with its `statements`; what it changes ends with the question."""
    try:
        with transaction.atomic():
            client = world.client(role)
            with CaptureQueriesContext(connection) as asked:
                answer = client.generic(
                    method,
                    url,
                    "csrfmiddlewaretoken=x",
                    content_type="application/x-www-form-urlencoded",
                )
            answer.statements = [query["sql"] for query in asked.captured_queries]
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


def test_every_page_is_seen_by_somebody_whose_pages_are_looked_at():
    """Budgets, accessibility and nasty forms skip what answers no 200: then nothing holds it."""
    unseen = [
        row["name"]
        for row in rows()
        if row["method"] == "GET" and not any(row[role] == "200" for role in LOOKED_AT)
    ]
    assert unseen == list(NO_PAGES)


@pytest.fixture(scope="module")
def gets(world):
    """`gets(role)`: (row, answer) of every GET of the table, asked once."""

    @cache
    def of(role: str):
        found = [row for row in rows() if row["method"] == "GET"]
        return [(row, ask(world, role, "GET", address(row, world))) for row in found]

    return of


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_what_is_not_theirs(role, gets):
    """Sentinels in all texts; every GET of the table; every role."""
    leaks = []
    for row, answer in gets(role):
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


@pytest.mark.parametrize("role", ROLES)
def test_a_get_never_writes(role, gets):
    """No GET of the table changes a row; the session may be touched, nothing else."""
    wrote = [
        f"{row['name']}: {sql[:120]}"
        for row, answer in gets(role)
        for sql in answer.statements
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        and "django_session" not in sql
    ]
    assert wrote == []


def test_a_method_without_a_row_is_not_taken(world):
    """A name with no POST row answers 405 to POST, one with no GET row to GET."""
    methods: dict[str, set[str]] = {}
    for row in rows():
        methods.setdefault(row["name"], set()).add(row["method"])
    answers = {
        f"{method} {row['name']}": ask(world, role, method, address(row, world)).status_code
        for row in rows()
        for role in inside(row)[:1]
        for method in {"GET", "POST"} - methods[row["name"]]
    }
    assert {asked: status for asked, status in answers.items() if status != 405} == {}
    assert len(answers) > 40


def inside(row: dict[str, str]) -> list[str]:
    """Roles that get past the door of a row; the most powerful first."""
    return [role for role in reversed(ROLES[1:]) if row[role] not in {"403", "404"}]


@pytest.mark.parametrize("role", ["nobody", "leader", "admin"])
def test_head_is_answered_like_get_without_a_body(role, world, gets):
    different = {}
    for row, got in gets(role):
        head = ask(world, role, "HEAD", address(row, world))
        if (head.status_code, head.content) != (got.status_code, b""):
            different[row["name"]] = head.status_code
    assert different == {}
