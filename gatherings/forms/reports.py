"""What people write in a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gatherings.models import Report
from networks.models import Season
from office.forms import Form, ModelForm
from participants.models import Person


class BeginForm(Form):
    """Which season to report on."""

    season = forms.ModelChoiceField(Season.objects.none(), label=_("Season"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["season"].queryset = Season.objects.visible_to(person)


class ReportForm(ModelForm):
    """Three short texts, a comment and the archive's number; and the version typed over."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, label=_("version")
    )

    class Meta:
        model = Report
        fields = ["summary", "learned", "recommendation", "comment", "archive_number"]
        help_texts = {
            "comment": _("Only for consultants and administrators. It does not stand in the PDF.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by field name."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
