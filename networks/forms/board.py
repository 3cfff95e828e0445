"""What one does on the board: make groups, move those ticked, name, choose a leader, publish."""

import hashlib
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from networks.board import Board, View
from networks.models import NetworkGroup, Season
from networks.placing import Pick
from networks.rule_check import Finding, in_one, listed, together
from office.forms import Form
from participants.models import Municipality, Person

NOWHERE = "none"
LEADS = "leads:"
MOST_GROUPS = 40


class MakeGroupsForm(Form):
    """How many empty groups to begin with."""

    count = forms.IntegerField(label=_("Number of groups"), min_value=1, max_value=MOST_GROUPS)


class PlaceForm(Form):
    """Those ticked, and where they go: the board's one menu."""

    pick = forms.MultipleChoiceField(
        label=_("People"), error_messages={"required": _("Tick those you will move.")}
    )
    to = forms.ChoiceField(
        label=_("Move those ticked to"),
        widget=forms.Select(attrs={"class": "ds-input"}),
        error_messages={"required": _("Choose where they go.")},
    )

    def __init__(self, *args: Any, board: Board, view: View, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(c.group.pk): c.group for c in board.drafts}
        places = [(key, group.name) for key, group in self.groups.items()]
        leads = [
            (
                f"{LEADS}{column.group.pk}",
                _("as process leader of %(group)s") % {"group": column.group},
            )
            for column in view.columns
            if not column.group.is_published
        ]
        self.fields["to"].choices = [
            ("", _("Choose a group")),
            *places,
            (NOWHERE, _("Without group")),
            *([(_("Process leader"), leads)] if leads else []),
        ]
        # Any pick is a choice: the process knows best who is still where she was seen.
        self.fields["pick"].valid_value = lambda value: True

    def clean_pick(self) -> list[Pick]:
        return [read_pick(value) for value in self.cleaned_data["pick"]]

    @property
    def group(self) -> NetworkGroup | None:
        """The chosen group, None for «without group»."""
        return self.groups.get(self.cleaned_data["to"].removeprefix(LEADS))

    @property
    def as_leader(self) -> bool:
        return self.cleaned_data["to"].startswith(LEADS)


def read_pick(value: str) -> Pick:
    """«person» or «person.group». Raises ValidationError for anything else."""
    person, _dot, group = value.partition(".")
    try:
        return Pick(UUID(person), UUID(group) if group else None)
    except ValueError as error:
        raise ValidationError(_("Choose people from the board.")) from error


class GroupForm(Form):
    """The name of a group, and the municipality it belongs to."""

    submit = _("Save the group")

    name = forms.CharField(label=_("Name"), max_length=80)
    municipality = forms.ModelChoiceField(
        label=_("Municipality"),
        queryset=Municipality.objects.none(),
        required=False,
        empty_label=_("Across municipalities"),
    )

    def __init__(self, *args: Any, group: NetworkGroup, **kwargs: Any) -> None:
        initial = {"name": group.name, "municipality": group.municipality_id}
        super().__init__(*args, initial=initial, **kwargs)
        region = group.season.network.region_id
        self.fields["municipality"].queryset = Municipality.objects.filter(region_id=region)


class LeaderForm(Form):
    """Who leads a draft group."""

    submit = _("Save the process leader")

    leader = forms.ModelChoiceField(
        label=_("Process leader"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )

    def __init__(self, *args: Any, group: NetworkGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = possible_leaders(group.season)


def possible_leaders(season: Season) -> Any:
    """Everybody in the organisation who holds the leaders' position on the board's day."""
    people = Person.objects.filter(region_id=season.network.region_id)
    return people.working_as(season.network.leader_position, season.day_within())


class ReasonForm(Form):
    """Why one lives with a warning."""

    submit = _("Save the reason")
    audiences = {"reason": _("Visible to: administrators and consultants")}

    reason = forms.CharField(
        label=_("Why do you live with this?"),
        help_text=_("Write about the groups, not about a person."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PublishForm(Form):
    """A reason for each break that is left in what one has looked over."""

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        self.breaks = {field_name(same): same for same in together(answerable(board))}
        asked = {name: reason_field(same) for name, same in self.breaks.items()}
        self.base_fields = {**self.base_fields, **asked}
        super().__init__(*args, **kwargs)

    @property
    def reasons(self) -> dict[tuple[str, str], str]:
        """The reasons given, by (rule, subject)."""
        return {
            (finding.rule, finding.subject): self.cleaned_data[name]
            for name, findings in self.breaks.items()
            for finding in findings
        }


def answerable(board: Board) -> list[Finding]:
    """Breaks one may live with; a group without leader is not among them."""
    return [finding for finding in board.to_answer_for() if finding.can_be_excused]


def reason_field(findings: list[Finding]) -> forms.CharField:
    """A line to write why in, under what it is about."""
    sentence = in_one(findings)
    names = listed([f.who for f in findings]) if len(findings) > 1 else ""
    missing = _("Write why you live with this: %(what)s.") % {"what": sentence}
    return forms.CharField(
        label=sentence, help_text=names, max_length=300, error_messages={"required": missing}
    )


def field_name(findings: list[Finding]) -> str:
    """A name that stands for exactly these findings: other findings ask for another reason."""
    about = "\n".join(sorted(f"{finding.rule} {finding.subject}" for finding in findings))
    return f"reason-{hashlib.sha256(about.encode()).hexdigest()[:12]}"
