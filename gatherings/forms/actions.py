"""Choosing an action, and telling how it went."""

from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gatherings.models import Action
from gatherings.permissions import may_choose_action
from office.forms import ModelForm, required_sentence
from participants.identity_numbers import refuse_identity_number
from participants.models import Person

NO_NAMES = gettext_lazy("Do not name children, parents or colleagues.")
SHARE_HELP = gettext_lazy(
    "Then it may also stand in the part of the minutes the managers get. You can change it later."
)


def with_whom(action: Action, reader: Person) -> dict[str, str]:
    """The choices of «together with whom»: «my» for the one who acts, her name for the others."""
    if action.person_id == reader.pk:
        return dict(Action.With.choices)
    name = {"name": action.person.first_name}
    return {
        Action.With.ME: _("only %(name)s") % name,
        Action.With.DEPARTMENT: _("the department of %(name)s") % name,
        Action.With.STAFF: _("the whole staff"),
    }


class ActionFields(ModelForm):
    """What both forms share: the action itself and who sees it."""

    class Meta:
        model = Action
        fields = ["title", "together_with", "due_on", "sign", "shared_with_manager"]
        widgets = {"together_with": forms.RadioSelect}
        help_texts = {"title": NO_NAMES, "shared_with_manager": SHARE_HELP}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("title", "sign", "experience"):
            if name in self.fields:
                self.fields[name].validators.append(refuse_identity_number)

    def speak_to(self, reader: Person) -> Self:
        """Name the one who acts where somebody else, her leader, does the writing."""
        action = self.instance
        self.fields["together_with"].choices = with_whom(action, reader).items()
        if action.person_id != reader.pk:
            name = {"name": action.person.first_name}
            title = self.fields["title"]
            title.label = _("What will %(name)s try?") % name
            title.error_messages["required"] = required_sentence(title, title.label)
            self.fields["sign"].label = _("How will %(name)s see that it works?") % name
            share = self.fields["shared_with_manager"]
            share.label = _("Share with the manager of %(name)s") % name
            if "shared_on" in self.fields:
                self.fields["shared_on"].label = _("When did %(name)s share?") % name
        return self

    def _get_validation_exclusions(self) -> set[str]:
        # Gathering and person are set by the view: with them «once per person» is checked here.
        return super()._get_validation_exclusions() - {"gathering", "person"}


class ActionForm(ActionFields):
    """A new action: one required field; the rest has its usual value."""

    submit = gettext_lazy("Save the action")

    def clean(self) -> dict[str, Any]:
        """Not before the day of the gathering."""
        may = may_choose_action(self.instance.gathering)
        if not may:
            raise ValidationError(may.why, code="too_early")
        return super().clean()


class TellForm(ActionFields):
    """How it went, what was learned, and how it was shared with the staff (V24)."""

    OUTCOMES = [
        (Action.State.PLANNED, gettext_lazy("We are still trying")),
        (Action.State.TRIED, gettext_lazy("We did it")),
        (Action.State.LEARNED, gettext_lazy("We did something else")),
        (Action.State.PUT_AWAY, gettext_lazy("We did not start")),
    ]
    STORY = ("state", "experience", "shared_in", "shared_on")
    ACTION = ("title", "together_with", "due_on", "sign", "shared_with_manager")
    TEXTS = ("title", "sign", "experience")
    SHARING = {"shared_in", "shared_on"}

    class Meta(ActionFields.Meta):
        fields = [
            "state",
            "experience",
            "shared_in",
            "shared_on",
            *ActionFields.Meta.fields,
        ]
        widgets = {
            **ActionFields.Meta.widgets,
            "state": forms.RadioSelect,
            "experience": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {**ActionFields.Meta.help_texts, "experience": NO_NAMES}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = self.OUTCOMES
        self.fields["experience"].widget.attrs.pop("maxlength", None)
        self.fields["shared_in"].required = self.fields["shared_on"].required = False
        for field in self.fields.values():
            # What this window changed is told from what it showed, not from what is stored now.
            field.show_hidden_initial = True

    def clean_shared_on(self) -> Any:
        """Not a day that has not been."""
        day = self.cleaned_data["shared_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("Write the day you shared it: today or earlier."))
        return day

    def clean(self) -> dict[str, Any]:
        """Where and when belong together."""
        told = super().clean()
        if "shared_on" in told and "shared_in" in told:
            where, day = told["shared_in"], told["shared_on"]
            if where and not day:
                self.add_error("shared_on", _("Choose the day you shared it."))
            if day and not where:
                self.add_error("shared_in", _("Choose where you shared it."))
        return told

    @property
    def changed(self) -> list[str]:
        """The fields this window changed; where and when are one."""
        changed = set(self.changed_data)
        return sorted(changed | self.SHARING if changed & self.SHARING else changed)

    @property
    def shown(self) -> dict[str, str]:
        """The texts among them as this window showed them."""
        texts = [name for name in self.TEXTS if name in self.changed_data]
        return {name: self.data.get(self.add_initial_prefix(name), "").strip() for name in texts}

    @property
    def texts(self) -> dict[str, str]:
        """The texts among them as they were typed."""
        return {name: self.cleaned_data[name] for name in self.shown}

    def over(self, current: Action) -> QueryDict:
        """The same, typed over what stands there now."""
        data = self.data.copy()
        for name in self.texts:
            data[self.add_initial_prefix(name)] = getattr(current, name)
        return data

    @property
    def story(self) -> list[forms.BoundField]:
        """The fields about how it went."""
        return [self[name] for name in self.STORY]

    @property
    def itself(self) -> list[forms.BoundField]:
        """The fields of the action itself."""
        return [self[name] for name in self.ACTION]

    @property
    def itself_is_wrong(self) -> bool:
        """Whether the folded part has an error, so that it opens."""
        return any(self[name].errors for name in self.ACTION)
