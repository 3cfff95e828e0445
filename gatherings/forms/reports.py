"""What people write in a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gatherings.forms.versioned import VersionedForm
from gatherings.models import Report
from networks.models import Season
from office.forms import Form
from participants.models import Person


class BeginForm(Form):
    """Which season to report on."""

    season = forms.ModelChoiceField(Season.objects.none(), label=_("Season"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["season"].queryset = Season.objects.visible_to(person)


class ReportForm(VersionedForm):
    """Three short texts, a comment and the archive's number."""

    class Meta:
        model = Report
        fields = ["summary", "learned", "recommendation", "comment", "archive_number"]
        help_texts = {
            "comment": _("Only for consultants and administrators. It does not stand in the PDF.")
        }
