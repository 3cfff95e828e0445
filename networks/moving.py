"""Changes in a published group: a move, a departure, a new leader; dated, with reason (V9).

A move ends one seat and begins another; nothing is rewritten, and texts stay where they were
written (P15). What is decided but has not begun may be decided anew.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks import letters
from networks.models import Membership, NetworkGroup, Season
from networks.placing import Refused, fresh, lock, moved_on, refuse_unqualified
from office.dates import plain_date
from office.journal import record
from participants.models import Person


@transaction.atomic
def move(
    season: Season,
    person: Person,
    *,
    to: NetworkGroup | None,
    on: date,
    reason: str,
    seen: str,
    by: Person,
) -> Membership | None:
    """Seat `person` in the published group `to` (None: in none) from `on`.

    Her old seat ends the day before; she and the leaders are told. `seen` is the id of the seat
    she was seen in, "" for none. Raises Refused when she has moved since, for a day outside the
    season or not after her last seat began, and when she lacks the members' position.
    """
    lock(season)
    seats = list(
        season.memberships.members()
        .filter(person=person)
        .select_related("group")
        .order_by("starts_on")
    )
    old = current_seat(seats)
    if (str(old.pk) if old else "") != seen:
        raise Refused(moved_on(season, person))
    if to is not None:
        to = open_for_moves(season, to)
        refuse_unqualified(season, [person], as_leader=False, day=on)
    if (old.group_id if old else None) == (to.pk if to else None):
        raise Refused(_("%(person)s already sits there.") % {"person": person})
    make_room(season, seats, on, reason)
    new = begin(to, person, Membership.Role.MEMBER, on, reason) if to else None
    note(season, "person.moved", person, old=old, new=new, by=by)
    # A draft is known to nobody: leaving one is not told (V9).
    known = old if old and old.group.is_published else None
    if known or new:
        tell_of_move(season, person, old=known, new=new, on=on, by=by)
    return new


def current_seat(seats: Sequence[Membership]) -> Membership | None:
    """The seat without a last day: where one sits once all that is decided has happened."""
    return next((seat for seat in seats if seat.ends_on is None), None)


def open_for_moves(season: Season, group: NetworkGroup) -> NetworkGroup:
    """The group as it is now. Raises Refused when it is removed or not published yet."""
    group = fresh(season, group)
    if not group.is_published:
        raise Refused(_("%(group)s is not published yet.") % {"group": group})
    return group


def make_room(season: Season, seats: Sequence[Membership], on: date, reason: str) -> None:
    """End, the day before `on`, the seats that reach it. Raises Refused for a day that cannot be.

    Seats that have not begun are given up; seats that have begun must have lasted a day.
    """
    if not season.starts_on <= on <= season.ends_on:
        span = {"from": plain_date(season.starts_on), "to": plain_date(season.ends_on)}
        raise Refused(_("Choose a day in the season: %(from)s to %(to)s.") % span)
    today = timezone.localdate()
    begun = [s for s in seats if s.starts_on <= today and s.group.is_published]
    latest = max((seat.starts_on for seat in begun), default=None)
    if latest and on <= latest:
        raise Refused(_("Choose a day after %(day)s.") % {"day": plain_date(latest)})
    for seat in seats:
        if seat.ends_on and seat.ends_on < on:
            continue
        seat.end_reason = reason
        if seat not in begun and (seat.starts_on >= on or not seat.group.is_published):
            season.memberships.filter(pk=seat.pk).delete()
        else:
            seat.ends_on = on - timedelta(days=1)
            seat.save(update_fields=["ends_on", "end_reason"])


def begin(group: NetworkGroup, person: Person, role: str, on: date, reason: str) -> Membership:
    """A new seat from `on`, without a last day; dated back, it opens nothing written till today."""
    today = timezone.localdate()
    return Membership.objects.create(
        season=group.season,
        group=group,
        person=person,
        role=role,
        starts_on=on,
        closed_before=today if on < today else None,
        reason=reason,
    )


def note(
    season: Season,
    did: str,
    person: Person,
    *,
    old: Membership | None,
    new: Membership | None,
    by: Person,
) -> None:
    """One line in the season's journal: the history page finds it by the seats' ids."""
    record(
        by=by,
        did=did,
        on=season,
        people=[str(person.pk)],
        ended=str(old.pk) if old else "",
        begun=str(new.pk) if new else "",
    )


def tell_of_move(
    season: Season,
    person: Person,
    *,
    old: Membership | None,
    new: Membership | None,
    on: date,
    by: Person,
) -> None:
    """The mover, the leader she leaves and the leader she comes to are told; nobody twice."""
    new_facts = letters.facts_of(new.group, on) if new else {}
    if new and old is None:
        letters.welcome(new, new_facts, by=by)
    facts = {**new_facts, **_facts_of_move(season, person, old=old, new=new, on=on)}
    occasion = f"seat-{new.pk if new else old.pk}"
    if old:
        letters.moved(person, facts=facts, occasion=f"{occasion}-moved", by=by)
    if old and (leader := leader_of(old.group)):
        left = {
            **facts,
            "kind": "left",
            "group": old.group.name,
            "url": old.group.get_absolute_url(),
        }
        letters.changed(leader, facts=left, occasion=f"{occasion}-left", by=by)
    if new and (leader := leader_of(new.group)):
        came = {**facts, "kind": "came", "group": new.group.name}
        letters.changed(leader, facts=came, occasion=f"{occasion}-came", by=by)


def _facts_of_move(
    season: Season, person: Person, *, old: Membership | None, new: Membership | None, on: date
) -> dict[str, Any]:
    """What all letters of one move say."""
    where = letters.workplaces([person], season.network.member_position, season.day_within(on))
    return {
        "who": person,
        "where": where.get(person.pk, ""),
        "on": on,
        "last_day": on - timedelta(days=1),
        "new_group": new.group.name if new else "",
        "old_group": old.group.name if old else "",
        "network": season.network,
        "organisation": season.network.region,
        "began": new,
        "ended": old,
    }


def leader_of(group: NetworkGroup) -> Person | None:
    """Who leads the group once all that is decided has happened."""
    seat = group.memberships.leaders().filter(ends_on=None).select_related("person").first()
    return seat.person if seat else None


@transaction.atomic
def change_leader(
    group: NetworkGroup, person: Person, *, on: date, reason: str, seen: str, by: Person
) -> Membership:
    """Let `person` lead the published group from `on`; she, the old leader and members are told.

    `seen` is the id of the leader's seat as it was seen, "" for none. Raises Refused like `move`.
    """
    season = group.season
    lock(season)
    group = open_for_moves(season, group)
    seats = list(
        group.memberships.leaders().select_related("group", "person").order_by("starts_on")
    )
    old = current_seat(seats)
    if (str(old.pk) if old else "") != seen:
        raise Refused(_("%(group)s has got a new process leader meanwhile.") % {"group": group})
    if old and old.person_id == person.pk:
        raise Refused(_("%(person)s already sits there.") % {"person": person})
    refuse_unqualified(season, [person], as_leader=True, day=on)
    make_room(season, seats, on, reason)
    new = begin(group, person, Membership.Role.LEADER, on, reason)
    note(season, "leader.changed", person, old=old, new=new, by=by)
    facts = letters.facts_of(group, on)
    letters.welcome(new, facts, by=by)
    about = {**facts, "kind": "leader", "who": person, "on": on, "where": ""}
    told = [seat.person for seat in letters.seats_of(group) if seat.pk != new.pk]
    for other in [*told, *([old.person] if old else [])]:
        letters.changed(other, facts=about, occasion=f"seat-{new.pk}-leads", by=by)
    return new
