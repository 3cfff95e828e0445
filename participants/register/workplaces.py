"""Which institution a row about a person means: by number, else by name, never by likeness."""

from collections import defaultdict
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from participants.models import Institution, Region
from participants.organisation_numbers import is_organisation_number
from participants.register import cells
from participants.register.rows import Reader

LIKE_ENOUGH = 0.7
MOST_GUESSES = 200
COMMON_WORDS = {"barnehage", "barnehagen", "dagtilbud", "børnehus", "børnehave", "as", "sa"}


class Workplaces:
    """The region's institutions, found the way people write them."""

    def __init__(self, region: Region) -> None:
        self.country = region.country
        self.by_number: dict[str, Institution] = {}
        self.by_name: dict[str, list[Institution]] = defaultdict(list)
        self.by_id: dict[Any, Institution] = {}
        known = Institution.objects.filter(municipality__region=region)
        for institution in known.select_related("municipality"):
            self.by_id[institution.pk] = institution
            self.by_name[cells.fold(institution.name)].append(institution)
            if institution.organisation_number:
                self.by_number[institution.organisation_number] = institution
        self.spellings = {
            spelling: institution.name
            for institution in self.by_id.values()
            for spelling in (self._core(institution.name), cells.fold(institution.name))
        }
        self.guesses: dict[str, str] = {}

    @staticmethod
    def _core(name: str) -> str:
        """What is the name's own: «Kvitnes» of «Kvitnes barnehage SA»."""
        words = cells.fold(name).split()
        return " ".join(w for w in words if w not in COMMON_WORDS) or " ".join(words)

    def find(self, read: Reader) -> Institution | None:
        """The institution the row names; None with a reason on the row when there is not one."""
        number = read.read("institution_number", cells.organisation_number)
        municipality = read.read("municipality", cells.municipality_number, self.country)
        if not number and not read.says("institution"):
            read.refuse("institution", _("Fill in this cell."), "empty")
        name = read.read("institution", cells.line, 150)
        if name and not number and is_organisation_number(name.replace(" ", "")):
            number = name.replace(" ", "")
        if number:
            return self._by_number(read, number)
        return self._by_name(read, name, municipality) if name else None

    def _by_number(self, read: Reader, number: str) -> Institution | None:
        found = self.by_number.get(number)
        if found is None:
            sentence = _("No kindergarten in the register has organisation number %(number)s.")
            read.refuse("institution", sentence % {"number": number}, "unknown")
        return self._in_use(read, found)

    def _by_name(self, read: Reader, name: str, municipality: str | None) -> Institution | None:
        found = [
            institution
            for institution in self.by_name.get(cells.fold(name), [])
            if municipality in (None, institution.municipality.number)
        ]
        if len(found) > 1:
            where = ", ".join(sorted(institution.municipality.name for institution in found))
            sentence = _("The name is used in %(where)s. Write the kommunenr too.")
            read.refuse("institution", sentence % {"where": where}, "several")
            return None
        if not found:
            read.refuse("institution", self._unknown(name), "unknown")
            return None
        return self._in_use(read, found[0])

    @staticmethod
    def _in_use(read: Reader, found: Institution | None) -> Institution | None:
        if found is not None and not found.is_active:
            sentence = _("%(name)s is not in use.") % {"name": found.name}
            read.refuse("institution", sentence, "inactive")
        return found

    def _unknown(self, name: str) -> str:
        facts = {"name": cells.shown(name), "guess": self._guess(name)}
        if facts["guess"]:
            return _("«%(name)s» is not in the register. Did you mean %(guess)s?") % facts
        return _("«%(name)s» is not in the register. Import the kindergartens first.") % facts

    def _guess(self, name: str) -> str:
        if name not in self.guesses and len(self.guesses) < MOST_GUESSES:
            typed = (self._core(name), cells.fold(name))
            near = [get_close_matches(t, self.spellings, n=1, cutoff=LIKE_ENOUGH) for t in typed]
            found = next((matches[0] for matches in near if matches), None)
            self.guesses[name] = self.spellings[found] if found else ""
        return self.guesses.get(name, "")
