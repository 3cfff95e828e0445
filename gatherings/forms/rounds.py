"""Forms of a round: its window and texts, programme items, assignments."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gatherings.forms.planning import web_address
from gatherings.forms.rows import Rows, rows_of
from gatherings.models import Assignment, Round, RoundItem
from networks.models import Season
from office.forms import ModelForm

MOST_TASKS = 10


class RoundForm(ModelForm):
    """Number, theme, window, aims and what of the year's cross-cutting elements is taken up (V4).

    The number is fixed once groups have the round.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = Round
        fields = [
            "number",
            "theme",
            "cross_cutting",
            "aims",
            "window_from",
            "window_to",
            "preparation_days",
        ]
        help_texts = {"cross_cutting": gettext_lazy("Tick what this gathering takes up.")}
        widgets = {
            "aims": forms.Textarea(attrs={"rows": 4}),
            "cross_cutting": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.season = season
        self.season = season
        self.initial["version"] = self.instance.version
        if self.instance.opened_at:
            del self.fields["number"]
        self.fields["cross_cutting"].queryset = season.cross_cutting
        if not season.cross_cutting.exists():
            del self.fields["cross_cutting"]

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        first, last = facts.get("window_from"), facts.get("window_to")
        season = self.season
        if first and last and (first < season.starts_on or last > season.ends_on):
            self.add_error(
                "window_from", _("The window must lie within %(season)s.") % {"season": season.name}
            )
        return facts

    def tell_overtaken(self, version: int) -> None:
        """Say that somebody saved meanwhile; the next press is over what is saved now."""
        self.data = self.data.copy()
        self.data["version"] = version
        self.add_error(
            None,
            _(
                "Somebody else saved the opplegg while you wrote. Nothing of yours is lost: it"
                " stands here. Look at the opplegg in another window, and save again to keep yours."
            ),
        )

    def _get_validation_exclusions(self) -> set[str]:
        # The season is not typed, but «this number already exists» needs it.
        return super()._get_validation_exclusions() - {"season"}


class RoundItemForm(ModelForm):
    """One item of the opplegg."""

    class Meta:
        model = RoundItem
        fields = ["position", "title", "minutes", "kind", "led_by", "questions", "guide"]
        widgets = {
            "position": forms.NumberInput(attrs={"min": 1, "max": 99, "inputmode": "numeric"}),
            "questions": forms.Textarea(attrs={"rows": 3}),
            "guide": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False


class AssignmentForm(ModelForm):
    """One thing to read or write, before or after."""

    link = web_address(gettext_lazy("Link"), required=False)

    class Meta:
        model = Assignment
        fields = ["position", "title", "minutes", "phase", "kind", "instructions", "link"]
        widgets = {
            "position": forms.NumberInput(attrs={"min": 1, "max": 99, "inputmode": "numeric"}),
            "instructions": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["kind"].initial = Assignment.Kind.WRITE


class Assignments(Rows):
    """Assignments people have answered cannot be removed: their texts hang on them."""

    default_error_messages = {
        **Rows.default_error_messages,
        "too_many_forms": gettext_lazy(
            "A round has room for %(num)d tasks: remove one and save before you add another."
        ),
    }

    def clean(self) -> None:
        super().clean()
        for row in self.removed():
            if row.submissions.exists():
                raise ValidationError(
                    _("«%(title)s» has answers and cannot be removed. Change its words instead.")
                    % {"title": row.title}
                )


ItemRows = rows_of(Round, RoundItem, RoundItemForm)
AssignmentRows = rows_of(Round, Assignment, AssignmentForm, Assignments, MOST_TASKS)
