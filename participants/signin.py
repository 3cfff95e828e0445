"""The way in: a code by mail, or a link that works once. There is no password anywhere.

What could be guessed is counted first: a row is written under a lock that all requests for the same
address (and from the same network) wait for, and only what was counted is compared. An address
nobody has is counted, answered and timed like any other.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from office import journal, mail
from participants import sessions
from participants.models import Person, SignInCode, SignInLink, SignInTry

CODE_LIFE = timedelta(minutes=10)
CHOICE_LIFE = timedelta(minutes=10)
INVITATION_LIFE = timedelta(days=7)
FIRST_ADMIN_LIFE = timedelta(hours=24)

TRIES_PER_CODE = 5
# How many within how long.
CODES_PER_ADDRESS = 5, timedelta(hours=1)
TRIES_PER_ADDRESS = 10, timedelta(minutes=10)
# SIGN_IN_CODES_PER_NETWORK is large, for offices behind one address; guessing is held here: tries
# at codes that have let nobody in.
GUESSES_PER_NETWORK = 100, timedelta(hours=1)

LONGEST_WAY_BACK = 1500
BACKEND = "participants.backend.PersonBackend"


class Refused(Exception):
    """The code was not taken; the text is the sentence for the page."""

    status = 422


class Wrong(Refused):
    """Compared, and not the same."""

    def __init__(self, left: int) -> None:
        tries = ngettext("You have %(n)s try left.", "You have %(n)s tries left.", left)
        more = tries % {"n": left} if left else _("Ask for a new code.")
        super().__init__(_("That is not the code.") + " " + more)


class Spent(Refused):
    """Used, too old, or tried too often: nothing was compared."""

    def __init__(self) -> None:
        super().__init__(_("This code can no longer be used. Ask for a new one."))


class TooMany(Refused):
    """Over a limit: nothing was compared or sent. `seconds` until the next one is let through."""

    status = 429

    def __init__(self, until: datetime) -> None:
        self.seconds = max(1, int((until - timezone.now()).total_seconds()) + 1)
        left = -(-self.seconds // 60)
        again = ngettext(
            "Too many tries. Try again in %(n)s minute.",
            "Too many tries. Try again in %(n)s minutes.",
            left,
        )
        super().__init__(again % {"n": left})


# --- a code by mail ------------------------------------------------------------------------------


@transaction.atomic
def send_code(address: str, *, ip: str) -> SignInCode:
    """Send a code to `address` (in small letters), if somebody there may come in. Raises TooMany.

    One letter, whoever many share the address; it names nobody.
    """
    network = network_of(ip)
    _hold(f"address {address}", f"network {network}")
    _limit(SignInCode.objects.filter(address=address), "created_at", CODES_PER_ADDRESS)
    most = settings.SIGN_IN_CODES_PER_NETWORK, timedelta(hours=1)
    _limit(SignInCode.objects.filter(ip=network), "created_at", most)
    code = f"{secrets.randbelow(10**6):06}"
    row = SignInCode(address=address, ip=network, expires_at=timezone.now() + CODE_LIFE)
    row.digest = _code_digest(row, code)
    row.save()
    facts = {"code": code, "minutes": minutes(CODE_LIFE)}
    _write(address, "code", facts, occasion=f"code-{row.pk}", secret=True)
    return row


def try_code(asked: SignInCode, typed: str) -> list[Person]:
    """Everybody whom the code lets in. Raises Wrong, Spent or TooMany."""
    left = _count_try(asked)
    if not constant_time_compare(asked.digest, _code_digest(asked, typed)):
        raise Wrong(left)
    people = list(Person.objects.at_address(asked.address))
    if not people:
        raise Wrong(left)
    unused = SignInCode.objects.filter(pk=asked.pk, used_at__isnull=True)
    if not unused.update(used_at=timezone.now()):
        raise Spent
    return people


@transaction.atomic
def _count_try(asked: SignInCode) -> int:
    """Write down a try before anything is compared; returns how many the code has left."""
    _hold(f"address {asked.address}", f"network {asked.ip}")
    tries = SignInTry.objects.filter(code__address=asked.address)
    lately = _limit(tries, "at", TRIES_PER_ADDRESS)
    guesses = SignInTry.objects.filter(code__ip=asked.ip, code__used_at__isnull=True)
    _limit(guesses, "at", GUESSES_PER_NETWORK)
    alive = SignInCode.objects.filter(
        pk=asked.pk, used_at__isnull=True, expires_at__gt=timezone.now()
    )
    made = alive.annotate(made=Count("tries")).values_list("made", flat=True).first()
    if made is None or made >= TRIES_PER_CODE:
        raise Spent
    SignInTry.objects.create(code=asked)
    number, within = TRIES_PER_ADDRESS
    if lately + 1 == number:
        facts = {"tries": number, "minutes": minutes(within)}
        _write(asked.address, "tries", facts, occasion=f"tries-{timezone.localdate()}")
    return TRIES_PER_CODE - made - 1


def _write(
    address: str, template: str, facts: dict[str, object], *, occasion: str, secret: bool = False
) -> None:
    """One letter to the address, if somebody there may come in; to nobody in the same time."""
    if someone := Person.objects.at_address(address).first():
        mail.post(
            someone,
            occasion=occasion,
            template=template,
            facts=facts,
            at_once=True,
            secret=secret,
        )
    else:
        # The same work for nobody, so that the time does not tell who is registered.
        mail.compose(Person(language=translation.get_language()), template, facts)
        mail.wake()


def minutes(time: timedelta) -> int:
    """Whole minutes, for a sentence."""
    return int(time.total_seconds() // 60)


def _limit(rows: QuerySet, moment: str, most: tuple[int, timedelta]) -> int:
    """How many `rows` there are within the time; raises TooMany when it is as many as allowed."""
    number, within = most
    recent = rows.filter(**{f"{moment}__gt": timezone.now() - within})
    newest = list(recent.order_by(f"-{moment}").values_list(moment, flat=True)[:number])
    if len(newest) == number:
        raise TooMany(newest[-1] + within)
    return len(newest)


def _hold(*names: str) -> None:
    """Until the end of the transaction, let nobody else count for these names.

    PostgreSQL has locks for what is no row yet. SQLite needs none: its transactions are IMMEDIATE
    (config/settings.py) and run one at a time.
    """
    if connection.vendor != "postgresql":
        return
    digests = [hashlib.sha256(f"sign-in {name}".encode()).digest() for name in names]
    numbers = [int.from_bytes(digest[:8], "big", signed=True) for digest in digests]
    with connection.cursor() as cursor:
        # One after the other, always in this order: nobody waits in a circle.
        cursor.execute("SELECT pg_advisory_xact_lock(n) FROM unnest(%s::bigint[]) AS n", [numbers])


def _code_digest(row: SignInCode, code: str) -> str:
    bound = f"{row.pk}:{code}"
    return salted_hmac("participants.signin.code", bound, algorithm="sha256").hexdigest()


def network_of(ip: str) -> str:
    """What counts as one asker: an IPv4 address, or the /64 one IPv6 subscriber is given."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:  # a Unix socket has no address
        return "0.0.0.0"  # noqa: S104 - a name for «unknown», nothing listens
    if address.version == 6:
        return str(ipaddress.ip_network((int(address), 64), strict=False).network_address)
    return str(address)


def client_ip(request: HttpRequest) -> str:
    """The asker's address: what TRUSTED_PROXIES of our own proxies say of her, else the socket's.

    Each proxy appends whom it heard from, so the last ones are ours and those before them may be
    invented; with no proxy configured the header is not looked at.
    """
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    heard = [address.strip() for address in header.split(",") if address.strip()]
    if 0 < settings.TRUSTED_PROXIES <= len(heard):
        return heard[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR", "")


# --- a link that works once ----------------------------------------------------------------------


def make_link(person: Person, *, life: timedelta) -> str:
    """The whole address of a link that lets `person` in once; her earlier ones stop working.

    The token has 256 secret bits and is not kept. It also stops when her e-mail address changes or
    when she logs out everywhere.
    """
    secret = secrets.token_urlsafe(32)
    person.links.filter(used_at__isnull=True).delete()
    person.links.create(digest=_link_digest(person, secret), expires_at=timezone.now() + life)
    path = reverse("participants:link", kwargs={"token": f"{person.pk.hex}{secret}"})
    return f"{settings.BASE_URL}{path}"


def find_link(token: str) -> SignInLink | None:
    """The link this token opens, while it can be used. Reading it does not use it."""
    person = Person.objects.filter(pk=token[:32], is_active=True).first() if _is_id(token) else None
    if person is None:
        return None
    return (
        SignInLink.objects.filter(
            digest=_link_digest(person, token[32:]),
            used_at__isnull=True,
            expires_at__gt=timezone.now(),
        )
        .select_related("person")
        .first()
    )


def use_link(link: SignInLink) -> bool:
    """Use the link; False when somebody was faster."""
    unused = SignInLink.objects.filter(pk=link.pk, used_at__isnull=True)
    return bool(unused.update(used_at=timezone.now()))


def _link_digest(person: Person, secret: str) -> str:
    bound = f"{secret}:{person.pk}:{person.email}:{person.password}"
    return salted_hmac("participants.signin.link", bound, algorithm="sha256").hexdigest()


def _is_id(token: str) -> bool:
    return len(token) > 32 and all(sign in "0123456789abcdef" for sign in token[:32])


# --- the browser that asks -----------------------------------------------------------------------


def ask(request: HttpRequest, address: str) -> None:
    """Send a code and bind it to this browser. Raises TooMany."""
    row = send_code(address, ip=client_ip(request))
    keep_way_back(request)
    request.session["sign_in_code"] = str(row.pk)


def asked(request: HttpRequest) -> SignInCode | None:
    """The code this browser asked for last, usable or not."""
    return SignInCode.objects.filter(pk=request.session.get("sign_in_code")).first()


def keep_way_back(request: HttpRequest) -> None:
    """Remember the page that wanted a login, if it is one of ours."""
    after = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        after, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if ours and after.startswith("/") and len(after) <= LONGEST_WAY_BACK:
        request.session["sign_in_after"] = after


def offer(request: HttpRequest, people: Iterable[Person], *, remember: bool) -> None:
    """After the right code for a shared address: these may say who they are, for ten minutes."""
    request.session["sign_in_choice"] = {
        "people": [str(person.pk) for person in people],
        "until": (timezone.now() + CHOICE_LIFE).timestamp(),
        "remember": remember,
    }
    request.session.pop("sign_in_code", None)


def offered(request: HttpRequest) -> tuple[QuerySet[Person], bool]:
    """Whom this browser may log in as, and whether to remember it."""
    choice = request.session.get("sign_in_choice")
    if not choice or choice["until"] < timezone.now().timestamp():
        return Person.objects.none(), False
    people = Person.objects.filter(
        pk__in=choice["people"], is_active=True, invited_at__isnull=False
    )
    return people, choice["remember"]


@transaction.atomic
def finish(request: HttpRequest, person: Person, remember: bool, *, way: str = "code") -> str:
    """Log `person` in on this browser and return the address to go on to.

    The one place that logs anybody in; what must happen before (a second factor) or at every login
    goes here. `way` is a word for the journal: code, link, demo.
    """
    after = request.session.get("sign_in_after") or resolve_url(settings.LOGIN_REDIRECT_URL)
    for key in ("sign_in_code", "sign_in_choice", "sign_in_after"):
        request.session.pop(key, None)
    login(request, person, backend=BACKEND)
    sessions.begin(request, remember=remember)
    journal.record(by=person, did="person.signed_in", on=person, way=way)
    return after


@transaction.atomic
def end_everywhere(person: Person, *, by: Person) -> None:
    """End every session of `person` and every link she was sent, on all devices.

    A session carries a digest of the (unusable) password; a new one makes all of them worthless.
    """
    person.password = make_password(None)
    person.save(update_fields=["password"])
    journal.record(by=by, did="person.signed_out_everywhere", on=person)
