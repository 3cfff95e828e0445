"""The door: one line above each view that says whom it lets in, and to what."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render

from participants.models import Person
from participants.permissions import Rule

View = Callable[..., HttpResponse]
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]


class Request(HttpRequest):
    """A request whose user is known to be a Person: what a view behind `allow` receives."""

    user: Person


def allow(rule: Rule, *, on: type[Model] | None = None) -> Callable[[View], View]:
    """Let a person through when `rule(person)`, or with `on` `rule(person, object)`, is true.

    An object outside `visible_to(person)`: 404. A no from the rule: 403, with its reason.
    With `on`, the view receives the object instead of its `pk`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            things = []
            if on is not None:
                theirs = on._default_manager.visible_to(request.user)
                things.append(get_object_or_404(theirs, pk=kwargs.pop("pk")))
            verdict = rule(request.user, *things)
            if not verdict:
                raise PermissionDenied(getattr(verdict, "why", ""))
            return answered(view, request, *things, **kwargs)

        door.allows = rule
        return door

    return decorate


def public(why: str) -> Callable[[View], View]:
    """Let everybody in, logged in or not; `why` is kept beside the view for the policy test."""

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return answered(view, request, **kwargs)

        door.allows = why
        return login_not_required(door)

    return decorate


def answered(view: View, request: HttpRequest, *things: Any, **kwargs: Any) -> HttpResponse:
    """What the view says; a method that is not taken gets a page to go on from, never a blank one.

    People do come here: a form sent after the session ended is a GET once they have logged in.
    """
    if request.method in METHODS:
        with head_as_get(request):
            answer = view(request, *things, **kwargs)
    else:
        answer = HttpResponseNotAllowed(METHODS)
    if answer.status_code == 405:
        answer.content = render(request, "405.html").content
    return answer


@contextmanager
def head_as_get(request: HttpRequest) -> Iterator[None]:
    """No view need know of HEAD: it answers as to GET, and the server sends the headers only."""
    asked = request.method
    request.method = "GET" if asked == "HEAD" else asked
    try:
        yield
    finally:
        request.method = asked
