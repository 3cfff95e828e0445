"""What the tests of the register share: files as people send them, and a region with places."""

from pathlib import Path

from participants.models import ImportRun
from participants.register import applying
from participants.register.checking import check

DATA = Path(__file__).parents[1] / "data"
Kind = ImportRun.Kind
MUNICIPALITIES, INSTITUTIONS, PEOPLE = Kind.MUNICIPALITIES, Kind.INSTITUTIONS, Kind.PEOPLE
PEOPLE_HEADER = (
    "fornavn;etternavn;epost;mobil;stilling;barnehage;fra;til;nettverk;gruppe;rolle_i_gruppe;sprak"
)
PERSON = "Ronja;Eksempel;ronja@example.no;+4790000001;pedagogisk leder;Havblikk;2025-08-01;;;;;nb"
PLACE_HEADER = "orgnr;navn;kommunenr;eierform;eier_orgnr;eier_navn;barn;epost"
PLACE = ";Havblikk;1870;kommunal;;Sortland kommune;54;"


def csv(*lines, encoding="utf-8-sig", name="fil.csv"):
    """An upload of one file."""
    return [(name, "\r\n".join(lines).encode(encoding))]


def stored(*names):
    """An upload of files in tests/data."""
    return [(name, (DATA / name).read_bytes()) for name in names]


def counts(kind, uploads, region):
    """(new, changed, unchanged, wrong) of a check."""
    return tuple(check(kind, uploads, region).counts.values())


def reasons(kind, uploads, region):
    """All reasons of all wrong rows: (row, column, sentence)."""
    return [
        (row.record.number, problem.heading, problem.sentence)
        for row in check(kind, uploads, region).rows
        for problem in row.problems
    ]


def take(kind, uploads, region, **settings):
    """Receive and apply."""
    run = applying.receive(kind, uploads, region=region, by=None)
    return applying.apply(run, by=None, **settings)
