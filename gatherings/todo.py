"""What waits for a person: one list, worked out from rows that are already there (ux.md 1.3).

`Desk.of` reads everything in a constant number of statements; each kind of task is a small function
from the desk and one gathering to tasks. A new kind is a new function in MEMBER or LEADER.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, override

from gatherings.desk import Desk
from gatherings.models import (
    Action,
    Assignment,
    Attendance,
    Gathering,
    Minutes,
)
from networks.models import Membership
from office import dates

DONE_FOR = timedelta(days=14)
SOON = timedelta(days=7)
COUNTED = timedelta(days=21)
SHARED_WITHIN = timedelta(days=14)
MINUTES_WITHIN = timedelta(days=5)
CHOSEN_WITHIN = timedelta(days=2)
ANSWER_BEFORE = timedelta(days=7)
PLAN_BEFORE = timedelta(days=21)
SEND_BEFORE = timedelta(days=14)

MINE, GROUP = "mine", "group"
READ, WRITE = gettext_noop("Read «%(title)s»"), gettext_noop("Write: %(title)s")


@dataclass(frozen=True)
class Task:
    """One row: a verb first, a small line, where one tap leads, and what the tag says."""

    kind: str
    text: str
    detail: str = ""
    due: date | None = None
    url: str = ""
    state: str = ""
    tone: str = ""
    weight: int = 5
    done: bool = False
    about: str = MINE

    def order(self, today: date) -> tuple[bool, date, int]:
        """Overdue first, then by due day, then by weight."""
        return (not (self.due and self.due < today), self.due or date.max, self.weight)


def _is_held(gathering: Gathering) -> bool:
    return gathering.state == Gathering.State.HELD


def _number(gathering: Gathering) -> dict[str, int]:
    return {"number": gathering.round.number}


def _to(name: str, *ids: UUID) -> str:
    return reverse(f"gatherings:{name}", args=ids)


def left(due: date, today: date) -> tuple[str, str]:
    """«4 days left» and its tone; plain beyond a week, and no tag when it is far ahead."""
    days = (due - today).days
    if days < 0:
        return _("the date has passed"), "warn"
    if days == 0:
        return _("today"), "warn"
    if timedelta(days=days) > COUNTED:
        return "", ""
    words = ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    return words, "warn" if timedelta(days=days) <= SOON else ""


def answer_by(due: date, today: date) -> tuple[str, str]:
    """«answer by 3 December» and its tone, as urgent as the days left; today when it has passed."""
    if due <= today:
        return _("answer today"), "warn"
    words, tone = left(due, today)
    return words and _("answer by %(day)s") % {"day": dates.date_span(due)}, tone


# --- a member's -------------------------------------------------------------------------------


def invitation(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """Answer the invitation."""
    row = desk.attendances[gathering.pk].get(desk.person.pk)
    if row is None or not desk.is_ahead(gathering):
        return
    due = timezone.localdate(gathering.starts_at) - ANSWER_BEFORE
    said = row.answer != Attendance.Answer.NONE
    state, tone = (row.get_answer_display(), "ok") if said else answer_by(due, desk.today)
    yield Task(
        "rsvp.answer",
        _("Answer the invitation to gathering %(number)s") % _number(gathering),
        dates.day_span(gathering.starts_at, gathering.ends_at),
        due,
        _to("gathering", gathering.pk),
        state,
        tone,
        weight=1,
        done=said,
    )


def preparation(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """Read and write before the gathering, until it starts."""
    if not desk.is_ahead(gathering):
        return
    due = desk.due_day(gathering)
    for task in desk.before(gathering):
        yield _assignment_task(desk, gathering, task, due)


def _assignment_task(desk: Desk, gathering: Gathering, task: Assignment, due: date) -> Task:
    row = desk.answer(gathering, task, desk.person.pk)
    done, reads = bool(row and row.delivered_at), task.kind == Assignment.Kind.READ
    begun = bool(row and row.version) and not done
    takes = _("about %(minutes)s min") % {"minutes": task.minutes}
    by = _("by %(day)s") % {"day": dates.day(due)}
    state, tone = left(due, desk.today)
    if done:
        state, tone = (_("Read") if reads else _("Delivered")), "ok"
    return Task(
        "prep.read" if reads else "prep.write",
        _verb_first(task.title, READ if reads else WRITE),
        " · ".join([_("begun"), by] if begun else [takes, by]),
        due,
        _to("assignment", gathering.pk, task.pk),
        state,
        tone,
        weight=2 if reads else 3,
        done=done,
    )


def _verb_first(title: str, pattern: str) -> str:
    """«Les «Rammeplanen»», but never «Les «Les rammeplanen»», in any language."""
    begins = _first_word(title) in _verbs(pattern)
    return title if begins else _(pattern) % {"title": title}


@cache
def _verbs(pattern: str) -> frozenset[str]:
    """The pattern's verb in each language: a title keeps the language of the one who wrote it."""
    verbs = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            verbs.add(_first_word(_(pattern)))
    return frozenset(verbs)


def _first_word(text: str) -> str:
    return text.partition(" ")[0].strip(":").lower()


def after(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """Choose an action, and work after the last gathering."""
    if desk.latest_held(gathering.group_id) is not gathering or not desk.was_seated(gathering):
        return
    mine = [action for action in desk.actions if action.gathering_id == gathering.pk]
    held_on = timezone.localdate(gathering.starts_at)
    if not mine:
        yield Task(
            "action.choose",
            _("Choose your action"),
            _("After gathering %(number)s") % _number(gathering),
            held_on + CHOSEN_WITHIN,
            _to("action_new", gathering.pk),
            _("Not chosen"),
        )
    for task in gathering.round.assignments.all():
        if task.phase == Assignment.Phase.AFTER:
            yield _assignment_task(desk, gathering, task, desk.due_after(gathering))


def minutes_to_read(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """Read the minutes while one can still object, until one says that one has."""
    minutes = getattr(gathering, "minutes", None)
    if minutes is None or minutes.state != Minutes.State.SENT:
        return
    read = minutes.pk in desk.minutes_read
    state, tone = (_("Read"), "ok") if read else left(minutes.approve_on, desk.today)
    yield Task(
        "minutes.read",
        _("Read through the minutes of gathering %(number)s") % _number(gathering),
        _("waits for you until %(day)s") % {"day": dates.day(minutes.approve_on)},
        minutes.approve_on,
        _to("minutes", gathering.pk),
        state,
        tone,
        done=read,
    )


def own_actions(desk: Desk) -> Iterator[Task]:
    """Tell how it went, and how it was shared with the staff (V24)."""
    for action in desk.actions:
        if action.state == Action.State.PLANNED:
            late = action.due_on < desk.today
            yield Task(
                "action.log",
                _("Log your action"),
                f"«{action.title}»",
                action.due_on,
                _to("action", action.pk),
                _("Tell how it went") if late else _("Under way"),
                "warn" if late else "",
            )
        elif action.state != Action.State.PUT_AWAY:
            shared = bool(action.shared_in)
            if shared and (desk.today - (action.shared_on or desk.today)) > DONE_FOR:
                continue
            if action.due_on < desk.today - 6 * SHARED_WITHIN:
                continue
            yield Task(
                "action.shared",
                _("Tell how you shared it with the staff"),
                f"«{action.title}»",
                action.due_on + SHARED_WITHIN,
                _to("action", action.pk),
                action.get_shared_in_display() if shared else _("Not shared yet"),
                "ok" if shared else "",
                done=shared,
            )


# --- a leader's -----------------------------------------------------------------------------------


def date_to_find(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """A gathering without a date, or one that is planned and not sent."""
    if gathering.state != Gathering.State.DRAFT:
        return
    window = {"dates": dates.date_span(gathering.round.window_from, gathering.round.window_to)}
    if gathering.starts_at is None:
        due, kind = gathering.round.window_from - PLAN_BEFORE, "date.find"
        text, name = _("Plan gathering %(number)s"), "plan"
        detail = _("The window is %(dates)s") % window
    else:
        due, kind = timezone.localdate(gathering.starts_at) - SEND_BEFORE, "invite.send"
        text, name = _("Send the invitation to gathering %(number)s"), "invite"
        detail = dates.day_span(gathering.starts_at, gathering.ends_at)
    state, tone = left(due, desk.today)
    if due < desk.today:
        state, tone = _("Now"), "warn"
    yield Task(
        kind,
        text % _number(gathering),
        detail,
        due,
        _to(name, gathering.pk),
        state,
        tone,
        weight=2,
        about=GROUP,
    )


def group_lacks(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """How many are new and not invited, have not answered, or not delivered."""
    if not desk.is_ahead(gathering):
        return
    seats = desk.members(gathering)
    rows = desk.attendances[gathering.pk]
    silent = sum(1 for s in seats if s.person_id in rows and not rows[s.person_id].answer)
    tasks = len(desk.before(gathering))
    lacking = sum(1 for s in seats if desk.delivered(gathering, s.person_id) < tasks)
    url, due = _to("follow_up", gathering.pk), desk.due_day(gathering)
    # As hub.newcomers: to call again reaches only those who have an address.
    invited = {desk.person.pk, *rows}
    sitting = desk.sitting(gathering)
    if new := sum(1 for s in sitting if s.person_id not in invited and s.person.email):
        text = ngettext(
            "%(n)s has not got the invitation", "%(n)s have not got the invitation", new
        ) % {"n": new}
        yield Task("invite.rest", text, _where(gathering), desk.today, url, weight=3, about=GROUP)
    if silent:
        text = ngettext(
            "%(n)s has not answered the invitation",
            "%(n)s have not answered the invitation",
            silent,
        ) % {"n": silent}
        yield Task("rsvp.missing", text, _where(gathering), due, url, weight=4, about=GROUP)
    if lacking and due <= desk.today:
        text = ngettext(
            "%(n)s has not delivered the preparation",
            "%(n)s have not delivered the preparation",
            lacking,
        ) % {"n": lacking}
        yield Task("prep.missing", text, _where(gathering), due, url, weight=4, about=GROUP)


def _where(gathering: Gathering) -> str:
    day = dates.day(gathering.starts_at)
    return _("Gathering %(number)s, %(day)s") % {**_number(gathering), "day": day}


def to_conduct(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """Open the page of the day; it stays until the gathering is ended there."""
    if gathering.state != Gathering.State.CALLED:
        return
    day = timezone.localdate(gathering.starts_at)
    if day > desk.today:
        return
    over = gathering.ends_at < desk.now
    text = _("End gathering %(number)s") if over else _("Conduct gathering %(number)s")
    yield Task(
        "gathering.run",
        text % _number(gathering),
        dates.day_span(gathering.starts_at, gathering.ends_at),
        day,
        _to("conduct", gathering.pk),
        _("Now") if over else _("today"),
        "warn",
        weight=0,
        about=GROUP,
    )


def minutes_to_write(desk: Desk, gathering: Gathering) -> Iterator[Task]:
    """Write the minutes until they are sent."""
    if not _is_held(gathering):
        return
    minutes = getattr(gathering, "minutes", None)
    if minutes is not None and minutes.state != Minutes.State.DRAFT:
        return
    due = timezone.localdate(gathering.starts_at) + MINUTES_WITHIN
    state, tone = left(due, desk.today)
    yield Task(
        "minutes.write",
        _("Write the minutes of gathering %(number)s") % _number(gathering),
        _("the draft is ready"),
        due,
        _to("minutes_edit", gathering.pk),
        state,
        tone,
        about=GROUP,
    )


MEMBER = (invitation, preparation, after, minutes_to_read)
LEADER = (date_to_find, group_lacks, to_conduct, minutes_to_write)
KINDS = {Membership.Role.MEMBER: MEMBER, Membership.Role.LEADER: LEADER}


def tasks(desk: Desk) -> list[Task]:
    """Everything, done or not, in the order of the page."""
    found = list(own_actions(desk))
    for gathering in desk.gatherings:
        for kind in KINDS.get(desk.role_in(gathering.group_id), ()):
            found += kind(desk, gathering)
    return sorted(found, key=lambda task: task.order(desk.today))


def takt(desk: Desk, gathering: Gathering) -> dict[str, Any]:
    """The card's bar: own work for a member, the group's for the leader."""
    before = len(desk.before(gathering))
    if desk.role_in(gathering.group_id) == Membership.Role.LEADER:
        people: Iterable[UUID] = [seat.person_id for seat in desk.members(gathering)]
    else:
        people = [desk.person.pk]
    counts = [desk.delivered(gathering, person) for person in people]
    done, of = sum(counts), before * len(counts)
    words = {"done": done, "of": of}
    if desk.role_in(gathering.group_id) == Membership.Role.LEADER:
        words = {"done": sum(1 for n in counts if n == before), "of": len(counts)}
    return {
        "before": done / of if of else None,
        "words": _("%(done)s of %(of)s") % words if of else "",
    }
