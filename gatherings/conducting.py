"""On the day: who is there, notes per item, agreements; then the gathering is held (V16, V18).

A page may stand open on two devices. A note that another device changed meanwhile is kept under the
other one, never in its place; presence is written person by person, where it was touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from gatherings import minutes, planning
from gatherings.models import Action, Agreement, Attendance, Gathering, Minutes, ProgrammeItem
from networks.models import Membership
from office import journal
from participants.models import Person

PRESUMED = {
    Attendance.Answer.YES: Attendance.Presence.PRESENT,
    Attendance.Answer.ONLINE: Attendance.Presence.ONLINE,
    Attendance.Answer.NO: Attendance.Presence.ABSENT,
}


class TooEarly(Exception):
    """The gathering has no time, or has not begun: it cannot be held yet."""


class Finished(Exception):
    """The minutes are sent: what happened can no longer be changed here."""


@dataclass
class Participant:
    """One line of the attendance list."""

    person: Person
    presence: str
    presumed: str
    actions: list[Action]


def may_note(gathering: Gathering) -> bool:
    """Whether attendance and notes are open: called, or held with minutes not sent."""
    if gathering.state == Gathering.State.CALLED:
        return True
    sent = Minutes.objects.filter(gathering=gathering).exclude(state=Minutes.State.DRAFT)
    return gathering.state == Gathering.State.HELD and not sent.exists()


def participants(gathering: Gathering) -> list[Participant]:
    """Members of today and those who were invited, each with presence and actions.

    On the day, who is not noted yet is presumed to do what she answered.
    """
    rows = {
        row.person_id: row
        for row in gathering.attendances.filter(as_leader=False).select_related("person")
    }
    people = {row.person_id: row.person for row in rows.values()}
    seats = Membership.objects.in_force().members().filter(group_id=gathering.group_id)
    for seat in seats.select_related("person"):
        people.setdefault(seat.person_id, seat.person)
    actions: dict[UUID, list[Action]] = {pk: [] for pk in people}
    for action in gathering.actions.filter(person__in=people):
        actions[action.person_id].append(action)
    found = []
    for pk, person in people.items():
        row = rows.get(pk) or Attendance()
        promised = PRESUMED.get(row.answer, "") if gathering.day_has_come else ""
        found.append(Participant(person, row.presence, row.presence or promised, actions[pk]))
    return sorted(
        found,
        key=lambda each: (each.person.first_name, each.person.last_name),
    )


def earlier_actions(gathering: Gathering, person: Person) -> list[Action]:
    """What the group promised at its last gathering, open ones first, with experience (V18).

    Of these what `person` may see: a leader who came later hears nothing from before (P14).
    """
    last = (
        Gathering.objects.filter(
            group_id=gathering.group_id,
            state=Gathering.State.HELD,
            round__number__lt=gathering.round.number,
        )
        .order_by("-round__number")
        .values("pk")[:1]
    )
    theirs = Action.objects.visible_to(person)
    found = theirs.filter(gathering__in=last).select_related("person")
    return sorted(found, key=lambda action: (action.state != Action.State.PLANNED, action.due_on))


@transaction.atomic
def note(
    gathering: Gathering,
    *,
    by: Person,
    presence: Mapping[UUID, tuple[str, str]],
    notes: Mapping[UUID, tuple[str, str]],
) -> list[ProgrammeItem]:
    """Write down who is there and what was said; returns the items two people wrote on.

    `presence` holds, by person, and `notes`, by item, what the page showed and what it is now.
    Raises Finished.
    """
    _lock(gathering)
    marked = _mark(gathering, presence)
    shared = []
    for item in gathering.items.select_for_update().filter(pk__in=notes):
        before, now = notes[item.pk]
        if now == before or now == item.notes:
            continue
        if item.notes not in ("", before):
            now = f"{item.notes}\n\n{now}"
            shared.append(item)
        item.notes = now
        item.save(update_fields=["notes"])
    journal.record(by=by, did="gathering.noted", on=gathering, people=marked)
    return shared


def _mark(gathering: Gathering, presence: Mapping[UUID, tuple[str, str]]) -> int:
    """Write who was marked on this page, and who is not noted yet; returns how many.

    A row nobody touched here keeps what another device has noted.
    """
    noted = dict(gathering.attendances.exclude(presence="").values_list("person_id", "presence"))
    marked = {
        person: now
        for person, (before, now) in presence.items()
        if now != noted.get(person) and (now != before or person not in noted)
    }
    for person, now in marked.items():
        Attendance.objects.update_or_create(
            gathering=gathering, person_id=person, defaults={"presence": now}
        )
    return len(marked)


@transaction.atomic
def everyone_who_said_yes(gathering: Gathering, *, by: Person) -> int:
    """Mark those who said yes or digital as here, unless noted otherwise; returns how many."""
    _lock(gathering)
    marked = 0
    for answer in Attendance.COMING:
        marked += gathering.attendances.filter(answer=answer, presence="", as_leader=False).update(
            presence=PRESUMED[answer]
        )
    journal.record(by=by, did="gathering.noted", on=gathering, people=marked)
    return marked


@transaction.atomic
def agree(gathering: Gathering, text: str, *, by: Person) -> Agreement:
    """«We agreed on»: once per sentence. Raises Finished."""
    _lock(gathering)
    agreement, new = Agreement.objects.get_or_create(gathering=gathering, text=text)
    if new:
        journal.record(by=by, did="agreement.made", on=gathering, agreement=str(agreement.pk))
    return agreement


@transaction.atomic
def take_back(gathering: Gathering, agreement_id: UUID, *, by: Person) -> None:
    """Remove an agreement. Raises Finished."""
    _lock(gathering)
    gone, _kinds = gathering.agreements.filter(pk=agreement_id).delete()
    if gone:
        journal.record(by=by, did="agreement.taken_back", on=gathering, agreement=str(agreement_id))


@transaction.atomic
def finish(gathering: Gathering, *, by: Person) -> Minutes:
    """The gathering is held; the draft of its minutes is made, or found. Raises TooEarly."""
    current = Gathering.objects.select_for_update().get(pk=gathering.pk)
    if current.state == Gathering.State.CALLED and current.has_started:
        current.state = Gathering.State.HELD
        current.held_at = timezone.now()
        current.version += 1
        current.save(update_fields=["state", "held_at", "version"])
        journal.record(by=by, did="gathering.held", on=current)
    if current.state != Gathering.State.HELD:
        raise TooEarly
    return minutes.draft(current)


def _lock(gathering: Gathering) -> None:
    current = Gathering.objects.select_for_update().get(pk=gathering.pk)
    if not may_note(current):
        raise Finished


def timetable(gathering: Gathering) -> list[dict[str, Any]]:
    """The programme with its times; `state` says "done" or "now" while the gathering lasts."""
    now, rows = timezone.now(), planning.timed(gathering.items.all(), gathering.starts_at)
    lasts = gathering.has_started and now < gathering.ends_at
    for row in rows:
        row["state"] = ""
        if lasts and row["starts_at"] <= now:
            row["state"] = "now" if now < row["ends_at"] else "done"
    return rows


def has_notes(item: ProgrammeItem) -> bool:
    """Whether one takes notes on it: on everything but breaks."""
    return item.kind != ProgrammeItem.Kind.BREAK
