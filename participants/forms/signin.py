"""Forms of the way in."""

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from office.forms import Form
from participants.models import Person


class RememberField(forms.BooleanField):
    """The one question about the device."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("Remember me on this device"),
            help_text=_("Do not tick this on a device you share with others."),
        )


class AddressForm(Form):
    """Where to send the code."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_email(self) -> str:
        """Small letters: a phone writes the first one large."""
        return self.cleaned_data["email"].lower()


class CodeField(forms.CharField):
    """Six digits, however they were copied."""

    def to_python(self, value: object) -> str:
        """Without the spaces and dashes that mail programs and people put between them."""
        return "".join(super().to_python(value).split()).replace("-", "")


class CodeForm(Form):
    """The code, and whether to be remembered."""

    code = CodeField(
        label=_("The code"),
        help_text=_("Six digits"),
        validators=[RegexValidator(r"\A[0-9]{6}\Z", _("Write the six digits from the e-mail."))],
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "code",
                "autofocus": True,
            }
        ),
    )
    remember = RememberField()


class LinkForm(Form):
    """Coming in by a link: only the device is asked about."""

    remember = RememberField()


class NameOf(forms.ModelChoiceField):
    """People by their name alone."""

    def label_from_instance(self, person: Person) -> str:
        """The name."""
        return person.name


class WhoForm(Form):
    """Which of those who share an address one is."""

    submit = _("Continue")
    person = NameOf(
        Person.objects.none(),
        label=_("I am"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who you are.")},
    )

    def __init__(self, *args: object, people: QuerySet[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
