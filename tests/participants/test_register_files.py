"""Import: how a file is read, by whatever headings and signs, and when it is refused whole."""

from datetime import date

import pytest
from django.utils import timezone

from office import sheets
from participants.models import Institution, Municipality, Person, Position
from participants.register.checking import check
from participants.register.files import Refused
from tests.participants.register import (
    INSTITUTIONS,
    MUNICIPALITIES,
    PEOPLE,
    PEOPLE_HEADER,
    PERSON,
    counts,
    csv,
    reasons,
    take,
)


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


def test_a_row_with_more_cells_than_headings_is_told(region):
    said = reasons(MUNICIPALITIES, csv("kommunenr;navn", "1867;Bø;i Vesterålen"), region)
    assert said == [(2, "", "Raden har flere celler enn det er overskrifter.")]


def test_rows_are_numbered_as_in_the_file(region):
    file = csv("kommunenr;navn", "", '1867;"Bø', ' i"', "", "301;Oslo")
    assert [row.record.number for row in check(MUNICIPALITIES, file, region).rows] == [3, 5]
