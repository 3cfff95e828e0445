"""Actions: choose one, see one's own and the group's, tell how it went."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gatherings import actions as process
from gatherings.conflicts import Conflict, both
from gatherings.forms.actions import ActionForm, TellForm, with_whom
from gatherings.models import Action, Gathering
from gatherings.permissions import (
    conducts,
    may_choose_action,
    may_edit_action,
    may_lead,
    takes_part,
)
from office.pages import CONFLICT, page
from participants.access import Request, allow
from participants.models import Person
from participants.permissions import anyone

A_PAGE = 40


@allow(takes_part, on=Gathering)
@require_http_methods(["GET", "POST"])
def action_new(request: Request, gathering: Gathering) -> HttpResponse:
    """One page, one required field; the leader may write it down for a member (`?for=`)."""
    gathering = Gathering.objects.with_surroundings().get(pk=gathering.pk)
    person, leads = _whose(request, gathering), bool(may_lead(request.user, gathering))
    members = _members(gathering) if leads and person is None else []
    after = "conduct" if leads and conducts(request.user, gathering) else "gathering"
    action = Action(
        gathering=gathering,
        person=person or request.user,
        due_on=process.usual_due_day(gathering),
        shared_with_manager=gathering.group.season.rules.share_actions,
    )
    post = request.POST if request.method == "POST" and person else None
    form = ActionForm(post, instance=action).speak_to(request.user)
    if post is not None and form.is_valid():
        process.choose(form.instance, by=request.user)
        messages.success(request, _("The action is saved."))
        return redirect(f"gatherings:{after}", gathering.pk)
    context = {
        "gathering": gathering,
        "may": may_choose_action(gathering),
        "whose": person,
        "leads": leads,
        "conducts": after == "conduct",
        "members": members,
    }
    return page(request, "gatherings/action_new.html", context, form=form)


@allow(anyone)
@require_GET
def actions(request: Request) -> HttpResponse:
    """Own actions, the group's, and those own staff shared."""
    found = Paginator(process.listed(request.user), A_PAGE).get_page(request.GET.get("page"))
    sections = [
        (_("Yours"), process.MINE),
        (_("The group's"), process.GROUP),
        (_("Your staff's"), process.STAFF),
    ]
    rows = [(title, [a for a in found if a.whose == whose]) for title, whose in sections]
    context = {"page": found, "sections": [row for row in rows if row[1]]}
    return render(request, "gatherings/actions.html", context)


@allow(anyone, on=Action)
@require_http_methods(["GET", "POST"])
def action(request: Request, action: Action) -> HttpResponse:
    """How it went and what was learned; only its owner, or the leader for her, may write."""
    action = Action.objects.select_related("person", "gathering__round").get(pk=action.pk)
    edit = may_edit_action(request.user, action)
    if request.method == "POST" and not edit:
        raise PermissionDenied(getattr(edit, "why", ""))
    form = TellForm(request.POST if request.method == "POST" else None, instance=action)
    form.speak_to(request.user)
    context = {
        "action": action,
        "edit": bool(edit),
        "own": action.person_id == request.user.pk,
        "together_with": with_whom(action, request.user)[action.together_with],
    }
    if not form.is_bound or not form.is_valid():
        return page(request, "gatherings/action.html", context, form=form)
    try:
        process.tell(action, by=request.user, changed=form.changed, shown=form.shown)
    except Conflict as conflict:
        context["form"], context["others"] = both(form, conflict.current)
        context["form"].speak_to(request.user)
        return render(request, "gatherings/action.html", context, status=CONFLICT)
    messages.success(request, _("Saved."))
    return redirect("gatherings:action", action.pk)


def _whose(request: Request, gathering: Gathering) -> Person | None:
    """Whose action it becomes: the member herself, or whom the leader named; None: choose first."""
    if not may_lead(request.user, gathering):
        return request.user
    wanted = request.GET.get("for")
    if not wanted:
        return None
    try:
        seats = gathering.group.memberships.in_force().members().filter(person=UUID(wanted))
    except ValueError as unreadable:
        raise Http404 from unreadable
    return get_object_or_404(seats.select_related("person")).person


def _members(gathering: Gathering) -> list[Person]:
    seats = gathering.group.memberships.in_force().members().select_related("person")
    return [seat.person for seat in seats]
