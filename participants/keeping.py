"""Changes to the register made by hand: saved, and noted in the journal, in one go."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from office import journal, mail
from office.forms import ModelForm, stored
from participants.directory import hold, is_last_administrator
from participants.models import Person, Position


def keep(form: ModelForm, *, by: Person) -> bool:
    """Save a form that is valid. False, with a reason on the form, when somebody was faster."""
    return stored(form, _keep, form, by) is not None


def _keep(form: ModelForm, by: Person) -> Any:
    did = "added" if form.instance._state.adding else "changed"
    thing = form.save()
    name = f"{thing._meta.model_name}.{did}"
    journal.record(by=by, did=name, on=thing, fields=sorted(form.changed_data))
    return thing


@transaction.atomic
def end_position(position: Position, *, last_day: date, by: Person) -> None:
    """Let the position end with `last_day`. Raises ValidationError when it begins later."""
    position.ends_on = last_day
    position.full_clean()
    position.save(update_fields=["ends_on"])
    journal.record(by=by, did="position.ended", on=position, last_day=str(last_day))


@transaction.atomic
def set_in_use(person: Person, in_use: bool, *, by: Person) -> None:
    """Take a person out of use (no log-in, no letter, also none that waits), or into use again.

    Raises ValidationError for oneself and for the last administrator who can log in.
    """
    hold(person.region_id)
    fresh = Person.objects.get(pk=person.pk)  # with her roles as they are after the wait
    if not in_use and person.pk == by.pk:
        raise ValidationError(_("You cannot take yourself out of use. Ask another administrator."))
    if not in_use and is_last_administrator(fresh):
        raise ValidationError(_("This is the last administrator who can log in."))
    person.is_active = in_use
    person.save(update_fields=["is_active"])
    if not in_use:
        mail.withdraw("", to=person)
    did = "person.taken_into_use" if in_use else "person.taken_out_of_use"
    journal.record(by=by, did=did, on=person)
