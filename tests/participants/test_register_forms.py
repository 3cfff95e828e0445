"""The register's forms: what they take, and what they refuse and keep."""

from datetime import date

import pytest

from office import mail
from office.models import JournalEntry, Letter
from participants.models import Institution, Municipality, Owner, Person
from tests.factories import InstitutionFactory, OwnerFactory
from tests.participants.register_pages import PERSON, PLACE, text, url


def test_a_municipality_is_registered_and_corrected(page, anne):
    said = text(
        page.post(url("municipality_new"), {"number": "301", "name": "Oslo", "country": "NO"})
    )
    assert "Mente du 0301?" in said
    page.post(url("municipality_new"), {"number": "0301", "name": "Osloo", "country": "NO"})
    oslo = Municipality.objects.get(region=anne.region)
    page.post(url("municipality", oslo.pk), {"number": "0301", "name": "Oslo", "country": "NO"})
    oslo.refresh_from_db()
    assert (oslo.number, oslo.name) == ("0301", "Oslo")
    assert list(JournalEntry.objects.values_list("did", flat=True).order_by("id")) == [
        "municipality.added", "municipality.changed",
    ]  # fmt: skip


def test_a_number_that_is_taken_is_told(page, havblikk):
    answer = page.post(url("municipality_new"), {"number": "1870", "name": "X", "country": "NO"})
    assert answer.status_code == 422
    assert "Det finnes allerede en kommune med dette nummeret" in text(answer)


def test_an_institution_is_registered_with_the_owner_it_means(page, havblikk):
    fields = {**PLACE, "municipality": havblikk.municipality_id}
    assert page.post(url("institution_new"), fields).status_code == 302
    fjaera = Institution.objects.get(name="Fjæra")
    assert (fjaera.owner, fjaera.organisation_number) == (havblikk.owner, "874050512")
    fields |= {"owner_form": "private", "is_active": "on"}
    assert page.post(url("institution", fjaera.pk), fields).status_code == 302
    fjaera.refresh_from_db()
    assert (fjaera.owner.name, fjaera.owner.form) == ("Fjæra", Owner.Form.PRIVATE)


def test_a_name_has_single_blanks_however_it_is_typed(page, anne, havblikk):
    fields = {**PLACE, "municipality": havblikk.municipality_id, "name": "Fjæra  barne\xa0 hage",
              "owner_name": "Sortland \xa0Kommune"}  # fmt: skip
    page.post(url("institution_new"), fields)
    assert Institution.objects.get(name="Fjæra barne hage").owner == havblikk.owner
    page.post(url("person_new"), {**PERSON, "first_name": "Per\xa0 Ola"})
    assert Person.objects.filter(region=anne.region, first_name="Per Ola").exists()
    page.post(url("municipality_new"), {"number": "1867", "name": "Bø  i Ø", "country": "NO"})
    assert Municipality.objects.filter(name="Bø i Ø").exists()


def test_an_owner_whose_name_has_two_blanks_stays_the_owner(page, havblikk):
    other = OwnerFactory(region=havblikk.owner.region, name="Sortland  kommune")
    havblikk.owner = other
    havblikk.save()
    fields = {**PLACE, "municipality": havblikk.municipality_id, "name": "Havblikk",
              "owner_name": "Sortland  kommune", "is_active": "on"}  # fmt: skip
    assert page.post(url("institution", havblikk.pk), fields).status_code == 302
    havblikk.refresh_from_db()
    assert (havblikk.owner, Owner.objects.count()) == (other, 2)


def test_a_wrong_institution_is_refused_with_reasons_and_keeps_what_was_typed(page, havblikk):
    fields = {**PLACE, "municipality": havblikk.municipality_id, "name": "Havblikk",
              "organisation_number": "123456789", "postal_code": "150"}  # fmt: skip
    answer = page.post(url("institution_new"), fields)
    said = text(answer)
    assert answer.status_code == 422
    assert 'role="alert"' in said
    assert "Mente du 0150?" in said
    assert 'value="123456789"' in said
    assert "er ikke et organisasjonsnummer" in said
    answer = page.post(
        url("institution_new"), {**fields, "organisation_number": "", "postal_code": ""}
    )
    assert "allerede en barnehage med dette navnet" in text(answer)


def test_a_place_where_people_work_is_not_taken_out_of_use(page, ronja, havblikk):
    fields = {**PLACE, "name": "Havblikk", "municipality": havblikk.municipality_id}
    answer = page.post(url("institution", havblikk.pk), fields)
    assert answer.status_code == 422
    assert "1 person arbeider her" in text(answer)


def test_a_person_is_registered_without_being_invited(page, anne, committed):
    with committed():
        assert page.post(url("person_new"), PERSON).status_code == 302
    per = Person.objects.get(first_name="Per")
    assert (per.region, per.mobile, per.invited_at) == (anne.region, "+4790000001", None)
    assert not per.has_usable_password()
    assert not per.letters.exists()


def test_a_persons_nynorsk_is_kept_by_hand_too(page, anne, ronja):
    Person.objects.filter(pk=ronja.pk).update(language="nn")
    assert page.post(url("person", ronja.pk), {**PERSON, "language": "nn"}).status_code == 302
    ronja.refresh_from_db()
    assert (ronja.first_name, ronja.language) == ("Per", "nn")
    assert page.post(url("person", anne.pk), {**PERSON, "language": "nn"}).status_code == 422
    anne.region.language = "nn"
    anne.region.save()
    page.post(url("person_new"), {**PERSON, "email": "ny@example.no", "language": "nn"})
    assert Person.objects.get(email="ny@example.no").language == "nn"


@pytest.mark.parametrize(
    "like", [{}, {"email": "RONJA@example.no", "first_name": "ronja", "last_name": "åsheim"}]
)
def test_the_same_person_twice_is_told_with_her_place(page, ronja, like):
    fields = {**PERSON, "first_name": "Ronja", "last_name": "Åsheim", "email": "ronja@example.no"}
    answer = page.post(url("person_new"), fields | like)
    assert answer.status_code == 422
    assert "Ronja Åsheim (Havblikk) er allerede registrert med denne e-posten." in text(answer)


def test_a_shared_address_is_allowed_and_shown(page, ronja):
    page.post(url("person_new"), {**PERSON, "email": "ronja@example.no"})
    per = Person.objects.get(first_name="Per")
    assert "Deler e-posten med:" in text(page.get(url("person", per.pk)))


@pytest.mark.parametrize("field", ["first_name", "last_name", "mobile"])
def test_an_identity_number_is_refused_in_a_form(page, anne, field):
    answer = page.post(url("person_new"), {**PERSON, field: "010190 12345"})
    assert answer.status_code == 422
    assert "ligner et fødselsnummer" in text(answer)


def test_a_position_is_added_corrected_and_ended(page, ronja, havblikk):
    fields = {"institution": havblikk.pk, "kind": "manager", "starts_on": "1.8.2026"}
    assert page.post(url("position_new", ronja.pk), fields).status_code == 302
    position = ronja.positions.get(kind="manager")
    again = page.post(url("position_new", ronja.pk), fields)
    assert "har allerede denne stillingen fra denne dagen" in text(again)
    page.post(url("position", position.pk), {**fields, "starts_on": "2026-08-15"})
    early = page.post(url("position_end", position.pk), {"last_day": "2026-08-01"})
    assert early.status_code == 422
    assert "Siste dag kan ikke være før første dag." in text(early)
    assert (
        page.post(url("position_end", position.pk), {"last_day": "2026-12-31"}).status_code == 302
    )
    position.refresh_from_db()
    assert (position.starts_on, position.ends_on) == (date(2026, 8, 15), date(2026, 12, 31))


def test_a_position_at_another_organisations_place_is_refused(page, ronja):
    fields = {"institution": InstitutionFactory().pk, "kind": "manager", "starts_on": "1.8.2026"}
    assert page.post(url("position_new", ronja.pk), fields).status_code == 422


def test_a_person_is_taken_out_of_use_and_back(page, ronja):
    for in_use in (False, True):
        page.post(url("person_in_use", ronja.pk))
        ronja.refresh_from_db()
        assert ronja.is_active is in_use


def test_who_is_taken_out_of_use_gets_no_letter_that_still_waits(page, ronja, anne):
    facts = {"address": "/", "minutes": 1, "code": "123456"}
    for someone in (ronja, anne):
        mail.post(someone, occasion="prøve", template="code", facts=facts)
    page.post(url("person_in_use", ronja.pk))
    assert [letter.to for letter in Letter.objects.unsent()] == [anne]


def test_oneself_and_the_last_administrator_stay_in_use(page, anne):
    assert "kan ikke ta deg selv ut av bruk" in text(
        page.post(url("person_in_use", anne.pk), follow=True)
    )
    page.post(url("person", anne.pk), {**PERSON, "email": ""})
    anne.refresh_from_db()
    assert (anne.is_active, anne.email != "") == (True, True)
