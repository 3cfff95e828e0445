"""Rows about municipalities beside the ones that are known."""

from datetime import date

from django.utils.translation import gettext as _

from participants.models import Municipality, Region
from participants.models.places import Country
from participants.register import cells
from participants.register.rows import (
    BATCH,
    Reader,
    Record,
    Row,
    Seen,
    compare,
    rewrite,
    unfit,
    write,
)

COUNTRIES = {
    "no": Country.NORWAY,
    "norge": Country.NORWAY,
    "noreg": Country.NORWAY,
    "norway": Country.NORWAY,
    "dk": Country.DENMARK,
    "danmark": Country.DENMARK,
    "denmark": Country.DENMARK,
}
WRITTEN = ["name", "county_number"]


class Municipalities:
    """Checks record after record in memory, and saves all of it at the end."""

    def __init__(self, region: Region, *, today: date, lock: bool = False) -> None:
        self.region = region
        known = Municipality.objects.filter(region=region)
        if lock:
            known = known.select_for_update(no_key=True)
        self.known = {(m.country, m.number): m for m in known}
        self.seen = Seen()
        self.new: list[Municipality] = []
        self.changed: list[Municipality] = []

    def check(self, record: Record) -> Row:
        """What becomes of one record; a right one is remembered for `save`."""
        row = Row(record, place=cells.shown(record.cells.get("number", "")))
        read = Reader(row)
        unknown_country = _("«%(value)s» is not a country we know. Write NO or DK.")
        country = read.read("country", cells.one_of, COUNTRIES, unknown_country)
        country = country or self.region.country
        number = read.demand("number", cells.municipality_number, country)
        values = {
            "name": read.demand("name", cells.line, 80),
            "county_number": read.read("county_number", cells.county_number),
        }
        row.subject = values["name"] or cells.shown(record.cells.get("name", ""))
        if number:
            self._weigh(row, country, number, values)
        return row

    def _weigh(self, row: Row, country: str, number: str, values: dict) -> None:
        municipality = self.known.get((country, number))
        row.is_new = municipality is None
        if municipality is None:
            municipality = Municipality(region=self.region, country=country, number=number)
        row.changes = [] if row.is_new else compare(municipality, values)
        if earlier := self.seen.earlier(row.record, (country, number)):
            sentence = _("Row %(row)s has the same number.") % {"row": earlier}
            Reader(row).refuse("number", sentence, "twice")
        if not row.problems:
            row.problems += unfit(municipality, values, but={"region"})
        if row.problems:
            return
        write(municipality, values)
        self.known[country, number] = municipality
        if row.is_new:
            self.new.append(municipality)
        elif row.changes:
            self.changed.append(municipality)

    def finish(self) -> None:
        """Each row stands for itself: nothing more to weigh."""

    def save(self) -> None:
        """Write what the checked rows said."""
        Municipality.objects.bulk_create(self.new, batch_size=BATCH)
        rewrite(self.changed, WRITTEN)

    @property
    def untouched(self) -> int:
        """How many known municipalities no row was about; they stay."""
        return sum(number not in self.seen for number in self.known)
