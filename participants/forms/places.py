"""Forms for municipalities and institutions."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from office.forms import ModelForm, Segmented
from participants.identity_numbers import refuse_identity_number
from participants.models import Country, Institution, Municipality, Owner, Person
from participants.register import cells
from participants.register.institutions import NUMBERS

LONGEST_NUMBER = 40
# In Denmark a dagtilbud is known by the registers' numbers, not by one of its own as a company.
NUMBERS_IN = {
    Country.NORWAY: {"organisation_number"},
    Country.DENMARK: {"unit_number", "register_number"},
}


class RegisterForm(ModelForm):
    """A form of the register: refuses identity numbers, and knows whose region it writes in.

    Its texts are one line each, as an import reads them: any blanks between two words are one.
    """

    submit = _("Save")

    def __init__(self, *args: object, by: Person, **kwargs: object) -> None:
        self.region = by.region
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("Choose from the list")
            if isinstance(field, forms.CharField):
                field.validators.append(refuse_identity_number)

    def loosen(self, name: str) -> None:
        """Let people type a number with spaces; the cleaned one is what must fit."""
        field = self.fields[name]
        field.max_length = LONGEST_NUMBER
        field.validators = [
            each for each in field.validators if not isinstance(each, MaxLengthValidator)
        ] + [MaxLengthValidator(LONGEST_NUMBER)]
        field.widget.attrs["maxlength"] = LONGEST_NUMBER

    def clean(self) -> dict:
        """One blank between words: names that look the same are the same."""
        data = super().clean()
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and data.get(name):
                data[name] = " ".join(data[name].split())
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # Constraints speak of the region, which the page gives and nobody types.
        return super()._get_validation_exclusions() - {"region"}


class MunicipalityForm(RegisterForm):
    """Number, name and county of a municipality."""

    class Meta:
        model = Municipality
        fields = ["number", "name", "county_number", "country"]
        help_texts = {"number": _("4 digits in Norway, 3 in Denmark.")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.region = self.region
            self.initial["country"] = self.region.country
        self.loosen("number")

    def clean(self) -> dict:
        """The number as its country writes it: «301» is asked about, Danish «0621» is 621."""
        data = super().clean()
        if data.get("number") and data.get("country"):
            try:
                data["number"] = cells.municipality_number(data["number"], data["country"])
            except ValidationError as refusal:
                self.add_error("number", refusal)
        return data

    def clean_county_number(self) -> str:
        """Digits, or nothing."""
        number: str = self.cleaned_data["county_number"]
        return cells.county_number(number) if number else ""


class InstitutionForm(RegisterForm):
    """An institution and who owns it. The owner is found by name and form, or made."""

    owner_form = forms.ChoiceField(label=_("Owner"), choices=Owner.Form.choices, widget=Segmented)
    owner_name = forms.CharField(
        label=_("The owner's name"),
        max_length=150,
        required=False,
        help_text=_("Leave it empty for the municipality, or for a kindergarten that owns itself."),
    )

    class Meta:
        model = Institution
        fields = [
            "name", "municipality", "kind", "owner_form", "owner_name", "organisation_number",
            "unit_number", "register_number", "children", "staff", "address", "postal_code",
            "postal_place", "email", "phone", "is_active",
        ]  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        municipalities = Municipality.objects.filter(region=self.region)
        self.fields["municipality"].queryset = municipalities
        for number in set(NUMBERS) - NUMBERS_IN[self.region.country]:
            del self.fields[number]
        for number in NUMBERS_IN[self.region.country]:
            self.loosen(number)
        if self.instance._state.adding:
            del self.fields["is_active"]
        else:
            self.fields["owner_form"].initial = self.instance.owner.form
            self.fields["owner_name"].initial = self.instance.owner.name

    def clean_organisation_number(self) -> str | None:
        """Nine digits without the spaces people put in."""
        number = self.cleaned_data["organisation_number"]
        return re.sub(r"\s", "", number) if number else None

    def clean_unit_number(self) -> str | None:
        """Letters and digits, or nothing."""
        number = self.cleaned_data["unit_number"]
        return cells.register_number(number) if number else None

    def clean_register_number(self) -> str | None:
        """Letters and digits, or nothing."""
        number = self.cleaned_data["register_number"]
        return cells.register_number(number) if number else None

    def clean_postal_code(self) -> str:
        """Four digits, or nothing."""
        code: str = self.cleaned_data["postal_code"]
        return cells.postal_code(code) if code else ""

    def clean_is_active(self) -> bool:
        """A place people work at cannot be taken out of use before they have moved."""
        in_use: bool = self.cleaned_data["is_active"]
        closing = self.instance.is_active and not in_use
        if closing and (count := self.instance.positions.in_force().count()):
            sentence = ngettext(
                "%(count)s person works here. End or move the position first.",
                "%(count)s people work here. End or move their positions first.",
                count,
            )
            raise ValidationError(sentence % {"count": count})
        return in_use

    def save(self, commit: bool = True) -> Institution:
        """With the owner the form names."""
        self.instance.owner = self._owner()
        return super().save(commit)

    def _owner(self) -> Owner:
        form, name = self.cleaned_data["owner_form"], self.cleaned_data["owner_name"]
        if not name and form == Owner.Form.MUNICIPAL:
            name = f"{self.instance.municipality.name.split(' - ')[0]} kommune"
        name = name or self.instance.name
        known = Owner.objects.filter(region=self.region, form=form)
        alike = [owner for owner in known if cells.fold(owner.name) == cells.fold(name)]
        # The present one first: two may be named alike but for a blank.
        alike.sort(key=lambda owner: owner.pk != self.instance.owner_id)
        return alike[0] if alike else Owner.objects.create(region=self.region, form=form, name=name)
