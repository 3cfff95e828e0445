"""Minutes: write, look over, send, approve; read as page and as PDF."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatherings import conflicts, minute_facts, planning
from gatherings import minutes as process
from gatherings.forms.minutes import MinutesForm
from gatherings.models import Gathering, Minutes
from gatherings.permissions import conducts, is_member, may_lead, minutes_part, takes_part
from office import mail
from office.models import Document
from office.pages import CONFLICT, page, pdf_response, pdf_wait
from participants.access import Request, allow
from participants.permissions import anyone


@allow(anyone)
@require_GET
def minutes(request: Request, pk: UUID) -> HttpResponse:
    """The minutes as a page, the accessible original; each sees the part that is hers."""
    found = _visible(request, pk)
    return _not_yet(request, pk) if found is None else _shown(request, found)


def _shown(request: Request, found: Minutes, late: conflicts.Texts | None = None) -> HttpResponse:
    """The page; `late` is what somebody wrote after the approval, shown with 409 and not kept."""
    part = minutes_part(request.user, found)
    leads = bool(may_lead(request.user, found.gathering))
    asked = bool(is_member(request.user, found.gathering)) and found.state == Minutes.State.SENT
    has_read = asked and bool(process.has_read(request.user, [found]))
    context = {
        "gathering": found.gathering,
        "minutes": found,
        "facts": readable(minute_facts.of(found, part)),
        "whole": part == minute_facts.GROUP,
        "leader": planning.leader_of(found.gathering),
        "in_group": bool(takes_part(request.user, found.gathering)),
        "may_tick": asked and not has_read,
        "has_read": has_read,
        "may_approve": leads and found.state == Minutes.State.SENT,
        "may_edit": leads and found.state != Minutes.State.APPROVED,
        "late": late,
    }
    status = 200 if late is None else CONFLICT
    return render(request, "gatherings/minutes.html", context, status=status)


@allow(may_lead, on=Gathering)
@require_http_methods(["GET", "POST"])
def minutes_edit(request: Request, gathering: Gathering) -> HttpResponse:
    """Four texts; two who write at once see both."""
    found = process.surrounded(get_object_or_404(Minutes, gathering=gathering))
    if found.state == Minutes.State.APPROVED:
        return _after_approval(request, found)
    facts = minute_facts.both(found)[minute_facts.GROUP]
    was_sent = found.state == Minutes.State.SENT
    form = MinutesForm(request.POST if request.method == "POST" else None, instance=found)
    context = {
        "gathering": found.gathering,
        "facts": readable(facts),
        "was_sent": was_sent,
        "conducts": conducts(request.user, gathering),
    }
    if request.method == "GET" or not form.is_valid():
        return page(request, "gatherings/minutes_edit.html", context, form=form)
    try:
        version = form.cleaned_data["version"] or 0
        process.write(found, form.texts, version=version, by=request.user)
    except conflicts.Conflict as conflict:
        context["form"], context["others"] = conflicts.both(form, conflict.current)
        return render(request, "gatherings/minutes_edit.html", context, status=CONFLICT)
    except process.Settled:
        return _after_approval(request, process.surrounded(found))
    messages.success(request, _("Saved."))
    return redirect(
        f"gatherings:minutes_{'send' if 'send' in request.POST else 'edit'}", gathering.pk
    )


def _after_approval(request: Request, found: Minutes) -> HttpResponse:
    """Nobody changes approved minutes; what was typed before she knew is not lost."""
    if request.method == "GET":
        return redirect("gatherings:minutes", found.gathering_id)
    form = MinutesForm(request.POST, instance=found)
    return _shown(request, found, late=conflicts.too_late(form, found))


@allow(may_lead, on=Gathering)
@require_http_methods(["GET", "POST"])
def minutes_send(request: Request, gathering: Gathering) -> HttpResponse:
    """Who gets what, and when silence approves; then send."""
    found = process.surrounded(get_object_or_404(Minutes, gathering=gathering))
    if found.state != Minutes.State.DRAFT:
        return redirect("gatherings:minutes", gathering.pk)
    if request.method == "GET":
        context = {"gathering": found.gathering, "minutes": found, **_receivers(found)}
        return render(request, "gatherings/minutes_send.html", context)
    posted = process.send(found, by=request.user)
    words = ngettext("Sent to %(n)s person.", "Sent to %(n)s people.", posted)
    messages.success(request, words % {"n": posted})
    return redirect("gatherings:minutes", gathering.pk)


@allow(may_lead, on=Gathering)
@require_POST
def minutes_approve(request: Request, gathering: Gathering) -> HttpResponse:
    """Approve now, on behalf of the group."""
    found = get_object_or_404(Minutes, gathering=gathering)
    try:
        process.approve(found, by=request.user)
    except process.Settled:
        messages.warning(request, _("Send the minutes to the group before you approve them."))
        return redirect("gatherings:minutes_edit", gathering.pk)
    messages.success(request, _("The minutes are approved and on their way."))
    return redirect("gatherings:minutes", gathering.pk)


@allow(takes_part, on=Gathering)
@require_POST
def minutes_read(request: Request, gathering: Gathering) -> HttpResponse:
    """She has read them: they wait for her no more. Silence approves all the same."""
    theirs = Minutes.objects.visible_to(request.user)
    found = get_object_or_404(theirs.select_related("gathering__round"), gathering=gathering)
    if not process.mark_read(found, by=request.user):
        return redirect("gatherings:minutes", gathering.pk)
    title = _("Minutes of gathering %(number)s") % {"number": found.gathering.round.number}
    messages.success(request, _("Marked as read: %(title)s") % {"title": title})
    return redirect("gatherings:my_page")


@allow(anyone)
@require_http_methods(["GET", "POST"])
def minutes_pdf(request: Request, pk: UUID) -> HttpResponse:
    """The PDF of the viewer's part; one that is not made yet is ordered by POST."""
    found = _visible(request, pk)
    if found is None:
        return _not_yet(request, pk)
    part = minutes_part(request.user, found)
    if request.method == "POST":
        process.order_pdf(found, part)
        mail.wake()
        return redirect("gatherings:minutes_pdf", pk)
    document = process.find_pdf(found, part)
    if request.htmx:
        return pdf_wait(request, document, again=request.path)
    if document and document.state == Document.State.READY:
        return pdf_response(document)
    context = {"gathering": found.gathering, "document": document}
    return render(request, "gatherings/minutes_pdf.html", context)


# --- pieces of the above ------------------------------------------------------------------------


def readable(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of a document for a page: ISO texts in `_at` and `_on` become moments and days."""
    return {name: _read(name, value) for name, value in facts.items()}


def _read(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return readable(value)
    if isinstance(value, list):
        return [_read("", each) for each in value]
    if isinstance(value, str) and name.endswith("_at"):
        return timezone.localtime(parse_datetime(value))
    if isinstance(value, str) and name.endswith("_on"):
        return parse_date(value)
    return value


def _visible(request: Request, gathering_id: UUID) -> Minutes | None:
    theirs = Minutes.objects.visible_to(request.user).filter(gathering=gathering_id)
    return process.with_surroundings(theirs).first()


def _not_yet(request: Request, gathering_id: UUID) -> HttpResponse:
    """For those of the group: when the minutes come. For others who know of it: no, and why."""
    theirs = Gathering.objects.visible_to(request.user).with_surroundings()
    gathering = get_object_or_404(theirs, pk=gathering_id)
    if not takes_part(request.user, gathering):
        raise PermissionDenied(_("The minutes open when the group has approved them."))
    return render(request, "gatherings/minutes_none.html", {"gathering": gathering})


def _receivers(found: Minutes) -> dict[str, Any]:
    """The preview per audience (P6)."""
    facts = minute_facts.both(found)
    seats = found.gathering.group.memberships.in_force().members().select_related("person")
    members = [seat.person for seat in seats]
    rules = found.gathering.group.season.rules
    to_managers = rules.distribution == rules.Distribution.LEADERS
    return {
        "members": members,
        "managers": sorted(process.managers(members), key=str) if to_managers else [],
        "approval_day": process.approval_day(found),
        "whole": readable(facts[minute_facts.GROUP]),
        "open": readable(facts[minute_facts.OPEN]),
        "kept": len(facts[minute_facts.GROUP]["actions"])
        - len(facts[minute_facts.OPEN]["actions"]),
    }
