"""The page behind the link in an invitation: shows at GET, answers at POST, needs no login.

Referrer-Policy is strict-origin, not no-referrer: nobody is told the address with its token, and
the browser still says where a POST comes from («Origin: null» would fail the check of it).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from gatherings import answering, calendar, planning
from gatherings.forms.answers import LABELS, WORDS, AnswerForm
from gatherings.models import Attendance, Gathering
from office.pages import page
from participants.access import public

TOO_LATE = 409


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep the page and its address out of caches, referrers and search machines."""

    @wraps(view)
    def kept(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept


@public("The link in the invitation answers for one person; it shows no text anybody wrote.")
@private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Are you coming? Yes, no, digitally; then the receipt."""
    attendance = answering.find(token)
    if attendance is None:
        return _gone(request)
    with translation.override(_language(request, attendance)):
        if request.method == "POST":
            return _answered(request, attendance, token)
        return _shown(request, attendance, token)


def _gone(request: HttpRequest) -> HttpResponse:
    response = page(request, "gatherings/answer_gone.html")
    response.status_code = 404
    return response


def _language(request: HttpRequest, attendance: Attendance) -> str:
    """Her own language, unless somebody is logged in and reads in another."""
    if request.user.is_authenticated:
        return translation.get_language()
    return attendance.person.speaks


def _answered(request: HttpRequest, attendance: Attendance, token: str) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, attendance, token, form=form)
    try:
        answering.answer(attendance, **form.answer(), by=attendance.person)
    except answering.Changed:
        return _shown(request, answering.find(token), token, moved=True)
    except answering.Closed:
        return _shown(request, answering.find(token), token, status=TOO_LATE)
    except Attendance.DoesNotExist:
        return _gone(request)
    if "fra_samlingen" in request.POST and request.user == attendance.person:
        return redirect(attendance.gathering)
    return redirect("gatherings:answer", token)


def _shown(
    request: HttpRequest,
    attendance: Attendance,
    token: str,
    *,
    form: AnswerForm | None = None,
    moved: bool = False,
    status: int = 200,
) -> HttpResponse:
    chosen = request.GET.get("svar", "")
    gathering = attendance.gathering
    answered = bool(attendance.answer) and not moved and form is None
    asks = (
        not answered or "endre" in request.GET or WORDS.get(chosen) not in (None, attendance.answer)
    )
    before = gathering.round.tasks_before
    context = {
        "attendance": attendance,
        "gathering": gathering,
        "organisation": gathering.group.season.network.region,
        "leader": planning.leader_of(gathering),
        "token": token,
        "moved": moved,
        "asks": answering.is_open(gathering) and asks,
        "is_open": answering.is_open(gathering),
        "buttons": _buttons(chosen if chosen in WORDS else ""),
        "tasks": before,
        "minutes": sum(task.minutes for task in before),
        "cancelled": gathering.state == Gathering.State.CANCELLED,
        "form": form,
    }
    response = page(request, "gatherings/answer.html", context, form=form)
    if moved or status != 200:
        response.status_code = TOO_LATE
    return response


def _buttons(chosen: str) -> list[dict[str, Any]]:
    """The three answers; the one chosen in the mail comes first and is the primary button."""
    order = sorted(LABELS, key=lambda word: word != chosen)
    return [
        {"value": word, "label": LABELS[word], "primary": n == 0} for n, word in enumerate(order)
    ]


@public("The calendar file of one invitation.")
@private
@require_GET
def answer_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The gathering as a file for one's own calendar."""
    attendance = answering.find(token)
    if attendance is None or attendance.gathering.state == Gathering.State.CANCELLED:
        return _gone(request)
    gathering = attendance.gathering
    with translation.override(attendance.person.speaks):
        text = calendar.download(gathering, planning.leader_of(gathering))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="takt.ics"'
    return response
