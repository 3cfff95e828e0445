"""Show a page; say with the status code whether a form on it was refused. Show a finished PDF."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from office.models import Document

CONFLICT, UNPROCESSABLE = 409, 422
PATIENCE = 120  # seconds a page asks for a PDF by itself


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed, for a form that shows itself empty when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def page(request: HttpRequest, template: str, context: dict | None = None, form=None):
    """Render the template: 200, or 422 when a bound form has errors.

    `form` is a form, a formset or a list of them. A single one is also put in the context as
    `form`. `has_errors` lets base.html write «Feil: » first in the title (ux.md 7, row 9).
    """
    several = isinstance(form, list | tuple)
    forms = form if several else [] if form is None else [form]
    refused = any(each.is_bound and not each.is_valid() for each in forms)
    facts = {"has_errors": refused, **(context or {})}
    if forms and not several:
        facts.setdefault("form", form)
    status = UNPROCESSABLE if refused else 200
    response: HttpResponse = render(request, template, facts, status=status)
    return response


def pdf_response(document: Document) -> HttpResponse:
    """A document that is made, opened in the browser under its name, whatever letters it has."""
    response = HttpResponse(bytes(document.pdf), content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, document.filename)
    return response


def pdf_wait(request: HttpRequest, document: Document | None, *, again: str) -> HttpResponse:
    """What a page that waits for a PDF is told when it asks (ui/pdf_wait.html, by htmx).

    Nothing (204) while the PDF is made, so that a screen reader is left in peace; then how it went.
    `fra` says since when it has asked: it stops after two minutes, and a link to `again` is left.
    """
    waits = document is not None and document.state == Document.State.WAITING
    since = request.GET.get("fra", "")
    began = int(since) if since.isascii() and since.isdigit() and len(since) < 12 else 0
    if waits and 0 <= timezone.now().timestamp() - began < PATIENCE:
        return HttpResponse(status=204)
    context = {"document": document, "address": request.path, "again": again, "tired": waits}
    return render(request, "ui/pdf_wait.html", context)
