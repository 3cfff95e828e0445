"""Letters about a gathering, called, moved, cancelled or taken back; the words are templates."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat
from django.template.loader import render_to_string
from django.utils import translation

from gatherings import answering, calendar, documents, planning
from gatherings.models import Attendance, Gathering
from office import mail
from office.models import Document, Letter
from participants.models import Person


@dataclass
class Mailing:
    """What the letters of one occasion share; each person's own part is added when it is posted.

    `more` are facts only this occasion has: the message, the time before. `now` is the moment it is
    written at, when that is not the clock's.
    """

    gathering: Gathering
    template: str
    occasion: str
    leader: Person | None = None
    document: Document | None = None
    more: dict[str, Any] = field(default_factory=dict)
    now: datetime | None = None

    @cached_property
    def shared(self) -> dict[str, Any]:
        """Facts that are the same for everybody."""
        gathering = self.gathering
        tasks = gathering.round.tasks_before
        return {
            "gathering": gathering,
            "round": gathering.round,
            "group": gathering.group,
            "network": gathering.group.season.network,
            "organisation": gathering.group.season.network.region,
            "leader": self.leader,
            "tasks": tasks,
            "task_minutes": sum(task.minutes for task in tasks),
            "page_path": gathering.get_absolute_url(),
            **self.more,
        }

    def facts(self, attendance: Attendance | None) -> dict[str, Any]:
        """Facts for one person; the leader is not asked whether she comes."""
        is_copy = attendance is None or attendance.as_leader
        return {
            **self.shared,
            "answer_path": "" if is_copy else answering.path(attendance),
            "is_copy": is_copy,
        }

    def post(self, to: Person, attendance: Attendance | None, method: str) -> Letter | None:
        """Write the letter to one person; `method` REQUEST or CANCEL makes its calendar part."""
        make = {"REQUEST": calendar.request, "CANCEL": calendar.cancel}[method]
        return mail.post(
            to,
            occasion=self.occasion,
            template=self.template,
            facts=self.facts(attendance),
            calendar=make(self.gathering, self.leader, to, self.now) if to.email else None,
            document=self.document,
            reply_to=self.leader.email if self.leader else "",
            sender_name=self.sender_name,
            now=self.now,
        )

    @property
    def sender_name(self) -> str:
        """«Kari Nilsen via Ped.ledernettverket»."""
        network = self.gathering.group.season.network.name
        return f"{self.leader.name} via {network}" if self.leader else network


def preview(gathering: Gathering, to: Person, leader: Person | None) -> dict[str, Any]:
    """The invitation as `to` will read it: sender, subject and body, in her language."""
    mailing = Mailing(gathering, "invitation", "preview", leader)
    facts = {**mailing.shared, "person": to, "answer_path": "", "preview": True}
    subject, _text, _html = mail.compose(to, "invitation", facts)
    with translation.override(to.speaks):
        body = render_to_string("mail/_invitation.html", facts)
    return {
        "sender": mailing.sender_name,
        "to": to,
        "subject": subject,
        "body": body,
        "language": to.speaks,
        "filename": documents.filename(gathering, "programme"),
    }


LEFT = [Letter.State.SENT, Letter.State.SENDING]
"""A letter in these states has left the house, or may just be leaving."""

LOST = [Letter.State.DROPPED, Letter.State.FAILED]
"""A letter in these states reached nobody, and never will."""


def of_step(gathering: Gathering, what: str):
    """The letters of the last step, if that was `what`: "called", "moved" or "cancelled"."""
    return Letter.objects.filter(occasion=occasion(gathering, what))


def stopped_by_cancelling(gathering: Gathering):
    """Letters that were still in the house when it was cancelled."""
    return Letter.objects.filter(stopped_by=occasion(gathering, "cancelled"))


def of_gathering(gathering: Gathering):
    """Every letter of calling, moving and cancelling it, oldest first."""
    return Letter.objects.filter(
        occasion__in=[
            f"{prefix}{n}" for n in range(gathering.sequence + 1) for prefix in _prefixes(gathering)
        ]
    ).order_by("created_at")


def alive(gathering: Gathering):
    """Letters about it that have reached somebody, or will."""
    return of_gathering(gathering).exclude(state__in=LOST)


def occasion(gathering: Gathering, what: str) -> str:
    """«gathering-<id>-called-0»: unique for what happened and the state it led to."""
    return f"gathering-{gathering.pk}-{what}-{gathering.sequence}"


def _prefixes(gathering: Gathering) -> list[str]:
    return [f"gathering-{gathering.pk}-{what}-" for what in ("called", "moved", "cancelled")]


def withdraw(gathering: Gathering, *, to: Person | None = None, because: str = "") -> int:
    """Drop what has not left the house about calling, moving or cancelling it (`to` one person)."""
    prefixes = _prefixes(gathering)
    return sum(mail.withdraw(prefix, to=to, because=because) for prefix in prefixes)


def reached(gathering: Gathering) -> set[Any]:
    """Ids of people who have it in their calendars: a letter has left, or may just be leaving.

    Who left the group was told that it no longer holds, and is not among them (`set_aside`).
    """
    found = of_gathering(gathering).filter(state__in=LEFT)
    return set(found.values_list("to_id", flat=True))


def set_aside(attendance: Attendance) -> None:
    """Close the occasions of somebody whose invitation is taken back.

    Should she come back to the group, she is called again like anybody new.
    """
    hers = of_gathering(attendance.gathering).filter(to=attendance.person_id)
    hers.update(occasion=Concat("occasion", Value(f"-until-{attendance.pk}")))


def seats_without_letter(gathering: Gathering) -> list:
    """Seats with an address that do not know when and where: new, undone, or not delivered.

    A person's newest letter decides, for who has the invitation may lack the news of a move. What
    was withdrawn says nothing, nor does a cancelling: called again, it was never heard of.
    """
    news = of_gathering(gathering).exclude(state=Letter.State.DROPPED)
    news = news.exclude(occasion__startswith=f"gathering-{gathering.pk}-cancelled-")
    newest = dict(news.values_list("to_id", "state"))
    lacks = (None, Letter.State.FAILED)
    return [
        seat
        for seat in planning.seats(gathering)
        if seat.person.email and newest.get(seat.person_id) in lacks
    ]
