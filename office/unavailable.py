"""When the database is busy or away for a moment: 503, and what was typed stays."""

import sqlite3

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

UNAVAILABLE, AGAIN_IN_SECONDS = 503, 10
# PostgreSQL's classes of trouble that passes: connection lost, rolled back to let another on
# (deadlock), out of connections, object in use (lock timeout), stopped by its administrator.
PASSING = ("08", "40", "53", "55", "57")
SQLITE_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def will_pass(problem: BaseException | None) -> bool:
    """Whether the same request may well succeed when it is sent again in a moment."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    cause = problem.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in SQLITE_PASSING
    # A connection that could not be made, or broke in the middle of an answer, has no code.
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(PASSING)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: nothing was saved; what was typed comes back, to be sent once more in a moment."""
    spoken = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(spoken):
        response = _answer(request)
    response.headers["Retry-After"] = str(AGAIN_IN_SECONDS)
    # The page holds what she wrote, and who is logged in may be unknown to who sets this else.
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    """As the asker reads: JSON for autosave, a note for a part of a page, else a page."""
    sentence = _("Takt is busy, and what you sent was not saved. Send it again in a moment.")
    if not request.accepts("text/html"):
        return JsonResponse({"message": sentence}, status=UNAVAILABLE)
    if request.headers.get("HX-Request"):
        note = render_to_string("ui/note.html", {"tone": "danger", "text": sentence})
        # The page keeps its form; only its live region says what happened.
        headers = {"HX-Retarget": ".said", "HX-Reswap": "innerHTML"}
        return HttpResponse(note, status=UNAVAILABLE, headers=headers)
    sent = request.method == "POST"
    facts = {
        "sent": sent,
        "typed": typed(request) if sent else [],
        "ours": sent and came_from_us(request),
        "address": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    return HttpResponse(render_to_string("503.html", facts), status=UNAVAILABLE)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values of the form that was sent, as far as it can be read."""
    try:
        pairs = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    except (OSError, SuspiciousOperation, MultiPartParserError):
        return []
    return [(name, value) for name, value in pairs if name != "csrfmiddlewaretoken"]


class _Origin(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason)


def came_from_us(request: HttpRequest) -> bool:
    """Whether a form came from a page of ours; the request may have failed before that was seen."""
    return _Origin(HttpResponse).process_view(request, None, (), {}) is None
