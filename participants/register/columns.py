"""Columns of the import files: found by their heading, in bokmål or Danish, in any order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from participants.models import ImportRun
from participants.register.cells import key, shown

Kind = ImportRun.Kind


@dataclass(frozen=True)
class Column:
    """One thing a file may say. `heading` is what our own template calls it; `also`, others.

    A column that is not `used` is known and left alone: it is told from an unknown one.
    """

    name: str
    heading: str
    also: tuple[str, ...] = ()
    required: bool = False
    used: bool = True
    example: str = ""

    @property
    def keys(self) -> set[str]:
        """The headings as they are compared: «E-post» is «epost»."""
        return {key(heading) for heading in (self.heading, *self.also)}


MUNICIPALITIES = (
    Column(
        "number",
        "kommunenr",
        ("kommunenummer", "kommunekode", "knr", "nr", "nummer"),
        required=True,
        example="1870",
    ),
    Column("name", "navn", ("kommunenavn", "kommune"), required=True, example="Sortland"),
    Column(
        "county_number", "fylkesnr", ("fylkesnummer", "regionskode", "regionsnummer"), example="18"
    ),
    Column("country", "land", ("landkode", "country"), example="NO"),
)

INSTITUTIONS = (
    Column("organisation_number", "orgnr", ("organisasjonsnummer", "barnehage orgnr")),
    Column(
        "name",
        "navn",
        ("barnehage", "barnehagenavn", "barnehagens navn", "dagtilbud", "institution",
         "institutionsnavn", "dagtilbudsnavn"),
        required=True,
        example="Havblikk barnehage",
    ),
    Column(
        "municipality",
        "kommunenr",
        ("kommunenummer", "kommunekode", "knr"),
        required=True,
        example="1870",
    ),
    Column("municipality_name", "kommune", ("kommunenavn",), used=False),
    Column("owner_form", "eierform", ("ejerform", "eierskap", "ejerskab"), example="kommunal"),
    Column(
        "owner_number", "eier_orgnr", ("eierorgnr", "eiers orgnr", "eier organisasjonsnummer")
    ),
    Column(
        "owner_name", "eier_navn", ("eier", "eiers navn", "ejer", "ejernavn"),
        example="Sortland kommune",
    ),
    Column("kind", "type", ("barnehagetype", "institutionstype", "insttype")),
    Column("written_norm", "malform", ("målform", "språkform"), example="B"),
    Column("children", "barn", ("antall barn", "antal børn", "børn", "børnetal"), example="54"),
    Column("staff", "ansatte", ("antall ansatte", "antal ansatte"), example="16"),
    Column("address", "adresse", ("gateadresse", "besøksadresse"), example="Eksempelveien 1"),
    Column("postal_code", "postnr", ("postnummer",), example="8400"),
    Column("postal_place", "poststed", ("by", "postby", "postdistrikt"), example="Sortland"),
    Column("latitude", "breddegrad", ("lat", "latitude")),
    Column("longitude", "lengdegrad", ("længdegrad", "lon", "lng", "longitude")),
    Column("email", "epost", ("e-post", "email", "e-mail", "mail"), example="post@example.no"),
    Column("phone", "telefon", ("tlf", "telefonnummer", "telefonnr")),
    Column("unit_number", "enhedsnummer", ("enhednummer", "enhedsnr")),
    Column("register_number", "institutionsnummer", ("institutionsnr", "instnr")),
    *(Column(heading, heading, used=False) for heading in ("p_nummer", "cvr", "leder")),
)  # fmt: skip

PEOPLE = (
    Column("first_name", "fornavn", ("for navn",), required=True, example="Ronja"),
    Column("last_name", "etternavn", ("efternavn", "etter navn"), required=True,
           example="Eksempel"),
    Column("email", "epost", ("e-post", "email", "e-mail", "mail", "e-postadresse", "mailadresse"),
           example="ronja.eksempel@example.no"),
    Column("mobile", "mobil", ("mobilnummer", "mobiltelefon", "telefon", "tlf", "mobilnr"),
           example="90000001"),
    Column("kind", "stilling", ("stillingstittel", "stillingsbetegnelse", "rolle"), required=True,
           example="pedagogisk leder"),
    Column("institution", "barnehage",
           ("barnehagenavn", "arbeidssted", "dagtilbud", "institution", "arbejdssted", "enhet"),
           required=True, example="Havblikk barnehage"),
    Column("institution_number", "barnehage_orgnr",
           ("orgnr", "organisasjonsnummer", "barnehagens orgnr")),
    Column("municipality", "kommunenr", ("kommunenummer", "kommunekode", "knr")),
    Column("municipality_name", "kommune", ("kommunenavn",), used=False),
    Column("starts_on", "fra", ("fra dato", "startdato", "start"), example="2025-08-01"),
    Column("ends_on", "til", ("til dato", "sluttdato", "slutdato", "slutt", "slut")),
    Column("language", "sprak", ("språk", "sprog", "målform"), example="nb"),
    Column("network", "nettverk", ("netværk",), used=False),
    Column("group", "gruppe", ("nettverksgruppe", "netværksgruppe"), used=False),
    Column("group_role", "rolle_i_gruppe", ("rolle i gruppa", "rolle i gruppen"), used=False),
)  # fmt: skip

COLUMNS: dict[str, tuple[Column, ...]] = {
    Kind.MUNICIPALITIES: MUNICIPALITIES,
    Kind.INSTITUTIONS: INSTITUTIONS,
    Kind.PEOPLE: PEOPLE,
}


class Headings(Exception):
    """The headings do not fit; the text is the sentence for the person who sent the file."""


@dataclass
class Layout:
    """Where a file has what: column name to place, and the headings that were left alone."""

    places: dict[str, int] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def find(header: Sequence[str], kind: str) -> Layout:
    """Match a file's headings with what `kind` knows.

    Raises Headings when two headings mean the same or a required one is missing.
    """
    known = {word: column for column in COLUMNS[kind] for word in column.keys}
    layout = Layout()
    for place, heading in enumerate(header):
        column = known.get(key(heading))
        if column is None:
            layout.unknown += [shown(heading)] if heading.strip() else []
        elif not column.used:
            layout.unused.append(shown(heading))
        elif column.name in layout.places:
            first = layout.headings[column.name]
            raise Headings(
                _("The columns «%(first)s» and «%(second)s» mean the same. Keep one of them.")
                % {"first": first, "second": shown(heading)}
            )
        else:
            layout.places[column.name] = place
            layout.headings[column.name] = shown(heading)
    _demand(layout, kind, header)
    return layout


def _demand(layout: Layout, kind: str, header: Sequence[str]) -> None:
    missing = [c.heading for c in COLUMNS[kind] if c.required and c.name not in layout.places]
    if not missing:
        return
    found = ", ".join(f"«{shown(heading)}»" for heading in header[:12] if heading.strip()) or "–"
    raise Headings(
        _("The file has no column %(missing)s. It has: %(found)s. Give the columns these names.")
        % {"missing": ", ".join(f"«{heading}»" for heading in missing), "found": found}
    )


def template(kind: str) -> tuple[list[str], list[str]]:
    """Header and one example row of the file people can start from."""
    used = [column for column in COLUMNS[kind] if column.used]
    return [column.heading for column in used], [column.example for column in used]
