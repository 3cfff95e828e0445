"""The four texts of the minutes, each with who receives it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gatherings.forms.versioned import VersionedForm
from gatherings.models import Minutes
from participants.identity_numbers import refuse_identity_number

EVERYBODY = _("Shared with: all receivers")


class MinutesForm(VersionedForm):
    """Open and closed part are told apart beside each field (P6)."""

    audiences = {
        "summary": EVERYBODY,
        "open_part": EVERYBODY,
        "closed_part": _("Shared with: only the group"),
        "to_steering": EVERYBODY,
    }

    class Meta:
        model = Minutes
        fields = ["summary", "open_part", "closed_part", "to_steering"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "open_part": forms.Textarea(attrs={"rows": 10}),
            "closed_part": forms.Textarea(attrs={"rows": 4}),
            "to_steering": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "summary": _("Two or three sentences. They also stand in the mail."),
            "open_part": _(
                "Begin each item with its number and title on a line of its own: 1. Go-round"
            ),
            "closed_part": _("What is said in the go-round and in peer coaching stays here."),
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].widget.attrs.pop("maxlength", None)
            self.fields[name].validators.append(refuse_identity_number)
