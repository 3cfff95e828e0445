"""Rows about institutions beside the ones that are known; owners are made when needed."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from participants.models import Institution, Municipality, Owner, Region
from participants.register import cells
from participants.register.rows import (
    BATCH,
    Change,
    Reader,
    Record,
    Row,
    Seen,
    compare,
    rewrite,
    unfit,
    write,
)

FORMS = {
    **dict.fromkeys(("kommunal", "kommunale", "kommunalt", "offentlig"), Owner.Form.MUNICIPAL),
    **dict.fromkeys(
        ("privat", "private", "selvejende", "selveiende", "udliciteret", "pulje"),
        Owner.Form.PRIVATE,
    ),
}
KINDS = {
    **dict.fromkeys(
        ("barnehage", "ordinærbarnehage", "ordinær", "åpenbarnehage", "kombinert", "dagtilbud",
         "daginstitution", "institution", "integreretinstitution", "aldersintegreretinstitution",
         "børnehave", "vuggestue", "børnehus"),
        Institution.Kind.KINDERGARTEN,
    ),
    **dict.fromkeys(
        ("familiebarnehage", "dagpleje", "kommunaldagpleje"), Institution.Kind.FAMILY
    ),
    **dict.fromkeys(("skole", "grunnskole", "folkeskole", "friskole"), Institution.Kind.SCHOOL),
}  # fmt: skip
UNKNOWN_FORM = gettext_lazy("«%(value)s» is not a form of ownership. Write kommunal or privat.")
UNKNOWN_KIND = gettext_lazy(
    "«%(value)s» is not a kind we know. Write barnehage, familiebarnehage or skole."
)
UNKNOWN_NORM = gettext_lazy("«%(value)s» is not a written norm. Write B or N.")
UNKNOWN_STATE = gettext_lazy("«%(value)s»: write yes or no.")
NORMS = {"b": "B", "bokmål": "B", "n": "N", "nynorsk": "N"}
YES_NO = {"ja": True, "true": True, "nei": False, "nej": False, "false": False}
# What a place is known by, surest first; its name comes after these (domain: keys of the import).
NUMBERS = ("organisation_number", "unit_number", "register_number")
FOREIGN = {"municipality", "owner"}
WRITTEN = [
    "municipality", "owner", "name", *NUMBERS, "kind", "children", "staff", "address",
    "postal_code", "postal_place", "latitude", "longitude", "email", "phone", "written_norm",
    "is_active",
]  # fmt: skip


class Institutions:
    """Checks record after record in memory, and saves all of it at the end."""

    def __init__(self, region: Region, *, today: date, lock: bool = False) -> None:
        self.region = region
        institutions = Institution.objects.filter(municipality__region=region)
        owners = Owner.objects.filter(region=region)
        if lock:
            institutions = institutions.select_for_update(of=("self",), no_key=True)
            owners = owners.select_for_update(no_key=True)
        self.municipalities = {m.number: m for m in Municipality.objects.filter(region=region)}
        by_id = {m.pk: m for m in self.municipalities.values()}
        self.owners_by_id = {o.pk: o for o in owners}
        # Two may be named alike but for a blank; each place keeps the one it has.
        self.owners = {self._owns(o.name, o.form): o for o in self.owners_by_id.values()}
        self.known = list(institutions)
        for institution in self.known:
            institution.municipality = by_id[institution.municipality_id]
            institution.owner = self.owners_by_id[institution.owner_id]
        self.by_number: dict[tuple[str, str], Institution] = {}
        for institution in self.known:
            self._note_numbers(institution)
        self.by_name = {self._named(i.municipality, i.name): i for i in self.known}
        self.seen = Seen()
        self.new: list[Institution] = []
        self.changed: dict[Any, Institution] = {}
        self.new_owners: list[Owner] = []
        self.changed_owners: dict[Any, Owner] = {}

    @staticmethod
    def _named(municipality: Municipality, name: str) -> tuple[Any, str]:
        return municipality.pk, cells.fold(name)

    @staticmethod
    def _owns(name: str, form: str) -> tuple[str, str]:
        return cells.fold(name), form

    def _note_numbers(self, institution: Institution) -> None:
        for kind in NUMBERS:
            if number := getattr(institution, kind):
                self.by_number[kind, number] = institution

    def check(self, record: Record) -> Row:
        """What becomes of one record; a right one is remembered for `save`."""
        row = Row(record, place=cells.shown(record.cells.get("municipality", "")))
        read = Reader(row)
        municipality = self._municipality(read)
        values = self._values(read)
        row.subject = values["name"] or cells.shown(record.cells.get("name", ""))
        owner = {
            "form": read.read("owner_form", cells.one_of, FORMS, UNKNOWN_FORM),
            "name": read.read("owner_name", cells.line, 150),
            "number": read.read("owner_number", cells.organisation_number),
        }
        if municipality:
            row.place = municipality.name
            values["municipality"] = municipality
        if municipality and values["name"]:
            self._weigh(row, read, values, owner)
        return row

    def _municipality(self, read: Reader) -> Municipality | None:
        number = read.demand("municipality", cells.municipality_number, self.region.country)
        municipality = self.municipalities.get(number) if number else None
        if number and municipality is None:
            unknown = _("Municipality %(number)s is not in the register. Import it first.")
            read.refuse("municipality", unknown % {"number": number}, "unknown")
        return municipality

    def _values(self, read: Reader) -> dict[str, Any]:
        latitude = read.read("latitude", cells.coordinate, 90)
        longitude = read.read("longitude", cells.coordinate, 180)
        if not latitude and not longitude:
            latitude = longitude = None  # the national register writes «no place» as 0, 0
        elif latitude is None or longitude is None:
            read.refuse("latitude", _("Write both latitude and longitude, or neither."), "half")
        return {
            "name": read.demand("name", cells.line, 150),
            "organisation_number": read.read("organisation_number", cells.organisation_number),
            "unit_number": read.read("unit_number", cells.register_number),
            "register_number": read.read("register_number", cells.register_number),
            "kind": read.read("kind", cells.one_of, KINDS, UNKNOWN_KIND),
            "children": read.read("children", cells.whole_number),
            "staff": read.read("staff", cells.whole_number),
            "address": read.read("address", cells.line, 150),
            "postal_code": read.read("postal_code", cells.postal_code),
            "postal_place": read.read("postal_place", cells.postal_place),
            "latitude": latitude,
            "longitude": longitude,
            "email": read.read("email", cells.email),
            "phone": read.read("phone", cells.phone, self.region.country),
            "written_norm": read.read("written_norm", cells.one_of, NORMS, UNKNOWN_NORM),
            "is_active": read.read("is_active", cells.one_of, YES_NO, UNKNOWN_STATE),
        }

    def _weigh(self, row: Row, read: Reader, values: dict, owner: dict) -> None:
        """Find the institution the record is about, and say what would change."""
        institution = self._match(read, values)
        row.is_new = institution is None
        if institution is None:
            institution = Institution(municipality=values["municipality"])
            if values["is_active"] is False:
                row.is_new = False
                row.notes.append(_("Not in use in the national register: left out."))
                return
        else:
            row.changes = self._moved(institution, values["municipality"])
        silent = {"municipality", "name"} if row.is_new else {"municipality"}
        row.changes += compare(
            institution, {name: v for name, v in values.items() if name not in silent}
        )
        found = self._owner(row, read, institution, values, owner)
        self._once(row, read, institution, values)
        if not row.problems and found:
            self._remember(row, institution, values, found, owner["number"])

    def _match(self, read: Reader, values: dict) -> Institution | None:
        by_name = self.by_name.get(self._named(values["municipality"], values["name"]))
        numbers = {kind: values[kind] for kind in NUMBERS if values[kind]}
        for number in numbers.items():
            if by_number := self.by_number.get(number):
                if by_name is not None and by_name is not by_number:
                    taken = _("Another one in the municipality has this name.")
                    read.refuse("name", taken, "taken")
                self._same_numbers(read, by_number, numbers)
                return by_number
        if by_name is not None:
            self._same_numbers(read, by_name, numbers)
        return by_name

    @staticmethod
    def _same_numbers(read: Reader, institution: Institution, numbers: dict[str, str]) -> None:
        """A place keeps the numbers it is registered with: a file does not make it another one."""
        for kind, number in numbers.items():
            kept = getattr(institution, kind)
            if kept and kept != number:
                sentence = _("%(name)s is registered with number %(number)s. Change it there.")
                facts = {"name": institution.name, "number": kept}
                read.refuse(kind, sentence % facts, "other_number")

    @staticmethod
    def _moved(institution: Institution, municipality: Municipality) -> list[Change]:
        if institution.municipality_id == municipality.pk:
            return []
        label = str(_("Municipality"))
        return [Change(label, institution.municipality.name, municipality.name)]

    def _owner(
        self, row: Row, read: Reader, institution: Institution, values: dict, says: dict
    ) -> Owner | None:
        """The owner the record means: the present one, a known one, or a new one (not saved)."""
        present = institution.owner if institution.owner_id else None
        form = says["form"] or (present.form if present else None)
        if form is None:
            if not read.says("owner_form"):
                read.refuse("owner_form", _("Write who owns it: kommunal or privat."), "empty")
            return None
        name = says["name"] or self._owner_name(present, form, values)
        if present and self._owns(present.name, present.form) == self._owns(name, form):
            owner = present
        else:
            owner = self.owners.get(self._owns(name, form))
            owner = owner or Owner(region=self.region, name=name, form=form)
        if present is not owner:
            before = present.name if present else ""
            kept = f"{name} {form}"
            words = {kept: f"{name} ({owner.get_form_display()})"}
            row.changes.append(Change(str(_("Owner")), before, kept, words))
        if says["number"] and says["number"] != owner.organisation_number:
            if owner.organisation_number:
                read.refuse(
                    "owner_number",
                    _("%(owner)s is registered with organisation number %(number)s.")
                    % {"owner": owner.name, "number": owner.organisation_number},
                    "other_number",
                )
            label = str(_("The owner's organisation number"))
            row.changes.append(Change(label, owner.organisation_number, says["number"]))
        return owner

    @staticmethod
    def _owner_name(present: Owner | None, form: str, values: dict) -> str:
        if present and present.form == form:
            return present.name
        if form == Owner.Form.MUNICIPAL:
            # «Sortland - Suortá»: the owner is called by the first of the names.
            return f"{values['municipality'].name.split(' - ')[0]} kommune"
        return values["name"]

    def _once(self, row: Row, read: Reader, institution: Institution, values: dict) -> None:
        things = [institution.pk, self._named(values["municipality"], values["name"])]
        things += [(kind, values[kind]) for kind in NUMBERS if values[kind]]
        if earlier := self.seen.earlier(row.record, *things):
            sentence = _("Row %(row)s is about the same kindergarten.") % {"row": earlier}
            read.refuse("name", sentence, "twice")

    def _remember(
        self, row: Row, institution: Institution, values: dict, owner: Owner, number: str | None
    ) -> None:
        row.problems += unfit(institution, values, but=FOREIGN)
        if row.problems:
            return
        before = None if row.is_new else self._named(institution.municipality, institution.name)
        write(institution, {**values, "owner": owner})
        if owner.pk not in self.owners_by_id:
            self.owners_by_id[owner.pk] = self.owners[self._owns(owner.name, owner.form)] = owner
            self.new_owners.append(owner)
        elif number and number != owner.organisation_number:
            self.changed_owners[owner.pk] = owner
        owner.organisation_number = number or owner.organisation_number
        if row.is_new:
            self.new.append(institution)
            self.known.append(institution)
        elif row.changes:
            self.changed[institution.pk] = institution
        self.by_name.pop(before, None)
        self.by_name[self._named(institution.municipality, institution.name)] = institution
        self._note_numbers(institution)

    def finish(self) -> None:
        """Each row stands for itself: nothing more to weigh."""

    def save(self) -> None:
        """Write what the checked rows said, owners first."""
        Owner.objects.bulk_create(self.new_owners)
        rewrite(self.changed_owners.values(), ["organisation_number"])
        # Changes first: a name may have become free for a new one.
        rewrite(self.changed.values(), WRITTEN)
        Institution.objects.bulk_create(self.new, batch_size=BATCH)

    @property
    def untouched(self) -> int:
        """How many known institutions no row was about; they stay."""
        return sum(institution.pk not in self.seen for institution in self.known)
