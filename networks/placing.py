"""Putting draft groups together: make, name, place people, choose a leader, live with a warning.

Everything here takes the season's lock, so two administrators at one board come one after the
other; the later one is told when what she saw is no longer so. A published group is locked (V9):
see networks.moving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks.models import Membership, NetworkGroup, RuleException, Season
from networks.rule_check import Finding, listed
from office.dates import clock
from office.journal import history, record
from participants.models import Municipality, Person, Position

LONGEST_BASE = 70


class Refused(Exception):
    """The process says no; its text is the sentence the person reads."""


@dataclass(frozen=True)
class Pick:
    """Somebody ticked on the board, and the group she was seen in (None: in no group)."""

    person: UUID
    group: UUID | None = None


def lock(season: Season) -> None:
    """Wait for, then hold, the right to change this season's groups until the transaction ends."""
    Season.objects.select_for_update(no_key=True).get(pk=season.pk)


@transaction.atomic
def make_groups(
    season: Season, count: int, *, municipality: Municipality | None, by: Person
) -> list[NetworkGroup]:
    """Make `count` empty drafts with the next free names: «Sortland 1», «Sortland 2» …"""
    lock(season)
    taken = set(season.groups.values_list("name", flat=True))
    names, number = [], 1
    while len(names) < count:
        name = group_name(municipality, number)
        if name not in taken:
            names.append(name)
        number += 1
    groups = NetworkGroup.objects.bulk_create(
        NetworkGroup(season=season, municipality=municipality, name=name) for name in names
    )
    record(by=by, did="groups.made", on=season, count=count)
    return groups


def group_name(municipality: Municipality | None, number: int) -> str:
    """The name a group gets until somebody finds a better one; of «Sortland – Suortá» the first."""
    if municipality:
        return f"{municipality.name.partition(' – ')[0][:LONGEST_BASE]} {number}"
    return _("Group %(number)s") % {"number": number}


@transaction.atomic
def rename(
    group: NetworkGroup, *, name: str, municipality: Municipality | None, by: Person
) -> None:
    """Give the group a name and a municipality. Raises Refused when the name is taken."""
    lock(group.season)
    if group.season.groups.filter(name=name).exclude(pk=group.pk).exists():
        raise Refused(_("There is already a group with this name this season."))
    group.name, group.municipality = name, municipality
    group.save(update_fields=["name", "municipality"])
    record(by=by, did="group.renamed", on=group)


@transaction.atomic
def remove(group: NetworkGroup, *, by: Person) -> None:
    """Remove an empty draft. Raises Refused for a published group, or one somebody sits in."""
    lock(group.season)
    group = fresh(group.season, group)
    if group.is_published:
        raise Refused(_("%(group)s is published and cannot be removed.") % {"group": group})
    if group.memberships.exists():
        raise Refused(_("%(group)s is not empty. Move everybody out first.") % {"group": group})
    record(by=by, did="group.removed", on=group.season, name=group.name)
    group.delete()


def fresh(season: Season, group: NetworkGroup) -> NetworkGroup:
    """The group as it is now. Raises Refused when somebody has removed it."""
    found = NetworkGroup.objects.filter(pk=group.pk, season=season).first()
    if found is None:
        raise Refused(_("%(group)s has been removed.") % {"group": group})
    found.season = season
    return found


# --- people on the board --------------------------------------------------------------------------


@transaction.atomic
def place(
    season: Season,
    picks: Sequence[Pick],
    *,
    group: NetworkGroup | None,
    as_leader: bool = False,
    by: Person,
) -> list[Person]:
    """Move those picked to a draft group, or to none; returns them.

    Raises Refused, and moves nobody, when one of them is not where she was seen, sits in a
    published group, or lacks the position the seat asks for.
    """
    lock(season)
    people = people_picked(season, picks)
    leave = seats_to_leave(season, picks, people)
    if group is not None:
        group = fresh(season, group)
        refuse_if_locked(group)
        refuse_unqualified(season, list(people.values()), as_leader=as_leader)
        if as_leader and len(people) > 1:
            raise Refused(_("Choose one person as process leader."))
        if not as_leader:
            refuse_second_seat(season, people, leave)
    Membership.objects.filter(pk__in=[seat.pk for seat in leave]).delete()
    if group is not None:
        if as_leader:
            group.memberships.leaders().delete()
        role = Membership.Role.LEADER if as_leader else Membership.Role.MEMBER
        seat_people(season, group, people.values(), role)
    record(
        by=by,
        did="people.placed",
        on=season,
        people=[str(key) for key in people],
        group=str(group.pk) if group else "",
        as_leader=as_leader,
    )
    return list(people.values())


def people_picked(season: Season, picks: Sequence[Pick]) -> dict[UUID, Person]:
    """Those picked, by id. Raises Refused when one is not in the organisation's register."""
    found = Person.objects.filter(
        pk__in=[pick.person for pick in picks], region_id=season.network.region_id
    ).in_bulk()
    if not picks or len(found) < len({pick.person for pick in picks}):
        raise Refused(_("Choose people from the board."))
    return {pick.person: found[pick.person] for pick in picks}


def seats_to_leave(
    season: Season, picks: Sequence[Pick], people: dict[UUID, Person]
) -> list[Membership]:
    """The seats the picks were seen in. Raises Refused when somebody has moved since."""
    seats = season.memberships.filter(person__in=list(people), ends_on=None)
    held = {(seat.person_id, seat.group_id): seat for seat in seats.select_related("group")}
    seated = {person for person, _group in held}
    leave = []
    for pick in picks:
        person = people[pick.person]
        if pick.group is None and pick.person in seated:
            raise Refused(moved_on(season, person))
        if pick.group is not None:
            seat = held.get((pick.person, pick.group))
            if seat is None:
                raise Refused(moved_on(season, person))
            refuse_if_locked(seat.group)
            leave.append(seat)
    return leave


def refuse_second_seat(
    season: Season, people: dict[UUID, Person], leave: Sequence[Membership]
) -> None:
    """Raise Refused when one of them is a member of a group she does not leave.

    Where leaders and members hold the same position, a card may be ticked where she leads.
    """
    seats = season.memberships.members().filter(person__in=list(people), ends_on=None)
    kept = seats.exclude(pk__in=[seat.pk for seat in leave])
    if seat := kept.select_related("person", "group").first():
        sentence = _(
            "%(person)s is already a member of %(group)s. Tick the card in that group to move."
        )
        raise Refused(sentence % {"person": seat.person, "group": seat.group})


def refuse_if_locked(group: NetworkGroup) -> None:
    """Raise Refused for a published group (V9)."""
    if group.is_published:
        sentence = _(
            "%(group)s is published. Use «Move» beside the name: it asks for date and reason."
        )
        raise Refused(sentence % {"group": group})


def refuse_unqualified(
    season: Season, people: list[Person], *, as_leader: bool, day: date | None = None
) -> None:
    """Raise Refused when somebody lacks, on `day`, the position the members, or leaders, hold."""
    network = season.network
    kind = network.leader_position if as_leader else network.member_position
    held = Position.objects.in_force(season.day_within(day)).filter(kind=kind, person__in=people)
    qualified = set(held.values_list("person_id", flat=True))
    names = [person.name for person in people if person.pk not in qualified]
    if not names:
        return
    facts = {"names": listed(names), "position": Position.Kind(kind).label}
    if as_leader:
        raise Refused(_("The process leader must be %(position)s: %(names)s is not.") % facts)
    raise Refused(_("Members must be %(position)s: %(names)s is not.") % facts)


def seat_people(season: Season, group: NetworkGroup, people: Any, role: str) -> None:
    """Give people draft seats in the group; from when is settled when it is published."""
    starts_on = max(season.starts_on, timezone.localdate())
    Membership.objects.bulk_create(
        Membership(season=season, group=group, person=person, role=role, starts_on=starts_on)
        for person in people
    )


def moved_on(season: Season, person: Person) -> str:
    """«Mona Lie has been moved by Anne Berg at 11.20 …»: for the one who came second."""
    for entry in history(season)[:30]:
        if str(person.pk) in entry.details.get("people", ()) and entry.by:
            facts = {"person": person, "by": entry.by, "time": clock(entry.at)}
            return (
                _("%(person)s was moved by %(by)s at %(time)s. The page now shows how it is.")
                % facts
            )
    return _("%(person)s has been moved. The page now shows how it is.") % {"person": person}


@transaction.atomic
def appoint(group: NetworkGroup, person: Person | None, *, by: Person) -> None:
    """Choose the leader of a draft (None: nobody yet); she may lead another group as well.

    Raises Refused for a published group or somebody without the leaders' position (V7).
    """
    season = group.season
    lock(season)
    group = fresh(season, group)
    refuse_if_locked(group)
    if person:
        refuse_unqualified(season, [person], as_leader=True)
    group.memberships.leaders().delete()
    if person:
        seat_people(season, group, [person], Membership.Role.LEADER)
    record(
        by=by,
        did="people.placed",
        on=season,
        people=[str(person.pk)] if person else [],
        group=str(group.pk),
        as_leader=True,
    )


# --- warnings somebody lives with -----------------------------------------------------------------


@transaction.atomic
def record_reason(season: Season, finding: Finding, reason: str, *, by: Person) -> None:
    """Live with the finding and keep why. Raises Refused where one cannot."""
    if not finding.can_be_excused:
        raise Refused(_("A group without a process leader cannot be published."))
    RuleException.objects.update_or_create(
        season=season,
        rule=finding.rule,
        subject=finding.subject,
        defaults={"reason": reason, "by": by, "at": timezone.now()},
    )
    record(by=by, did="rule.excused", on=season, rule=finding.rule, subject=finding.subject)


@transaction.atomic
def withdraw_reason(season: Season, finding: Finding, *, by: Person) -> None:
    """Stop living with it: the warning is back."""
    season.exceptions.filter(rule=finding.rule, subject=finding.subject).delete()
    record(by=by, did="rule.restored", on=season, rule=finding.rule, subject=finding.subject)
