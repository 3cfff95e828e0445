"""Municipalities and institutions: lists, and one form each."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from office.pages import page, posted
from participants import keeping
from participants.access import Request, allow
from participants.filters import InstitutionFilter
from participants.forms.places import InstitutionForm, MunicipalityForm
from participants.models import Institution, Municipality, Position
from participants.permissions import is_admin

PER_PAGE = 50


@allow(is_admin)
@require_safe
def municipalities(request: Request) -> HttpResponse:
    """All municipalities with their counts."""
    found = Municipality.objects.visible_to(request.user).annotate(
        places=Count("institutions", filter=Q(institutions__is_active=True))
    )
    facts = {"municipalities": found.order_by("name")}
    return render(request, "participants/municipalities.html", facts)


@allow(is_admin)
def municipality_new(request: Request) -> HttpResponse:
    """Register a municipality by hand."""
    return _municipality(request, Municipality())


@allow(is_admin, on=Municipality)
def municipality(request: Request, municipality: Municipality) -> HttpResponse:
    """Correct a municipality."""
    return _municipality(request, municipality)


def _municipality(request: Request, municipality: Municipality) -> HttpResponse:
    name = municipality.name
    form = MunicipalityForm(posted(request), instance=municipality, by=request.user)
    if form.is_valid() and keeping.keep(form, by=request.user):
        messages.success(request, _("%(name)s is saved.") % {"name": municipality.name})
        return redirect("participants:municipalities")
    return page(request, "participants/municipality.html", {"name": name}, form=form)


@allow(is_admin)
@require_safe
def institutions(request: Request) -> HttpResponse:
    """Institutions, searched and filtered."""
    every = Institution.objects.visible_to(request.user).select_related("municipality", "owner")
    found = InstitutionFilter(request.GET, queryset=every, request=request)
    shown = Paginator(found.qs.order_by("name"), PER_PAGE).get_page(request.GET.get("page"))
    working = working_at([place.pk for place in shown])
    for place in shown:
        place.working = working.get(place.pk, 0)
    facts = {"filter": found, "institutions": shown, "narrowed": any(request.GET.values())}
    return render(request, "participants/institutions.html", facts)


def working_at(institutions: list[UUID]) -> dict[UUID, int]:
    """How many people in use work at each of these today: of one page, not of the whole list."""
    held = Position.objects.in_force().filter(institution__in=institutions, person__is_active=True)
    rows = held.order_by().values_list("institution").annotate(n=Count("person", distinct=True))
    return dict(rows)


@allow(is_admin)
def institution_new(request: Request) -> HttpResponse:
    """Register an institution by hand."""
    form = InstitutionForm(posted(request), instance=Institution(), by=request.user)
    if form.is_valid() and keeping.keep(form, by=request.user):
        messages.success(request, _("%(name)s is saved.") % {"name": form.instance.name})
        return redirect("participants:institution", pk=form.instance.pk)
    return page(request, "participants/institution.html", {"name": ""}, form=form)


@allow(is_admin, on=Institution)
def institution(request: Request, institution: Institution) -> HttpResponse:
    """One institution: its fields, and who works there."""
    name = institution.name
    form = InstitutionForm(posted(request), instance=institution, by=request.user)
    if form.is_valid() and keeping.keep(form, by=request.user):
        messages.success(request, _("%(name)s is saved.") % {"name": institution.name})
        return redirect("participants:institution", pk=institution.pk)
    staff = institution.positions.in_force().filter(person__is_active=True)
    facts = {
        "name": name,
        "institution": institution,
        "staff": staff.select_related("person").order_by("kind", "person__last_name"),
    }
    return page(request, "participants/institution.html", facts, form=form)
