"""Forms for giving a role and ending it."""

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from office.forms import Form, ModelForm
from participants.models import Municipality, Person, Role


class FindPersonForm(Form):
    """Who shall have a role."""

    q = forms.CharField(
        label=_("Who shall have a role?"),
        required=False,
        max_length=100,
        help_text=_("Name or e-mail"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class RoleForm(ModelForm):
    """What a person may do, where, from and to."""

    submit = _("Give the role")
    kind = forms.ChoiceField(
        label=_("Role"),
        choices=[(kind, capfirst(words)) for kind, words in Role.Kind.choices],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Role
        fields = ["kind", "municipality", "starts_on", "ends_on"]
        labels = {"starts_on": _("First day"), "ends_on": _("Last day")}
        help_texts = {
            "municipality": _("For a consultant who follows one municipality."),
            "ends_on": _("Leave it empty for a role without an end."),
        }

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        kwargs["instance"] = Role(person=person, region=person.region)
        super().__init__(*args, **kwargs)
        municipality = self.fields["municipality"]
        municipality.queryset = Municipality.objects.filter(region=person.region)
        municipality.empty_label = _("The whole organisation")
        self.initial["starts_on"] = timezone.localdate()


class EndRoleForm(ModelForm):
    """The last day of a role."""

    class Meta:
        model = Role
        fields = ["ends_on"]
        labels = {"ends_on": _("Last day")}
        help_texts = {"ends_on": _("The role holds through this day.")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = True
