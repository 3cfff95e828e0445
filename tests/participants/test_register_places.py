"""Import of municipalities and institutions: what is new, changed or wrong, row by row."""

from participants.models import Institution, Municipality, Owner
from participants.register.checking import check
from tests.factories import InstitutionFactory, MunicipalityFactory, OwnerFactory
from tests.participants.register import (
    INSTITUTIONS,
    MUNICIPALITIES,
    PLACE,
    PLACE_HEADER,
    counts,
    csv,
    reasons,
    take,
)

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


def test_owners_whose_names_differ_by_a_blank_are_told_apart(region, sortland):
    twins = [
        OwnerFactory(region=region, name=name, form="private")
        for name in ("Solgård AS", "Solgård  AS", "Solgård\xa0AS")
    ]
    for n, owner in enumerate(twins):
        InstitutionFactory(municipality=sortland, owner=owner, name=f"Sted {n}")
    file = csv(
        "navn;kommunenr;eierform;eier_navn;eier_orgnr",
        *(f"Sted {n};1870;privat;Solgård AS;" for n in range(2)),
        "Sted 2;1870;privat;Solgård AS;874050512",
    )
    assert counts(INSTITUTIONS, file, region) == (0, 1, 2, 0)
    take(INSTITUTIONS, file, region)
    assert [place.owner for place in Institution.objects.order_by("name")] == twins
    twins[2].refresh_from_db()
    assert twins[2].organisation_number == "874050512"


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
