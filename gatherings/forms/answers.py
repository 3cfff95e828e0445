"""The answer to an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gatherings.models import Attendance
from office.forms import Form

WORDS = {
    "ja": Attendance.Answer.YES,
    "nei": Attendance.Answer.NO,
    "digitalt": Attendance.Answer.ONLINE,
}
LABELS = {
    "ja": _("Yes, I'm coming"),
    "nei": _("No, I can't"),
    "digitalt": _("I'll join online"),
}


class AnswerForm(Form):
    """One of three buttons; `sekvens` is what the page showed when it was pressed."""

    svar = forms.ChoiceField(
        label=_("Are you coming?"),
        choices=list(LABELS.items()),
        error_messages={"required": _("Choose one of the three answers.")},
    )
    sekvens = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def answer(self) -> dict[str, Any]:
        """The choice as the model knows it, and the sequence that was shown."""
        return {
            "choice": WORDS[self.cleaned_data["svar"]],
            "sequence": self.cleaned_data["sekvens"],
        }
