"""Forms of planning, moving and cancelling a gathering."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gatherings import calendar, planning
from gatherings.forms.rows import rows_of
from gatherings.models import Gathering, ProgrammeItem
from office import dates
from office.forms import Form, ModelForm, Segmented

SEVERAL_DAYS_FROM = 600


def web_address(label: Any, **kwargs: Any) -> forms.URLField:
    """A field for http and https addresses only."""
    field = forms.URLField(label=label, max_length=500, assume_scheme="https", **kwargs)
    field.validators.append(URLValidator(schemes=["http", "https"]))
    return field


class WhenAndWhere(Form):
    """Day, clock and place of one gathering; `moments` gives the instants."""

    day = forms.DateField(label=gettext_lazy("Date"))
    starts = forms.TimeField(label=gettext_lazy("Starts"))
    ends = forms.TimeField(
        label=gettext_lazy("Ends"),
        required=False,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Only when it goes over several days."),
    )
    outside_window_reason = forms.CharField(
        label=gettext_lazy("Why outside the window?"), max_length=300, required=False
    )
    host = forms.ModelChoiceField(
        label=gettext_lazy("Host"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("another place"),
    )
    place = forms.CharField(
        label=gettext_lazy("Room or address"),
        max_length=200,
        required=False,
    )
    online_url = web_address(gettext_lazy("Link for digital participation"), required=False)
    # Asked only when the day is outside the window, and then wanted.
    expected = ("outside_window_reason",)

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        self.gathering = gathering
        self.zone = calendar.zone(gathering)
        self.length = timedelta(minutes=gathering.group.season.rules.gathering_minutes)
        self.people = planning.seats(gathering)
        super().__init__(*args, **kwargs)
        self.offer_hosts()
        window = gathering.round
        self.fields["day"].help_text = _("The window is %(window)s.") % {
            "window": dates.date_span(window.window_from, window.window_to)
        }
        self.fields["ends"].widget.attrs["data-follows-start"] = str(
            gathering.group.season.rules.gathering_minutes
        )
        if self.length <= timedelta(minutes=SEVERAL_DAYS_FROM):
            del self.fields["last_day"]

    def offer_hosts(self) -> None:
        """The places the group's people work at, longest since host first."""
        places = planning.hosts(self.gathering, self.people)
        if self.gathering.host and self.gathering.host not in places:
            places.append(self.gathering.host)
        field = self.fields["host"]
        field.queryset = type(self.gathering).host.field.related_model.objects.filter(
            pk__in=[place.pk for place in places]
        )
        field.choices = [("", field.empty_label), *((p.pk, str(p)) for p in places)]
        self.next_host = places[0] if places else None

    def when(self) -> dict[str, Any]:
        """Initial values of the fields about time, from the gathering."""
        zone = ZoneInfo(self.zone)
        if not self.gathering.starts_at:
            starts = planning.usual_start(self.gathering)
            ends = (datetime.combine(timezone.localdate(), starts) + self.length).time()
            return {"starts": starts, "ends": ends}
        starts_at = self.gathering.starts_at.astimezone(zone)
        ends_at = self.gathering.ends_at.astimezone(zone)
        last = ends_at.date() if ends_at.date() != starts_at.date() else None
        return {
            "day": starts_at.date(),
            "starts": starts_at.time(),
            "ends": ends_at.time(),
            "last_day": last,
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if "day" in self.fields:
            facts["starts_at"] = facts["ends_at"] = None
        day, starts = facts.get("day"), facts.get("starts")
        if day and starts and "ends" in facts:
            self.clean_when(day, starts)
        return facts

    def clean_when(self, day: Any, starts: Any) -> None:
        """Work out the instants; each thing wrong with them has its sentence."""
        facts = self.cleaned_data
        try:
            begins = planning.moment(day, starts, self.zone)
        except ValidationError as changed:
            self.add_error("starts", changed)
            return
        ends_at = self.end(begins)
        if ends_at is None:
            return
        if ends_at <= begins:
            self.add_error("ends", _("The gathering must end after it starts."))
        elif begins <= timezone.now():
            self.add_error("day", _("That time has passed. Choose a time to come."))
        elif planning.outside_window(self.gathering, day) and not facts.get(
            "outside_window_reason"
        ):
            window = self.gathering.round
            self.add_error(
                "outside_window_reason",
                _("The date is outside the window %(window)s. Write why, or choose another date.")
                % {"window": dates.date_span(window.window_from, window.window_to)},
            )
        facts["starts_at"], facts["ends_at"] = begins, ends_at

    def need_place(self) -> None:
        """A room, a host or a link: one of them must be there."""
        named = [self.cleaned_data.get(name) for name in ("host", "place", "online_url")]
        if not any(named) and not self.errors.keys() & {"host", "place", "online_url"}:
            self.add_error("place", _("Choose a place, or write a link for digital participation."))

    def clean_due(self, day: Any) -> None:
        """Preparation is due by the day itself at the latest; the usual day follows the date."""
        if "preparation_due_on" in self.errors:
            return
        due = planning.due_after(self.gathering, self.cleaned_data["preparation_due_on"], day)
        self.cleaned_data["preparation_due_on"] = due
        if due > day:
            self.add_error("preparation_due_on", _("Preparation must be due before the gathering."))

    def end(self, begins: datetime) -> datetime | None:
        """The instant it ends: as written, or after the usual length; None with an error told."""
        facts = self.cleaned_data
        if not facts["ends"]:
            return begins + self.length
        try:
            return planning.moment(facts.get("last_day") or facts["day"], facts["ends"], self.zone)
        except ValidationError as changed:
            self.add_error("ends", changed)
            return None

    @property
    def asks_why(self) -> bool:
        """Whether the reason for a date outside the window is shown."""
        return bool(self["outside_window_reason"].value() or self["outside_window_reason"].errors)

    def facts(self) -> dict[str, Any]:
        """New values for the gathering, by field name."""
        facts = self.cleaned_data
        new = {name: facts[name] for name in ("host", "place", "online_url") if name in facts}
        if "starts_at" in facts:
            starts_at = facts["starts_at"]
            outside = starts_at and planning.outside_window(self.gathering, facts["day"])
            new |= {"starts_at": starts_at, "ends_at": facts["ends_at"]}
            new["outside_window_reason"] = facts["outside_window_reason"] if outside else ""
        return new


class PlanForm(WhenAndWhere):
    """Everything one decides about a gathering, on the page that also checks it (A4)."""

    preparation_due_on = forms.DateField(
        label=gettext_lazy("Preparation due"),
        required=False,
    )
    greeting = forms.CharField(
        label=gettext_lazy("Greeting"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    audiences = {"greeting": gettext_lazy("Stands in the invitation.")}
    timed = ("day", "starts", "ends", "last_day", "outside_window_reason")
    placed = ("host", "place", "online_url")

    def __init__(
        self, *args: Any, gathering: Gathering, every_field: bool = False, **kwargs: Any
    ) -> None:
        """`every_field`: with time and place, though a called gathering gets them by moving."""
        self.to_send = "invite" in (args[0] if args and args[0] else {})
        super().__init__(*args, gathering=gathering, **kwargs)
        self.initial = {**self.stored(), **self.when(), **self.initial}
        days = gathering.round.preparation_days
        self.fields["preparation_due_on"].help_text = ngettext(
            "Follows the date, %(n)s day before the gathering, until you choose another.",
            "Follows the date, %(n)s days before the gathering, until you choose another.",
            days,
        ) % {"n": days}
        if gathering.state == Gathering.State.CALLED and not every_field:
            for name in (*self.timed, *self.placed):
                self.fields.pop(name, None)
        elif self.is_bound and not self.to_send:
            self.fields["day"].required = False

    def stored(self) -> dict[str, Any]:
        """What the gathering holds now; the next host in turn while nothing is chosen."""
        at = self.gathering
        untouched = not at.starts_at and not at.place and not at.online_url
        return {
            "host": at.host or (self.next_host if untouched else None),
            "place": at.place,
            "online_url": at.online_url,
            "greeting": at.greeting,
            "preparation_due_on": at.preparation_due_on,
            "outside_window_reason": at.outside_window_reason,
            "version": at.version,
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if self.to_send and "place" in self.fields:
            self.need_place()
        day = facts.get("day") or (
            timezone.localdate(self.gathering.starts_at) if self.gathering.starts_at else None
        )
        if day:
            self.clean_due(day)
        return facts

    def facts(self) -> dict[str, Any]:
        facts = self.cleaned_data
        own = {name: facts[name] for name in ("greeting", "preparation_due_on")}
        return {**super().facts(), **own}


class MoveForm(WhenAndWhere):
    """A new time or place for a called gathering (A11)."""

    preparation_due_on = forms.DateField(label=gettext_lazy("Preparation due"), required=False)
    message = forms.CharField(
        label=gettext_lazy("Message to the group"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ask_again = forms.TypedChoiceField(
        label=gettext_lazy("Must all answer again?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        initial="yes",
        widget=Segmented,
        coerce=lambda value: value == "yes",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    audiences = {"message": gettext_lazy("Stands in the letter to the group.")}

    def __init__(self, *args: Any, gathering: Gathering, **kwargs: Any) -> None:
        super().__init__(*args, gathering=gathering, **kwargs)
        stored = {
            "host": gathering.host,
            "place": gathering.place,
            "online_url": gathering.online_url,
            "outside_window_reason": gathering.outside_window_reason,
            "preparation_due_on": gathering.preparation_due_on,
            "version": gathering.version,
        }
        self.initial = {**stored, **self.when(), **self.initial}

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        self.need_place()
        if facts.get("day"):
            self.clean_due(facts["day"])
        if not self.errors and not self.changes():
            raise ValidationError(_("Nothing is changed. Choose a new time or place."))
        return facts

    def changes(self) -> bool:
        """Whether time or place becomes another."""
        names = ("starts_at", "ends_at", "host", "place", "online_url")
        return any(self.facts()[name] != getattr(self.gathering, name) for name in names)

    def facts(self) -> dict[str, Any]:
        due = self.cleaned_data["preparation_due_on"]
        return {**super().facts(), "preparation_due_on": due}


class CancelForm(Form):
    """A word to the group; never a reason about a person."""

    message = forms.CharField(
        label=gettext_lazy("Message to the group"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Write nothing about why a person cannot come."),
    )
    audiences = {"message": gettext_lazy("Stands in the letter to the group.")}


class ItemForm(ModelForm):
    """One row of a programme."""

    class Meta:
        model = ProgrammeItem
        fields = ["position", "title", "minutes", "led_by", "questions"]
        widgets = {
            "position": forms.NumberInput(attrs={"min": 1, "max": 99, "inputmode": "numeric"}),
            "questions": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False


ProgrammeRows = rows_of(Gathering, ProgrammeItem, ItemForm)
