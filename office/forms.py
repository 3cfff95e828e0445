"""Forms that keep what people type, refuse what cannot be stored, and say why in plain words.

Every form of the product is one of these two. They give dates a sensible span, texts a length,
numbers a range the database can hold, and each field a sentence made from its label. What is typed
is tidied first (line ends, composed letters), so that a length counted here is the length stored.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.dates import plain_date

LINE_LIMIT = 500
TEXT_LIMIT = 20_000
INTEGER_LIMIT = 2_147_483_647
YEARS_EITHER_WAY = 5
UNREADABLE = "\ufffd"
SURROGATES = re.compile("[\ud800-\udfff]")

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%d-%m-%Y", "%d %m %Y"]
TIME_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S", "%H%M", "%H"]
MOMENT_FORMATS = [
    *(f"%Y-%m-%d{between}{clock}" for between in "T " for clock in ("%H:%M", "%H:%M:%S")),
    *(f"{day} {clock}" for day in DATE_FORMATS[1:] for clock in TIME_FORMATS[:2]),
]

Limits = tuple[date | None, date | None]

REFUSALS = {
    "max_length": _("Write at most %(limit_value)d characters. You have written %(show_value)d."),
    "min_length": _("Write at least %(limit_value)d characters."),
    "max_value": _("Write a number that is %(limit_value)s or less."),
    "min_value": _("Write a number that is %(limit_value)s or more."),
    "invalid_choice": _("Choose one of the options in the list."),
    "invalid_pk_value": _("Choose one of the options in the list."),
    "invalid_list": _("Choose one of the options in the list."),
    "null_characters_not_allowed": _("The text has signs we cannot store. Write it again."),
}
"""Sentences by error code, for fields that have not got their own."""

INVALID = (
    (forms.EmailField, _("Write the e-mail address like this: name@example.no")),
    (forms.DateTimeField, _("Write date and time like this: 3.2.2026 09.00")),
    (forms.DateField, _("Write the date like this: 3.2.2026")),
    (forms.TimeField, _("Write the time like this: 09.00")),
    (forms.URLField, _("Write the web address like this: https://example.no")),
    (forms.FloatField | forms.DecimalField, _("Write a number with digits.")),
    (forms.IntegerField, _("Write a whole number with digits.")),
)


def tidy(value):
    """One kind of line end and composed letters (Å as one sign); lone surrogates become «�»."""
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", SURROGATES.sub(UNREADABLE, value))


def storable(text) -> None:
    """Raise ValidationError for a text that cannot be stored or that nobody can see."""
    if not isinstance(text, str):  # a UUID or JSON field has made something else of it
        return
    if "\x00" in text or UNREADABLE in text or SURROGATES.search(text):
        raise ValidationError(REFUSALS["null_characters_not_allowed"], code="unreadable")
    if text and all(unicodedata.category(sign) in {"Cc", "Cf", "Zs", "Zl", "Zp"} for sign in text):
        raise ValidationError(_("Write something that can be read."), code="invisible")


def clean_text(value, limit: int = TEXT_LIMIT) -> str:
    """The tidied, stripped text of a value that came outside a form. Raises ValidationError."""
    if not isinstance(value, str):
        raise ValidationError(REFUSALS["null_characters_not_allowed"], code="unreadable")
    text = tidy(value).strip()
    storable(text)
    if len(text) > limit:
        counts = {"limit_value": limit, "show_value": len(text)}
        raise ValidationError(REFUSALS["max_length"], code="max_length", params=counts)
    return text


def tidied(data):
    """A copy of submitted data with every text tidied."""
    if not isinstance(data, QueryDict):
        return {name: tidy(value) for name, value in data.items()}
    copy = data.copy()
    for name, values in data.lists():
        copy.setlist(name, [tidy(value) for value in values])
    return copy


def five_years_either_way() -> Limits:
    """From five years back to five years ahead, seen from today."""
    today = timezone.localdate()
    # February 28: the one day all years have.
    around = [today.year - YEARS_EITHER_WAY, today.year + YEARS_EITHER_WAY]
    first, last = (
        date(year, today.month, min(today.day, 28) if today.month == 2 else today.day)
        for year in around
    )
    return first, last


class Within:
    """Validator: a date or moment between two days, said in words."""

    def __init__(self, limits: Callable[[], Limits]):
        self.limits = limits

    def __call__(self, value: date | datetime) -> None:
        first, last = self.limits()
        on = self.day_of(value)
        if on and (first is None or on >= first) and (last is None or on <= last):
            return
        raise ValidationError(self.sentence(first, last), code="out_of_range")

    @staticmethod
    def day_of(value: date | datetime) -> date | None:
        """The local day, or None for a moment so far out that no time zone reaches it."""
        if not isinstance(value, datetime):
            return value
        try:
            return timezone.localdate(value) if timezone.is_aware(value) else value.date()
        except OverflowError:
            return None

    @staticmethod
    def sentence(first: date | None, last: date | None) -> str:
        ends = {"from": plain_date(first), "to": plain_date(last)}
        if first and last:
            return gettext("Write a date between %(from)s and %(to)s.") % ends
        if first:
            return gettext("Write a date from %(from)s on.") % ends
        return gettext("Write a date no later than %(to)s.") % ends


class Segmented(forms.RadioSelect):
    """Two or three answers side by side. Real radio buttons, only drawn as one bar."""

    segmented = True


class BoundField(forms.BoundField):
    """Ties «Visible to …» to its control for those who hear the page."""

    @property
    def audience(self):
        return getattr(self.field, "audience", "")

    @property
    def shown(self):
        """What the page showed, sent along by a field that asks for it; radios are hand-drawn."""
        return self.as_hidden(only_initial=True) if self.field.show_hidden_initial else ""

    @property
    def aria_describedby(self):
        described = super().aria_describedby
        if described is None or not self.audience or not self.auto_id or self.is_hidden:
            return described
        return f"{self.auto_id}_audience {described}".strip()


class Prepared:
    """What Form and ModelForm share. Class attributes a form may set:

    submit       the words on the button; then {% crispy form %} writes the whole form element
    audiences    {field: "Visible to: the group"}, shown under the label
    date_limits  {field: (earliest or None, latest or None)} instead of five years either way
    expected     names of fields that may come empty and yet are not optional to the one who writes
    """

    bound_field_class = BoundField
    submit = ""
    audiences: dict = {}
    date_limits: dict[str, Limits] = {}
    expected: tuple[str, ...] = ()

    def __init__(self, data=None, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(None if data is None else tidied(data), *args, **kwargs)
        for name, field in self.fields.items():
            if name in self.audiences:
                field.audience = self.audiences[name]
            field.expected = name in self.expected
            prepare(field, self.label_of(name, field), self.date_limits.get(name))

    @staticmethod
    def label_of(name, field) -> str:
        return str(field.label or name.replace("_", " ").capitalize())

    @property
    def helper(self) -> FormHelper:
        """Error summary, fields and, when `submit` has words, the form element and its button."""
        helper = FormHelper()
        helper.form_class = "form"
        helper.attrs = {"novalidate": True}
        helper.form_tag = bool(self.submit)
        helper.disable_csrf = not self.submit
        if self.submit:
            helper.add_input(Submit("", self.submit))
        return helper


class Form(Prepared, forms.Form):
    """A form that is not one model."""


class ModelForm(Prepared, forms.ModelForm):
    """A form over one model."""


def stored(form: Form | ModelForm, process: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run the process that saves a valid form; what it returns.

    None when somebody was faster with the same name or number: then the form says so.
    """
    try:
        with transaction.atomic():
            return process(*args, **kwargs)
    except IntegrityError:
        form.add_error(None, gettext("Somebody has just saved the same. Look the page up again."))
        return None


def prepare(field: forms.Field, label: str, limits: Limits | None = None) -> None:
    """Give one field its limits, its control and its sentences."""
    give_sentences(field, label)
    for part in getattr(field, "fields", ()):
        prepare(part, label, limits)
    if isinstance(field, forms.DateField | forms.DateTimeField):
        prepare_date(field, limits)
    elif isinstance(field, forms.TimeField):
        field.input_formats = TIME_FORMATS
        show_as(field.widget, forms.TimeInput, "time", "%H:%M")
    elif isinstance(field, forms.CharField):
        prepare_text(field)
    elif isinstance(field, forms.IntegerField | forms.FloatField):
        prepare_number(field)


def prepare_text(field: forms.CharField) -> None:
    """Cap the length, refuse unreadable signs, let a text area grow with its text."""
    area = isinstance(field.widget, forms.Textarea)
    field.validators.append(storable)
    if field.max_length is None and not isinstance(field, forms.JSONField | forms.UUIDField):
        field.max_length = TEXT_LIMIT if area else LINE_LIMIT
        field.validators.append(MaxLengthValidator(field.max_length))
        field.widget.attrs.update(field.widget_attrs(field.widget))
    if area:
        field.widget.attrs["cols"] = False
        if field.widget.attrs.get("rows") == "10":
            field.widget.attrs["rows"] = 6


def prepare_number(field: forms.IntegerField | forms.FloatField) -> None:
    """Keep a number within what a database column holds."""
    if field.min_value is None:
        field.validators.append(MinValueValidator(-INTEGER_LIMIT))
    if field.max_value is None:
        field.validators.append(MaxValueValidator(INTEGER_LIMIT))


def prepare_date(field: forms.DateField | forms.DateTimeField, limits: Limits | None) -> None:
    """Read «3.2.2026» as well as ISO, and keep the date within its limits."""
    within = (lambda: limits) if limits else five_years_either_way
    moment = isinstance(field, forms.DateTimeField)
    field.input_formats = MOMENT_FORMATS if moment else DATE_FORMATS
    field.validators.append(Within(within))
    if moment:
        shown = show_as(field.widget, forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M")
    else:
        shown = show_as(field.widget, forms.DateInput, "date", "%Y-%m-%d")
    for name, end in zip(("min", "max"), within(), strict=True):
        if shown and end:
            field.widget.attrs.setdefault(name, f"{end}T00:00" if moment else str(end))


def show_as(widget: forms.Widget, kind: type, input_type: str, form: str) -> bool:
    """Make a plain date or time box the browser's own picker; leave other widgets alone."""
    if not isinstance(widget, kind):
        return False
    if widget.input_type == "text":
        widget.input_type = input_type
    if widget.input_type == input_type:
        widget.format = form
    return widget.input_type == input_type


def give_sentences(field: forms.Field, label: str) -> None:
    """Replace Django's general sentences, but never one the form has written itself."""
    messages = field.error_messages
    if messages.get("required") is forms.Field.default_error_messages["required"]:
        messages["required"] = required_sentence(field, label)
    for code, sentence in REFUSALS.items():
        if code not in messages or messages[code] in original(field, code):
            messages[code] = sentence
    for kind, sentence in INVALID:
        if isinstance(field, kind):
            if "invalid" not in messages or messages["invalid"] in original(field, "invalid"):
                messages["invalid"] = sentence
            return


def original(field: forms.Field, code: str) -> list:
    """The sentences Django's own field classes have for an error code."""
    return [
        kind.default_error_messages[code]
        for kind in type(field).__mro__
        if code in getattr(kind, "default_error_messages", {})
    ]


def required_sentence(field: forms.Field, label: str) -> str:
    """«Skriv tittel.», «Velg kommune.», for a question «Svar på: Hva vil du prøve?»."""
    if label.endswith("?"):
        return gettext("Answer: %(question)s") % {"question": label}
    # «Tittel» becomes «tittel» inside the sentence, «CSV-fil» stays.
    plain = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    if isinstance(field, forms.BooleanField):
        return gettext("Tick «%(label)s».") % {"label": label}
    choosing = (forms.ChoiceField, forms.DateField, forms.TimeField, forms.FileField)
    if isinstance(field, (*choosing, forms.DateTimeField, forms.MultiValueField)):
        return gettext("Choose %(label)s.") % {"label": plain}
    return gettext("Write %(label)s.") % {"label": plain}
