"""The group's own page and history, and what an administrator changes about a group."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from networks import letters, placing
from networks.forms import accepted
from networks.forms.board import GroupForm
from networks.history import history_of
from networks.models import Membership, NetworkGroup
from networks.permissions import composes
from networks.views.board import board_address
from office.forms import Form
from office.pages import page, posted
from participants.access import Request, allow
from participants.models import Person
from participants.permissions import anyone, oversees


@allow(anyone)
@require_GET
def my_group(request: Request) -> HttpResponse:
    """My group this season; where I have several, a choice."""
    mine = my_groups(request.user)
    today = timezone.localdate()
    current = [group for group in mine if group.season.ends_on >= today]
    if len(current) == 1:
        return redirect(current[0])
    earlier = [group for group in mine if group.season.ends_on < today]
    return page(request, "networks/my_group.html", {"current": current, "earlier": earlier})


def my_groups(person: Person) -> QuerySet[NetworkGroup]:
    """The published groups the person has a seat in, newest season first."""
    seats = Membership.objects.known().filter(person=person)
    mine = NetworkGroup.objects.published().filter(pk__in=seats.values("group_id"))
    return mine.select_related("season__network").order_by("-season__starts_on", "name")


@allow(anyone, on=NetworkGroup)
@require_GET
def group_page(request: Request, group: NetworkGroup) -> HttpResponse:
    """Who leads, who sits in it, and the year: the group's gatherings."""
    board = board_address(group.season, group.municipality) if oversees(request.user) else ""
    gatherings = group.gatherings.in_use().select_related("round", "host", "minutes")
    context = {
        **who_sits(group),
        "group": group,
        "season": group.season,
        "today": timezone.localdate(),
        "gatherings": gatherings.order_by("round__number"),
        "board_url": board,
    }
    return page(request, "networks/group.html", context)


def who_sits(group: NetworkGroup) -> dict[str, list]:
    """The leader's seats, and the members' with where each works."""
    seats, season = seats_now(group), group.season
    kind = season.network.member_position
    where = letters.workplaces([seat.person for seat in seats], kind, season.day_within())
    leader = Membership.Role.LEADER
    return {
        "leaders": [seat for seat in seats if seat.role == leader],
        "members": [(seat, where.get(seat.person_id, "")) for seat in seats if seat.role != leader],
    }


def seats_now(group: NetworkGroup) -> list[Membership]:
    """Seats that have not ended; those still to begin among them."""
    lasting = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    seats = group.memberships.filter(lasting).select_related("person")
    return list(seats.order_by("person__last_name", "person__first_name", "starts_on"))


@allow(anyone, on=NetworkGroup)
@require_GET
def group_history(request: Request, group: NetworkGroup) -> HttpResponse:
    """Who came, who went, when, why and by whom."""
    lines = history_of(group) if group.is_published else []
    return page(request, "networks/group_history.html", {"group": group, "lines": lines})


@allow(composes, on=NetworkGroup)
@require_http_methods(["GET", "POST"])
def group_edit(request: Request, group: NetworkGroup) -> HttpResponse:
    """Name and municipality; an empty draft can be removed from here."""
    form = GroupForm(posted(request), group=group)
    if form.is_valid():
        accepted(form, placing.rename, group, **form.cleaned_data, by=request.user)
        if not form.errors:
            return redirect(board_address(group.season, group.municipality))
    return page(request, "networks/group_edit.html", edit_facts(group), form)


def edit_facts(group: NetworkGroup) -> dict[str, Any]:
    """What the page that changes a group shows."""
    return {
        "group": group,
        "here": board_address(group.season, group.municipality),
        "removable": not group.is_published and not group.memberships.exists(),
    }


@allow(composes, on=NetworkGroup)
@require_POST
def group_remove(request: Request, group: NetworkGroup) -> HttpResponse:
    """Remove an empty draft."""
    refusal = Form(request.POST)
    if refusal.is_valid():
        accepted(refusal, placing.remove, group, by=request.user)
    if not refusal.errors:
        messages.success(request, _("%(group)s is removed.") % {"group": group.name})
        return redirect(board_address(group.season, group.municipality))
    context = {**edit_facts(group), "form": GroupForm(group=group), "refusal": refusal}
    return page(request, "networks/group_edit.html", context, [refusal])
