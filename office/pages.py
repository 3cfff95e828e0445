"""Show a page; say with the status code whether a form on it was refused. Show a finished PDF."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import content_disposition_header

from office.models import Document

CONFLICT, UNPROCESSABLE = 409, 422


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
