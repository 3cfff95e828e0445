"""Two wrote in the same texts, or one wrote too late: nobody loses a word."""

from django.db.models import Model

from office.forms import ModelForm

Texts = list[tuple[str, str]]


class Conflict(Exception):
    """Somebody saved after the form was opened; `current` is what stands there now."""

    def __init__(self, current: Model):
        super().__init__()
        self.current = current


def both(form: ModelForm, current: Model) -> tuple[ModelForm, Texts]:
    """The form as typed, to be saved over `current`; and (label, text) of what differs there."""
    others = [
        (form[name].label, getattr(current, name))
        for name, typed in form.texts.items()
        if getattr(current, name) != typed
    ]
    return type(form)(form.over(current), instance=current), others


def too_late(form: ModelForm, current: Model) -> Texts:
    """(label, text) of what was typed in a bound form and can no longer be saved."""
    typed = [(name, form.data.get(name, "").strip()) for name in form.Meta.fields]
    return [
        (form[name].label, text) for name, text in typed if text not in ("", getattr(current, name))
    ]
