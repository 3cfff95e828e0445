"""How long a login lasts: 14 days of no use on one's own device; a working day for power.

Administrators and consultants are logged out after 8 hours without use and after 12 hours in all,
also on a device that is remembered. On a device that is not, closing the browser ends the session.
"""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Handler = Callable[[HttpRequest], HttpResponse]

REMEMBERED = timedelta(days=14)
IDLE_WITH_POWER = timedelta(hours=8)
LONGEST_WITH_POWER = timedelta(hours=12)
# A session is written this often at most: a page view is not worth an UPDATE.
NOTED_EVERY = timedelta(minutes=5)


def begin(request: HttpRequest, *, remember: bool) -> None:
    """Start counting for a session that has just been logged in."""
    now = timezone.now().timestamp()
    request.session.set_expiry(int(REMEMBERED.total_seconds()) if remember else 0)
    request.session["since"] = request.session["seen"] = now


def idle_sessions_end(get_response: Handler) -> Handler:
    """Middleware: log out who was away too long, and note that the others are here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and "seen" in request.session:
            _check(request)
        return get_response(request)

    return middleware


def _check(request: HttpRequest) -> None:
    now = timezone.now().timestamp()
    away, in_all = (timedelta(seconds=now - request.session[key]) for key in ("seen", "since"))
    over = away > IDLE_WITH_POWER or in_all > LONGEST_WITH_POWER
    # Roles are read only when they matter: most requests come soon after the last one.
    if away > REMEMBERED or (over and request.user.roles_today):
        logout(request)
    elif away > NOTED_EVERY:
        request.session["seen"] = now
