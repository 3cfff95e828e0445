"""Planning, calling, following up, moving and cancelling: what the process leader does."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatherings import follow_up as following
from gatherings import letters, lifecycle, opening, planning
from gatherings.forms.planning import CancelForm, MoveForm, PlanForm, ProgrammeRows
from gatherings.forms.rows import all_valid, one_more, without_gone
from gatherings.models import Gathering
from gatherings.permissions import may_change_time, may_lead, may_plan
from office.pages import CONFLICT, page
from participants.access import Request, allow


def _whole(gathering: Gathering) -> Gathering:
    return Gathering.objects.with_surroundings().get(pk=gathering.pk)


@allow(may_plan, on=Gathering)
@require_http_methods(["GET", "POST"])
def plan(request: Request, gathering: Gathering) -> HttpResponse:
    """Look over the gathering and change it: planning page and check page in one (A4)."""
    gathering = _whole(gathering)
    form, rows = _plan_forms(request, gathering)
    if not form.is_bound or "add" in request.POST:
        return _plan_page(request, gathering, form, rows)
    valid, version = all_valid([form, rows]), form.cleaned_data.get("version")
    if not valid and version in (None, gathering.version):
        return _plan_page(request, gathering, form, rows)
    if not valid:  # perhaps for a row that is there no more: of the change one is told first
        return _plan_conflict(request, gathering)
    try:
        planning.save(gathering, form.facts(), rows, version=version, by=request.user)
    except planning.Conflict:
        return _plan_conflict(request, gathering)
    return redirect(f"gatherings:{'invite' if form.to_send else 'gathering'}", gathering.pk)


def _plan_forms(request: Request, gathering: Gathering) -> tuple[PlanForm, Any]:
    if "add" not in request.POST:
        return _forms_of(gathering, request.POST or None)
    form, rows = _forms_of(gathering, one_more(request.POST, "items"))
    rows.begin_at_last()
    return form, rows


def _forms_of(gathering: Gathering, data: Any) -> tuple[PlanForm, Any]:
    rows = ProgrammeRows(data, instance=gathering, prefix="items", queryset=_items(gathering))
    return PlanForm(data, gathering=gathering), rows


def _items(gathering: Gathering) -> Any:
    return gathering.items.select_related("source").order_by("position", "pk")


def _plan_page(request: Request, gathering, form, rows, **more) -> HttpResponse:
    adding = "add" in request.POST
    items = list(rows.get_queryset())
    rules = gathering.group.season.rules
    context = {
        "gathering": gathering,
        "form": form,
        "rows": rows,
        "rows_list": [rows],
        "open_rows": adding or (rows.is_bound and not rows.is_valid()),
        "length": _length(gathering) or rules.gathering_minutes,
        "minutes": rows.minutes,
        "differs": planning.differences(gathering, items),
        "warnings": planning.warnings(gathering, form.people),
        "tasks": gathering.round.tasks_before,
        "people": form.people,
        "window": gathering.round,
        **more,
    }
    if adding:
        # The typed values stay; nothing is judged before something is saved.
        return page(request, "gatherings/plan.html", context)
    return page(request, "gatherings/plan.html", context, form=[form, rows])


def _plan_conflict(request: Request, gathering: Gathering) -> HttpResponse:
    """Both versions, and a form that saves the typed one if one presses again.

    The form is made for the gathering as it is now. Called meanwhile, it has no fields of time and
    place any more; what was typed in them is shown all the same.
    """
    theirs = _whole(gathering)
    typed = PlanForm(request.POST, gathering=theirs, every_field=True)
    pairs = [
        (field, typed[name].value(), typed.initial.get(name))
        for name, field in typed.fields.items()
        if name in request.POST and name != "version"
    ]
    conflict = [
        {"label": field.label, "yours": yours, "theirs": _told(field, stored)}
        for field, yours, stored in pairs
        if str(yours or "") != _plain(field, stored)
    ]
    items = list(_items(theirs))
    data = without_gone(request.POST, "items", [item.pk for item in items])
    data["version"] = str(theirs.version)
    form, rows = _forms_of(theirs, data)
    yours = _lines((row["title"].value(), row["minutes"].value()) for row in rows.forms)
    stored = _lines((item.title, item.minutes) for item in items)
    if yours != stored or not conflict:
        conflict.append({"label": _("Programme"), "yours": yours, "theirs": stored})
    response = _plan_page(request, theirs, form, rows, conflict=conflict)
    response.status_code = CONFLICT
    return response


def _plain(field: Any, value: Any) -> str:
    shown = field.widget.format_value(getattr(value, "pk", value))
    return "" if shown in (None, []) else str(shown[0] if isinstance(shown, list) else shown)


def _told(field: Any, value: Any) -> str:
    return str(value) if hasattr(value, "pk") else _plain(field, value)


def _lines(points: Any) -> str:
    """Titles and minutes, for the comparison of two programmes."""
    length = _("%(minutes)s min")
    return ", ".join(f"{title} ({length % {'minutes': n}})" for title, n in points if title)


def _length(gathering: Gathering) -> int:
    if not gathering.starts_at:
        return 0
    return round((gathering.ends_at - gathering.starts_at).total_seconds() / 60)


@allow(may_plan, on=Gathering)
@require_http_methods(["GET", "POST"])
def invite(request: Request, gathering: Gathering) -> HttpResponse:
    """The letter as it will be read, who gets it, and the button that sends it (A5)."""
    gathering = _whole(gathering)
    if request.method == "POST":
        try:
            sent = lifecycle.call(gathering, by=request.user)
        except lifecycle.NotReady as problem:
            return _invite_page(request, gathering, problem.args[0], status=422)
        except lifecycle.Settled:
            told = _("The gathering is over or cancelled and can no longer be planned.")
            messages.warning(request, told)
            return redirect(gathering)
        _tell_sent(request, sent)
        return redirect(gathering)
    return _invite_page(request, gathering, following.missing(gathering))


def _tell_sent(request: Request, sent: int) -> None:
    """Where there are seconds to undo in, the gathering's page says how many letters leave."""
    if sent and not settings.UNDO_SECONDS:
        told = ngettext("%(n)s invitation goes out.", "%(n)s invitations go out.", sent)
        messages.success(request, told % {"n": sent})


def _invite_page(request: Request, gathering, missing, status: int = 200) -> HttpResponse:
    context = following.invitation(gathering)
    told = planning.warnings(gathering, planning.seats(gathering))
    warnings = [*told, planning.overrun(gathering)]
    context |= {"missing": missing, "warnings": filter(None, warnings)}
    context["has_errors"] = status != 200
    response = page(request, "gatherings/invite.html", context)
    response.status_code = status
    return response


@allow(may_lead, on=Gathering)
@require_POST
def undo(request: Request, gathering: Gathering) -> HttpResponse:
    """Stop what has not left the house."""
    try:
        undone = lifecycle.undo(gathering, by=request.user)
    except (lifecycle.Settled, opening.InUse):
        messages.warning(request, _("There is nothing to undo."))
        return redirect(gathering)
    if undone.reached:
        names = ", ".join(person.name for person in undone.reached)
        told = _("The rest is stopped. These have got the letter: %(names)s.") % {"names": names}
        messages.warning(request, told)
    else:
        messages.success(request, _("Undone. No letter was sent."))
    return redirect(gathering)


@allow(may_lead, on=Gathering)
@require_GET
def follow_up(request: Request, gathering: Gathering) -> HttpResponse:
    """Who has answered, who has delivered, and whether the letters arrived (A6)."""
    gathering = _whole(gathering)
    context = {
        "gathering": gathering,
        "may_change": may_change_time(request.user, gathering),
        **following.answers(gathering),
    }
    return page(request, "gatherings/follow_up.html", context)


@allow(may_change_time, on=Gathering)
@require_http_methods(["GET", "POST"])
def move(request: Request, gathering: Gathering) -> HttpResponse:
    """A new time or place, with a letter to everybody (A11)."""
    gathering = _whole(gathering)
    form = MoveForm(request.POST or None, gathering=gathering)
    if request.method == "POST" and form.is_valid():
        try:
            sent = _move(gathering, form, request.user)
        except (planning.Conflict, lifecycle.Settled):
            return _move_conflict(request, gathering, form)
        told = ngettext("%(n)s letter goes out.", "%(n)s letters go out.", sent) % {"n": sent}
        messages.success(request, _("The gathering is moved.") + " " + told)
        if overrun := planning.overrun(_whole(gathering)):
            messages.warning(request, overrun)
        return redirect(gathering)
    return page(request, "gatherings/move.html", {"gathering": gathering}, form=form)


def _move(gathering: Gathering, form: MoveForm, by: Any) -> int:
    facts = form.cleaned_data
    return lifecycle.move(
        gathering,
        form.facts(),
        message=facts["message"],
        ask_again=facts["ask_again"],
        version=facts["version"],
        by=by,
    )


def _move_conflict(request: Request, gathering: Gathering, form: MoveForm) -> HttpResponse:
    """What was typed, and the gathering as it is now; perhaps it can no longer be moved."""
    theirs = _whole(gathering)
    form.data = form.data.copy()
    form.data["version"] = str(theirs.version)
    too_late = getattr(may_change_time(request.user, theirs), "why", "")
    context = {"gathering": theirs, "conflict": True, "too_late": too_late}
    response = page(request, "gatherings/move.html", context, form=form)
    response.status_code = CONFLICT
    return response


@allow(may_lead, on=Gathering)
@require_http_methods(["GET", "POST"])
def cancel(request: Request, gathering: Gathering) -> HttpResponse:
    """What follows from cancelling, and the button that does it."""
    gathering = _whole(gathering)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _cancelled(request, gathering, form.cleaned_data["message"])
    if not may_change_time(request.user, gathering):
        messages.warning(request, may_change_time(request.user, gathering).why)
        return redirect(gathering)
    context = {"gathering": gathering, "reached": len(letters.reached(gathering))}
    return page(request, "gatherings/cancel.html", context, form=form)


def _cancelled(request: Request, gathering: Gathering, message: str) -> HttpResponse:
    try:
        lifecycle.cancel(gathering, message=message, by=request.user)
    except lifecycle.Settled:
        messages.warning(request, _("Only a gathering that is called and ahead can be cancelled."))
        return redirect(gathering)
    return redirect(gathering)  # its page says that it is cancelled, and leads to a new draft
