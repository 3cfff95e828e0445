"""Letters about groups: welcome to yours, you move, somebody comes or goes (ux.md 4.2)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from networks.models import Membership, NetworkGroup
from office.mail import post
from participants.models import Person, Position


def seats_of(group: NetworkGroup) -> list[Membership]:
    """Those who sit in the group once all that is decided has happened: leader first."""
    seats = group.memberships.filter(ends_on=None).select_related("person", "group")
    in_order = seats.order_by("person__last_name", "person__first_name")
    return sorted(in_order, key=lambda seat: seat.role != Membership.Role.LEADER)


def workplaces(people: list[Person], kind: str, day: date) -> dict[object, str]:
    """Where each of the people works in a position of this kind on `day`, by person."""
    held = Position.objects.in_force(day).filter(person__in=people, kind=kind)
    names: dict[object, list[str]] = {}
    for position in held.select_related("institution").order_by("institution__name"):
        names.setdefault(position.person_id, []).append(position.institution.name)
    return {person: ", ".join(places) for person, places in names.items()}


def facts_of(group: NetworkGroup, day: date | None = None) -> dict[str, Any]:
    """What a letter says about a group: who leads it, who sits in it, when it meets next."""
    season = group.season
    seats = seats_of(group)
    members = [seat.person for seat in seats if seat.role == Membership.Role.MEMBER]
    where = workplaces(members, season.network.member_position, season.day_within(day))
    leader = next((s.person for s in seats if s.role == Membership.Role.LEADER), None)
    return {
        "group": group.name,
        "network": season.network,
        "organisation": season.network.region,
        "season": season.name,
        "url": reverse("networks:group", args=[group.pk]),
        "leader": leader,
        "members": [(person.name, where.get(person.pk, "")) for person in members],
        "next_gathering": gatherings_ahead(group).first(),
    }


def gatherings_ahead(group: NetworkGroup) -> QuerySet:
    """The group's called gatherings, soonest first; the app to the right hangs them on it."""
    return group.gatherings.upcoming().select_related("host", "round")


def welcome(seat: Membership, facts: dict[str, Any], *, by: Person) -> None:
    """Your group, its leader, who is in it: once to each seat."""
    post(
        seat.person,
        occasion=f"seat-{seat.pk}-welcome",
        template="group_published",
        facts={
            **facts,
            "leads": seat.role == Membership.Role.LEADER,
            "first_day": seat.starts_on,
            "by": by,
        },
        reply_to=by.email,
        sender_name=by.name,
    )


def moved(person: Person, *, facts: dict[str, Any], occasion: str, by: Person) -> None:
    """You move to another group, or leave yours, from a day, and why."""
    post(
        person,
        occasion=occasion,
        template="group_moved",
        facts={**facts, "by": by},
        reply_to=by.email,
        sender_name=by.name,
    )


def changed(to: Person, *, facts: dict[str, Any], occasion: str, by: Person) -> None:
    """Somebody comes to your group or goes from it, or it has a new leader."""
    post(
        to,
        occasion=occasion,
        template="group_changed",
        facts={**facts, "by": by},
        reply_to=by.email,
        sender_name=by.name,
    )
