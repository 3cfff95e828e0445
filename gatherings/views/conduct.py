"""The page of the day: attendance, notes, agreements, actions; and its end."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gatherings import conducting
from gatherings.forms.conduct import ConductForm
from gatherings.models import Gathering
from gatherings.permissions import conducts, may_choose_action
from office.pages import CONFLICT, page
from participants.access import Request, allow
from participants.models import Person

NEARLY = timedelta(minutes=20)
OPEN = "punkt"


@allow(conducts, on=Gathering)
@require_http_methods(["GET", "POST"])
def conduct(request: Request, gathering: Gathering) -> HttpResponse:
    """One form with every field of the day; each button saves all of it and does its own thing."""
    gathering = Gathering.objects.with_surroundings().get(pk=gathering.pk)
    rows = conducting.timetable(gathering)
    form = ConductForm(
        request.POST if request.method == "POST" else None,
        participants=conducting.participants(gathering),
        items=[row["item"] for row in rows if conducting.has_notes(row["item"])],
    )
    if request.method == "GET" or not form.is_valid():
        return _page(request, gathering, form, rows)
    try:
        return _done(request, gathering, form)
    except conducting.Finished:
        return _too_late(request, gathering, form, rows)
    except conducting.TooEarly:
        messages.warning(request, _("You can end the gathering when it has started."))
    return redirect("gatherings:conduct", gathering.pk)


def _page(
    request: Request, gathering: Gathering, form: ConductForm, rows: list[dict[str, Any]]
) -> HttpResponse:
    facts = _facts(gathering, form, request.user)
    facts["programme"] = _programme(gathering, form, rows, request.GET.getlist(OPEN))
    return page(request, "gatherings/conduct.html", facts, form=form)


def _too_late(
    request: Request, gathering: Gathering, form: ConductForm, rows: list[dict[str, Any]]
) -> HttpResponse:
    """Another device sent the minutes or cancelled: what was typed stays here, to be copied."""
    gathering.refresh_from_db(fields=["state"])
    told = {
        Gathering.State.DRAFT: _("The invitation is not sent yet, so nothing is noted."),
        Gathering.State.CANCELLED: _("The gathering is cancelled, so nothing more is noted."),
    }
    sent = _("The minutes are sent. Change what happened there.")
    messages.warning(request, told.get(gathering.state, sent))
    response = _page(request, gathering, form, rows)
    response.status_code = CONFLICT
    return response


def _programme(
    gathering: Gathering, form: ConductForm, rows: list[dict[str, Any]], wanted: list[str]
) -> list[dict[str, Any]]:
    """Each point with its note, folded but for the one that is on and those whose id is wanted.

    Afterwards all stand open.
    """
    over = gathering.state == Gathering.State.HELD
    over |= gathering.has_started and not any(row["state"] == "now" for row in rows)
    for row in rows:
        fields = form.fields_of(row["item"])
        row["fields"] = fields
        refused = any(field.errors for field in fields)
        asked = str(row["item"].pk) in wanted
        row["unfolded"] = over or refused or asked or row["state"] == "now"
    return rows


def _facts(gathering: Gathering, form: ConductForm, person: Person) -> dict[str, Any]:
    here = sum(1 for each in form.participants if each.presence in ("present", "online"))
    return {
        "gathering": gathering,
        "open": conducting.may_note(gathering),
        "may_choose": may_choose_action(gathering),
        "held": gathering.state == Gathering.State.HELD,
        "may_finish": gathering.has_started and gathering.state == Gathering.State.CALLED,
        "over": gathering.ends_at is not None and gathering.ends_at - NEARLY < timezone.now(),
        "here": here,
        "expected": len(form.participants),
        "noted": any(each.presence for each in form.participants),
        "coming": any(each.presumed in ("present", "online") for each in form.participants),
        "chosen": sum(1 for each in form.participants if each.actions),
        "earlier": conducting.earlier_actions(gathering, person),
        "agreements": list(gathering.agreements.all()),
    }


def _done(request: Request, gathering: Gathering, form: ConductForm) -> HttpResponse:
    """Everything typed is saved first, whichever button was pressed."""
    by, post = request.user, request.POST
    everyone = "everyone" in post
    # What is only presumed is noted by «Save»; the other button says itself whom it marks.
    presence = form.touched if everyone else form.presence
    shared = conducting.note(gathering, by=by, presence=presence, notes=form.notes)
    for item in shared:
        told = _("Two wrote notes on «%(title)s». Both are kept.") % {"title": item.title}
        messages.warning(request, told)
    if everyone:
        marked = conducting.everyone_who_said_yes(gathering, by=by)
        words = ngettext("%(n)s is marked as here.", "%(n)s are marked as here.", marked)
        messages.success(request, words % {"n": marked})
    if form.cleaned_data["agreement"]:
        conducting.agree(gathering, form.cleaned_data["agreement"], by=by)
    if gone := _id(post.get("take_back")):
        conducting.take_back(gathering, gone, by=by)
    if "finish" in post:
        conducting.finish(gathering, by=by)
        messages.success(request, _("The gathering is held. Here is the draft of the minutes."))
        _tell_unmarked(request, gathering)
        return redirect("gatherings:minutes_edit", gathering.pk)
    if not everyone:
        messages.success(request, _("Saved."))
    back = reverse("gatherings:conduct", args=[gathering.pk])
    if shared:  # those points stand open, so that both notes are seen
        return redirect(f"{back}?{urlencode([(OPEN, item.pk) for item in shared])}")
    return redirect(f"{back}#agreed" if {"agree", "take_back"} & post.keys() else back)


def _tell_unmarked(request: Request, gathering: Gathering) -> None:
    """Who is marked neither as here nor as absent counts as not here."""
    n = sum(1 for each in conducting.participants(gathering) if not each.presence)
    if n:
        told = ngettext(
            "%(n)s is not marked and counts as not present. You can still mark who was there.",
            "%(n)s are not marked and count as not present. You can still mark who was there.",
            n,
        )
        messages.warning(request, told % {"n": n})


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
