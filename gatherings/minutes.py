"""Minutes: draft → sent for reading → approved, by hand or by silence on a shown date.

Letters carry the open part only; the closed part is read by logging in (P6), since many share a
mailbox with their workplace.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gatherings import minute_facts, planning
from gatherings.conflicts import Conflict
from gatherings.documents import filename, language_of
from gatherings.letters import LEFT
from gatherings.models import Action, Gathering, Minutes
from networks.models import Membership, Rules
from office import documents, journal, mail
from office.models import Document, Letter
from participants.models import Person, Position

TEMPLATE = "pdf/minutes.html"
PARTS = ("summary", "open_part", "closed_part", "to_steering")


class Settled(Exception):
    """The minutes are approved (or not sent yet): too late, or too early, for this step."""


def surrounded(minutes: Minutes) -> Minutes:
    """The same minutes, read with all that its pages and documents name."""
    return with_surroundings(Minutes.objects.filter(pk=minutes.pk)).get()


def with_surroundings(found: QuerySet[Minutes]) -> QuerySet[Minutes]:
    """Read with the gathering, its round, group, season, rules, network and place."""
    group = "gathering__group__season"
    return found.select_related(
        "gathering__round", f"{group}__network__region", f"{group}__rules", "gathering__host"
    )


@transaction.atomic
def draft(gathering: Gathering) -> Minutes:
    """The minutes of a held gathering; made from the notes the first time."""
    found = Minutes.objects.filter(gathering=gathering).first()
    if found:
        return found
    opened, closed = minute_facts.first_draft(gathering)
    made, _new = Minutes.objects.get_or_create(
        gathering=gathering, defaults={"open_part": opened, "closed_part": closed}
    )
    return made


@transaction.atomic
def write(minutes: Minutes, texts: dict[str, str], *, version: int, by: Person) -> None:
    """Save the four texts over `version`. Minutes that were sent become a draft again.

    Raises Conflict when somebody saved meanwhile, Settled when they are approved.
    """
    open_ones = Minutes.objects.filter(pk=minutes.pk).exclude(state=Minutes.State.APPROVED)
    changed = {name: texts[name] for name in PARTS}
    saved = open_ones.filter(version=version).update(
        **changed, version=F("version") + 1, state=Minutes.State.DRAFT, approve_on=None
    )
    if saved:
        mail.withdraw(f"minutes-{minutes.pk}-sent")
        journal.record(by=by, did="minutes.written", on=minutes, version=version + 1)
        return
    current = Minutes.objects.get(pk=minutes.pk)
    if current.state == Minutes.State.APPROVED:
        raise Settled
    if any(getattr(current, name) != texts[name] for name in PARTS):
        raise Conflict(current)


def approval_day(minutes: Minutes) -> date:
    """The day after which silence approves, when they are sent today."""
    days = minutes.gathering.group.season.rules.approval_days
    return timezone.localdate() + timedelta(days=days)


@transaction.atomic
def send(minutes: Minutes, *, by: Person) -> int:
    """Send to the members for reading, with their PDF in line to be made; returns how many letters.

    Sending twice sends once.

    Raises Settled when they are approved.
    """
    Minutes.objects.select_for_update().get(pk=minutes.pk)
    minutes = surrounded(minutes)
    if minutes.state == Minutes.State.APPROVED:
        raise Settled
    if minutes.state == Minutes.State.SENT:
        return 0
    # Each sending is an occasion of its own, also when the one before was stopped in time.
    occasion = f"minutes-{minutes.pk}-sent" + (f"-{minutes.version}" if minutes.sent_at else "")
    minutes.state = Minutes.State.SENT
    minutes.sent_at = timezone.now()
    minutes.approve_on = approval_day(minutes)
    minutes.save(update_fields=["state", "sent_at", "approve_on"])
    order_pdf(minutes, minute_facts.GROUP)
    reached = _reached(minutes)
    mail.withdraw(f"minutes-{minutes.pk}-sent")
    mailing = _Mailing(minutes, by)
    posted = sum(
        mailing.post(person, occasion, "minutes_for_reading", again=person.pk in reached)
        for person in mailing.members
    )
    journal.record(by=by, did="minutes.sent", on=minutes, letters=posted)
    return posted


def _reached(minutes: Minutes) -> set[UUID]:
    """Ids of those who have them for reading: to them what is sent now is a correction."""
    letters = Letter.objects.filter(occasion__startswith=f"minutes-{minutes.pk}-sent")
    return set(letters.filter(state__in=LEFT).values_list("to_id", flat=True))


def has_read(person: Person, found: Sequence[Minutes]) -> set[UUID]:
    """Ids of those among sent minutes that the person says she has read since they were sent."""
    sent = [each for each in found if each.state == Minutes.State.SENT]
    read = journal.last_done(person, "minutes.read", sent)
    return {m.pk for m in sent if (at := read.get(str(m.pk))) and m.sent_at and at >= m.sent_at}


@transaction.atomic
def mark_read(minutes: Minutes, *, by: Person) -> bool:
    """Note, once a sending, that somebody has read them; False when they wait for nobody."""
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if minutes.state != Minutes.State.SENT:
        return False
    if minutes.pk not in has_read(by, [minutes]):
        journal.record(by=by, did="minutes.read", on=minutes)
    return True


@transaction.atomic
def approve(minutes: Minutes, *, by: Person | None, at: datetime | None = None) -> bool:
    """Approve sent minutes, keep them as they are, order the PDFs and post the letters, once.

    `by` is None when nobody objected. False when they were approved before. Raises Settled when
    they are not sent.
    """
    Minutes.objects.select_for_update().get(pk=minutes.pk)
    minutes = surrounded(minutes)
    if minutes.state == Minutes.State.APPROVED:
        return False
    if minutes.state != Minutes.State.SENT:
        raise Settled
    minutes.state = Minutes.State.APPROVED
    minutes.approved_at = at or timezone.now()
    minutes.approved_by = by
    with override(language_of(minutes.gathering)):
        minutes.frozen = minute_facts.both(minutes)
    minutes.save(update_fields=["state", "approved_at", "approved_by", "frozen"])
    for part in minute_facts.PARTS:
        order_pdf(minutes, part)
    mail.withdraw(f"minutes-{minutes.pk}-sent")
    posted = _tell_of_approval(minutes)
    journal.record(by=by, did="minutes.approved", on=minutes, letters=posted)
    return True


def order_pdf(minutes: Minutes, part: str) -> Document:
    """The PDF of one part, in line to be made if it is new."""
    language = language_of(minutes.gathering)
    with override(language):
        facts = minute_facts.of(minutes, part)
        title = _("Minutes: %(theme)s") % {"theme": minutes.gathering.round.theme}
    name = filename(minutes.gathering, "minutes")
    return documents.order(TEMPLATE, facts, language=language, title=title, filename=name)


def find_pdf(minutes: Minutes, part: str) -> Document | None:
    """The PDF of one part as it is now, in whatever state, or None when nobody ordered it."""
    language = language_of(minutes.gathering)
    with override(language):
        facts = minute_facts.of(minutes, part)
    return documents.find(TEMPLATE, facts, language=language)


def managers(people: Iterable[Person]) -> dict[Person, list[Person]]:
    """Managers of exactly the institutions these people work at today, and who theirs are."""
    by_id = {person.pk: person for person in people}
    places: dict[UUID, list[Person]] = defaultdict(list)
    for person, place in (
        Position.objects.in_force()
        .filter(person__in=by_id)
        .exclude(kind=Position.Kind.MANAGER)
        .values_list("person_id", "institution_id")
    ):
        places[place].append(by_id[person])
    found: dict[Person, list[Person]] = defaultdict(list)
    posts = Position.objects.in_force().filter(kind=Position.Kind.MANAGER, institution__in=places)
    for post in posts.filter(person__is_active=True).select_related("person"):
        found[post.person] += places[post.institution_id]
    return dict(found)


class _Mailing:
    """What the letters about one gathering's minutes share."""

    def __init__(self, minutes: Minutes, leader: Person | None):
        self.minutes, self.gathering = minutes, minutes.gathering
        group = self.gathering.group
        seats = Membership.objects.in_force().filter(group=group, person__is_active=True)
        seats = list(seats.select_related("person"))
        self.members = [s.person for s in seats if s.role == Membership.Role.MEMBER]
        self.leaders = [s.person for s in seats if s.role == Membership.Role.LEADER]
        self.leader = leader or planning.leader_of(self.gathering)
        self.actions = {
            action.person_id: action
            for action in Action.objects.filter(gathering=self.gathering).order_by("created_at")
        }

    @property
    def sends_to_managers(self) -> bool:
        rules = self.gathering.group.season.rules
        return rules.distribution == Rules.Distribution.LEADERS

    def post(self, to: Person, occasion: str, template: str, **more: Any) -> bool:
        document = more.pop("document", None)
        network = self.gathering.group.season.network
        facts = {
            "gathering": self.gathering,
            "round": self.gathering.round,
            "group": self.gathering.group,
            "network": network,
            "organisation": network.region,
            "leader": self.leader,
            "approve_on": self.minutes.approve_on,
            "action": self.actions.get(to.pk),
            "page_path": reverse("gatherings:minutes", args=[self.gathering.pk]),
            **more,
        }
        letter = mail.post(
            to,
            occasion=occasion,
            template=template,
            facts=facts,
            document=document,
            reply_to=self.leader.email if self.leader else "",
            sender_name=f"{self.leader.name} via {network}" if self.leader else str(network),
        )
        return letter is not None


def _tell_of_approval(minutes: Minutes) -> int:
    """To the group, and to the members' managers where the rules say so; each person once."""
    mailing = _Mailing(minutes, None)
    document = find_pdf(minutes, minute_facts.OPEN)
    occasion, template = f"minutes-{minutes.pk}-approved", "minutes_approved"
    summary = minutes.summary.strip().partition("\n")[0][:300]
    posted = sum(
        mailing.post(person, occasion, template, document=document, summary=summary)
        for person in [*mailing.members, *mailing.leaders]
    )
    if not mailing.sends_to_managers:
        return posted
    inside = {*mailing.members, *mailing.leaders}
    for manager, staff in managers(mailing.members).items():
        if manager in inside:
            continue
        tried = [mailing.actions[p.pk] for p in staff if p.pk in mailing.actions]
        posted += mailing.post(
            manager,
            occasion,
            template,
            document=document,
            summary=summary,
            staff=[person.name for person in staff],
            tried=[action for action in tried if action.shared_with_manager],
        )
    return posted
