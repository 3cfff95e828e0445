"""Demo mode only: step in as one of the four, and read the mail that was sent."""

import email
import email.message
import email.policy
from collections.abc import Callable
from datetime import UTC
from functools import wraps
from uuid import UUID

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from gatherings.models import Gathering
from networks.models import Membership
from office import dates
from office.models import ReceivedMail
from participants import signin
from participants.access import public
from participants.models import Person, Role

View = Callable[..., HttpResponse]

LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def demo_only(view: View) -> View:
    """Outside demo mode the page does not exist."""

    @wraps(view)
    def door(request: HttpRequest, **kwargs: object) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, **kwargs)

    return door


def _stand_ins(role: str) -> QuerySet[Person]:
    """The invented people of a role. Leader and member sit in one group, with things to do."""
    people = Person.objects.filter(is_active=True)
    if role in (Role.Kind.ADMIN, Role.Kind.CONSULTANT):
        return people.filter(roles__in=Role.objects.in_force().filter(kind=role))
    called = Gathering.objects.upcoming().order_by("-group__name").first()
    if called is None or not role:
        return people.none()
    seats = called.group.memberships.in_force().filter(role=role)
    written = Count("submissions", filter=Q(submissions__assignment__round=called.round_id))
    seated = people.filter(memberships__in=seats).annotate(written=written)
    return seated.order_by("written", "last_name")


ROLES = {
    "admin": Role.Kind.ADMIN,
    "konsulent": Role.Kind.CONSULTANT,
    "styrer": Membership.Role.LEADER,
    "pedleder": Membership.Role.MEMBER,
}


@public("Demo mode: everybody may be anybody who is invented.")
@demo_only
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Log in as an invented person of the chosen role: whom one was before, after what one wrote.

    A cookie remembers her, since a session ends when another person logs in.
    """
    role = ROLES.get(request.POST.get("rolle", ""), "")
    people, cookie = _stand_ins(role), f"demo_{role}"
    before = request.get_signed_cookie(cookie, default=None)
    person = people.filter(pk=before).first() or people.first()
    if person is None:
        raise Http404
    signin.finish(request, person, remember=False, way="demo")
    response = redirect("gatherings:overview" if person.roles_today else "gatherings:my_page")
    secure = settings.SESSION_COOKIE_SECURE
    response.set_signed_cookie(cookie, str(person.pk), secure=secure, httponly=True, samesite="Lax")
    return response


@public("Demo mode: the mailbox is everybody's.")
@demo_only
@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every letter as received, newest first."""
    letters = ReceivedMail.objects.defer("raw")
    if wanted := request.GET.get("til", "").replace("\0", "")[:100]:
        letters = letters.filter(recipient__icontains=wanted)
    shown = Paginator(letters, 50).get_page(request.GET.get("page"))
    return render(request, "gatherings/mailbox.html", {"letters": shown, "wanted": wanted})


@public("Demo mode: the mailbox is everybody's.")
@demo_only
@require_GET
@csp_update({"frame-src": [SELF]})
def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One letter, with its parts."""
    received = get_object_or_404(ReceivedMail, pk=pk)
    parts = _parts(bytes(received.raw))
    return render(request, "gatherings/letter.html", {"received": received, **parts})


@public("Demo mode: the mailbox is everybody's.")
@demo_only
@require_GET
@xframe_options_sameorigin
@csp(LETTER_POLICY)
def letter_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter as a mail program draws it, for the frame on its page: no script, no neighbours.

    A letter carries its own styles, so it has a policy of its own; its links leave the frame.
    """
    received = get_object_or_404(ReceivedMail, pk=pk)
    body = _read(bytes(received.raw)).get_body(("html", "plain"))
    if body is None:
        raise Http404
    text = body.get_content().replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(text, content_type=f"{body.get_content_type()}; charset=utf-8")


@public("Demo mode: the mailbox is everybody's.")
@demo_only
@require_GET
def letter_raw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One letter, byte for byte."""
    received = get_object_or_404(ReceivedMail, pk=pk)
    response = HttpResponse(bytes(received.raw), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="{pk}.eml"'
    return response


def _read(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def _headers(mail: email.message.EmailMessage) -> list[tuple[str, str]]:
    sent = mail["Date"].datetime if mail["Date"] else None
    if sent and sent.tzinfo is None:  # «-0000»: in UTC, and nothing said of where
        sent = sent.replace(tzinfo=UTC)
    told = f"{dates.day_year(sent)} {dates.span(sent)}" if sent else ""
    return [
        (_("From"), mail["From"]),
        (_("Answers go to"), mail["Reply-To"]),
        (pgettext("letter", "To"), mail["To"]),
        (_("Subject"), mail["Subject"]),
        (_("Sent"), told),
    ]


def _parts(raw: bytes) -> dict[str, object]:
    """Headers, plain text and the list of parts of a message."""
    mail = _read(raw)
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    plain = mail.get_body(("plain",))
    calendar = next((p for p in leaves if p.get_content_type() == "text/calendar"), None)
    return {
        "headers": _headers(mail),
        "drawn": mail.get_body(("html",)) is not None,
        "text": plain.get_content() if plain else "",
        "calendar": calendar.get_content() if calendar else "",
        "parts": [
            {
                "type": part.get_content_type(),
                "name": part.get_filename() or "",
                "bytes": len(part.get_payload(decode=True) or b""),
            }
            for part in leaves
        ],
    }
