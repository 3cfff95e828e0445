"""Changes in a published group: move somebody, let her go, choose a new leader."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from networks import moving, placing
from networks.board import Board, card_of
from networks.effects import effect
from networks.forms import accepted
from networks.forms.board import LeaderForm
from networks.forms.moves import MoveForm, NewLeaderForm
from networks.models import Membership, NetworkGroup, Season
from networks.permissions import composes
from networks.views.board import address, board_address, board_asked_for
from office import dates
from office.pages import page, posted
from participants.access import Request, allow
from participants.models import Person


@allow(composes, on=Season)
@require_http_methods(["GET", "POST"])
def move(request: Request, season: Season, person: UUID) -> HttpResponse:
    """Move somebody to another published group, seat somebody new, or let somebody go."""
    mover = get_object_or_404(Person.objects.visible_to(request.user), pk=person)
    shown, choices = board_asked_for(request, season)
    seat = current_seat(season, mover)
    form = move_form(request, shown, mover, seat)
    if form.is_valid() and moved(request, form, mover, season):
        messages.success(request, what_changed(mover, form))
        return redirect(address(shown))
    context = {
        "season": season,
        "mover": mover,
        "seat": current_seat(season, mover),
        "choices": [area for area in choices if area != shown.municipality],
        "here": address(shown),
    }
    return page(request, "networks/move.html", context, form)


def current_seat(season: Season, person: Person) -> Membership | None:
    """The seat without a last day the person has this season as a member."""
    seats = season.memberships.members().filter(person=person, ends_on=None)
    return seats.select_related("group").first()


def what_changed(mover: Person, form: MoveForm) -> str:
    """«Mona Lie sits in Sortland 3 from 3 February on.», and who gets a letter about it."""
    facts = {"person": mover, "group": form.group, "day": dates.date_span(form.cleaned_data["on"])}
    words = _("%(person)s sits in %(group)s from %(day)s on.")
    if form.group is None:
        words = _("%(person)s is without a group from %(day)s on.")
    return words % facts + " " + _("%(person)s and the leaders are told.") % facts


def move_form(request: Request, shown: Board, mover: Person, seat: Membership | None) -> MoveForm:
    """The form with what each choice would mean."""
    who = card_of(shown.season, mover, shown.day).who
    groups = {
        str(column.group.pk): column.group
        for column in shown.published
        if not seat or column.group.pk != seat.group_id or has_moved(request, seat)
    }
    rules = shown.season.rules
    effects = {key: effect(shown.plan, rules, shown.reasons, who, key) for key in groups}
    best_first = sorted(groups, key=lambda key: effects[key].new_warnings)
    form = MoveForm(
        posted(request),
        season=shown.season,
        groups={key: groups[key] for key in best_first},
        effects={key: effects[key].words for key in groups},
        leaves=bool(seat),
    )
    if seat:  # who sat down today moves tomorrow at the earliest
        day = form.fields["on"]
        day.initial = max(day.initial, seat.starts_on + timedelta(days=1))
    return form


def has_moved(request: Request, seat: Membership) -> bool:
    """Whether she has another seat than the one she was seen in: the process will say so."""
    return request.method == "POST" and request.POST.get("seen", "") != str(seat.pk)


def moved(request: Request, form: MoveForm, mover: Person, season: Season) -> bool:
    """Whether the move was made; if not, the form says why."""
    accepted(
        form,
        moving.move,
        season,
        mover,
        to=form.group,
        on=form.cleaned_data["on"],
        reason=form.why,
        seen=request.POST.get("seen", ""),
        by=request.user,
    )
    return not form.errors


@allow(composes, on=NetworkGroup)
@require_http_methods(["GET", "POST"])
def group_leader(request: Request, group: NetworkGroup) -> HttpResponse:
    """Choose the leader of a draft, or a new one with date and reason for a published group."""
    form = leader_form(request, group)
    here = board_address(group.season, group.municipality)
    if form.is_valid() and leads(request, form, group):
        return redirect(here)
    context = {"group": group, "seat": leader_seat(group), "here": here}
    return page(request, "networks/group_leader.html", context, form)


def leader_seat(group: NetworkGroup) -> Membership | None:
    """The leader's seat without a last day."""
    return group.memberships.leaders().filter(ends_on=None).select_related("person").first()


def leader_form(request: Request, group: NetworkGroup) -> LeaderForm | NewLeaderForm:
    """A draft asks for a name only."""
    if group.is_published:
        return NewLeaderForm(posted(request), group=group)
    seat = leader_seat(group)
    initial = {"leader": seat.person_id if seat else None}
    return LeaderForm(posted(request), group=group, initial=initial)


def leads(request: Request, form: LeaderForm | NewLeaderForm, group: NetworkGroup) -> bool:
    """Whether the leader was chosen; if not, the form says why."""
    leader = form.cleaned_data["leader"]
    if isinstance(form, NewLeaderForm):
        accepted(
            form,
            moving.change_leader,
            group,
            leader,
            on=form.cleaned_data["on"],
            reason=form.why,
            seen=request.POST.get("seen", ""),
            by=request.user,
        )
    else:
        accepted(form, placing.appoint, group, leader, by=request.user)
    return not form.errors
