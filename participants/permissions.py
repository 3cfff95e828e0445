"""Roles as rules: functions of a person (and an object) that say yes, or no and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from participants.models import Person


@dataclass(frozen=True)
class No:
    """A refusal: falsy, and knows its reason."""

    why: str

    def __bool__(self) -> bool:
        return False


Verdict = bool | No
Rule = Callable[..., Verdict]


def anyone(person: Person, *_objects: Any) -> Verdict:
    """Everybody who is logged in (and, with an object, may see it)."""
    return True


def is_admin(person: Person, *_objects: Any) -> Verdict:
    """Those who keep the register and the groups."""
    return person.is_admin or No(_("Only an administrator can do this."))


def oversees(person: Person, *_objects: Any) -> Verdict:
    """Those who follow up networks: consultant or administrator.

    They see overview and boards, and write opplegg, themes of the year (V3, V20) and report.
    """
    return bool(person.roles_today) or No(_("Only consultants and administrators see this page."))


def oversees_all(person: Person, *_objects: Any) -> Verdict:
    """Those who follow up every group: what speaks for, or reaches, the whole network."""
    verdict = oversees(person)
    if not verdict or person.oversees_all:
        return verdict
    return No(_("Only those who follow up all the groups can do this."))
