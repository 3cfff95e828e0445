"""The national register's own JSON as records: barnehagefakta's form, and NBR's own (v4).

One unit, an array of units, or NBR's list answer. What is kept is what the register is for:
name, numbers, place, owner form, children and staff; not the figures of inspections and surveys.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from office.sheets import Unreadable
from participants.register.rows import Record

LISTS = ("EnhetListe", "Enheter", "enhetListe", "enheter")
OWNERSHIP = "6"  # kind of relation in NBR: who owns the unit
FACTS = {
    "organisation_number": ("orgnr", "Organisasjonsnummer", "Orgnr"),
    "name": ("navn", "Navn"),
    "municipality": (
        "kommune.kommunenummer",
        "Kommune.Kommunenummer",
        "Kommunenummer",
        "Kommunenr",
    ),
    "owner_form": ("eierform",),
    "kind": ("type",),
    "written_norm": ("malform.malformType", "Maalform.Id"),
    "children": ("indikatorDataBarnehage.antallBarn", "AntallBarn"),
    "staff": ("ansatte.antallFra", "AntallAnsatte"),
    "address": ("kontaktinformasjon.besoksAdresse.adresselinje", "Beliggenhetsadresse.Adresse"),
    "postal_code": ("kontaktinformasjon.besoksAdresse.postnr", "Beliggenhetsadresse.Postnummer"),
    "postal_place": ("kontaktinformasjon.besoksAdresse.poststed", "Beliggenhetsadresse.Poststed"),
    "latitude": ("koordinatLatLng.0", "Koordinat.Breddegrad"),
    "longitude": ("koordinatLatLng.1", "Koordinat.Lengdegrad"),
    "email": ("Epost",),
    "phone": ("Telefon",),
    "is_active": ("erAktiv", "ErAktiv"),
}


def records(filename: str, content: bytes) -> list[Record]:
    """One record per unit, numbered in the order of the file. Raises Unreadable."""
    try:
        answer = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(_("The file is not readable JSON.")) from None
    units = list(_units(answer))
    if not units or not all(isinstance(unit, dict) for unit in units):
        raise Unreadable(_("The file does not look like the national register's JSON."))
    if not any(_at(unit, path) for unit in units for path in FACTS["organisation_number"]):
        raise Unreadable(_("The file does not look like the national register's JSON."))
    return [_record(filename, n, unit) for n, unit in enumerate(units, 1)]


def _units(answer: Any) -> Iterator[Any]:
    if isinstance(answer, list):
        yield from answer
        return
    if isinstance(answer, dict):
        for name in LISTS:
            if isinstance(answer.get(name), list):
                yield from answer[name]
                return
    yield answer


def _record(filename: str, number: int, unit: dict) -> Record:
    cells = {name: _first(unit, paths) for name, paths in FACTS.items()}
    headings = {name: paths[0] for name, paths in FACTS.items()}
    for form, flag in (("kommunal", "ErOffentligBarnehage"), ("privat", "ErPrivatBarnehage")):
        if not cells["owner_form"] and unit.get(flag) is True:
            cells["owner_form"] = form
    cells |= _nbr_owner(unit)
    if unit.get("erBarnehage", unit.get("ErBarnehage")) is False:
        cells["is_active"] = "false"
    kinds = [_at(kind, "Navn") for kind in _list(unit.get("Barnehagekategorier"))]
    if not cells["kind"] and "Familiebarnehage" in kinds:
        cells["kind"] = "Familiebarnehage"
    return Record(filename, number, cells, headings)


def _nbr_owner(unit: dict) -> dict[str, str]:
    for relation in _list(unit.get("ForeldreRelasjoner")):
        if _at(relation, "Relasjonstype.Id") == OWNERSHIP:
            return {
                "owner_name": _at(relation, "Enhet.Navn"),
                "owner_number": _at(relation, "Enhet.Organisasjonsnummer"),
            }
    return {}


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def _first(unit: dict, paths: tuple[str, ...]) -> str:
    return next((text for path in paths if (text := _at(unit, path))), "")


def _at(thing: Any, path: str) -> str:
    """The value at «a.b.0» as text; «» for null, for nothing there and for a whole structure."""
    for step in path.split("."):
        if isinstance(thing, dict):
            thing = thing.get(step)
        elif isinstance(thing, list) and step.isdigit() and int(step) < len(thing):
            thing = thing[int(step)]
        else:
            return ""
    if isinstance(thing, bool):
        return "true" if thing else "false"
    return str(thing) if isinstance(thing, str | int | float) else ""
