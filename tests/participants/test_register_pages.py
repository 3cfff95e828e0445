"""The register's pages: who gets in, what they show and cost, what a form refuses and keeps."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.models import JournalEntry
from participants.models import ImportRun, Institution, Municipality, Owner, Person, Position
from participants.register import applying
from tests.factories import (
    InstitutionFactory,
    MunicipalityFactory,
    PersonFactory,
    PositionFactory,
    RoleFactory,
)
from tests.nasty import NASTY, encoded
from tests.participants.register import MUNICIPALITIES, PEOPLE, PEOPLE_HEADER, csv
from tests.scale import EXAMPLES

FORM = "application/x-www-form-urlencoded"


def url(name, *arguments):
    return reverse(f"participants:{name}", args=arguments)


@pytest.fixture
def anne(db):
    """The administrator."""
    person = PersonFactory(first_name="Anne", last_name="Berg")
    RoleFactory(person=person)
    return person


@pytest.fixture
def page(client, anne):
    client.force_login(anne)
    return client


@pytest.fixture
def havblikk(anne):
    sortland = MunicipalityFactory(region=anne.region, number="1870", name="Sortland")
    return InstitutionFactory(
        municipality=sortland, name="Havblikk", owner__name="Sortland kommune"
    )


@pytest.fixture
def ronja(havblikk):
    person = PersonFactory(
        region=havblikk.municipality.region,
        first_name="Ronja",
        last_name="Åsheim",
        email="ronja@example.no",
        invited_at=None,
    )
    PositionFactory(person=person, institution=havblikk)
    return person


def text(response):
    return " ".join(response.content.decode().split())


# --- lists ---------------------------------------------------------------------------------------


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


# --- forms ---------------------------------------------------------------------------------------


PERSON = {"first_name": "Per", "last_name": "By", "email": "per@example.no",
          "mobile": "90 00 00 01", "language": "nb"}  # fmt: skip
PLACE = {"name": "Fjæra", "kind": "kindergarten", "owner_form": "municipal", "owner_name": "",
         "organisation_number": "874 050 512", "children": "20", "staff": "", "address": "",
         "postal_code": "8400", "postal_place": "", "email": "", "phone": ""}  # fmt: skip


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


def test_oneself_and_the_last_administrator_stay_in_use(page, anne):
    assert "kan ikke ta deg selv ut av bruk" in text(
        page.post(url("person_in_use", anne.pk), follow=True)
    )
    page.post(url("person", anne.pk), {**PERSON, "email": ""})
    anne.refresh_from_db()
    assert (anne.is_active, anne.email != "") == (True, True)


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


# --- import --------------------------------------------------------------------------------------


def upload(page, kind, file):
    [(name, content)] = file
    return page.post(url("imports"), {"kind": kind, "files": named(name, content)})


def named(name, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def test_a_file_goes_in_in_three_steps(page, anne):
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn;vapen", "1867;Bø;x", "301;Oslo;"))
    run = ImportRun.objects.get()
    assert answer.url == url("import_run", run.pk)
    shown = text(page.get(answer.url))
    for piece in ("Mente du 0301?", "Importer 1 rad", "Ukjente kolonner", "vapen",
                  "Ingen e-post sendes", "La være å importere den 1 raden"):  # fmt: skip
        assert piece in shown
    refused = page.post(answer.url, {"seal": applying.recheck(run).seal})
    assert refused.status_code == 422
    assert "kryss av" in text(refused)
    assert not Municipality.objects.exists()
    rows = page.get(url("import_rows", run.pk)).content.decode("utf-8-sig").splitlines()
    assert rows[1] == "301;Oslo;3;kommunenr: Et kommunenummer har 4 sifre. Mente du 0301?"
    done = page.post(
        answer.url, {"seal": applying.recheck(run).seal, "leave_out": "on"}, follow=True
    )
    assert "Importen er gjort" in text(done)
    assert Municipality.objects.get().name == "Bø"
    assert page.post(answer.url, {"seal": "x"}).status_code == 200  # done already: the result again
    assert Municipality.objects.count() == 1


def test_a_register_that_moved_is_shown_again_instead_of_written(page, anne):
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø", "1871;Andøy"))
    run = ImportRun.objects.get()
    seal = applying.recheck(run).seal
    MunicipalityFactory(region=anne.region, number="1867", name="Bø i Vesterålen")
    refused = page.post(answer.url, {"seal": seal})
    assert refused.status_code == 422
    assert "Registeret er endret siden du så på radene" in text(refused)
    assert "Endret i mellomtiden" in text(refused)
    assert Municipality.objects.count() == 1
    new = applying.recheck(run).seal
    assert f'value="{new}"' in text(refused)
    assert page.post(answer.url, {"seal": new}).status_code == 302


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (csv("fornavn", "A"), "Fant ikke kolonnen"),
        ([("x.csv", b"%PDF\x00")], "ikke et regneark"),
        ([("x.csv", b"")], "er tom"),
        ([("x.csv", b"1867;B\n" * 999_999)], "større enn 5 MB"),
        ([("x.json", b"{}")], "Velg «barnehager»"),
        (csv(PEOPLE_HEADER, "A;B;01019012345;;;;;;;;;"), "ligner et fødselsnummer"),
    ],
)
def test_a_file_that_is_refused_leaves_nothing(page, anne, file, sentence):
    answer = upload(page, PEOPLE, file)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'role="alert"' in text(answer)
    assert not ImportRun.objects.exists()


def test_nothing_chosen_is_told(page, anne):
    answer = page.post(url("imports"), {})
    assert answer.status_code == 422
    assert "Velg én eller flere filer." in text(answer)


def test_the_check_of_five_thousand_rows_is_shown_in_pieces(page, anne):
    rows = [f"{n:04};Kommune {n}" for n in range(5000)]
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn", *rows))
    with CaptureQueriesContext(connection) as asked:
        shown = page.get(answer.url, {"vis": "new", "page": 7})
    assert (len(shown.content) < 100_000, len(asked) <= 14) == (True, True)
    assert "Kommune 349" in text(shown)


def test_an_upload_can_be_thrown_away(page, anne):
    upload(page, MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø"))
    run = ImportRun.objects.get()
    assert page.post(url("import_discard", run.pk)).status_code == 302
    assert not ImportRun.objects.exists()
    assert JournalEntry.objects.latest("id").did == "import.discarded"


def test_an_upload_whose_files_are_gone_says_so(page, anne):
    run = ImportRun.objects.create(region=anne.region, kind=MUNICIPALITIES)
    assert page.get(url("import_run", run.pk)).status_code == 410
    assert page.get(url("import_rows", run.pk)).status_code == 404


@pytest.mark.parametrize("kind", ["municipalities", "institutions", "people"])
def test_a_template_can_be_filled_in_and_sent_back(page, anne, kind, havblikk):
    header = page.get(url("import_template", kind))
    assert header["Content-Disposition"].startswith("attachment")
    [(name, content)] = [("mal.csv", header.content)]
    if kind == "people":
        content = content.replace(b"Havblikk barnehage", b"Havblikk")
    answer = upload(page, kind, [(name, content)])
    assert answer.status_code == 302
    assert ImportRun.objects.get().counts["wrong"] == 0


def test_the_pages_are_danish_for_a_danish_reader(page, anne, ronja):
    anne.language = "da"
    anne.save()
    assert "Dagtilbud" in text(page.get(url("institutions")))
    assert "personer har ingen stilling" not in text(page.get(url("administration")))
    answer = upload(page, MUNICIPALITIES, csv("kommunenr;navn", "301;Oslo"))
    assert "Skal rettes" in text(page.get(answer.url))


# --- anything at all -----------------------------------------------------------------------------


FORMS = {
    "municipality_new": ["number", "name", "county_number", "country"],
    "institution_new": [*PLACE, "municipality"],
    "person_new": [*PERSON],
    "position_new": ["institution", "kind", "starts_on", "ends_on"],
    "position_end": ["last_day"],
    "person": [*PERSON],
    "institution": [*PLACE, "municipality", "is_active"],
    "imports": ["kind", "files"],
}
VALID = {**PERSON, **PLACE, "number": "1871", "country": "NO", "county_number": "18"}


def post_anything(page, ronja, havblikk, name, values):
    """Status and text of a form posted with the values; what is stored is sound."""
    objects = {
        "position_new": ronja.pk,
        "person": ronja.pk,
        "position_end": ronja.positions.all()[0].pk,
        "institution": havblikk.pk,
    }
    address = url(name, objects[name]) if name in objects else url(name)
    answer = page.post(address, encoded(values), content_type=FORM)
    for model in (Municipality, Institution, Person, Position):
        for thing in model.objects.all():
            thing.full_clean()
    return answer


SHORT = [value for value in NASTY if len(value) < 1000]
FEW = ["", "\x00", "\ud800", "x" * 200_000, "<script>alert(1)</script>", "9999-12-31"]


@pytest.mark.parametrize("name", FORMS)
def test_no_nasty_value_breaks_a_form(page, ronja, havblikk, name):
    for value in FEW:
        answer = post_anything(page, ronja, havblikk, name, dict.fromkeys(FORMS[name], value))
        assert answer.status_code == 422
        assert b'role="alert"' in answer.content


def test_one_nasty_value_among_good_ones_breaks_nothing(page, ronja, havblikk):
    for value in SHORT:
        values = {**VALID, "municipality": havblikk.municipality_id, "name": value}
        answer = post_anything(page, ronja, havblikk, "institution_new", values)
        assert answer.status_code in (302, 422)


@pytest.mark.hostile
@pytest.mark.parametrize("name", FORMS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_nothing_at_all_typed_breaks_a_form(page, ronja, havblikk, name, data):
    typed = st.one_of(
        st.text(), st.sampled_from(NASTY), st.binary(max_size=200), st.dates().map(str)
    )
    values = {
        field: data.draw(st.one_of(typed, st.just(VALID.get(field, havblikk.pk))))
        for field in FORMS[name]
    }
    assert post_anything(page, ronja, havblikk, name, values).status_code in (302, 422)


@pytest.mark.parametrize("value", SHORT, ids=range(len(SHORT)))
def test_no_nasty_cell_breaks_an_import(page, ronja, havblikk, value):
    for kind, header in (
        (MUNICIPALITIES, "kommunenr;navn;fylkesnr;land"),
        ("institutions", "orgnr;navn;kommunenr;eierform;type;barn;poststed;breddegrad;epost"),
        (PEOPLE, PEOPLE_HEADER),
    ):
        line = ";".join([value.replace('"', '""').join('""')] * (header.count(";") + 1))
        content = f"{header}\r\n{line}\r\n".encode("utf-8", "surrogatepass")
        answer = upload(page, kind, [("x.csv", content)])
        assert answer.status_code in (302, 422)
        if answer.status_code == 302:
            assert page.get(answer.url).status_code == 200
            run = ImportRun.objects.latest("created_at")
            page.post(answer.url, {"seal": applying.recheck(run).seal, "leave_out": "on"})
    for model in (Municipality, Institution, Person, Position):
        for thing in model.objects.all():
            thing.full_clean()


@pytest.mark.hostile
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=2000), kind=st.sampled_from(list(ImportRun.Kind)))
def test_no_bytes_break_an_import(page, anne, content, kind):
    assert upload(page, kind, [("x.csv", content)]).status_code in (302, 422)
