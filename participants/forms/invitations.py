"""Forms for inviting people in: whom to list, and to whom to send."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from office.forms import Form
from participants.models import Municipality, Person, Position

MOST_AT_ONCE = 100


class WhomForm(Form):
    """Which people the list shows: everything is optional, nonsense is passed over."""

    STATES = {
        "nye": (_("Not invited yet"), Q(invited_at__isnull=True)),
        "venter": (_("Invited"), Q(invited_at__isnull=False, last_login=None)),
        "inne": (_("Have been here"), Q(invited_at__isnull=False, last_login__isnull=False)),
    }

    vis = forms.ChoiceField(
        label=_("Show"), required=False, choices=[(key, name) for key, (name, _q) in STATES.items()]
    )
    kommune = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("Municipality"),
        required=False,
        empty_label=_("All"),
        to_field_name="number",
    )
    stilling = forms.ChoiceField(
        label=_("Position"), required=False, choices=[("", _("All")), *Position.Kind.choices]
    )

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kommune"].queryset = Municipality.objects.visible_to(person)
        self.people = Person.objects.visible_to(person).filter(is_active=True)

    @property
    def state(self) -> str:
        """The chosen state, «nye» when none is."""
        return (self.is_valid() and self.cleaned_data["vis"]) or "nye"

    def narrowed(self) -> QuerySet[Person]:
        """The people in use whom the choices leave."""
        people = self.people.filter(self.STATES[self.state][1])
        if not self.is_valid():
            return people
        held = Position.objects.in_force()
        if kind := self.cleaned_data["stilling"]:
            held = held.filter(kind=kind)
        if municipality := self.cleaned_data["kommune"]:
            held = held.filter(institution__municipality=municipality)
        if kind or municipality:
            people = people.filter(pk__in=held.values("person_id"))
        return people


class RecipientsForm(Form):
    """Exactly whom to send to. `batch` names the sending, so that a second press sends nothing."""

    person = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("person"),
        error_messages={"required": _("Choose at least one person.")},
    )
    batch = forms.UUIDField(required=False)

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(person)
        self.fields["person"].queryset = people.filter(is_active=True).exclude(email="")

    def clean_person(self) -> QuerySet[Person]:
        """No more than one request can carry."""
        people = self.cleaned_data["person"]
        if len(people) > MOST_AT_ONCE:
            raise ValidationError(
                _("Choose at most %(n)s people at a time."), params={"n": MOST_AT_ONCE}
            )
        return people

    def clean_batch(self) -> uuid.UUID:
        """A new name when the page had none."""
        return self.cleaned_data["batch"] or uuid.uuid4()
