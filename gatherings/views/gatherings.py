"""The list of gatherings, the page of one, and its programme as PDF."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from gatherings import documents
from gatherings.filters import GatheringFilter
from gatherings.hub import Hub
from gatherings.models import Attendance, Gathering
from gatherings.permissions import seats_of
from office.models import Document
from office.pages import page, pdf_response, pdf_wait
from participants.access import Request, allow
from participants.permissions import anyone

ROWS_A_PAGE = 50


@allow(anyone)
@require_GET
def index(request: Request) -> HttpResponse:
    """Gatherings one may see, those to come first."""
    mine = Attendance.objects.filter(person=request.user)
    theirs = (
        Gathering.objects.visible_to(request.user)
        .select_related("round", "group", "host")
        .prefetch_related(Prefetch("attendances", queryset=mine, to_attr="mine"))
    )
    chosen = GatheringFilter(request.GET or {"vis": ""}, queryset=theirs, person=request.user)
    rows = Paginator(chosen.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "rows": rows,
        "by_group": not seats_of(request.user),
        "filtered": any(request.GET.get(name) for name in chosen.filters),
        "shown": request.GET.get("vis", ""),
    }
    return page(request, "gatherings/index.html", context)


@allow(anyone, on=Gathering)
@require_GET
def gathering(request: Request, gathering: Gathering) -> HttpResponse:
    """One gathering: where it stands, when and where, what comes before and after."""
    gathering = Gathering.objects.with_surroundings().get(pk=gathering.pk)
    hub = Hub(gathering, request.user)
    return page(request, "gatherings/gathering.html", hub.context())


@allow(anyone, on=Gathering)
@require_http_methods(["GET", "POST"])
def programme_pdf(request: Request, gathering: Gathering) -> HttpResponse:
    """The programme as it is now; a page with a button while it is not made."""
    gathering = Gathering.objects.with_surroundings().get(pk=gathering.pk)
    if not gathering.starts_at:
        return _no_programme(request, gathering, None)
    if request.method == "POST":
        documents.order_and_wake(gathering)
        return redirect("gatherings:programme_pdf", gathering.pk)
    document = documents.find_programme(gathering)
    if request.htmx:
        return pdf_wait(request, document, again=request.path)
    if document is None or document.state != Document.State.READY:
        return _no_programme(request, gathering, document)
    return pdf_response(document)


def _no_programme(request: Request, gathering: Gathering, document: Document | None):
    older = bool(gathering.starts_at) and documents.has_older_programme(gathering)
    context = {"gathering": gathering, "document": document, "older": older}
    return page(request, "gatherings/_programme_missing.html", context)
