"""What a person may change about herself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from office.forms import ModelForm, Segmented
from participants.models import Person
from participants.register import cells


class ProfileForm(ModelForm):
    """Language and mobile, kept on the person; light or dark, kept in the browser."""

    submit = _("Save")
    theme = forms.ChoiceField(
        label=_("Colours on this device"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=Segmented,
    )

    class Meta:
        model = Person
        fields = ["language", "mobile"]
        # In two halves: who leads is no matter of the register, and she may lead from August on.
        help_texts = {
            "mobile": _(
                "Only the administrators see it. If you lead a group, it also stands on the "
                "group's page, in the programme and in your letters; some go to the members' "
                "managers too."
            )
        }
        widgets = {
            "mobile": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = self.instance.languages

    def clean_mobile(self) -> str:
        """As the register writes it, so that an import finds the person again."""
        typed = self.cleaned_data["mobile"]
        if typed and typed != self.instance.mobile:
            return cells.phone(typed, self.instance.region.country)
        return typed
