"""Forms for people and what they work as."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.forms import Form, Segmented
from participants.directory import is_last_administrator
from participants.forms.places import RegisterForm
from participants.models import Institution, Person, Position
from participants.register import cells


class PersonForm(RegisterForm):
    """Who somebody is and how she is reached."""

    class Meta:
        model = Person
        fields = ["first_name", "last_name", "email", "mobile", "language"]
        help_texts = {
            "email": gettext_lazy("Several people may share an address, each with own name.")
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.loosen("mobile")
        if self.instance._state.adding:
            self.instance.region = self.region
            self.instance.set_unusable_password()
            self.initial["language"] = self.instance.language = self.region.language
        self.fields["language"].choices = self.instance.languages

    def clean_email(self) -> str:
        """In small letters; the last administrator keeps a way in."""
        address: str = self.cleaned_data["email"].lower()
        if not address and self.instance.email and is_last_administrator(self.instance):
            raise ValidationError(_("The last administrator who can log in needs an address."))
        return address

    def clean_mobile(self) -> str:
        """With the country's code."""
        number: str = self.cleaned_data["mobile"]
        return cells.phone(number, self.region.country)[:20] if number else ""

    def clean(self) -> dict:
        """The same name at the same address is the same person: say where she is."""
        data = super().clean()
        if data.get("email") and data.get("first_name") and data.get("last_name"):
            same = Person.objects.filter(
                region=self.region,
                email__iexact=data["email"],
                first_name__iexact=data["first_name"],
                last_name__iexact=data["last_name"],
            ).exclude(pk=self.instance.pk)
            if other := same.first():
                self.add_error("email", already_registered(other))
        return data


def already_registered(person: Person) -> str:
    """«Ronja Eksempel (Havblikk barnehage) is already registered with this e-mail.»"""
    held = person.positions.in_force().select_related("institution").first()
    facts = {"name": person.name, "place": held.institution.name if held else "–"}
    return _("%(name)s (%(place)s) is already registered with this e-mail.") % facts


def wide_limits() -> tuple[date, date]:
    """People have worked for longer than five years."""
    return cells.EARLIEST, cells.latest_day(timezone.localdate())


class PositionForm(RegisterForm):
    """Where somebody works, as what, from and to."""

    class Meta:
        model = Position
        fields = ["institution", "kind", "starts_on", "ends_on"]
        widgets = {"kind": Segmented}
        help_texts = {"ends_on": gettext_lazy("Leave it empty when it has no end.")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.date_limits = {"starts_on": wide_limits(), "ends_on": wide_limits()}
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Position.Kind.choices
        here = Institution.objects.filter(municipality__region=self.region)
        if self.instance._state.adding:
            here = here.filter(is_active=True)
            self.initial["starts_on"] = timezone.localdate()
        self.fields["institution"].queryset = here.select_related("municipality")
        self.fields["institution"].label_from_instance = placed

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"person"}


def placed(institution: Institution) -> str:
    """«Havblikk barnehage, Sortland»: two municipalities may use the same name."""
    return f"{institution.name}, {institution.municipality.name}"


class EndPositionForm(Form):
    """The last day of a position."""

    submit = gettext_lazy("End the position")
    last_day = forms.DateField(label=gettext_lazy("Last day"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.date_limits = {"last_day": wide_limits()}
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate
