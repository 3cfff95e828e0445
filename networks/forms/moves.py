"""Changes in a published group: who moves where, from when, and why."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from networks.forms.board import possible_leaders
from networks.models import Membership, NetworkGroup, Season
from office.forms import Form
from participants.models import Person

NO_GROUP = "none"
OWN_WORDS = "own"


class DatedForm(Form):
    """From which day, and why. What a move and a new leader share."""

    on = forms.DateField(
        label=_("From"),
        help_text=_(
            "The day may have passed. "
            "What the group wrote before today stays closed to the one who comes."
        ),
    )
    reason = forms.ChoiceField(label=_("Reason"))
    own_words = forms.CharField(
        label=_("Reason in your own words"),
        help_text=_("Write about the group, not about the person."),
        required=False,
        max_length=300,
    )

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        self.date_limits = {"on": (season.starts_on, season.ends_on)}
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = season.day_within(timezone.localdate())
        self.fields["reason"].choices = [
            ("", _("Choose a reason")),
            *Membership.Reason.choices,
            (OWN_WORDS, _("Another reason")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("reason") == OWN_WORDS and not cleaned.get("own_words"):
            self.add_error("own_words", ValidationError(_("Write the reason in your own words.")))
        return cleaned

    @property
    def why(self) -> str:
        """The reason as it is kept: own words when there are any."""
        own: str = self.cleaned_data["own_words"]
        return own or self.cleaned_data["reason"]


class MoveForm(DatedForm):
    """To which group; the choices say what each would mean for the rules."""

    to = forms.ChoiceField(
        label=_("To"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a group.")},
    )
    audiences = {"reason": _("Visible to: the one who moves, and both groups")}
    field_order = ["to", "on", "reason", "own_words"]

    def __init__(
        self,
        *args: Any,
        season: Season,
        groups: dict[str, NetworkGroup],
        effects: dict[str, str],
        leaves: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, season=season, **kwargs)
        self.groups = groups
        self.fields["to"].choices = [
            *((key, _choice(group.name, effects[key])) for key, group in groups.items()),
            *([(NO_GROUP, _("No group: leaves for good"))] if leaves else []),
        ]

    @property
    def group(self) -> NetworkGroup | None:
        return self.groups.get(self.cleaned_data["to"])


def _choice(name: str, effect: str) -> str:
    """A group in bold, what the move would mean below."""
    return format_html('<strong>{}</strong><span class="effect">{}</span>', name, capfirst(effect))


class NewLeaderForm(DatedForm):
    """Who leads a published group from now on."""

    leader = forms.ModelChoiceField(
        label=_("Process leader"), queryset=Person.objects.none(), empty_label=_("Choose a person")
    )
    audiences = {"reason": _("Visible to: the group")}
    field_order = ["leader", "on", "reason", "own_words"]

    def __init__(self, *args: Any, group: NetworkGroup, **kwargs: Any) -> None:
        super().__init__(*args, season=group.season, **kwargs)
        self.fields["leader"].queryset = possible_leaders(group.season)
