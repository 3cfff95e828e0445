"""A database that is busy or away: 503 in the person's language, and nobody types twice (R3)."""

import sqlite3
import threading

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import reverse

from gatherings.models import Submission
from office.unavailable import will_pass
from participants.models import Person
from tests.factories import AssignmentFactory, GatheringFactory, GroupFactory, PersonFactory
from tests.participants.racing import held

TEXT = "Det var uro i garderoben.\nVi prøvde to og to."


@pytest.fixture
def ronja(transactional_db):
    return PersonFactory(first_name="Ronja", language="da")


@pytest.fixture
def browser(ronja):
    client = Client(raise_request_exception=False)
    client.force_login(ronja)
    yield client
    connection.close()


@pytest.fixture
def task(ronja):
    """The ids of what Ronja writes."""
    gathering = GatheringFactory(group=GroupFactory(members=[ronja]), called=True)
    return [gathering.pk, AssignmentFactory(round=gathering.round).pk]


def locked(person):
    """The work of somebody who holds the person's row."""
    return lambda: Person.objects.select_for_update().get(pk=person.pk)


def cut():
    """The database ends this connection, as when it is started anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()

    def end():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        connection.close()

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()


def test_who_waits_too_long_gets_her_text_back_and_can_send_it_again(browser, ronja, task):
    page = reverse("gatherings:assignment", args=task)
    with held(locked(ronja)):
        answer = browser.post(page, {"text": TEXT, "version": 0, "deliver": "1"})
    said = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["Cache-Control"] == "no-store"
    assert 'lang="da"' in said
    assert "Det, du sendte, er ikke gemt." in said
    assert f'name="text" rows="6" readonly>\n{TEXT}</textarea>' in said
    assert '<input type="hidden" name="deliver" value="1">' in said
    assert f'method="post" action="{page}"' in said
    assert not Submission.objects.exists()


def test_autosave_is_told_to_try_again(browser, ronja, task):
    page = reverse("gatherings:save_assignment", args=task)
    with held(locked(ronja)):
        answer = browser.post(
            page, {"text": TEXT, "version": 0}, headers={"Accept": "application/json"}
        )
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer.json()["message"].startswith("Takt har travlt")


def test_a_part_of_a_page_stays_and_its_live_region_speaks(browser, ronja, task):
    page = reverse("gatherings:assignment", args=task)
    with held(locked(ronja)):
        answer = browser.post(page, {"text": TEXT, "version": 0}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (503, ".said")
    assert '<div class="note" data-tone="danger">' in answer.content.decode()


def test_a_lost_connection_is_503_too_in_the_language_of_the_browser(browser, task):
    page = reverse("gatherings:assignment", args=task)
    browser.cookies["sprak"] = "da"
    cut()
    looked = browser.get(page)
    assert (looked.status_code, "Prøv igen" in looked.content.decode()) == (503, True)
    connection.close()
    assert browser.get(page).status_code == 200
    cut()
    sent = browser.post(page, {"text": TEXT, "version": 0})
    assert (sent.status_code, TEXT in sent.content.decode()) == (503, True)


def test_what_may_come_from_a_foreign_page_is_not_sent_on_from_here(ronja, task):
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.force_login(ronja)
    cut()
    answer = browser.post(reverse("gatherings:assignment", args=task), {"text": TEXT, "version": 0})
    connection.close()
    said = answer.content.decode()
    assert (answer.status_code, TEXT in said) == (503, True)
    assert '<button class="ds-button" type="submit">' not in said


def because(problem, cause):
    problem.__cause__ = cause
    return problem


def busy(code):
    problem = sqlite3.OperationalError("database is locked")
    problem.sqlite_errorcode = code
    return problem


@pytest.mark.parametrize(
    ("problem", "passes"),
    [
        (because(OperationalError(), psycopg.errors.LockNotAvailable()), True),
        (because(OperationalError(), psycopg.errors.DeadlockDetected()), True),
        (because(OperationalError(), psycopg.errors.AdminShutdown()), True),
        (because(OperationalError(), psycopg.OperationalError("connection refused")), True),
        (because(InterfaceError(), psycopg.InterfaceError("connection already closed")), True),
        (because(OperationalError(), busy(sqlite3.SQLITE_BUSY)), True),
        (because(OperationalError(), busy(sqlite3.SQLITE_ERROR)), False),
        (because(OperationalError(), psycopg.errors.ExternalRoutineException()), False),
        (because(ProgrammingError(), psycopg.errors.UndefinedTable()), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_only_what_passes_by_itself_is_503(problem, passes):
    assert will_pass(problem) is passes
