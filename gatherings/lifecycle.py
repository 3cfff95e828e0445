"""From draft to called, moved, cancelled: each step one transaction with its letters and journal.

A gathering is locked before it is looked at, so that pressing twice, or two people pressing, does
the thing once. The calendar entry keeps its UID; SEQUENCE rises with time, place and state.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gatherings import documents, letters, opening, planning
from gatherings.letters import Mailing
from gatherings.models import Attendance, Gathering
from networks.models import Membership
from office import journal, mail
from participants.models import Person


class NotReady(Exception):
    """Something is missing before it can be sent; `args[0]` is a list of sentences."""


class Settled(Exception):
    """The gathering is cancelled, held or has begun: too late for this step."""


@dataclass
class Undone:
    """What came of undoing: how many letters were stopped, and whom the others had reached."""

    withdrawn: int
    reached: list[Person]


@transaction.atomic
def call(gathering: Gathering, *, by: Person, now: datetime | None = None) -> int:
    """Call the group: one letter to each, with calendar and programme; returns how many.

    Calling a called gathering again sends only to those who lack a letter (new in the group, or
    theirs was undone or not delivered), so that pressing twice sends nothing twice. Raises
    NotReady, Settled.
    """
    now = now or timezone.now()
    gathering = _locked(gathering)
    _must_be_ready(gathering, now)
    if gathering.state == Gathering.State.CALLED:
        return _call_the_rest(gathering, by)
    if gathering.state != Gathering.State.DRAFT:
        raise Settled
    gathering.state = Gathering.State.CALLED
    gathering.called_at = now
    gathering.version += 1
    gathering.save()
    posted = _invite(gathering, planning.seats(gathering), now=now)
    journal.record(by=by, did="gathering.called", on=gathering, at=now, letters=posted)
    return posted


@transaction.atomic
def undo(gathering: Gathering, *, by: Person) -> Undone:
    """Stop the letters of the last step, calling or cancelling, that have not left.

    If none has, the step is undone: a draft again, or called again with the letters the cancelling
    had stopped. Else the gathering stays as it is, and the answer says whom the letter has reached.
    Where others have or will get letters of an earlier step, only the last letters are stopped: a
    newcomer's invitation after a move. Raises Settled when there is nothing to undo; a move is not
    undone but followed by another.
    """
    gathering = _locked(gathering)
    steps = {Gathering.State.CALLED: "called", Gathering.State.CANCELLED: "cancelled"}
    if gathering.state not in steps or gathering.has_started:
        raise Settled
    step = steps[gathering.state]
    sent = letters.of_step(gathering, step)
    if not sent.exists() and not letters.stopped_by_cancelling(gathering).exists():
        raise Settled
    left = list(Person.objects.filter(letters__in=sent.filter(state__in=letters.LEFT)).distinct())
    withdrawn = mail.withdraw(letters.occasion(gathering, step))
    if not left and (step == "cancelled" or not letters.alive(gathering).exists()):
        _take_back(gathering)
    journal.record(by=by, did="gathering.undone", on=gathering, withdrawn=withdrawn)
    return Undone(withdrawn, left)


def _take_back(gathering: Gathering) -> None:
    """From called to draft, or from cancelled to called, as if nothing had been said."""
    if gathering.state == Gathering.State.CALLED:
        gathering.state = Gathering.State.DRAFT
        gathering.called_at = None
        gathering.attendances.all().delete()
    else:
        opening.take_away(gathering.round, gathering.group)
        mail.put_back(letters.occasion(gathering, "cancelled"))
        gathering.state = Gathering.State.CALLED
    # The next step is another occasion, and a newer calendar entry.
    gathering.sequence += 1
    gathering.version += 1
    gathering.save()


@transaction.atomic
def move(
    gathering: Gathering,
    facts: dict[str, Any],
    *,
    message: str,
    ask_again: bool,
    version: int,
    by: Person,
) -> int:
    """Give a called gathering a new time or place, and tell everybody; returns how many letters.

    `facts` holds new values by field name. Those who had no letter yet get only the new one.
    Raises planning.Conflict, Settled.
    """
    gathering = _locked(gathering)
    if gathering.state != Gathering.State.CALLED or gathering.has_started:
        raise Settled
    if gathering.version != version:
        raise planning.Conflict
    before = {"starts_at": gathering.starts_at, "ends_at": gathering.ends_at}
    before |= {"where": gathering.where, "preparation_due_on": gathering.preparation_due_on}
    known = letters.reached(gathering)
    letters.withdraw(gathering)
    for name, value in facts.items():
        setattr(gathering, name, value)
    gathering.sequence += 1
    gathering.version += 1
    gathering.save()
    if ask_again:
        members = gathering.attendances.filter(as_leader=False)
        members.update(answer=Attendance.Answer.NONE, answered_at=None)
    more = {"before": before, "message": message, "ask_again": ask_again}
    posted = _invite(gathering, planning.seats(gathering), moved=more, known=known)
    journal.record(by=by, did="gathering.moved", on=gathering, letters=posted)
    return posted


@transaction.atomic
def cancel(gathering: Gathering, *, message: str, by: Person) -> Gathering:
    """Cancel a called gathering and tell those its invitation reached; returns the new draft.

    What people wrote stays (it belongs to the round's assignments), and the group gets a fresh
    draft of the round to plan. Raises Settled when it has begun or was never called.
    """
    gathering = _locked(gathering)
    if gathering.state == Gathering.State.CANCELLED:
        return opening.draft_of(gathering.round, gathering.group)
    if gathering.state != Gathering.State.CALLED or gathering.has_started:
        raise Settled
    gathering.state = Gathering.State.CANCELLED
    gathering.sequence += 1
    gathering.version += 1
    gathering.save()
    occasion = letters.occasion(gathering, "cancelled")
    reached = letters.reached(gathering)
    letters.withdraw(gathering, because=occasion)
    leader = planning.leader_of(gathering)
    mailing = Mailing(gathering, "cancelled", occasion, leader, more={"message": message})
    invited = {row.person_id: row for row in gathering.attendances.all()}
    posted = 0
    for person in Person.objects.filter(pk__in=reached):
        posted += mailing.post(person, invited.get(person.pk), "CANCEL") is not None
    journal.record(by=by, did="gathering.cancelled", on=gathering, letters=posted)
    return opening.replace(gathering)


def _locked(gathering: Gathering) -> Gathering:
    Gathering.objects.select_for_update().get(pk=gathering.pk)
    return Gathering.objects.with_surroundings().get(pk=gathering.pk)


def _must_be_ready(gathering: Gathering, now: datetime) -> None:
    if gathering.state in (Gathering.State.HELD, Gathering.State.CANCELLED):
        raise Settled
    if told := planning.missing(gathering, now):
        raise NotReady(told)


def _call_the_rest(gathering: Gathering, by: Person) -> int:
    lacking = letters.seats_without_letter(gathering)
    # A letter that was stopped or not delivered makes room for its successor.
    lost = letters.of_gathering(gathering).filter(state__in=letters.LOST)
    lost.filter(to__in=[seat.person_id for seat in lacking]).delete()
    # Who has no address gets no letter, and is invited like the others.
    without = [seat for seat in planning.seats(gathering) if not seat.person.email]
    posted = _invite(gathering, [*lacking, *without])
    if posted:
        journal.record(by=by, did="gathering.called_rest", on=gathering, letters=posted)
    return posted


def _invite(
    gathering: Gathering,
    seats: list[Membership],
    *,
    moved: dict[str, Any] | None = None,
    known: Collection[Any] = (),
    now: datetime | None = None,
) -> int:
    """Attendance and a letter for each; the leader, who called, gets a copy for her calendar.

    With `moved` those in `known`, who have the time before, are told of the change.
    """
    leader = planning.leader_of(gathering, timezone.localdate(now))
    document = documents.order_programme(gathering, now)
    occasion = letters.occasion(gathering, "moved" if moved else "called")
    invitation = Mailing(gathering, "invitation", occasion, leader, document, now=now)
    change = Mailing(gathering, "moved", occasion, leader, document, more=moved or {})
    Attendance.objects.bulk_create([_row(gathering, seat) for seat in seats], ignore_conflicts=True)
    attendances = {row.person_id: row for row in gathering.attendances.all()}
    posted = 0
    for seat in seats:
        mailing = change if moved and seat.person_id in known else invitation
        letter = mailing.post(seat.person, attendances.get(seat.person_id), "REQUEST")
        posted += letter is not None
    return posted


def _row(gathering: Gathering, seat: Membership) -> Attendance:
    leads = seat.role == Membership.Role.LEADER
    answer = Attendance.Answer.YES if leads else Attendance.Answer.NONE
    return Attendance(gathering=gathering, person=seat.person, as_leader=leads, answer=answer)
