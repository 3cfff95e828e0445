"""The page of the day: who is there, notes, what was agreed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from gatherings.conducting import Participant
from gatherings.models import Attendance, ProgrammeItem
from office.forms import Form, Segmented
from participants.identity_numbers import refuse_identity_number

PRESENCE = [
    (Attendance.Presence.PRESENT, _("Present")),
    (Attendance.Presence.ONLINE, _("Digitally")),
    (Attendance.Presence.ABSENT, _("Absent")),
]
NOTE_LIMIT = 8000


class ConductForm(Form):
    """One field per person and per programme item; `was_…` is what the page showed there."""

    agreement = forms.CharField(
        label=_("A new agreement"),
        required=False,
        max_length=500,
        validators=[refuse_identity_number],
    )

    def __init__(
        self,
        data: Any = None,
        *,
        participants: Sequence[Participant],
        items: Sequence[ProgrammeItem],
        **kwargs: Any,
    ):
        self.base_fields = {**self._rows(participants, items), **self.base_fields}
        self.participants, self.items = participants, items
        super().__init__(data, **kwargs)

    @staticmethod
    def _rows(
        participants: Sequence[Participant], items: Sequence[ProgrammeItem]
    ) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for each in participants:
            fields[f"presence_{each.person.pk}"] = forms.ChoiceField(
                label=each.person.name,
                choices=PRESENCE,
                widget=Segmented,
                required=False,
                initial=each.presumed,
            )
            fields[f"was_presence_{each.person.pk}"] = forms.CharField(
                label=_("Present"),
                widget=forms.HiddenInput,
                required=False,
                initial=each.presumed,
            )
        for item in items:
            fields[f"notes_{item.pk}"] = forms.CharField(
                label=_("Note for the minutes"),
                widget=forms.Textarea(attrs={"rows": 3}),
                required=False,
                max_length=NOTE_LIMIT,
                initial=item.notes,
                validators=[refuse_identity_number],
            )
            fields[f"was_{item.pk}"] = forms.CharField(
                label=_("the note before"),
                widget=forms.HiddenInput,
                required=False,
                max_length=10 * NOTE_LIMIT,  # two people's notes may stand under each other
                initial=item.notes,
            )
        return fields

    @property
    def presence(self) -> dict[UUID, tuple[str, str]]:
        """What was shown and what was chosen, by person; unanswered rows are left out."""
        told, people = self.cleaned_data, [each.person.pk for each in self.participants]
        rows = {pk: (told[f"was_presence_{pk}"], told[f"presence_{pk}"]) for pk in people}
        return {person: row for person, row in rows.items() if row[1]}

    @property
    def touched(self) -> dict[UUID, tuple[str, str]]:
        """Of these, the rows somebody has changed: without those that are only presumed."""
        return {person: row for person, row in self.presence.items() if row[0] != row[1]}

    @property
    def notes(self) -> dict[UUID, tuple[str, str]]:
        """The note before and now, by item."""
        told = self.cleaned_data
        return {item.pk: (told[f"was_{item.pk}"], told[f"notes_{item.pk}"]) for item in self.items}

    def rows_of_people(self) -> list[tuple[Participant, forms.BoundField]]:
        """Each participant with her field, for the page."""
        return [(each, self[f"presence_{each.person.pk}"]) for each in self.participants]

    def presence_shown(self) -> list[forms.BoundField]:
        """What the page shows of each, to be sent along."""
        return [self[f"was_presence_{each.person.pk}"] for each in self.participants]

    def fields_of(self, item: ProgrammeItem) -> tuple[forms.BoundField, ...]:
        """The item's note and the note before, for the page; nothing for a break."""
        if item not in self.items:
            return ()
        return self[f"notes_{item.pk}"], self[f"was_{item.pk}"]
