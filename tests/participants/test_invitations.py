"""Inviting in: exactly those who were shown, once, each with a link of their own."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from office.delivery import drain
from office.models import JournalEntry, Letter
from participants.models import Position, SignInLink
from tests.factories import (
    InstitutionFactory,
    MunicipalityFactory,
    PersonFactory,
    PositionFactory,
    RegionFactory,
    RoleFactory,
)
from tests.nasty import NASTY, encoded

LIST = reverse("participants:invite_people")
PREVIEW = reverse("participants:invite_preview")


@pytest.fixture
def region(db):
    return RegionFactory(name="REKOM Vesterålen")


@pytest.fixture
def admin(region):
    person = PersonFactory(region=region, first_name="Anne", last_name="Berg")
    return RoleFactory(person=person).person


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def newcomer(region, **fields):
    return PersonFactory(region=region, invited_at=None, **fields)


def words(response):
    return response.content.decode()


def test_the_list_shows_who_is_not_invited_yet(as_admin, region):
    new = newcomer(region, last_name="Ny")
    newcomer(region, last_name="Sluttet", is_active=False)
    newcomer(RegionFactory(), last_name="Utenfor")
    PersonFactory(region=region, last_name="Invitert")
    PersonFactory(region=region, last_name="Innlogget", last_login=timezone.now())

    shown = {
        state: {
            n for n in ("Ny", "Sluttet", "Utenfor", "Invitert", "Innlogget") if f" {n}<" in page
        }
        for state in ("nye", "venter", "inne")
        for page in [words(as_admin.get(LIST, {"vis": state}))]
    }
    assert shown == {"nye": {"Ny"}, "venter": {"Invitert"}, "inne": {"Innlogget"}}
    assert str(new.pk) in words(as_admin.get(LIST))


def test_the_list_is_narrowed_by_municipality_and_position(as_admin, region):
    sortland, oksnes = (MunicipalityFactory(region=region) for _ in range(2))
    people = {}
    for municipality in (sortland, oksnes):
        institution = InstitutionFactory(municipality=municipality)
        for kind in Position.Kind.values:
            person = people[municipality, kind] = newcomer(region)
            PositionFactory(person=person, institution=institution, kind=kind)

    def found(**query):
        page = words(as_admin.get(LIST, query))
        return {key for key, person in people.items() if f'value="{person.pk}"' in page}

    assert found() == set(people)
    assert found(kommune=oksnes.number) == {(oksnes, k) for k in Position.Kind.values}
    assert found(kommune=oksnes.number, stilling="manager") == {(oksnes, "manager")}
    assert found(kommune="9999", stilling="x", vis="y", page="9e99") == set(people)


def test_who_has_no_address_cannot_be_ticked(as_admin, region):
    person = newcomer(region, email="")
    page = words(as_admin.get(LIST))
    assert person.name in page
    assert str(person.pk) not in page
    assert as_admin.get(PREVIEW, {"person": person.pk}).status_code == 422


def test_the_preview_names_exactly_who_gets_what_and_sends_nothing(as_admin, region):
    first = newcomer(region, first_name="Lena", email="post@example.no", language="da")
    newcomer(region, email="POST@example.no")
    page = words(as_admin.get(PREVIEW, {"person": first.pk}))
    as_admin.head(PREVIEW, {"person": first.pk})

    assert "1 person får dette brevet." in page
    assert "post@example.no" in page
    assert "delt postkasse" in page
    assert "Hej Lena" in page
    assert "Anne Berg har inviteret dig til REKOM Vesterålen" in page
    assert Letter.objects.count() == SignInLink.objects.count() == 0


def test_a_post_sends_to_those_who_were_shown_and_nobody_else(as_admin, admin, region, mailoutbox):
    wanted = [newcomer(region) for _ in range(2)]
    other = newcomer(region)
    page = words(as_admin.get(PREVIEW, {"person": [p.pk for p in wanted]}))
    batch = re.search(r'name="batch" value="([^"]+)"', page).group(1)

    answer = as_admin.post(PREVIEW, {"person": [p.pk for p in wanted], "batch": batch})
    again = as_admin.post(PREVIEW, {"person": [p.pk for p in wanted], "batch": batch})
    drain()

    assert answer["Location"] == again["Location"] == LIST
    assert sorted(m.to[0] for m in mailoutbox) == sorted(p.email for p in wanted)
    assert {m.subject for m in mailoutbox} == {"Velkommen til REKOM Vesterålen"}
    assert {m.reply_to[0] for m in mailoutbox} == {admin.email}
    for person in [*wanted, other]:
        person.refresh_from_db()
    assert [bool(p.invited_at) for p in [*wanted, other]] == [True, True, False]
    assert JournalEntry.objects.filter(did="person.invited", by=admin).count() == 2
    assert "2 invitasjoner er på vei." in words(as_admin.get(LIST))


def test_the_link_in_the_letter_lets_in_whom_it_names_and_is_wiped_from_the_outbox(
    as_admin, region, mailoutbox
):
    mona = newcomer(region, first_name="Mona", last_name="Lie")
    as_admin.post(PREVIEW, {"person": mona.pk})
    drain()
    link = re.search(r"http://testserver(/logg-inn/lenke/\S+)", mailoutbox[0].body).group(1)
    browser = Client()
    assert "Logg inn som Mona Lie" in words(browser.get(link))
    browser.post(link)
    assert browser.session["_auth_user_id"] == str(mona.pk)
    assert link not in str(Letter.objects.values_list().get())


def test_sending_once_more_makes_the_older_link_worthless(as_admin, region, mailoutbox):
    mona = newcomer(region)
    for _time in range(2):
        as_admin.post(PREVIEW, {"person": mona.pk, "batch": uuid.uuid4()})
    drain()
    links = [re.search(r"(/logg-inn/lenke/\S+)", m.body).group(1) for m in mailoutbox]
    assert [Client().get(link).status_code for link in links] == [410, 200]


def test_a_foreign_person_is_not_sent_to(as_admin):
    stranger = newcomer(RegionFactory())
    assert as_admin.post(PREVIEW, {"person": stranger.pk}).status_code == 422
    assert not Letter.objects.exists()


def test_nobody_and_too_many_are_refused_with_a_sentence(as_admin, region):
    assert "Velg minst én person." in words(as_admin.post(PREVIEW, {}))
    crowd = [newcomer(region).pk for _ in range(101)]
    answer = as_admin.post(PREVIEW, {"person": crowd})
    assert answer.status_code == 422
    assert "Velg høyst 100 personer om gangen." in words(answer)


def test_only_administrators_invite(client, region):
    person = RoleFactory(person__region=region, kind="consultant").person
    client.force_login(person)
    for url in (LIST, PREVIEW):
        assert client.get(url).status_code == 403
    assert client.post(PREVIEW, {"person": person.pk}).status_code == 403


@pytest.mark.parametrize("number", [1, 60])
def test_list_and_preview_ask_as_much_for_sixty_people_as_for_one(
    as_admin, region, number, django_assert_max_num_queries
):
    institution = InstitutionFactory(municipality__region=region)
    people = [newcomer(region, works_at=institution) for _ in range(number)]
    as_admin.get(LIST)
    with django_assert_max_num_queries(10):
        page = as_admin.get(LIST)
    assert len(page.content) < 100_000
    with django_assert_max_num_queries(10):
        page = as_admin.get(PREVIEW, {"person": [p.pk for p in people]})
    assert len(page.content) < 100_000


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_inviting(admin, value):
    client = Client(raise_request_exception=False)
    client.force_login(admin)
    fields = encoded(dict.fromkeys(("person", "batch"), value))
    query = encoded(dict.fromkeys(("vis", "kommune", "stilling", "page"), value)).decode()[:8000]
    form = "application/x-www-form-urlencoded"
    assert client.post(PREVIEW, fields, content_type=form).status_code == 422
    assert client.get(f"{LIST}?{query}").status_code == 200
