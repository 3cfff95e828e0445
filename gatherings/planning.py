"""When and where a group can meet, and what makes its plan differ from the opplegg."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gatherings import calendar
from gatherings.models import Gathering, ProgrammeItem
from networks.models import Membership
from office import dates, journal
from participants.models import Country, Institution, Person, Position

USUAL_START = time(9)
CONTENT = ("title", "minutes", "kind", "led_by", "questions", "guide")


class Conflict(Exception):
    """Somebody else saved the gathering after the form was opened."""


# --- time ---------------------------------------------------------------------------------------


def moment(day: date, clock: time, zone: str) -> datetime:
    """The instant a clock in `zone` shows this time.

    Raises ValidationError for the hour that is skipped in March and the one that comes twice in
    October: nobody can know which is meant.
    """
    local = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    skipped = local.astimezone(UTC).astimezone(local.tzinfo).replace(fold=0) != local
    twice = local.utcoffset() != local.replace(fold=1).utcoffset()
    if skipped or twice:
        raise ValidationError(
            _("The clock is changed at %(clock)s that night. Choose another time.")
            % {"clock": dates.clock(clock)},
            code="clock_change",
        )
    return local


def timed(items: Iterable[Any], starts_at: datetime | None) -> list[dict[str, Any]]:
    """Programme items with `starts_at` and `ends_at`, one after the other from the start."""
    rows, at = [], starts_at
    for item in items:
        until = at + timedelta(minutes=item.minutes) if at else None
        rows.append({"item": item, "starts_at": at, "ends_at": until})
        at = until
    return rows


def holiday(day: date, country: str) -> str:
    """The name of the public holiday on `day`, or ""."""
    easter = easter_sunday(day.year)
    movable = {
        -3: _("Maundy Thursday"),
        -2: _("Good Friday"),
        0: _("Easter Sunday"),
        1: _("Easter Monday"),
        39: _("Ascension Day"),
        49: _("Whit Sunday"),
        50: _("Whit Monday"),
    }
    fixed = {
        (1, 1): _("New Year's Day"),
        (12, 24): _("Christmas Eve"),
        (12, 25): _("Christmas Day"),
        (12, 26): _("Boxing Day"),
        (12, 31): _("New Year's Eve"),
    }
    if country == Country.NORWAY:
        fixed |= {(5, 1): _("Labour Day"), (5, 17): _("Constitution Day")}
    else:
        fixed |= {(6, 5): _("Constitution Day")}
    return movable.get((day - easter).days) or fixed.get((day.month, day.day), "")


def easter_sunday(year: int) -> date:
    """Western Easter (the anonymous Gregorian method)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def outside_window(gathering: Gathering, day: date) -> bool:
    """Whether a day lies outside the round's window (V11)."""
    return not gathering.round.window_from <= day <= gathering.round.window_to


# --- people and places ----------------------------------------------------------------------------


def seats(gathering: Gathering) -> list[Membership]:
    """Who sits in the group on the day of the gathering, or today while it has no day.

    Members first, each person once.
    """
    held = (
        Membership.objects.in_force(_day_of(gathering))
        .filter(group_id=gathering.group_id, person__is_active=True)
        .select_related("person")
        .order_by("role", "person__last_name", "person__first_name")
    )
    return _once(held)


def seats_among(rows: Iterable[Membership], gathering: Gathering) -> list[Membership]:
    """As `seats`, of rows that are read already: people in use who ever sat in some group."""
    day = _day_of(gathering)
    theirs = [row for row in rows if row.group_id == gathering.group_id and row.starts_on <= day]
    return _once(row for row in theirs if row.ends_on is None or row.ends_on >= day)


def _day_of(gathering: Gathering) -> date:
    day = timezone.localdate(gathering.starts_at) if gathering.starts_at else None
    return gathering.group.season.day_within(day)


def _once(held: Iterable[Membership]) -> list[Membership]:
    by_person: dict[Any, Membership] = {}
    for seat in sorted(held, key=lambda s: s.role == Membership.Role.LEADER):
        by_person.setdefault(seat.person_id, seat)
    return list(by_person.values())


def leader_of(gathering: Gathering, day: date | None = None) -> Person | None:
    """The group's process leader on `day` (today); before August, who is to lead it.

    None when she is out of use: answers to a letter would reach nobody.
    """
    day = gathering.group.season.day_within(day)
    held = Membership.objects.in_force(day).leaders().filter(group_id=gathering.group_id)
    seat = (
        held.filter(person__is_active=True).select_related("person").order_by("-starts_on").first()
    )
    return seat.person if seat else None


def workplaces(people: Iterable[Person], day: date | None = None) -> dict[Any, Institution]:
    """Where each of these people works on `day` (today); the latest position counts."""
    held = Position.objects.in_force(day).filter(person__in=list(people)).order_by("starts_on")
    return {p.person_id: p.institution for p in held.select_related("institution")}


def hosts(gathering: Gathering, people: Iterable[Membership]) -> list[Institution]:
    """Where `people` (its `seats`) work: first the one that has waited longest to be host."""
    day = gathering.group.season.day_within()
    places = {p.pk: p for p in workplaces((seat.person for seat in people), day).values()}
    turns = (
        Gathering.objects.in_use()
        .filter(group_id=gathering.group_id, host__in=places, starts_at__isnull=False)
        .exclude(pk=gathering.pk)
        .order_by("starts_at")
        .values_list("host_id", flat=True)
    )
    last_turn = {host: turn for turn, host in enumerate(turns, start=1)}
    return sorted(places.values(), key=lambda p: (last_turn.get(p.pk, 0), str(p)))


def clashes(gathering: Gathering, people: Iterable[Membership]) -> list[str]:
    """One sentence per other gathering at the same time, with the names of those in both."""
    at_once = {"starts_at__lt": gathering.ends_at, "ends_at__gt": gathering.starts_at}
    others = Gathering.objects.in_use().filter(**at_once)
    theirs = [seat.person_id for seat in people]
    both = (
        Membership.objects.in_force(timezone.localdate(gathering.starts_at))
        .filter(person__in=theirs, group__gatherings__in=others.exclude(pk=gathering.pk))
        .exclude(group_id=gathering.group_id)
        .values_list(
            "person__first_name",
            "person__last_name",
            "group__gatherings__starts_at",
            "group__gatherings__ends_at",
        )
        .distinct()
    )
    meetings = defaultdict(set)
    for first, last, begins, ends in both:
        meetings[begins, ends].add(f"{first} {last}")
    return [
        _("%(names)s: another gathering %(when)s.")
        % {"names": ", ".join(sorted(names)), "when": dates.day_span(begins, ends)}
        for (begins, ends), names in sorted(meetings.items())
    ]


def warnings(gathering: Gathering, people: Iterable[Membership]) -> list[str]:
    """What one should know before sending to `people`, its `seats`; none of it a hindrance."""
    if not gathering.starts_at:
        return []
    day = timezone.localdate(gathering.starts_at)
    told = clashes(gathering, people)
    if name := holiday(day, gathering.group.season.network.region.country):
        told.append(
            _("%(day)s is a public holiday: %(name)s.") % {"day": dates.day(day), "name": name}
        )
    elif day.weekday() > 4:
        told.append(_("%(day)s is in the weekend.") % {"day": dates.day(day)})
    return [sentence[:1].upper() + sentence[1:] for sentence in told]


def overrun(gathering: Gathering) -> str:
    """A sentence when the programme lasts longer than the gathering, or ""."""
    last = timed(gathering.items.all(), gathering.starts_at)[-1:]
    if not gathering.starts_at or not last or last[0]["ends_at"] <= gathering.ends_at:
        return ""
    return _("The programme ends at %(programme)s, the gathering at %(gathering)s.") % {
        "programme": dates.clock(last[0]["ends_at"]),
        "gathering": dates.clock(gathering.ends_at),
    }


# --- the plan -------------------------------------------------------------------------------------


def missing(gathering: Gathering, now: datetime) -> list[str]:
    """What must be there before the invitation can be sent; one sentence each."""
    told = []
    if not gathering.starts_at:
        told.append(_("Choose a date."))
    elif gathering.starts_at <= now:
        told.append(_("The time has passed. Choose a new date."))
    elif (
        outside_window(gathering, timezone.localdate(gathering.starts_at))
        and not gathering.outside_window_reason
    ):
        told.append(_("The date is outside the window. Write why, or choose another date."))
    if not (gathering.where or gathering.online_url):
        told.append(_("Choose a place, or write a link for digital participation."))
    return told


def usual_start(gathering: Gathering) -> time:
    """The hour the group met last, else nine."""
    last = (
        Gathering.objects.in_use()
        .filter(group_id=gathering.group_id, starts_at__isnull=False)
        .exclude(pk=gathering.pk)
        .order_by("-starts_at")
        .first()
    )
    if last is None:
        return USUAL_START
    return last.starts_at.astimezone(ZoneInfo(calendar.zone(gathering))).time()


def due_day(gathering: Gathering, day: date) -> date:
    """When preparation is due for a gathering on `day`; on short notice today, never before."""
    usual = day - timedelta(days=gathering.round.preparation_days)
    return max(usual, min(day, timezone.localdate()))


def due_after(gathering: Gathering, written: date | None, day: date) -> date:
    """When preparation is due if the gathering comes on `day` and `written` stands in the form.

    A usual day follows the gathering's; what somebody has chosen stays.
    """
    before = gathering.starts_at and timezone.localdate(gathering.starts_at)
    untouched = before and written == gathering.preparation_due_on == due_day(gathering, before)
    return due_day(gathering, day) if written is None or untouched else written


def adapted(item: ProgrammeItem) -> bool:
    """Whether the group changed this item of the opplegg, or added it."""
    if item.source is None:
        return True
    return any(getattr(item, name) != getattr(item.source, name) for name in CONTENT)


def differences(gathering: Gathering, items: Sequence[ProgrammeItem]) -> dict[str, Any]:
    """What the group made different: adapted items by id, and titles of items taken out (V13)."""
    kept = {item.source_id for item in items}
    gone = [item.title for item in gathering.round.items.all() if item.pk not in kept]
    return {"adapted": {item.pk for item in items if adapted(item)}, "gone": gone}


@transaction.atomic
def save(gathering: Gathering, facts: dict[str, Any], items: Any, *, version: int, by: Person):
    """Keep the plan: `facts` by field name, and the bound, valid formset of programme items.

    Raises Conflict when somebody saved after `version`.
    """
    current = Gathering.objects.select_for_update().get(pk=gathering.pk)
    if current.version != version:
        raise Conflict
    if current.state == Gathering.State.CALLED:
        # A called gathering gets a new time or place by being moved, with letters to all.
        facts = {k: v for k, v in facts.items() if k in ("greeting", "preparation_due_on")}
    for name, value in facts.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    for item in items.ordered():
        item.gathering = current
        item.save()
    for item in items.removed():
        item.delete()
    journal.record(by=by, did="gathering.planned", on=current, version=current.version)
    return current
