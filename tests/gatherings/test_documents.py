"""The programme: facts from the gathering, made by the worker, served by the web."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from gatherings import documents
from gatherings.models import Gathering
from networks.models import Network, Theme
from office.delivery import make_waiting
from office.models import Document
from participants.models import Person, Region
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    MembershipFactory,
    PersonFactory,
    ProgrammeItemFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def gathering():
    region = RegionFactory()
    place = InstitutionFactory(municipality__region=region, name="Blåbærlia")
    member = PersonFactory(region=region, last_name="Øksnes", works_at=place)
    leader = PersonFactory(region=region, first_name="Kari", mobile="90 00 00 00")
    group = GroupFactory(
        season__network__region=region, name="Sortland 2", members=[member], leader=leader
    )
    gathering = GatheringFactory(
        group=group, called=True, round__number=2, round__aims="• Vi ser\n- Vi hører"
    )
    ProgrammeItemFactory(gathering=gathering, title="Velkommen", minutes=15, position=1)
    ProgrammeItemFactory(
        gathering=gathering, title="Runde", minutes=45, position=2, guide="HEMMELIG"
    )
    AssignmentFactory(round=gathering.round, title="Les kapittel 3")
    return Gathering.objects.with_surroundings().get(pk=gathering.pk)


def url(gathering):
    return reverse("gatherings:programme_pdf", args=[gathering.pk])


def test_the_facts_are_those_of_the_gathering(gathering):
    facts = documents.programme_facts(gathering)

    assert (facts["number"], facts["of"], facts["group"]) == (2, 3, "Sortland 2")
    assert facts["aims"] == ["Vi ser", "Vi hører"]
    assert facts["leader_phone"] == "90 00 00 00"
    assert facts["participants"] == [
        {"name": "Ronja Øksnes", "institution": "Blåbærlia"},
    ]
    first, second = facts["items"]
    assert first["ends_at"] == second["starts_at"]
    assert facts["before"]["text"] == "Les kapittel 3"
    assert "HEMMELIG" not in str(facts)


@pytest.mark.parametrize(
    ("language", "heading", "word"),
    [
        ("nb", "Nettverkets formål og mål", "Gjennomgående elementer"),
        ("da", "Netværkets formål og mål", "Gennemgående elementer"),
    ],
)
def test_v2_v4_the_programme_prints_purpose_goals_and_what_is_ticked(
    gathering, client, language, heading, word
):
    season = gathering.group.season
    Region.objects.update(language=language)
    Person.objects.update(language=language)
    Network.objects.update(purpose="Vi lærer av hverandre.", goals="• Praksis endrer seg\nStøtte")
    for title in ("verdisyn", "språk", "organisasjonskultur"):
        element = Theme.objects.create(season=season, title=title, is_cross_cutting=True)
        if title != "språk":
            gathering.round.cross_cutting.add(element)
    gathering = Gathering.objects.with_surroundings().get(pk=gathering.pk)

    printed = told(documents.order_programme(gathering))

    assert f"{word}: verdisyn, organisasjonskultur" in printed
    assert f"{heading}: Vi lærer av hverandre. Praksis endrer seg · Støtte" in printed
    client.force_login(gathering.group.memberships.members()[0].person)
    for address in (gathering.get_absolute_url(), gathering.round.get_absolute_url()):
        page = client.get(address).content.decode()
        assert word in page
        assert "verdisyn, organisasjonskultur" in page
        assert heading in page
        assert "Vi lærer av hverandre." in page
        assert "<li>Praksis endrer seg</li><li>Støtte</li>" in page


def told(document):
    """The words of a document, printed."""
    make_waiting()
    document.refresh_from_db()
    pages = PdfReader(BytesIO(bytes(document.pdf))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_programme_is_ordered_by_post_made_by_the_worker_and_served(gathering, client):
    client.force_login(gathering.group.memberships.members()[0].person)
    assert "Lag PDF-en" in client.get(url(gathering)).content.decode()
    assert not Document.objects.exists()

    assert client.post(url(gathering)).url == url(gathering)
    make_waiting()
    response = client.get(url(gathering))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    day = timezone.localdate(gathering.starts_at)
    assert f"Program-samling-2-Sortland-2-{day.isoformat()}.pdf" in response["Content-Disposition"]
    pages = PdfReader(BytesIO(response.content)).pages
    words = "".join(page.extract_text() for page in pages)
    assert "Blåbærlia" in words
    assert "Øksnes" in words


def test_a_changed_programme_is_another_document(gathering, client):
    documents.order_programme(gathering)
    make_waiting()
    gathering.items.update(minutes=20)

    assert documents.find_programme(gathering) is None


def test_the_page_says_whether_a_programme_was_never_printed_or_has_changed_since(
    gathering, client
):
    client.force_login(gathering.group.memberships.leaders().get().person)
    never, changed = "PDF-en er ikke laget ennå", "PDF-en må lages på nytt"
    page = client.get(url(gathering)).content.decode()
    assert never in page
    assert changed not in page
    assert "endret siden" not in page

    documents.order_programme(gathering)
    make_waiting()
    gathering.items.update(minutes=20)

    page = client.get(url(gathering)).content.decode()
    assert changed in page
    assert never not in page
    assert "endret siden" in page


def test_ordering_the_same_twice_makes_one(gathering):
    assert documents.order_programme(gathering) == documents.order_programme(gathering)


def test_without_a_date_there_is_no_pdf_but_a_sentence(gathering, client):
    Gathering.objects.update(state="draft", starts_at=None, ends_at=None)
    client.force_login(gathering.group.memberships.leaders().get().person)

    for response in (client.get(url(gathering)), client.post(url(gathering))):
        assert response.status_code == 200
        assert "når samlingen har fått dato" in response.content.decode()
    assert not Document.objects.exists()


def test_the_file_name_is_safe_whatever_the_group_is_called(gathering):
    gathering.group.name = "../Bø «1»\r\nX: y/\\" + "å" * 300

    name = documents.filename(gathering, "programme")

    assert len(name) < 150
    assert name.startswith("Program-samling-2-Bø-1-X-y") or "Bø-1" in name
    assert not set(name) & set('/\\\r\n"«»:')


def test_the_file_name_has_the_day_of_the_place_also_just_after_midnight(gathering):
    gathering.starts_at = datetime(2027, 2, 2, 23, 30, tzinfo=UTC)  # as the database gives it
    assert documents.filename(gathering, "programme").endswith("-2027-02-03.pdf")


@pytest.mark.parametrize("people", [1, 12])
def test_the_facts_cost_the_same_for_few_and_many(gathering, people):
    for _ in range(people - 1):
        MembershipFactory(group=gathering.group)
    with CaptureQueriesContext(connection) as asked:
        documents.programme_facts(Gathering.objects.with_surroundings().get(pk=gathering.pk))

    assert len(asked) <= 6


def test_a_held_gatherings_programme_names_those_who_sat_there_then(gathering):
    held = timezone.now() - timedelta(days=5)
    gathering.starts_at, gathering.ends_at = held, held + timedelta(hours=3)
    gathering.group.memberships.members().update(ends_on=timezone.localdate() - timedelta(days=1))

    assert len(documents.programme_facts(gathering)["participants"]) == 1
