"""Rows below a form: ordered by a number one can write, removed by a tick, one more on request."""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_ITEMS = 20
ABOVE = 20
"""So many rows too many are still shown as they were typed."""


class Rows(BaseInlineFormSet):
    """Rows with an order one can write, a tick that removes, and one more on request."""

    default_error_messages = {
        **BaseInlineFormSet.default_error_messages,
        "too_many_forms": gettext_lazy(
            "A programme has room for %(num)d items: remove one and save before you add another."
        ),
    }

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove")
        form.fields["position"].label = _("No.")
        # Numbered from one as they stand, whatever the numbers in the database; a new row has
        # none, so that leaving it empty changes nothing.
        is_new = index is None or index >= self.initial_form_count()
        form.initial["position"] = None if is_new else index + 1

    def ordered(self) -> list[Any]:
        """The rows that stay, in their written order, numbered anew."""
        kept = [
            form
            for form in self.forms
            if not self._should_delete_form(form)
            and (form.instance.pk in self._stored or form.has_changed())
        ]
        far = len(self.forms) * 1000

        def place(pair: tuple[int, Any]) -> tuple[int, int]:
            at, form = pair
            written = form.cleaned_data.get("position")
            return (far if written is None else written, at)

        rows = [form.instance for _at, form in sorted(enumerate(kept), key=place)]
        for position, row in enumerate(rows, start=1):
            row.position = position
        return rows

    def removed(self) -> list[Any]:
        """Stored rows that were ticked away."""
        return [
            form.instance
            for form in self.forms
            if self._should_delete_form(form) and form.instance.pk in self._stored
        ]

    @property
    def full(self) -> str:
        """Why no row can be added; empty while there is room."""
        if len(self.forms) < self.max_num:
            return ""
        return self.error_messages["too_many_forms"] % {"num": self.max_num}

    def begin_at_last(self) -> None:
        """The page opens at the newest row, ready to be written in."""
        self.forms[-1].fields["title"].widget.attrs["autofocus"] = True

    @property
    def _stored(self) -> set[Any]:
        return {row.pk for row in self.get_queryset()}

    @property
    def minutes(self) -> int:
        """The sum of what is written, as far as it is numbers."""
        return sum(_number(form["minutes"].value()) for form in self.forms if _stays(form))


def _stays(form: Any) -> bool:
    return not form["DELETE"].value() if "DELETE" in form.fields else True


def _number(text: Any) -> int:
    try:
        return max(0, min(int(text or 0), 10_000))
    except ValueError:
        return 0


def one_more(data: Any, prefix: str, most: int = MOST_ITEMS, **values: str) -> Any:
    """The submitted data with one row more, holding `values`: for the button that adds a row."""
    name = f"{prefix}-TOTAL_FORMS"
    rows = _number(data.get(name))
    if rows >= most:
        return data
    data = data.copy()
    data[name] = str(rows + 1)
    for field, value in values.items():
        data[f"{prefix}-{rows}-{field}"] = value
    return data


def without_gone(data: Any, prefix: str, stored: Iterable[Any]) -> Any:
    """The submitted data, where rows that somebody has removed meanwhile count as new ones.

    What was typed in them stays; saved again, they are there again.
    """
    there = {str(key) for key in stored}
    rows = min(_number(data.get(f"{prefix}-TOTAL_FORMS")), MOST_ITEMS + ABOVE)
    typed = [_row(data, f"{prefix}-{n}-") for n in range(rows)]
    known = [row for row in typed if row.get("id") in there]
    new = [{**row, "id": ""} for row in typed if row.get("id") not in there]
    data = data.copy()
    data[f"{prefix}-INITIAL_FORMS"] = str(len(known))
    for n, row in enumerate([*known, *new]):
        for field, value in row.items():
            data[f"{prefix}-{n}-{field}"] = value
    return data


def _row(data: Any, begins: str) -> dict[str, str]:
    found = {name.removeprefix(begins): data[name] for name in data if name.startswith(begins)}
    return {"id": "", **found}


def rows_of(
    parent: Any, model: Any, form: Any, base: type[Rows] = Rows, most: int = MOST_ITEMS
) -> Any:
    """A formset class for at most `most` rows of `model` below `parent`."""
    return inlineformset_factory(
        parent,
        model,
        form=form,
        formset=base,
        extra=0,
        can_delete=True,
        max_num=most,
        validate_max=True,
        absolute_max=most + ABOVE,
    )


def all_valid(forms_: Iterable[Any]) -> bool:
    """Ask every one, so that all errors are told at once."""
    verdicts = [each.is_valid() for each in forms_]
    return all(verdicts)
