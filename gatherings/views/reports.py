"""The season's report: list, page, PDF. Counts and what people write for it, never a text (P2)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gatherings import conflicts, reporting
from gatherings.forms.reports import BeginForm, ReportForm
from gatherings.models import Report
from networks.models import Season
from office import documents
from office.models import Document
from office.pages import CONFLICT, page, pdf_response, pdf_wait
from participants.access import Request, allow
from participants.permissions import oversees, oversees_all

REPORTS_A_PAGE = 50
GROUPS_A_PAGE = 40


@allow(oversees)
@require_http_methods(["GET", "POST"])
def index(request: Request) -> HttpResponse:
    """All reports; POST begins the one of a season."""
    seasons, form = Season.objects.visible_to(request.user), None
    if request.method == "POST":
        form = BeginForm(request.POST, person=request.user)
        if form.is_valid():
            begun = reporting.begin(form.cleaned_data["season"], by=request.user)
            return redirect("gatherings:report", pk=begun.pk)
    seasons = seasons.select_related("network", "report").order_by("-starts_on", "network__name")
    shown = Paginator(seasons, REPORTS_A_PAGE).get_page(request.GET.get("page"))
    return page(request, "gatherings/reports.html", {"seasons": shown}, form=form)


@allow(oversees, on=Report)
@require_http_methods(["GET", "POST"])
def report(request: Request, report: Report) -> HttpResponse:
    """The report itself, figures filled in; its texts are written here until it is approved.

    To approve and to print speak for the whole network: for those who oversee all of it.
    """
    if {"approve", "pdf"} & request.POST.keys() and not oversees_all(request.user):
        raise PermissionDenied(oversees_all(request.user).why)
    typed = request.POST if request.method == "POST" else None
    form = ReportForm(typed, instance=report) if _is_draft(report) else None
    if request.method == "POST":
        if form is None:
            return _after_approval(request, report)
        if form.is_valid():
            return _saved(request, report, form)
    return _page(request, report, form)


def _after_approval(request: Request, report: Report) -> HttpResponse:
    """An approved report can be printed again; what somebody wrote too late is shown, not kept."""
    if "pdf" in request.POST:
        reporting.order_pdf(report)  # the page says that it is being made
        return redirect("gatherings:report", pk=report.pk)
    late = conflicts.too_late(ReportForm(request.POST, instance=report), report)
    response = _page(request, report, None, late=late)
    response.status_code = CONFLICT
    return response


def _page(request: Request, report: Report, form: ReportForm | None, **more: Any) -> HttpResponse:
    numbers = reporting.current_figures(report)
    rows = reporting.rows_for(request.user, report, numbers)
    document = _pdf(report, numbers)
    context = {
        "report": report,
        "figures": numbers,
        "figures_on": date.fromisoformat(numbers["figures_on"]),
        "groups": Paginator(rows, GROUPS_A_PAGE).get_page(request.GET.get("page")),
        "oversees_all": oversees_all(request.user),
        "pdf": document,
        "outdated": document is None and reporting.has_older_pdf(report, numbers),
        **more,
    }
    return page(request, "gatherings/report.html", context, form=form)


def _saved(request: Request, report: Report, form: ReportForm) -> HttpResponse:
    """The texts are kept, unless somebody else was first: then both are shown, or it is told."""
    try:
        return _save(request, report, form)
    except conflicts.Conflict as conflict:
        again, others = conflicts.both(form, conflict.current)
        response = _page(request, conflict.current, again, others=others)
        response.status_code = CONFLICT
        return response
    except reporting.AlreadyApproved:
        return _after_approval(request, Report.objects.visible_to(request.user).get(pk=report.pk))


def _save(request: Request, report: Report, form: ReportForm) -> HttpResponse:
    """Keep the texts; then approve or print, as the pressed button says."""
    version = form.cleaned_data["version"] or 0
    report = reporting.write(report, form.texts, version=version, by=request.user)
    if "approve" in request.POST:
        reporting.approve(report, by=request.user)
        messages.success(request, _("The report is approved. Its figures stay as they are now."))
    else:
        if "pdf" in request.POST:
            reporting.order_pdf(report)  # the page says that it is being made
        messages.success(request, _("The report is saved."))
    return redirect("gatherings:report", pk=report.pk)


@allow(oversees_all, on=Report)
@require_GET
def pdf(request: Request, report: Report) -> HttpResponse:
    """The PDF of the report as it stands; the page again while there is none."""
    document = _pdf(report, reporting.current_figures(report))
    if request.htmx:
        again = reverse("gatherings:report", args=[report.pk])
        return pdf_wait(request, document, again=again)
    if document is None or document.state != Document.State.READY:
        messages.info(request, _("The PDF is not made yet. Press «Make PDF» below."))
        return redirect("gatherings:report", pk=report.pk)
    return pdf_response(document)


def _pdf(report: Report, numbers: dict[str, Any]) -> Document | None:
    facts = reporting.pdf_facts(report, numbers)
    return documents.find("pdf/report.html", facts, language=reporting.language_of(report))


def _is_draft(report: Report) -> bool:
    return report.state == Report.State.DRAFT
