"""The frame around every page: the bar a person sees is the union of her roles (ux.md 1.2)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gatherings.permissions import seats_of
from participants.models import Person, Region


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, `organisation`, `person`, `demo`; two queries when logged in."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        ours = SimpleLazyObject(_only_organisation)
        return {"nav": [], "organisation": ours, "person": None, "demo": settings.DEMO}
    return {
        "nav": _marked(request, _bar(person)),
        "organisation": person.region,
        "person": person,
        "demo": settings.DEMO,
    }


def _only_organisation() -> Region | None:
    """Whom the logged-out can write to: the organisation, where there is no choice of one."""
    found = Region.objects.all()[:2]
    return found[0] if len(found) == 1 else None


def _bar(person: Person) -> list[dict[str, str]]:
    """Who oversees begins with the overview, everybody else with her own page."""
    bar = []
    if person.roles_today:
        bar.append(_entry("gatherings:overview", _("Overview"), "chart"))
    if person.is_admin:
        bar += [
            _entry("participants:people", _("People"), "people"),
            _entry("participants:institutions", _("Kindergartens"), "home"),
            _entry("networks:board_index", _("Groups"), "swap"),
            _entry("participants:administration", _("Administration"), "settings"),
        ]
    is_seated = bool(seats_of(person))
    if is_seated or not person.roles_today:
        bar.append(_entry("gatherings:my_page", _("My page"), "home"))
    if is_seated or person.roles_today:
        bar.append(_entry("gatherings:index", pgettext("menu", "Gatherings"), "calendar"))
    if is_seated:
        bar += [
            _entry("gatherings:actions", pgettext("menu", "Actions"), "check"),
            _entry("networks:my_group", _("The group"), "people"),
        ]
    if person.roles_today:
        bar += [
            _entry("networks:index", _("Networks"), "people"),
            _entry("gatherings:reports", _("Reports"), "book"),
        ]
    return bar


def _entry(name: str, label: str, icon: str) -> dict[str, str]:
    return {"url": reverse(name), "label": label, "icon": icon}


PARENTS = (("/runder/", "gatherings:index"), ("/forarbeid/", "gatherings:index"))
"""Pages that lie under an entry of the bar without its address."""


def _marked(request: HttpRequest, bar: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The longest address that begins this page's address is the current one."""
    path = next(
        (reverse(name) for at, name in PARENTS if request.path.startswith(at)), request.path
    )
    here = max((e["url"] for e in bar if path.startswith(e["url"])), key=len, default=None)
    return [{**entry, "current": entry["url"] == here} for entry in bar]
