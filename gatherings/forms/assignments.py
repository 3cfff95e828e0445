"""What a person writes before a gathering."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gatherings.models import Submission
from networks.models import Rules
from office.forms import ModelForm
from participants.identity_numbers import refuse_identity_number

TEXT_LIMIT = 50_000


class AnswerForm(ModelForm):
    """The text, who sees it, and the version it was typed over.

    `deliver` asks for a text. `known` is what the page sent before without hearing back.
    """

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, label=_("version")
    )
    known = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=5 * TEXT_LIMIT, label=_("sent before")
    )

    expected = ("audience",)

    class Meta:
        model = Submission
        fields = ["text", "audience"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 8, "data-text": ""}),
            "audience": forms.RadioSelect,
        }
        labels = {"text": _("Your answer"), "audience": _("Who may read it?")}

    def __init__(self, *args: Any, answers_shown: str, deliver: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        # A browser would cut a paste at maxlength without a word: the server says it instead.
        text.widget.attrs.pop("maxlength", None)
        self.fields["known"].widget.attrs.pop("maxlength", None)
        text.validators.append(refuse_identity_number)
        # Not yet typed in, it is shown as what it is: the thing to do, not an option.
        text.required = deliver or not self.is_bound
        text.error_messages["required"] = _("Write something before you deliver.")
        self.fields["audience"].required = False
        choices = list(Submission.Audience.choices)
        if answers_shown == Rules.AnswersShown.LEADER_ONLY:
            alone = {Submission.Audience.ME, Submission.Audience.LEADER, self.instance.audience}
            choices = [choice for choice in choices if choice[0] in alone]
        self.fields["audience"].choices = choices
        self.initial["version"] = self.instance.version

    def clean_audience(self) -> str:
        """What was chosen, or as it was: a page without the choice changes nothing."""
        return self.cleaned_data["audience"] or self.instance.audience

    def clean_version(self) -> int:
        """0 when the page did not say: whatever is stored then is a conflict, never lost."""
        return self.cleaned_data["version"] or 0
