"""What people type is kept, what cannot be stored is refused with a sentence."""

from datetime import date, timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from office.forms import LINE_LIMIT, TEXT_LIMIT, Form, Segmented, clean_text
from office.pages import page


class Trial(Form):
    submit = "Save the trial"
    audiences = {"text": "Visible to: the group"}
    date_limits = {"born_on": (date(1920, 1, 1), None)}

    title = forms.CharField(label="Tittel", max_length=20, required=False)
    text = forms.CharField(
        label="Hva vil du prøve?", widget=forms.Textarea, help_text="Kort.", required=False
    )
    due_on = forms.DateField(label="Frist", required=False)
    born_on = forms.DateField(label="Fødselsdato", required=False)
    starts_at = forms.DateTimeField(label="Start", required=False)
    at = forms.TimeField(label="Tid", required=False)
    number = forms.IntegerField(label="Antall", required=False)
    answer = forms.ChoiceField(
        label="Svar", required=False, widget=Segmented, choices=[("y", "Ja"), ("n", "Nei")]
    )


@pytest.fixture(autouse=True)
def _in_bokmal():
    with translation.override("nb"):
        yield


def answers(**typed) -> Trial:
    data = QueryDict(mutable=True)
    data.update(typed)
    return Trial(data)


def drawn(form) -> str:
    source = "{% load crispy_forms_tags %}{% crispy form %}"
    return Template(source).render(Context({"form": form}))


def refusal(name: str, value: str) -> str:
    form = answers(**{name: value})
    assert not form.is_valid()
    return form.errors[name][0]


def one(field: forms.Field, value="") -> str:
    """The first sentence a form with this one field answers with."""
    form = type("One", (Form,), {"field": field})(QueryDict(mutable=True) | {"field": value})
    return form.errors["field"][0]


@pytest.mark.parametrize("typed", ["2026-02-03", "3.2.2026", "03.02.2026", "3.2.26", "3/2/2026"])
def test_dates_are_read_as_people_write_them(typed, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 1, 20))
    form = answers(due_on=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due_on"] == date(2026, 2, 3)


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "1899-01-01"])
def test_dates_far_away_are_refused_with_both_ends(typed):
    sentence = refusal("due_on", typed)
    assert sentence.startswith("Skriv en dato mellom ")
    assert str(timezone.localdate().year + 5) in sentence


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59", "1.1.0001 09.00"])
def test_moments_far_away_are_refused(typed):
    # Year 1 and 9999 overflow in time zone arithmetic: no value may reach the database.
    assert "starts_at" in answers(starts_at=typed).errors


def test_the_five_years_hold_on_their_last_day_and_not_after(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2028, 2, 29))
    assert answers(due_on="2033-02-28").is_valid()
    assert refusal("due_on", "2033-03-01")
    assert answers(due_on="2023-02-28").is_valid()


def test_a_form_may_widen_the_limits():
    assert answers(born_on="1.5.1961").is_valid()
    assert refusal("born_on", "1919-12-31").startswith("Skriv en dato fra 1. januar 1920")


def test_unreadable_dates_and_times_are_answered_with_an_example():
    assert refusal("due_on", "i morgen") == "Skriv datoen slik: 3.2.2026"
    assert refusal("at", "kvart over") == "Skriv klokkeslettet slik: 09.00"
    assert refusal("starts_at", "x") == "Skriv dato og klokkeslett slik: 3.2.2026 09.00"


@pytest.mark.parametrize("typed", ["9.30", "09:30", "0930"])
def test_times_are_read_as_people_write_them(typed):
    form = answers(at=typed)
    assert form.is_valid()
    assert (form.cleaned_data["at"].hour, form.cleaned_data["at"].minute) == (9, 30)


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b"])
def test_signs_that_cannot_be_stored_are_refused(typed):
    assert refusal("text", typed) == "Teksten har tegn vi ikke kan lagre. Skriv den på nytt."


@pytest.mark.parametrize("typed", ["\u200b", "\u200b \u2060", "\ufeff\u200d"])
def test_text_nobody_can_see_is_refused(typed):
    assert refusal("title", typed) == "Skriv noe som kan leses."


def test_a_page_with_a_refused_text_can_still_be_sent():
    form = answers(text="a\ud800b")
    shown = Template("{% load crispy_forms_tags %}{% crispy form %}").render(
        Context({"form": form})
    )
    shown.encode("utf-8")


def test_text_is_stripped_and_composed_and_has_one_kind_of_line_end():
    form = answers(title="  A\u030asa  ", text="en\r\nto\rtre")
    assert form.is_valid()
    assert form.cleaned_data["title"] == "Åsa"
    assert form.cleaned_data["text"] == "en\nto\ntre"


def test_lengths_are_capped_and_counted_in_the_answer():
    assert refusal("title", "x" * 21) == "Skriv høyst 20 tegn. Du har skrevet 21."
    assert refusal("text", "x" * (TEXT_LIMIT + 1)).startswith(f"Skriv høyst {TEXT_LIMIT} tegn.")
    assert "500" in one(forms.CharField(label="Linje"), "x" * (LINE_LIMIT + 1))
    # As many characters as the browser lets through, line ends counted once.
    assert answers(text="x\r\n" * (TEXT_LIMIT // 2)).is_valid()


@pytest.mark.parametrize("typed", ["99999999999999999999", "-2147483649"])
def test_numbers_no_column_can_hold_are_refused(typed):
    assert refusal("number", typed).startswith("Skriv et tall som er ")


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (forms.CharField(label="Tittel"), "Skriv tittel."),
        (forms.CharField(label="CSV-fil"), "Skriv CSV-fil."),
        (forms.CharField(label="Hva vil du prøve?"), "Svar på: Hva vil du prøve?"),
        (forms.ChoiceField(label="Kommune", choices=[("a", "A")]), "Velg kommune."),
        (forms.DateField(label="Frist"), "Velg frist."),
        (forms.BooleanField(label="Jeg har lest"), "Kryss av for «Jeg har lest»."),
        (forms.CharField(label="A", error_messages={"required": "Egen setning"}), "Egen setning"),
    ],
)
def test_required_fields_ask_in_plain_words(field, sentence):
    assert one(field) == sentence


def test_wrong_values_are_answered_in_plain_words_unless_the_form_has_its_own():
    assert one(forms.EmailField(label="E"), "x") == "Skriv e-postadressen slik: navn@example.no"
    assert one(forms.IntegerField(label="N"), "tre") == "Skriv et helt tall med sifre."
    assert one(forms.FloatField(label="N"), "tre") == "Skriv et tall med sifre."
    assert one(forms.UUIDField(label="U"), "x")
    choice = forms.ChoiceField(label="K", choices=[("a", "A")])
    assert one(choice, "b") == "Velg et av alternativene i lista."
    own = forms.EmailField(label="E", error_messages={"invalid": "Min egen"})
    assert one(own, "x") == "Min egen"


def test_date_boxes_are_the_browsers_own_with_their_limits():
    html = str(Trial()["due_on"])
    today = timezone.localdate()
    assert 'type="date"' in html
    assert f'max="{today.year + 5}-' in html
    assert 'type="datetime-local"' in str(Trial()["starts_at"])
    kept = Trial(initial={"due_on": today + timedelta(days=3)})
    assert f'value="{today + timedelta(days=3)}"' in str(kept["due_on"])


def test_the_pack_writes_summary_label_audience_hint_and_error():
    form = answers(text="\u200b", title="x" * 30)
    html = drawn(form)
    assert html.count('role="alert"') == 1
    assert 'href="#id_title"' in html
    assert "Tittel: Skriv høyst 20 tegn." in html
    assert 'id="id_text_audience"' in html
    assert 'aria-describedby="id_text_audience id_text_helptext id_text_error"' in html
    assert "(valgfritt)" in html
    assert "Save the trial</button>" in html
    assert 'class="segmented"' in html
    assert "novalidate" in html
    assert "style=" not in html


def test_without_words_on_a_button_only_the_fields_are_written():
    class Bare(Form):
        title = forms.CharField(label="Tittel")

    html = drawn(Bare())
    assert "<form" not in html
    assert "<button" not in html


def test_fields_that_are_not_text_pass_the_text_checks():
    key = "1e6f1c2a-7f3a-4c55-9d7c-0d1a4d5b6c7e"
    for field, typed in ((forms.UUIDField(), key), (forms.JSONField(), '{"a": [1, {"b": 2}]}')):
        form = type("One", (Form,), {"field": field})(QueryDict(mutable=True) | {"field": typed})
        assert form.is_valid(), form.errors


def test_text_from_outside_a_form_is_held_to_the_same():
    assert clean_text("  hei\r\n") == "hei"
    for value in ("a\x00", "\u200b", None, 7, "\ud800"):
        with pytest.raises(ValidationError):
            clean_text(value)
    with pytest.raises(ValidationError, match="høyst 3 tegn"):
        clean_text("fire", limit=3)


@pytest.mark.django_db  # the foot of every page names whom to ask
def test_a_refused_form_gives_422_and_says_so_in_the_title():
    request = RequestFactory().get("/")
    refused = page(request, "404.html", {}, form=answers(due_on="x"))
    assert refused.status_code == 422
    assert "<title>Feil: " in refused.content.decode()
    assert page(request, "404.html", {}, form=Trial()).status_code == 200
    assert page(request, "404.html", {}, form=[Trial(), answers(due_on="x")]).status_code == 422
    assert page(request, "404.html").status_code == 200
