"""The register's lists and pages: who gets in, what they show and what they cost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants.models import Institution, Person, Position, Role
from tests.factories import (
    InstitutionFactory,
    MunicipalityFactory,
    PersonFactory,
    RegionFactory,
    RoleFactory,
)
from tests.participants.register import MUNICIPALITIES, csv
from tests.participants.register_pages import text, upload, url


def test_the_front_page_begins_with_what_must_be_corrected(page, ronja, havblikk):
    region = ronja.region
    PersonFactory(region=region, email="")
    PersonFactory(region=region, email="RONJA@example.no")
    said = text(page.get(url("administration")))
    for task in ("2 personer har ingen stilling", "1 person har ingen e-post",
                 "2 personer deler e-post", "1 barnehage har ingen styrer"):  # fmt: skip
        assert task in said
    assert said.index("deler e-post") < said.index("I registeret")
    for lack, count in (("stilling", 2), ("epost", 1), ("egen-epost", 2)):
        assert f"{count} person" in text(page.get(url("people"), {"mangler": lack}))
    assert "1 barnehage" in text(page.get(url("institutions"), {"mangler": "leder"}))


@pytest.mark.parametrize("wanted", ["Åsheim", "åsheim", "ÅSHEIM ronja", "ronja@"])
def test_people_are_found_by_any_part_of_name_and_address(page, ronja, wanted):
    found = text(page.get(url("people"), {"q": wanted}))
    assert "Ronja Åsheim" in found
    assert "1 person" in found


def test_the_lists_are_narrowed(page, ronja, havblikk):
    hadsel = MunicipalityFactory(region=ronja.region, number="1866", name="Hadsel")
    fjaera = InstitutionFactory(municipality=hadsel, name="Fjæra", owner__form="private")
    PersonFactory(region=ronja.region, last_name="Styrersen", works_at=fjaera,
                  works_at__as_=Position.Kind.MANAGER)  # fmt: skip
    people, places = url("people"), url("institutions")
    for query, there, away in [
        ({"kommune": "1870"}, "Åsheim", "Styrersen"),
        ({"stilling": "manager"}, "Styrersen", "Åsheim"),
        ({"invitert": "nei"}, "Åsheim", "Styrersen"),
        ({"invitert": "ja"}, "Styrersen", "Åsheim"),
    ]:
        found = text(page.get(people, query))
        assert (there in found, away in found) == (True, False), query
    for query in ({"eier": "private"}, {"kommune": "1866"}, {"q": "fjæ"}):
        found = text(page.get(places, query))
        assert ("Fjæra" in found, "Havblikk" in found) == (True, False), query


def test_others_than_administrators_stay_outside(client, ronja, havblikk):
    addresses = [
        url(n) for n in ("administration", "municipalities", "institutions", "people", "imports",
                         "person_new", "institution_new", "municipality_new")
    ]  # fmt: skip
    addresses += [url("person", ronja.pk), url("institution", havblikk.pk)]
    assert {client.get(address).status_code for address in addresses} == {302}
    client.force_login(ronja)
    assert {client.get(address).status_code for address in addresses} == {403}
    stranger = RoleFactory().person
    client.force_login(stranger)
    assert client.get(url("person", ronja.pk)).status_code == 404
    assert client.post(url("position_end", ronja.positions.get().pk)).status_code == 404


def test_nobody_of_another_organisation_is_shown(page, ronja):
    PersonFactory(last_name="Utenfor")
    InstitutionFactory(name="Utenfor barnehage")
    MunicipalityFactory(name="Utenfor kommune")
    for name in ("people", "institutions", "municipalities"):
        assert "Utenfor" not in text(page.get(url(name)))


NONSENSE = ["-1", "9e99", "99999999999999999999", "x" * 10_000, "\x00", "' OR 1=1", "null", ""]


@pytest.mark.parametrize("value", NONSENSE, ids=range(len(NONSENSE)))
@pytest.mark.parametrize("name", ["people", "institutions", "administration", "imports"])
def test_nonsense_in_an_address_gives_a_page(page, ronja, name, value):
    keys = ("page", "q", "kommune", "stilling", "invitert", "mangler", "eier", "vis")
    assert page.get(url(name), dict.fromkeys(keys, value)).status_code == 200


def test_the_pages_are_danish_for_a_danish_reader(page, anne, ronja):
    anne.language = "da"
    anne.save()
    assert "Dagtilbud" in text(page.get(url("institutions")))
    assert "personer har ingen stilling" not in text(page.get(url("administration")))
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn", "301;Oslo"))
    assert "Skal rettes" in text(page.get(answer.url))


def grow(region, place, count):
    people = Person.objects.bulk_create(
        Person(region=region, first_name="A", last_name=f"B{n}", email=f"{n}.{count}@example.no",
               password="!")
        for n in range(count)
    )  # fmt: skip
    Position.objects.bulk_create(
        Position(person=p, institution=place, kind="manager", starts_on=date(2025, 8, 1))
        for p in people
    )
    MunicipalityFactory.create_batch(min(count, 20), region=region)
    Institution.objects.bulk_create(
        Institution(municipality=place.municipality, owner=place.owner, name=f"Sted {count} {n}")
        for n in range(count)
    )


def test_a_page_costs_the_same_for_few_and_for_many(page, anne, ronja, havblikk):
    position = ronja.positions.get()
    lists = [
        url(n) for n in ("administration", "municipalities", "institutions", "people", "imports")
    ]
    details = [
        url("municipality", havblikk.municipality_id),
        url("institution", havblikk.pk),
        url("person", ronja.pk),
        url("position_new", ronja.pk),
        url("position", position.pk),
        url("position_end", position.pk),
        url("institution_new"),
    ]

    def costs():
        found = {}
        for address in lists + details:
            with CaptureQueriesContext(connection) as asked:
                answer = page.get(address)
            found[address] = (len(asked), len(answer.content))
        return found

    costs()
    few = costs()
    grow(ronja.region, havblikk, 200)
    many = costs()
    assert {a: few[a][0] for a in few} == {a: many[a][0] for a in many}
    assert [a for a in lists if many[a][0] > 10] == []
    assert [a for a in details if many[a][0] > 14] == []
    assert [a for a in many if many[a][1] > 100_000] == []


def test_every_page_means_the_same_by_a_shared_address(page, anne, ronja):
    def neighbour(**more):
        return PersonFactory(**{"region": anne.region, "email": "RONJA@example.no", **more})

    def told():
        preview = page.get(url("invite_preview"), {"person": ronja.pk})
        given = page.post(
            url("role_give", ronja.pk),
            {"kind": "admin", "starts_on": str(timezone.localdate())},
            follow=True,
        )
        Role.objects.filter(person=ronja).delete()
        return {
            "front page": "deler e-post" in text(page.get(url("administration"))),
            "list": "Ronja" in text(page.get(url("people"), {"mangler": "egen-epost"})),
            "preview": "delt postkasse" in text(preview),
            "person": "Deler e-posten med" in text(page.get(url("person", ronja.pk))),
            "role": "den samme e-postadressen" in text(given),
        }

    neighbour(region=RegionFactory())
    neighbour(is_active=False)
    assert set(told().values()) == {False}
    neighbour(invited_at=None)
    assert set(told().values()) == {True}
