"""A page that waits for a PDF looks by itself for two minutes; without scripts there is a link."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gatherings import reporting
from gatherings.models import Minutes
from office import mail
from office.delivery import make_waiting
from office.models import Document, JournalEntry
from tests.factories import GatheringFactory, PersonFactory, RoleFactory

LINK, READY = "Se om den er klar", "Åpne PDF-en"
ASKS = re.compile(r'hx-get="([^"]+)"')


def programme():
    gathering = GatheringFactory(called=True)
    reader = RoleFactory(person__region=gathering.group.season.network.region).person
    address = reverse("gatherings:programme_pdf", args=[gathering.pk])
    return reader, address, address, {}


def minutes():
    gathering = GatheringFactory(held=True)
    reader = PersonFactory(region=gathering.group.season.network.region)
    gathering.group.memberships.create(
        season=gathering.group.season,
        person=reader,
        role="leader",
        starts_on=gathering.group.season.starts_on,
    )
    Minutes.objects.create(gathering=gathering)
    address = reverse("gatherings:minutes_pdf", args=[gathering.pk])
    return reader, address, address, {}


def report():
    season = GatheringFactory(held=True).group.season
    reader = RoleFactory(person__region=season.network.region).person
    begun = reporting.begin(season, by=reader)
    page, address = (
        reverse(f"gatherings:{name}", args=[begun.pk]) for name in ("report", "report_pdf")
    )
    return reader, page, address, {"pdf": "1"}


@pytest.fixture(params=[programme, minutes, report], ids=lambda make: make.__name__)
def waiting(request, db, client):
    """Somebody has just ordered a PDF: the page she comes to, and where the PDF is to be."""
    reader, page, address, typed = request.param()
    client.force_login(reader)
    assert client.post(page, typed).status_code == 302
    assert Document.objects.get().state == Document.State.WAITING
    return page, address


def asks(client, address):
    return client.get(address, headers={"HX-Request": "true"})


def test_the_page_asks_for_the_pdf_every_three_seconds_and_has_a_link(client, waiting):
    page, address = waiting
    shown = client.get(page).content.decode()
    [asked] = ASKS.findall(shown)
    assert asked.startswith(f"{address}?fra=")
    assert 'hx-trigger="every 3s"' in shown
    assert f'href="{page}"' in shown[shown.index('id="pdf-wait"') :]
    assert LINK in shown


def test_it_is_told_nothing_while_the_pdf_is_made_and_then_where_it_is(client, waiting):
    page, address = waiting
    [asked] = ASKS.findall(client.get(page).content.decode())
    assert asks(client, asked).status_code == 204

    make_waiting()

    answer = asks(client, asked)
    told = answer.content.decode()
    assert answer.status_code == 200
    assert READY in told
    assert f'href="{address}"' in told
    assert "<html" not in told
    assert "hx-get" not in told
    assert client.get(address)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("since", ["", "x", "²", "9" * 400])
def test_after_two_minutes_it_asks_no_more_and_the_link_is_left(client, waiting, since):
    page, address = waiting
    [asked] = ASKS.findall(client.get(page).content.decode())
    for late in (asked, f"{address}?fra={since}"):
        with time_machine.travel(timezone.now() + timedelta(minutes=3)):
            answer = asks(client, late)
        assert answer.status_code == 200
        assert "hx-get" not in answer.content.decode()


def test_a_pdf_that_could_not_be_made_is_told_and_asking_changes_nothing(client, waiting):
    page, _address = waiting
    [asked] = ASKS.findall(client.get(page).content.decode())
    Document.objects.update(state=Document.State.FAILED)
    noted = JournalEntry.objects.count()
    told = asks(client, asked).content.decode()
    assert "PDF-en lot seg ikke lage." in told
    assert "hx-get" not in told
    assert JournalEntry.objects.count() == noted
    assert Document.objects.get().state == Document.State.FAILED


def test_the_worker_is_told_of_a_report_at_once(db, django_capture_on_commit_callbacks):
    season = GatheringFactory(held=True).group.season
    begun = reporting.begin(season, by=RoleFactory().person)
    with django_capture_on_commit_callbacks() as told:
        reporting.order_pdf(begun)
    assert mail._wake in told


@pytest.mark.browser
def test_in_the_browser_the_row_becomes_a_link_to_the_pdf_by_itself(window, transactional_db, site):
    reader, page, address, typed = report()
    client = Client()
    client.force_login(reader)
    client.post(page, typed)
    desk = window()
    session = {"name": "session", "value": client.cookies["session"].value, "url": site}
    desk.page.context.add_cookies([session])
    desk.open(page)
    desk.sees(LINK)
    make_waiting()
    desk.sees(READY)
    assert desk.page.locator("#pdf-link").get_attribute("href") == address
