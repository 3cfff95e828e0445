"""Roles: who gives and ends them, from when to when, and that one administrator remains."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.models import JournalEntry
from participants import directory, keeping
from participants.models import Role
from tests.factories import MunicipalityFactory, PersonFactory, RegionFactory, RoleFactory
from tests.nasty import NASTY, encoded
from tests.participants.racing import at_once
from tests.scale import EXAMPLES

ROLES = reverse("participants:roles")
ENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
def region(db):
    return RegionFactory()


@pytest.fixture
def admin(region):
    return RoleFactory(person__region=region, person__first_name="Anne").person


@pytest.fixture
def kari(region):
    return PersonFactory(region=region, first_name="Kari", last_name="Nilsen")


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def giving(person):
    return reverse("participants:role_give", args=[person.pk])


def ending(role):
    return reverse("participants:role_end", args=[role.pk])


def fields(**changed):
    return {"kind": "consultant", "starts_on": timezone.localdate().isoformat(), **changed}


def words(response):
    return response.content.decode()


def test_an_administrator_gives_a_role_and_the_journal_knows(as_admin, admin, kari, region):
    sortland = MunicipalityFactory(region=region)
    answer = as_admin.post(
        giving(kari), fields(municipality=sortland.pk, starts_on="1.8.2026", ends_on="31.7.2027")
    )
    role = Role.objects.get(person=kari)
    assert answer["Location"] == ROLES
    assert (role.kind, role.municipality, role.region) == ("consultant", sortland, region)
    assert (role.starts_on, role.ends_on) == (date(2026, 8, 1), date(2027, 7, 31))
    entry = JournalEntry.objects.get(did="role.given")
    assert (entry.by, entry.object_id) == (admin, str(role.pk))
    assert "Kari Nilsen har fått rollen." in words(as_admin.get(ROLES))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"starts_on": "2026-08-02", "ends_on": "2026-08-01"}, "Siste dag kan ikke være før"),
        ({"kind": ""}, "Velg rolle."),
        ({"starts_on": ""}, "Velg første dag."),
        ({"starts_on": "9999-12-31"}, "Skriv en dato mellom"),
        ({"kind": "emperor"}, "Velg et av alternativene i lista."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(as_admin, kari, changed, sentence):
    answer = as_admin.post(giving(kari), fields(**changed))
    assert answer.status_code == 422
    assert 'role="alert"' in words(answer)
    assert sentence in words(answer)
    if "ends_on" in changed:
        assert 'value="2026-08-01"' in words(answer)
    assert not Role.objects.filter(person=kari).exists()


def test_an_administrator_is_for_the_whole_organisation(as_admin, kari, region):
    sortland = MunicipalityFactory(region=region)
    answer = as_admin.post(giving(kari), fields(kind="admin", municipality=sortland.pk))
    assert "En administrator arbeider for hele organisasjonen." in words(answer)


def test_a_foreign_municipality_cannot_be_chosen(as_admin, kari):
    answer = as_admin.post(giving(kari), fields(municipality=MunicipalityFactory().pk))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("starts", "ends", "taken"),
    [("1.1.2026", "31.1.2026", True), ("1.2.2026", "", False), ("31.1.2026", "", True)],
)
def test_nobody_has_the_same_role_twice_at_a_time(as_admin, kari, starts, ends, taken):
    RoleFactory(
        person=kari,
        kind="consultant",
        starts_on=date(2025, 1, 1),
        ends_on=date(2026, 1, 31),
    )
    answer = as_admin.post(giving(kari), fields(starts_on=starts, ends_on=ends))
    assert answer.status_code == (422 if taken else 302)
    if taken:
        assert "Kari Nilsen har allerede denne rollen" in words(answer)


def test_giving_warns_of_a_shared_address_and_of_somebody_not_invited(as_admin, kari, region):
    PersonFactory(region=region, email=kari.email)
    kari.invited_at = None
    kari.save()
    as_admin.post(giving(kari), fields())
    page = words(as_admin.get(ROLES))
    assert "Kari Nilsen er ikke invitert til å logge inn ennå." in page
    assert "1 annen person har den samme e-postadressen" in page


def test_a_role_ends_with_a_day(as_admin, admin, kari):
    role = RoleFactory(person=kari, kind="consultant")
    answer = as_admin.post(ending(role), {"ends_on": "30.6.2026"})
    role.refresh_from_db()
    assert (answer["Location"], role.ends_on) == (ROLES, date(2026, 6, 30))
    assert JournalEntry.objects.get(did="role.ended").by == admin
    assert "Avsluttet" in words(as_admin.get(ROLES))


def test_a_role_cannot_end_before_it_begins(as_admin, kari):
    role = RoleFactory(person=kari, kind="consultant", starts_on=date(2026, 8, 1))
    answer = as_admin.post(ending(role), {"ends_on": "31.7.2026"})
    assert answer.status_code == 422
    assert "Siste dag kan ikke være før" in words(answer)


@pytest.mark.parametrize(
    "other",
    [
        None,
        {"person__is_active": False},
        {"person__invited_at": None},
        {"person__email": ""},
        {"ends_on": date(2099, 1, 1)},
        {"starts_on": date(2099, 1, 1)},
        {"kind": "consultant"},
    ],
)
@pytest.mark.parametrize("day", ["1.1.2026", "31.12.2026"])
def test_the_last_administrator_who_can_log_in_stays(as_admin, admin, region, other, day):
    if other:
        RoleFactory(person__region=region, **other)
    role = admin.roles.get()
    answer = as_admin.post(ending(role), {"ends_on": day})
    role.refresh_from_db()
    assert answer.status_code == 422
    assert "den siste administratoren" in words(answer)
    assert role.ends_on is None
    assert directory.is_last_administrator(admin)


def test_an_administrator_may_go_when_another_stays(as_admin, admin, region):
    RoleFactory(person__region=region)
    assert not directory.is_last_administrator(admin)
    answer = as_admin.post(ending(admin.roles.get()), {"ends_on": "1.1.2026"})
    assert answer.status_code == 302
    assert as_admin.get(ROLES).status_code == 403


def test_an_administrator_elsewhere_does_not_count(as_admin, admin):
    RoleFactory()
    assert directory.is_last_administrator(admin)


def test_a_role_given_by_mistake_is_taken_back_the_same_day(as_admin, kari):
    role = RoleFactory(person=kari, starts_on=timezone.localdate())
    as_admin.post(reverse("participants:role_take_back", args=[role.pk]))
    assert not Role.objects.filter(pk=role.pk).exists()
    assert JournalEntry.objects.filter(did="role.taken_back").exists()


def test_a_role_that_has_begun_and_the_last_administrator_are_not_taken_back(as_admin, admin, kari):
    begun = RoleFactory(person=kari, kind="consultant")
    Role.objects.filter(person=admin).update(starts_on=timezone.localdate())
    for role in (begun, admin.roles.get()):
        as_admin.post(reverse("participants:role_take_back", args=[role.pk]))
        assert Role.objects.filter(pk=role.pk).exists()
    page = words(as_admin.get(ROLES))
    assert "Avslutt den med en dato." in page
    assert "den siste administratoren" in page


def test_people_are_found_by_the_words_of_their_name_or_address(as_admin, kari):
    PersonFactory(first_name="Kari", last_name="Utenfor")
    page = words(as_admin.get(ROLES, {"q": "nil KARI"}))
    assert giving(kari) in page
    assert "Utenfor" not in page
    assert "Ingen har dette navnet" in words(as_admin.get(ROLES, {"q": "Zzz"}))


@pytest.mark.parametrize("role", [None, "consultant"])
def test_only_administrators_come_here(client, kari, admin, role):
    if role:
        RoleFactory(person=kari, kind=role)
    client.force_login(kari)
    for url in (ROLES, giving(kari)):
        assert client.get(url).status_code == 403
    assert client.get(ending(admin.roles.get())).status_code == 404
    assert client.post(giving(kari), fields(kind="admin")).status_code == 403


def test_another_organisation_is_out_of_sight(as_admin):
    elsewhere = RoleFactory()
    assert as_admin.get(giving(elsewhere.person)).status_code == 404
    assert as_admin.get(ending(elsewhere)).status_code == 404


def test_the_list_asks_as_much_for_forty_roles_as_for_one(
    as_admin, region, django_assert_max_num_queries
):
    for _ in range(20):
        person = PersonFactory(region=region)
        municipality = MunicipalityFactory(region=region)
        RoleFactory(person=person, kind="consultant", municipality=municipality)
        RoleFactory(person=person, starts_on=date(2021, 1, 1), ends_on=date(2022, 1, 1))
    with django_assert_max_num_queries(10):
        page = as_admin.get(ROLES, {"q": "person"})
    assert len(page.content) < 100_000


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_at_once_leave_one():
    for _round in range(10):
        region = RegionFactory()
        roles = [RoleFactory(person__region=region) for _ in range(2)]

        def end(n, roles=roles):
            directory.end_role(roles[n], ends_on=date(2026, 1, 1), by=roles[1 - n].person)

        assert at_once(2, end) == {"ValidationError": 1, "done": 1}
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_take_each_other_out_of_use_at_once_leave_one():
    for _round in range(5):
        region = RegionFactory()
        admins = [RoleFactory(person__region=region).person for _ in range(2)]

        def take_out(n, admins=admins):
            keeping.set_in_use(admins[n], False, by=admins[1 - n])

        assert at_once(2, take_out) == {"ValidationError": 1, "done": 1}
        assert region.people.filter(is_active=True).count() == 1


def post_anything(admin, person, role, value):
    """Post to all forms about roles; the worst status seen."""
    client = Client(raise_request_exception=False)
    client.force_login(admin)
    names = ("kind", "municipality", "starts_on", "ends_on")
    body = encoded(dict.fromkeys(names, value))
    mixed = encoded({**dict.fromkeys(names, value), "kind": "consultant"})
    pages = ((giving(person), body), (giving(person), mixed), (ending(role), body))
    answers = [client.post(url, content, content_type=ENCODED) for url, content in pages]
    answers.append(client.get(f"{ROLES}?{encoded({'q': value}).decode()[:4000]}"))
    return max(answer.status_code for answer in answers)


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_the_role_forms(admin, kari, value):
    assert post_anything(admin, kari, admin.roles.get(), value) < 500


@pytest.mark.hostile
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.one_of(st.text(), st.sampled_from(NASTY), st.binary(), st.dates().map(str)))
def test_nothing_at_all_typed_breaks_the_role_forms(admin, kari, value):
    assert post_anything(admin, kari, admin.roles.get(), value) < 500
