"""Networks, their seasons, the rules and the themes of a season."""

import hashlib
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from networks.models import Network, Rules, Season
from networks.themes import Node, read_outline, theme_trees, write_outline
from office.dates import plain_date
from office.forms import Form, ModelForm


class Watched:
    """A form that knows what it showed: who saves over something newer is told, with both texts.

    A form declares `seen`, a fingerprint of what was stored when the page was made.
    """

    theirs: list[tuple[str, str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [(name, self.initial.get(name)) for name in self.fields if name != "seen"]
        self.initial["seen"] = hashlib.sha256(repr(shown).encode()).hexdigest()[:16]

    def overtaken(self, now: Any) -> bool:
        """Whether another was saved meanwhile than was shown; `now` is the form of what is stored.

        Then the form says so, and the next press is over what is stored now.
        """
        if self.cleaned_data["seen"] in ("", now.initial["seen"]):
            return False
        self.theirs = [
            (field.label, in_words(field.field, field.value()))
            for field in now.visible_fields()
            if field.field.has_changed(field.value(), self[field.name].data)
        ]
        self.data = self.data.copy()
        self.data["seen"] = now.initial["seen"]
        self.error_title = gettext("Somebody else saved while you were writing.")
        told = gettext(
            "Nothing is lost. Save again to keep your version, or leave it as it is saved."
        )
        self.add_error(None, told)
        return True


def in_words(field: forms.Field, value: Any) -> str:
    """A value as one reads it: of a choice its label, of a tick yes or no."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return plain_date(value)
    return str(dict(getattr(field, "choices", ())).get(value, value))


class NetworkForm(Watched, ModelForm):
    """What a network is for, and for whom (V2)."""

    submit = _("Save the network")

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Network
        fields = ["name", "purpose", "goals", "member_position", "leader_position"]
        help_texts = {
            "purpose": _("Stands in programmes and in the report."),
            "goals": _("One goal a line."),
        }
        widgets = {"goals": forms.Textarea(attrs={"rows": 4})}

    def _get_validation_exclusions(self) -> set[str]:
        # The organisation is not on the form, but one name a region is a rule for it.
        excluded: set[str] = super()._get_validation_exclusions()
        return excluded - {"region"}


class SeasonForm(Watched, ModelForm):
    """A year: its name, first and last day."""

    submit = _("Save the year")

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Season
        fields = ["name", "starts_on", "ends_on"]
        help_texts = {"name": _("For example 2026/27.")}

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()
        return excluded - {"network"}


class RulesForm(Watched, ModelForm):
    """How groups are made and meet this year. Rules warn; people decide."""

    submit = _("Save the rules")

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Rules
        fields = [
            "min_size",
            "max_size",
            "scope",
            "apart_from_colleagues",
            "leader_not_own",
            "gatherings_a_year",
            "gathering_minutes",
            "answers_shown",
            "share_actions",
            "approval_days",
            "distribution",
        ]
        help_texts = {
            "min_size": _("Counted without the process leader."),
        }
        widgets = {
            "scope": forms.RadioSelect,
            "answers_shown": forms.RadioSelect,
            "distribution": forms.RadioSelect,
        }


OUTLINE_HELP = _(
    "One theme a line. Two spaces at the beginning of a line put it under the one above: "
    "area, then topic, then keyword."
)


class ThemesForm(Watched, Form):
    """The year's tree of themes as indented text, and what runs through the whole year (V3, V4)."""

    submit = _("Save the themes")

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    tree = forms.CharField(
        label=_("Themes"),
        help_text=OUTLINE_HELP,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "true", "class": "outline"}),
    )
    cross_cutting = forms.CharField(
        label=_("Runs through the whole year"),
        help_text=_(
            "One element a line. They can be ticked on each gathering. An element with new words is"
            " a new one, to be ticked anew."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        tree, cross_cutting = theme_trees(season)
        initial = {"tree": write_outline(tree), "cross_cutting": write_outline(cross_cutting)}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_tree(self) -> list[Node]:
        return read_outline(self.cleaned_data["tree"])

    def clean_cross_cutting(self) -> list[Node]:
        return read_outline(self.cleaned_data["cross_cutting"], deepest=1)
