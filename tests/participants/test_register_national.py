"""Import: the files of the national registers, as they give them."""

import json

import pytest

from participants.models import Institution
from participants.register.checking import check
from participants.register.files import Refused
from tests.factories import MunicipalityFactory
from tests.participants.register import INSTITUTIONS, MUNICIPALITIES, counts, stored, take

SIX = "kommuner-vesteralen.csv"
FORTY = "barnehager-vesteralen.csv"


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
