"""Pages around the work: start, help, privacy, health, errors, language."""

import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from office.models import Heartbeat, Letter
from office.unavailable import typed, unavailable, will_pass
from participants.access import public

SILENT_AFTER = timedelta(minutes=2)
LATE_AFTER = timedelta(minutes=10)


@public("Says what this is and where to log in.")
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What Takt is; those who are logged in go on to their page."""
    if request.user.is_authenticated:
        return redirect("gatherings:my_page")
    roles = [
        (
            "admin",
            _("administrator"),
            _("Reads the register, puts groups together, moves people in mid-year."),
        ),
        (
            "konsulent",
            _("consultant"),
            _("Writes the opplegg, sees which groups need help, makes the report."),
        ),
        (
            "styrer",
            _("process leader"),
            _("Finds a date, invites, leads the gathering, writes the minutes."),
        ),
        (
            "pedleder",
            _("pedagogical leader"),
            _("Answers, does the preparation on the phone, tries something at home."),
        ),
    ]
    return render(request, "gatherings/start.html", {"roles": roles})


@public("Help is for everybody.")
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """How it works, in a few lines."""
    return render(request, "gatherings/help.html")


@public("The law wants it public.")
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, and for how long."""
    return render(request, "gatherings/privacy.html")


@public("The law wants it public.")
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What is accessible, what is not, and whom to tell."""
    return render(request, "gatherings/accessibility.html")


@public("Anybody may choose a language.")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language: on the person, or in a cookie for those not logged in."""
    language = request.POST.get("language", "")
    after = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()})
    # redirect() would take a word without a slash for the name of a view.
    response = HttpResponseRedirect(after if ours and after.startswith("/") else "/")
    if translation.check_for_language(language) and language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.TLS,
        )
    return response


@public("The load balancer asks.")
@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@public("The load balancer asks.")
@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """Database, migrations, signs of life from beat and worker, oldest unsent letter."""
    try:
        facts = _readiness()
    except DatabaseError:
        facts = {"database": False}
    return JsonResponse(facts, status=200 if all(facts.values()) else 503)


def _readiness() -> dict[str, bool]:
    now = timezone.now()
    executor = MigrationExecutor(connection)
    heartbeats = dict(Heartbeat.objects.values_list("part", "at"))
    oldest = Letter.objects.unsent().order_by("not_before").first()
    return {
        "database": True,
        "migrations": not executor.migration_plan(executor.loader.graph.leaf_nodes()),
        "beat": now - heartbeats.get("beat", now - LATE_AFTER) < SILENT_AFTER,
        "worker": now - heartbeats.get("worker", now - LATE_AFTER) < SILENT_AFTER,
        "letters": oldest is None or now - oldest.not_before < LATE_AFTER,
    }


def _error(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    return render(request, template, context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _error(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the reason the rule gave."""
    return _error(request, "403.html", 403, why=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same for what does not exist and what one may not know of."""
    return _error(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database is busy or away: no database, no context processors."""
    if will_pass(sys.exc_info()[1]):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long: what was typed is shown again, to be sent once more."""
    return _error(request, "403_csrf.html", 403, typed=typed(request))
