"""Rounds: the opplegg as one page, its editor, and opening it for the groups."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from gatherings import opening
from gatherings.forms.rounds import MOST_TASKS, AssignmentRows, ItemRows, RoundForm
from gatherings.forms.rows import MOST_ITEMS, all_valid, one_more
from gatherings.models import Assignment, Gathering, Round, RoundItem
from networks.models import Season
from office import journal
from office.forms import stored
from office.pages import page
from participants.access import Request, allow
from participants.permissions import anyone, oversees, oversees_all

NEW_ROW = {
    "items": {"most": MOST_ITEMS, "kind": RoundItem.Kind.COMMON},
    "tasks": {
        "most": MOST_TASKS,
        "phase": Assignment.Phase.BEFORE,
        "kind": Assignment.Kind.WRITE,
    },
}


@allow(anyone, on=Round)
@require_GET
def round_(request: Request, round_: Round) -> HttpResponse:
    """The opplegg on one page: window, theme, aims, programme, work before and after."""
    round_ = _whole(round_)
    context = {"may_write": oversees(request.user), **_opplegg(round_)}
    context["may_open"] = oversees_all(request.user)
    theirs = Gathering.objects.visible_to(request.user).in_use().filter(round=round_)
    context["gatherings"] = theirs.select_related("group", "host").order_by("group__name")[:200]
    context["others"] = (
        Round.objects.visible_to(request.user)
        .filter(season_id=round_.season_id)
        .order_by("-number")
    )
    if context["may_open"]:
        context["without"] = opening.groups_without(round_).count() if round_.opened_at else 0
    return page(request, "gatherings/round.html", context)


def _whole(round_: Round) -> Round:
    return Round.objects.select_related("season__network__region", "season__rules").get(
        pk=round_.pk
    )


def _opplegg(round_: Round) -> dict[str, Any]:
    items, tasks = list(round_.items.all()), list(round_.assignments.all())
    by_phase = {phase: [t for t in tasks if t.phase == phase] for phase in Assignment.Phase}
    before, after = by_phase[Assignment.Phase.BEFORE], by_phase[Assignment.Phase.AFTER]
    return {
        "round": round_,
        "cross_cutting": round_.cross_cutting.all(),
        "rules": round_.season.rules,
        "items": items,
        "minutes": sum(item.minutes for item in items),
        "before": before,
        "before_minutes": sum(task.minutes for task in before),
        "after": after,
        "after_minutes": sum(task.minutes for task in after),
    }


@allow(oversees, on=Season)
@require_http_methods(["GET", "POST"])
def round_new(request: Request, season: Season) -> HttpResponse:
    """A new round of a season."""
    last = Round.objects.filter(season=season).order_by("-number").first()
    draft = Round(season=season, number=min(last.number + 1 if last else 1, 20))
    return _edit(request, draft)


@allow(oversees, on=Round)
@require_http_methods(["GET", "POST"])
def round_edit(request: Request, round_: Round) -> HttpResponse:
    """Fields, programme and assignments; after opening, groups that have not called follow."""
    return _edit(request, _whole(round_))


def _edit(request: Request, round_: Round) -> HttpResponse:
    adding = request.POST.get("add", "")
    data = request.POST or None
    if adding in NEW_ROW:
        data = one_more(request.POST, adding, **NEW_ROW[adding])
    form = RoundForm(data, instance=round_, season=round_.season)
    items = ItemRows(data, instance=round_, prefix="items")
    in_order = round_.assignments.order_by("-phase", "position")
    tasks = AssignmentRows(data, instance=round_, prefix="tasks", queryset=in_order)
    if adding in NEW_ROW:
        {"items": items, "tasks": tasks}[adding].begin_at_last()
    forms = [form, items, tasks]
    if data and not adding and all_valid(forms) and _saved(request, round_, forms):
        return redirect(round_)
    context = {
        "form": form,
        "items": items,
        "tasks": tasks,
        "sets": [items, tasks],
        "round": round_,
        "season": round_.season,
        "rules": round_.season.rules,
        "is_new": round_._state.adding,
        "drafts": _drafts(round_),
    }
    return page(request, "gatherings/round_edit.html", context, form=None if adding else forms)


def _drafts(round_: Round) -> int:
    return Gathering.objects.filter(round_id=round_.pk, state=Gathering.State.DRAFT).count()


def _saved(request: Request, round_: Round, forms: list[Any]) -> bool:
    """Save fields and rows; False, and told on the form, when somebody was faster."""
    if not stored(forms[0], _save, request, round_, forms):
        return False
    messages.success(request, _("The opplegg is saved."))
    return True


def _save(request: Request, round_: Round, forms: list[Any]) -> bool:
    form, *rows = forms
    if not _still_ours(round_, form):
        return False
    before = {} if round_._state.adding else opening.opplegg_of(round_)
    form.save()
    for each in rows:
        for row in each.ordered():
            row.round = round_
            row.save()
        for row in each.removed():
            row.delete()
    if round_.opened_at:
        opening.hand_on(round_, before)
    journal.record(by=request.user, did="round.edited", on=round_)
    return True


def _still_ours(round_: Round, form: RoundForm) -> bool:
    """Whether nobody saved since the form was shown; takes over what others may have changed."""
    if round_._state.adding:
        return True
    current = Round.objects.select_for_update().get(pk=round_.pk)
    if form.cleaned_data["version"] not in (None, current.version):
        form.tell_overtaken(current.version)
        return False
    round_.opened_at, round_.version = current.opened_at, current.version + 1
    return True


@allow(oversees_all, on=Round)
@require_http_methods(["GET", "POST"])
def round_open(request: Request, round_: Round) -> HttpResponse:
    """What follows from opening, and the button that does it; again for groups that came later."""
    round_ = _whole(round_)
    if request.method == "POST":
        n = opening.open_round(round_, by=request.user)
        told = ngettext("%(n)s group has got it.", "%(n)s groups have got it.", n) % {"n": n}
        messages.success(request, _("The opplegg is open.") + " " + told)
        return redirect(round_)
    groups = list(opening.groups_without(round_).select_related("municipality"))
    led = opening.leaders(round_).filter(group__in=groups).select_related("person")
    leaders = {seat.group_id: seat.person for seat in led}
    context = {
        **_opplegg(round_),
        "groups": [{"group": g, "leader": leaders.get(g.pk)} for g in groups],
        "letters": sum(1 for person in leaders.values() if person.email),
    }
    return page(request, "gatherings/round_open.html", context)
