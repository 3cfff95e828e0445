"""Import: what a file says beside what the register knows, row by row, all reasons at once."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from office import sheets
from participants.models import Institution, Municipality, Owner, Person, Position
from participants.register.checking import check
from participants.register.files import Refused
from tests.factories import (
    InstitutionFactory,
    MunicipalityFactory,
    PersonFactory,
    PositionFactory,
    RegionFactory,
)
from tests.participants.register import (
    INSTITUTIONS,
    MUNICIPALITIES,
    PEOPLE,
    PEOPLE_HEADER,
    PERSON,
    PLACE,
    PLACE_HEADER,
    counts,
    csv,
    reasons,
    stored,
    take,
)

SIX = "kommuner-vesteralen.csv"
FORTY = "barnehager-vesteralen.csv"


@pytest.fixture
def region(db):
    return RegionFactory(name="Vesterålen")


@pytest.fixture
def sortland(region):
    return MunicipalityFactory(region=region, number="1870", name="Sortland - Suortá")


@pytest.fixture
def havblikk(sortland):
    return InstitutionFactory(
        municipality=sortland, name="Havblikk", owner__name="Sortland kommune"
    )


# --- the real files ------------------------------------------------------------------------------


def test_the_real_register_of_vesteralen_imports_clean(region):
    take(MUNICIPALITIES, stored(SIX), region)
    assert counts(INSTITUTIONS, stored(FORTY), region) == (40, 0, 0, 0)
    take(INSTITUTIONS, stored(FORTY), region)
    assert counts(INSTITUTIONS, stored(FORTY), region) == (0, 0, 40, 0)
    places = Institution.objects.filter(municipality__region=region)
    assert places.count() == 40
    assert places.filter(owner__form="municipal").count() == 22
    assert places.filter(kind="family").count() == 1
    assert sum(place.children for place in places) == 1466
    assert places.filter(latitude=None).count() == 5  # four without a place, one home
    aspasen = places.get(organisation_number="873353252")
    assert (aspasen.postal_place, aspasen.municipality.name) == ("Stokmarknes", "Hadsel")
    for place in places:
        place.full_clean()


def test_the_national_registers_own_json_imports(region, sortland):
    MunicipalityFactory(region=region, number="5028", name="Melhus")
    records = stored(
        *(f"barnehagefakta_no_orgnr{n}.json" for n in (875313282, 933936589, 974385341))
    )
    assert counts(INSTITUTIONS, records, region) == (3, 0, 0, 0)
    take(INSTITUTIONS, records, region)
    assert counts(INSTITUTIONS, records, region) == (0, 0, 3, 0)
    sigerfjord = Institution.objects.get(organisation_number="875313282")
    assert (sigerfjord.children, sigerfjord.staff, sigerfjord.latitude) == (40, 34, 68.65868)
    assert (sigerfjord.written_norm, sigerfjord.owner.name) == ("B", "Sortland kommune")
    family = Institution.objects.get(organisation_number="974385341")
    assert (family.kind, family.owner.form, family.latitude) == ("family", "private", None)


def test_an_array_of_records_is_one_file(region, sortland):
    MunicipalityFactory(region=region, number="5028", name="Melhus")
    units = [
        json.loads(content)
        for _name, content in stored(
            "barnehagefakta_no_orgnr875313282.json", "barnehagefakta_no_orgnr933936589.json"
        )
    ]
    assert counts(INSTITUTIONS, [("a.json", json.dumps(units).encode())], region) == (2, 0, 0, 0)


def test_the_csv_and_the_json_of_the_register_agree(region):
    take(MUNICIPALITIES, stored(SIX), region)
    take(INSTITUTIONS, stored(FORTY), region)
    found = check(INSTITUTIONS, stored("barnehagefakta_no_orgnr875313282.json"), region).rows[0]
    assert [(change.label, change.after) for change in found.changes] == [
        ("Ansatte", "34"),
        ("Målform", "B"),
    ]


def test_nbrs_fourth_version_is_read_too(region, sortland):
    unit = {
        "Organisasjonsnummer": "875313282",
        "Navn": "Sigerfjord barnehage",
        "Kommune": {"Kommunenummer": "1870", "Navn": "Sortland"},
        "Beliggenhetsadresse": {"Adresse": "Veien 1", "Postnummer": "8406", "Poststed": "SORTLAND"},
        "Koordinat": {"Lengdegrad": 0.0, "Breddegrad": 0.0, "GeoKilde": "Undefined"},
        "Maalform": {"Id": "B"},
        "ErAktiv": True,
        "ErBarnehage": True,
        "ErOffentligBarnehage": True,
        "ErPrivatBarnehage": False,
        "AntallBarn": 40,
        "AntallAnsatte": 11,
        "ForeldreRelasjoner": [
            {
                "Enhet": {"Organisasjonsnummer": "874050512", "Navn": "Sortland kommune"},
                "Relasjonstype": {"Id": "6"},
            }
        ],
    }
    closed = {**unit, "Organisasjonsnummer": "974050501", "Navn": "Nedlagt", "ErAktiv": False}
    answer = [("nbr.json", json.dumps({"Sidenummer": 1, "EnhetListe": [unit, closed]}).encode())]
    assert counts(INSTITUTIONS, answer, region) == (1, 0, 1, 0)
    take(INSTITUTIONS, answer, region)
    place = Institution.objects.get()
    assert (place.owner.organisation_number, place.owner.form) == ("874050512", "municipal")
    assert (place.children, place.staff, place.latitude) == (40, 11, None)


@pytest.mark.parametrize(
    "content", ["{", "[]", "[1, 2]", '{"a": 1}', "[" * 100_000, "[1" + "0" * 9999]
)
def test_json_of_another_kind_is_refused_in_one_sentence(region, content):
    with pytest.raises(Refused, match=r"JSON"):
        check(INSTITUTIONS, [("x.json", content.encode())], region)


# --- columns and files ---------------------------------------------------------------------------


def test_columns_are_found_by_their_danish_headings(region):
    region.country = "DK"
    region.save()
    take(MUNICIPALITIES, csv("kommunekode,navn", "0621,Kolding", "575,Vejen"), region)
    assert set(Municipality.objects.values_list("number", "country")) == {
        ("621", "DK"),
        ("575", "DK"),
    }
    places = csv(
        "institutionsnummer\tnavn\tkommunekode\tejerform\ttype\tby\temail",
        "G12345\tBørnehuset Ø\t621\tselvejende\tbørnehave\tKolding\tpost@example.dk",
        encoding="cp1252",
    )
    assert check(INSTITUTIONS, places, region).source.unused == []
    take(INSTITUTIONS, places, region)
    assert Institution.objects.get().register_number == "G12345"
    people = csv(
        "Fornavn;Efternavn;E-mail;Mobil;Stilling;Dagtilbud;Fra;Sprog",
        "Mette;Eksempel;mette@example.dk;20 00 00 01;dagtilbudsleder;børnehuset ø;01-08-2025;dansk",
    )
    take(PEOPLE, people, region)
    mette = Person.objects.get(first_name="Mette")
    assert (mette.mobile, mette.language) == ("+4520000001", "da")
    assert mette.positions.get().kind == Position.Kind.MANAGER


DANISH = "institutionsnummer;navn;kommunekode;ejerform;enhedsnummer;p_nummer;type"


def test_a_danish_place_is_known_by_its_numbers_when_it_gets_another_name(region):
    region.country = "DK"
    region.save()
    take(MUNICIPALITIES, csv("kommunekode,navn", "621,Kolding", "575,Vejen"), region)
    take(INSTITUTIONS, csv(DANISH, "g12345;Børnehuset Ø;621;kommunal;1 0017;;børnehave"), region)

    renamed = csv(DANISH, "G12345;Børnehuset Åen;621;kommunal;10017;1001;børnehave")
    assert counts(INSTITUTIONS, renamed, region) == (0, 1, 0, 0)
    take(INSTITUTIONS, renamed, region)

    place = Institution.objects.get()
    assert (place.name, place.unit_number) == ("Børnehuset Åen", "10017")
    assert counts(INSTITUTIONS, renamed, region) == (0, 0, 1, 0)


def test_a_place_keeps_the_numbers_it_is_registered_with(region):
    region.country = "DK"
    region.save()
    take(MUNICIPALITIES, csv("kommunekode,navn", "621,Kolding"), region)
    take(INSTITUTIONS, csv(DANISH, "G12345;Børnehuset Ø;621;kommunal;10017;;"), region)

    rows = csv(
        DANISH,
        "G12345;Børnehuset Ø;621;kommunal;20000;;",
        "G99999;Børnehuset Ø;621;kommunal;;;",
        "G-1/2;Børnehuset Å;621;kommunal;;;",
    )
    found = check(INSTITUTIONS, rows, region)

    sentences = [[p.sentence for p in row.problems] for row in found.rows]
    assert sentences[0] == ["Børnehuset Ø står i registeret med nummer 10017. Endre det der."]
    assert "Børnehuset Ø står i registeret med nummer G12345. Endre det der." in sentences[1]
    assert "høyst 12 bokstaver og sifre" in sentences[2][0]


def test_a_missing_column_is_one_sentence_that_names_it(region):
    with pytest.raises(Refused) as refusal:
        check(PEOPLE, csv("fornavn;etternavn;e-post", "A;B;"), region)
    assert str(refusal.value) == (
        "Fant ikke kolonnen «stilling», «barnehage». Filen har: «fornavn», «etternavn», «e-post». "
        "Gi kolonnene disse navnene."
    )


def test_two_columns_for_the_same_are_refused(region):
    with pytest.raises(Refused, match=r"Kolonnene «epost» og «E-mail» betyr det samme"):
        check(PEOPLE, csv(f"{PEOPLE_HEADER};E-mail", PERSON), region)


def test_unknown_columns_are_shown_and_missing_optional_ones_are_empty(region, havblikk):
    file = csv("skostr;fornavn;etternavn;stilling;barnehage", "43;Per;By;styrer;havblikk")
    found = check(PEOPLE, file, region)
    assert (found.source.unknown, found.counts["new"]) == (["skostr"], 1)
    take(PEOPLE, file, region)
    assert Position.objects.get().starts_on == timezone.localdate()
    assert counts(PEOPLE, file, region) == (0, 0, 1, 0)


def test_network_columns_are_known_and_left_alone(region, havblikk):
    found = check(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert found.source.unused == ["nettverk", "gruppe", "rolle_i_gruppe"]
    assert found.source.unknown == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_the_usual_encodings_and_signs_are_read(region, encoding, sign):
    file = csv(f"kommunenr{sign}navn", f"1867{sign}Bø", f"1871{sign}Andøy", encoding=encoding)
    take(MUNICIPALITIES, file, region)
    assert sorted(Municipality.objects.values_list("name", flat=True)) == ["Andøy", "Bø"]


def test_a_workbook_is_read_like_a_csv(region, havblikk):
    header = PEOPLE_HEADER.split(";")
    row = ["Ronja", "Eksempel", "ronja@example.no", 90000001, "Ped.leder", "Havblikk",
           date(2025, 8, 1), None, None, None, None, "nb"]  # fmt: skip
    take(PEOPLE, [("folk.xlsx", sheets.write_xlsx(header, [row]))], region)
    ronja = Person.objects.get()
    assert (ronja.mobile, ronja.positions.get().starts_on) == ("+4790000001", date(2025, 8, 1))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "tom"),
        (b"kommunenr;navn\r\n", "rader"),
        ("kommunenr;navn\n1867;Bø\n".encode() + "1871;Andøy\n".encode("cp1252"), "UTF-8"),
        (b"%PDF-1.7\x00\x01", "regneark"),
        (b"kommunenr;navn\n1867;" + b"x" * 25_000, "20"),
        (b"kommunenr;navn\n1867;" + b"x" * 200_000, ""),
        (b"kommunenr;navn\n" + b"1867;B\n" * 5_001, "5"),
        (b"kommunenr;navn\n" + b"1867;B\n" * 999_999, "5 MB"),
    ],
    ids=["empty", "no rows", "mixed", "pdf", "long cell", "200,000 signs", "5,001 rows", "7 MB"],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(region, content, word):
    with pytest.raises(Refused) as refusal:
        check(MUNICIPALITIES, [("fil.csv", content)], region)
    assert word in str(refusal.value)
    assert str(refusal.value).count(".") <= 3


@pytest.mark.parametrize(
    "number", ["01019012345", "010190 12345", "tlf 01019012345", "010190-1234"]
)
@pytest.mark.parametrize("column", ["mobil", "fødselsnr"])
def test_an_identity_number_is_refused_before_the_file_is_kept(region, havblikk, number, column):
    file = csv(f"fornavn;etternavn;stilling;barnehage;{column}", f"A;B;styrer;Havblikk;{number}")
    with pytest.raises(Refused, match=r"Rad 2: Dette ligner et fødselsnummer") as refusal:
        take(PEOPLE, file, region)
    assert number not in str(refusal.value)
    assert not region.imports.exists()


# --- municipalities ------------------------------------------------------------------------------


def test_numbers_keep_their_zero_and_names_may_change(region):
    take(MUNICIPALITIES, csv("kommunenr;navn", "0301;Oslo", "1870;Sortland"), region)
    renamed = csv("kommunenr;navn;fylkesnr", "0301;Oslo;03", "1870;Sortland - Suortá;18")
    found = check(MUNICIPALITIES, renamed, region)
    assert [[(c.before, c.after) for c in row.changes] for row in found.rows] == [
        [("–", "03")],
        [("Sortland", "Sortland - Suortá"), ("–", "18")],
    ]
    assert Municipality.objects.get(name="Oslo").number == "0301"


def test_wrong_municipalities_say_why(region):
    file = csv(
        "kommunenr;navn;land", "301;Oslo;", "1870;;", "abcd;X;SE", "1870;Sortland;",
        "1870;Sortland;", "DK;;DK", "621;Kolding;DK",
    )  # fmt: skip
    assert reasons(MUNICIPALITIES, file, region) == [
        (2, "kommunenr", "Et kommunenummer har 4 sifre. Mente du 0301?"),
        (3, "navn", "Fyll ut denne cellen."),
        (4, "land", "«SE» er ikke et land vi kjenner. Skriv NO eller DK."),
        (4, "kommunenr", "«abcd» er ikke et kommunenummer: 4 sifre."),
        (5, "kommunenr", "Rad 3 har samme nummer."),
        (6, "kommunenr", "Rad 3 har samme nummer."),
        (7, "kommunenr", "«DK» er ikke et kommunenummer: 3 sifre."),
        (7, "navn", "Fyll ut denne cellen."),
    ]


# --- institutions --------------------------------------------------------------------------------


def test_the_same_name_in_two_municipalities_is_two_places(region, sortland):
    MunicipalityFactory(region=region, number="1866", name="Hadsel")
    file = csv("navn;kommunenr;eierform", "Solbakken;1870;kommunal", "Solbakken;1866;privat")
    take(INSTITUTIONS, file, region)
    assert Institution.objects.filter(name="Solbakken").count() == 2
    assert counts(INSTITUTIONS, file, region) == (0, 0, 2, 0)


def test_the_municipality_is_matched_by_number_never_by_name(region, sortland):
    take(
        INSTITUTIONS, csv("navn;kommunenr;kommune;eierform", "Havblikk;1870;Bodø;kommunal"), region
    )
    assert Institution.objects.get().municipality == sortland


def test_a_place_is_known_by_its_number_when_its_name_changes(region, sortland):
    header = "orgnr;navn;kommunenr;eierform"
    take(INSTITUTIONS, csv(header, "976692764;Kløvertun;1870;kommunal"), region)
    renamed = csv(header, "976692764;Ørntua;1870;kommunal", ";Kløvertun;1870;privat")
    assert counts(INSTITUTIONS, renamed, region) == (1, 1, 0, 0)
    take(INSTITUTIONS, renamed, region)
    assert counts(INSTITUTIONS, renamed, region) == (0, 0, 2, 0)


def test_a_new_owner_and_a_new_number_of_the_owner_are_changes(region, havblikk):
    take(INSTITUTIONS, csv(PLACE_HEADER, PLACE), region)
    sold = csv(PLACE_HEADER, ";Havblikk;1870;privat;874050512;Havblikk SA;54;")
    found = check(INSTITUTIONS, sold, region).rows[0]
    assert [(c.label, c.before, c.after) for c in found.changes] == [
        ("Eier", "Sortland kommune", "Havblikk SA (privat)"),
        ("Eierens organisasjonsnummer", "–", "874050512"),
    ]
    take(INSTITUTIONS, sold, region)
    assert Institution.objects.get().owner.organisation_number == "874050512"
    assert counts(INSTITUTIONS, sold, region) == (0, 0, 1, 0)


def test_an_owner_without_a_name_is_the_municipality_or_the_place_itself(region, sortland):
    file = csv("navn;kommunenr;eierform", "Havblikk;1870;kommunal", "Fjæra SA;1870;privat")
    take(INSTITUTIONS, file, region)
    assert set(Owner.objects.values_list("name", "form", "organisation_number")) == {
        ("Sortland kommune", "municipal", None),
        ("Fjæra SA", "private", None),
    }


def test_an_empty_cell_changes_nothing(region, havblikk):
    havblikk.children, havblikk.email = 54, "post@example.no"
    havblikk.save()
    assert counts(INSTITUTIONS, csv(PLACE_HEADER, ";Havblikk;1870;kommunal;;;;"), region) == (
        (0, 0, 1, 0)
    )


def test_wrong_institutions_say_every_reason(region, havblikk):
    file = csv(
        "orgnr;navn;kommunenr;eierform;eier_orgnr;type;barn;postnr;breddegrad;lengdegrad;epost",
        "123456789;Nye;1870;statlig;1001290;loft;-4;150;68.1;;a@b",
        ";Havblikk;301;kommunal;;;;;;;",
        ";Havblikk;1804;kommunal;;;;;;;",
        ";;1870;kommunal;;;;;;;",
        ";Uten eier;1870;;;;;;;;",
    )
    no_number = "er ikke et organisasjonsnummer: ni sifre, og det siste kontrollerer de andre."
    no_kind = "er ikke en type vi kjenner. Skriv barnehage, familiebarnehage eller skole."
    assert reasons(INSTITUTIONS, file, region) == [
        (2, "breddegrad", "Skriv både breddegrad og lengdegrad, eller ingen av dem."),
        (2, "orgnr", f"«123456789» {no_number}"),
        (2, "type", f"«loft» {no_kind}"),
        (2, "barn", "«-4» er ikke et helt tall."),
        (2, "postnr", "Et postnummer har 4 sifre. Mente du 0150?"),
        (2, "epost", "«a@b» er ikke en e-postadresse. Skriv den slik: navn@example.no"),
        (2, "eierform", "«statlig» er ikke en eierform vi kjenner. Skriv kommunal eller privat."),
        (2, "eier_orgnr", f"«1001290» {no_number}"),
        (3, "kommunenr", "Et kommunenummer har 4 sifre. Mente du 0301?"),
        (4, "kommunenr", "Kommune 1804 er ikke i registeret. Importer kommunene først."),
        (5, "navn", "Fyll ut denne cellen."),
        (6, "eierform", "Skriv hvem som eier: kommunal eller privat."),
    ]  # fmt: skip


def test_the_same_place_twice_in_a_file_is_told(region, sortland):
    header = "orgnr;navn;kommunenr;eierform"
    file = csv(header, "874050512;A;1870;privat", "874050512;B;1870;privat", ";a;1870;privat")
    assert reasons(INSTITUTIONS, file, region) == [
        (3, "navn", "Rad 2 gjelder samme barnehage."),
        (4, "navn", "Rad 2 gjelder samme barnehage."),
    ]


def test_a_name_with_another_number_is_asked_about(region, sortland):
    header = "orgnr;navn;kommunenr;eierform"
    take(INSTITUTIONS, csv(header, "874050512;Bjørkmo;1870;privat"), region)
    [(_row, column, sentence)] = reasons(
        INSTITUTIONS, csv(header, "974050501;Bjørkmo;1870;privat"), region
    )
    assert column == "orgnr"
    assert "874050512" in sentence


# --- people --------------------------------------------------------------------------------------


def test_people_and_their_positions_are_made_and_found_again(region, havblikk):
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    ronja = Person.objects.get()
    position = ronja.positions.get()
    assert (ronja.email, ronja.mobile, ronja.language) == ("ronja@example.no", "+4790000001", "nb")
    assert (position.institution, position.kind) == (havblikk, Position.Kind.PEDAGOGICAL_LEADER)
    assert (position.starts_on, position.ends_on) == (date(2025, 8, 1), None)
    assert counts(PEOPLE, csv(PEOPLE_HEADER, PERSON), region) == (0, 0, 1, 0)


def test_an_import_invites_nobody_gives_no_role_and_sends_nothing(region, havblikk, committed):
    with committed():
        take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    ronja = Person.objects.get()
    assert (ronja.invited_at, ronja.has_usable_password()) == (None, False)
    assert not ronja.roles.exists()
    assert not ronja.letters.exists()


@pytest.mark.parametrize(
    "line",
    [
        "RONJA;EKSEMPEL;RONJA@example.no;;pedagogisk leder;Havblikk;2025-08-01;;;;;",
        "Ronja;Eksempel;;90 00 00 01;pedagogisk leder;Havblikk;2025-08-01;;;;;",
        "Ronja;Eksempel;;;pedagogisk leder;Havblikk;2025-08-01;;;;;",
        "Ronja;Eksempel;ny@example.no;;pedagogisk leder;Havblikk;2025-08-01;;;;;",
    ],
    ids=["e-mail and name", "mobile and name", "name and place", "new address"],
)
def test_a_person_is_known_by_address_and_name_or_by_name_and_place(region, havblikk, line):
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert counts(PEOPLE, csv(PEOPLE_HEADER, line), region)[0] == 0
    take(PEOPLE, csv(PEOPLE_HEADER, line), region)
    assert Person.objects.count() == Position.objects.count() == 1


def test_two_people_may_share_a_mailbox(region, havblikk):
    file = csv(
        PEOPLE_HEADER,
        "Aud;Eksempel;post@example.no;;styrer;Havblikk;2020-01-01;;;;;",
        "Per;Eksempel;post@example.no;;ped.leder;Havblikk;2020-01-01;;;;;",
    )
    take(PEOPLE, file, region)
    assert Person.objects.filter(email="post@example.no").count() == 2
    assert counts(PEOPLE, file, region) == (0, 0, 2, 0)


def test_who_changes_place_ends_the_old_position_the_day_before(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    moved = csv(PEOPLE_HEADER, PERSON.replace("Havblikk;2025-08-01", "Fjæra;2026-08-01"))
    row = check(PEOPLE, moved, region).rows[0]
    assert [(c.label, c.after) for c in row.changes] == [
        ("Ny stilling", "pedagogisk leder, Fjæra, 1. august 2026–"),
        ("Slutter: pedagogisk leder, Havblikk", "31. juli 2026"),
    ]
    take(PEOPLE, moved, region)
    assert list(Position.objects.order_by("starts_on").values_list("starts_on", "ends_on")) == [
        (date(2025, 8, 1), date(2026, 7, 31)),
        (date(2026, 8, 1), None),
    ]
    assert counts(PEOPLE, moved, region) == (0, 0, 1, 0)


def test_who_works_at_two_places_keeps_both(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    both = csv(PEOPLE_HEADER, PERSON, PERSON.replace("Havblikk", "Fjæra"))
    take(PEOPLE, both, region)
    assert (Person.objects.count(), Position.objects.filter(ends_on=None).count()) == (1, 2)
    assert counts(PEOPLE, both, region) == (0, 0, 2, 0)


def test_nobody_is_moved_by_a_file_whose_other_row_about_her_is_wrong(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    here, there = PERSON.replace("Havblikk", "Havblik"), PERSON.replace("Havblikk", "Fjæra")
    file = csv(PEOPLE_HEADER, here, there.replace("2025-08-01", "2026-08-01"))
    take(PEOPLE, file, region, leave_out=True)
    assert Position.objects.filter(ends_on=None).count() == 2


def test_a_move_to_a_day_before_the_old_position_began_is_asked_about(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    early = csv(PEOPLE_HEADER, PERSON.replace("Havblikk;2025-08-01", "Fjæra;2025-01-01"))
    [(_row, column, sentence)] = reasons(PEOPLE, early, region)
    assert (column, "Havblikk" in sentence) == ("fra", True)


def test_who_is_missing_in_the_file_stays(region, havblikk):
    PersonFactory(region=region, works_at=havblikk)
    found = check(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert found.checker.untouched == 1
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert Person.objects.filter(is_active=True).count() == 2


def test_who_may_log_in_does_not_become_a_manager_by_a_file(region, havblikk):
    take(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    manages = csv(
        PEOPLE_HEADER,
        "Ronja;Eksempel;ronja@example.no;+4790000001;styrer;Havblikk;2026-08-01;;;;;nb",
    )
    # Nobody who cannot log in sees anything: then the file may say it.
    assert reasons(PEOPLE, manages, region) == []
    Person.objects.update(invited_at=timezone.now())

    assert reasons(PEOPLE, manages, region) == [
        (
            2,
            "stilling",
            "Kan logge inn, og ville fått se hvem som arbeider der. "
            "Legg til stillingen på siden til personen.",
        )
    ]
    Position.objects.update(kind=Position.Kind.MANAGER, starts_on="2026-08-01")
    assert counts(PEOPLE, manages, region) == (0, 0, 1, 0)


def test_the_way_in_of_somebody_who_may_log_in_is_not_moved_by_a_file(region, havblikk):
    aud = PersonFactory(region=region, first_name="Aud", last_name="By", email="aud@example.no")
    PositionFactory(person=aud, institution=havblikk)
    line = "Aud;By;tyv@example.no;;ped.leder;Havblikk;2020-08-01;;;;;"
    [(_row, column, sentence)] = reasons(PEOPLE, csv(PEOPLE_HEADER, line), region)
    assert (column, "aud@example.no" in sentence) == ("epost", True)


def test_somebody_out_of_use_is_not_taken_into_use_by_a_file(region, havblikk):
    PersonFactory(region=region, first_name="Aud", last_name="By", email="aud@example.no",
                  is_active=False)  # fmt: skip
    line = "Aud;By;aud@example.no;;ped.leder;Havblikk;2020-08-01;;;;;"
    assert "ikke i bruk" in reasons(PEOPLE, csv(PEOPLE_HEADER, line), region)[0][2]


def test_wrong_people_say_every_reason(region, havblikk):
    later = timezone.localdate() + timedelta(days=9999)
    file = csv(
        PEOPLE_HEADER,
        f"A;B;a@example.no, b@example.no;12;rektor;Havblik;0001-01-01;{later};;;;fr",
        ";B;ingrid@lillestua;;styrer;Havblikk;2025-08-01;2025-07-31;;;;",
        "A;B;;;styrer;;31.02.2025;9999-12-31;;;;",
        "A;B;;;pædagogisk leder;Vestmarka;;;;;;",
    )
    said = reasons(PEOPLE, file, region)
    assert [(row, column) for row, column, _sentence in said] == [
        (2, "epost"), (2, "mobil"), (2, "sprak"), (2, "stilling"), (2, "fra"), (2, "til"),
        (2, "barnehage"),
        (3, "fornavn"), (3, "epost"), (3, "til"),
        (4, "fra"), (4, "til"), (4, "barnehage"),
        (5, "stilling"), (5, "barnehage"),
    ]  # fmt: skip
    sentences = {(row, column): sentence for row, column, sentence in said}
    assert sentences[2, "barnehage"] == "«Havblik» er ikke i registeret. Mente du Havblikk?"
    assert sentences[3, "til"] == "Siste dag kan ikke være før første dag."
    assert sentences[5, "barnehage"] == (
        "«Vestmarka» er ikke i registeret. Importer barnehagene først."
    )
    assert sentences[2, "stilling"] == (
        "«rektor» er ikke en stilling vi kjenner. Skriv styrer eller pedagogisk leder."
    )


def test_the_reasons_are_danish_for_a_danish_reader(region, havblikk):
    line = "A;B;;;rektor;Havblik;;;;;;"
    with override("da"):
        said = [sentence for *_where, sentence in reasons(PEOPLE, csv(PEOPLE_HEADER, line), region)]
    assert said == [
        "«rektor» er ikke en stilling, vi kender. Skriv leder eller ressourceperson.",
        "«Havblik» er ikke i registret. Mente du Havblikk?",
    ]


def test_the_same_person_twice_and_two_stories_about_her_are_told(region, sortland, havblikk):
    InstitutionFactory(municipality=sortland, name="Fjæra", owner=havblikk.owner)
    other = PERSON.replace("Havblikk", "Fjæra").replace("+4790000001", "90000009")
    said = reasons(PEOPLE, csv(PEOPLE_HEADER, PERSON, PERSON, other), region)
    assert said == [
        (3, "", "Rad 2 gjelder samme person."),
        (4, "mobil", "Rad 2 sier noe annet om samme person."),
    ]


def test_a_place_named_in_two_municipalities_needs_its_number(region, havblikk):
    hadsel = MunicipalityFactory(region=region, number="1866", name="Hadsel")
    there = InstitutionFactory(municipality=hadsel, name="Havblikk", owner=havblikk.owner)
    [(_row, _column, sentence)] = reasons(PEOPLE, csv(PEOPLE_HEADER, PERSON), region)
    assert sentence == "Navnet brukes i Hadsel, Sortland - Suortá. Skriv kommunenr også."
    take(PEOPLE, csv(f"{PEOPLE_HEADER};kommunenr", f"{PERSON};1866"), region)
    assert Position.objects.get().institution == there


def test_nobody_of_another_organisation_is_found_or_changed(region, havblikk):
    elsewhere = PersonFactory(first_name="Ronja", last_name="Eksempel", email="ronja@example.no")
    PositionFactory(person=elsewhere, institution=InstitutionFactory(name="Utenfor"))
    assert counts(PEOPLE, csv(PEOPLE_HEADER, PERSON), region) == (1, 0, 0, 0)
    line = PERSON.replace("Havblikk", "Utenfor")
    assert counts(PEOPLE, csv(PEOPLE_HEADER, line), region) == (0, 0, 0, 1)


def test_a_row_with_more_cells_than_headings_is_told(region):
    said = reasons(MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø;i Vesterålen"), region)
    assert said == [(2, "", "Raden har flere celler enn det er overskrifter.")]


def test_rows_are_numbered_as_in_the_file(region):
    file = csv("kommunenr;navn", "", '1867;"Bø', ' i"', "", "301;Oslo")
    assert [row.record.number for row in check(MUNICIPALITIES, file, region).rows] == [3, 5]
