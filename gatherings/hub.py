"""What one person finds on the page of a gathering: by her seat, counts for those who oversee."""

from collections import Counter, defaultdict
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gatherings import answering, letters, planning
from gatherings.forms.answers import LABELS, WORDS
from gatherings.models import Action, Assignment, Attendance, Gathering, Submission
from gatherings.permissions import conducts, may_change_time, may_plan, seat
from networks.models import Membership
from office.models import Letter
from participants.models import Person


class Hub:
    """Gathers the facts of the page in few questions to the database."""

    def __init__(self, gathering: Gathering, person: Person) -> None:
        self.gathering = gathering
        self.person = person
        self.seat = seat(person, gathering.group_id)
        self.leads = self.seat == Membership.Role.LEADER

    def context(self) -> dict[str, Any]:
        """Everything the template shows."""
        at = self.gathering
        return {
            "gathering": at,
            "cross_cutting": at.round.cross_cutting.all(),
            "leads": self.leads,
            "oversees": not self.seat,
            "takt": self.takt,
            "before_text": self.before_text,
            "attendance": self.mine,
            "answer": self.answer,
            "counts": self.counts,
            "programme": planning.timed(self.items, at.starts_at) if self.seat else [],
            "tasks": self.tasks,
            "sending": self.sending if self.leads else None,
            "next_step": self.next_step,
            "may_change_time": may_change_time(self.person, at),
            "warnings": self.warnings,
            "newcomers": self.newcomers,
            "minutes_before": sum(task.minutes for task in self.before),
        }

    @cached_property
    def items(self) -> list[Any]:
        return list(self.gathering.items.order_by("position", "pk"))

    @cached_property
    def attendances(self) -> list[Attendance]:
        # A draft has invited nobody.
        draft = self.gathering.state == Gathering.State.DRAFT
        return [] if draft else list(self.gathering.attendances.all())

    @cached_property
    def mine(self) -> Attendance | None:
        """The person's own invitation."""
        return next((a for a in self.attendances if a.person_id == self.person.pk), None)

    @cached_property
    def seats(self) -> list[Membership]:
        return planning.seats(self.gathering)

    @cached_property
    def members(self) -> set[UUID]:
        """Who counts: those who sit there on its day, and once it has begun those invited."""
        at = self.gathering
        if at.state == Gathering.State.CALLED and not at.has_started:
            return {s.person_id for s in self.seats if s.role == Membership.Role.MEMBER}
        return {a.person_id for a in self.attendances if not a.as_leader}

    @cached_property
    def before(self) -> list[Assignment]:
        return self.gathering.round.tasks_before

    @cached_property
    def counts(self) -> dict[str, int]:
        """Members, answers, presence, deliveries and actions: numbers only."""
        invited = [a for a in self.attendances if a.person_id in self.members]
        kinds = [task.kind for task in self.before]
        to_write = kinds.count(Assignment.Kind.WRITE)
        written = [self._delivered_by[who][Assignment.Kind.WRITE] for who in self.members]
        return {
            "members": len(self.members),
            "answered": sum(1 for a in invited if a.answer),
            "coming": sum(1 for a in invited if a.answer in Attendance.COMING),
            "present": sum(1 for a in invited if a.presence in Attendance.TOOK_PART),
            # As in the overview: who has delivered all that is to be written.
            "ready": sum(1 for n in written if to_write and n >= to_write),
            "writers": len(self.members) if to_write else 0,
            **self._actions,
        }

    @cached_property
    def _actions(self) -> dict[str, int]:
        if self.gathering.state != Gathering.State.HELD:
            return {"promised": 0, "done": 0}
        return Action.objects.filter(gathering=self.gathering).aggregate(
            promised=Count("pk"), done=Count("pk", filter=Q(state__in=Action.WAS_TRIED))
        )

    @cached_property
    def _delivered_by(self) -> dict[Any, Counter[str]]:
        rows = Submission.objects.delivered().filter(
            group_id=self.gathering.group_id, assignment__in=self.before
        )
        found: dict[Any, Counter[str]] = defaultdict(Counter)
        for person, kind in rows.values_list("person_id", "assignment__kind"):
            found[person][kind] += 1
        return found

    @cached_property
    def delivered(self) -> int:
        """How many tasks the person herself has done, reading and writing."""
        return self._delivered_by[self.person.pk].total()

    @cached_property
    def takt(self) -> tuple[float | None, float | None, float | None]:
        """Before and during: a member's own, else the group's. After: the group's for all."""
        counts, held = self.counts, self.gathering.state == Gathering.State.HELD
        promised = counts["promised"]
        after = counts["done"] / promised if held and promised else None
        if self.seat == Membership.Role.MEMBER:
            before = self.delivered / len(self.before) if self.before else None
            was_there = self.mine is not None and self.mine.presence in Attendance.TOOK_PART
            return before, (1.0 if was_there else 0.0) if held else None, after
        people, writers = counts["members"], counts["writers"]
        before = counts["ready"] / writers if writers else None
        return before, counts["present"] / people if held and people else None, after

    @property
    def before_text(self) -> str:
        """«1 av 3»: own tasks for a member, people for the others."""
        if self.seat == Membership.Role.MEMBER:
            done, of = self.delivered, len(self.before)
        else:
            done, of = self.counts["ready"], self.counts["writers"]
        return _("%(done)s of %(of)s") % {"done": done, "of": of} if of else ""

    @property
    def answer(self) -> dict[str, Any] | None:
        """The three buttons for a member who can still answer, with the current one marked."""
        if self.mine is None or self.mine.as_leader or not self.seat:
            return None
        return {
            "url": answering.path(self.mine),
            "is_open": answering.is_open(self.gathering),
            "current": self.mine.get_answer_display() if self.mine.answer else "",
            "choices": [
                {"value": word, "label": LABELS[word], "on": WORDS[word] == self.mine.answer}
                for word in LABELS
            ],
        }

    @property
    def tasks(self) -> list[dict[str, str]]:
        """Rows that lead to the doing, by seat and by where the gathering stands."""
        if not self.seat:
            return self._minutes_row() if self.gathering.state == Gathering.State.HELD else []
        rows = self._leader_rows() if self.leads else self._member_rows()
        return [row for row in rows if row]

    def _member_rows(self) -> list[dict[str, str]]:
        at, rows = self.gathering, []
        if self.before:
            rows.append(self._preparation_row())
            rows.append(self._row("group_preparation", _("Read what the group has written")))
        if at.state == Gathering.State.CANCELLED:
            return rows
        if at.state == Gathering.State.HELD or at.has_started:
            rows.append(self._row("action_new", _("Choose your action")))
            rows += self._minutes_row()
        return rows

    def _preparation_row(self) -> dict[str, str]:
        left, closed = len(self.before) - self.delivered, self.gathering.preparation_closed
        if self.gathering.state == Gathering.State.CANCELLED:
            return self._row("preparation", _("See the preparation"))
        if left > 0 and closed:
            return self._row("preparation", _("See the preparation"), closed)
        return self._row("preparation", _("Do the preparation"), self._due(), *self._done(left))

    def _leader_rows(self) -> list[dict[str, str]]:
        at, counts, rows = self.gathering, self.counts, []
        state = Gathering.State
        if at.state == state.DRAFT and not planning.missing(at, timezone.now()):
            rows.append(self._row("plan", _("Change the plan")))
        if at.state == state.CALLED:
            told = _("%(n)s of %(of)s have answered") % {
                "n": counts["answered"],
                "of": counts["members"],
            }
            rows.append(self._row("follow_up", _("See answers and preparation"), told))
            rows.append(self._row("plan", _("Change programme or greeting")))
        if self.before and at.state != state.DRAFT:
            rows.append(self._row("group_preparation", _("Read what the group has written")))
        if at.state in (state.CALLED, state.HELD) and conducts(self.person, at):
            rows.append(self._row("conduct", _("Conduct the gathering")))
        if at.state == state.HELD:
            rows.append(self._row("follow_up", _("See answers and preparation")))
            rows += self._minutes_row()
        return rows

    def _minutes_row(self) -> list[dict[str, str]]:
        return [self._row("minutes", _("Read the minutes"))]

    def _due(self) -> str:
        due = self.gathering.preparation_due_on
        if not due:
            return ""
        return _("due %(day)s") % {"day": planning.dates.day(due)}

    @staticmethod
    def _done(left: int) -> tuple[str, str]:
        return (_("Done"), "") if left <= 0 else (_("%(n)s left") % {"n": left}, "warn")

    def _row(self, name: str, title: str, meta: str = "", state: str = "", tone: str = ""):
        url = reverse(f"gatherings:{name}", args=[self.gathering.pk])
        return {"url": url, "title": title, "meta": meta, "state": state, "tone": tone}

    @property
    def next_step(self) -> dict[str, str] | None:
        """The one primary button of the leader."""
        if self.leads and self.gathering.state == Gathering.State.CANCELLED:
            return self._plan_anew()
        if not (self.leads and may_plan(self.person, self.gathering)):
            return None
        if self.gathering.state == Gathering.State.CALLED:
            return None
        if planning.missing(self.gathering, timezone.now()):
            number = self.gathering.round.number
            return self._row("plan", _("Plan gathering %(number)s") % {"number": number})
        return self._row("invite", _("See the invitation"))

    def _plan_anew(self) -> dict[str, str] | None:
        at = self.gathering
        draft = Gathering.objects.filter(
            round_id=at.round_id, group_id=at.group_id, state=Gathering.State.DRAFT
        ).first()
        return draft and {
            "url": reverse("gatherings:plan", args=[draft.pk]),
            "title": _("Plan a new gathering"),
        }

    @cached_property
    def sending(self) -> dict[str, int] | None:
        """What can be undone: letters still in the house, and seconds until the first one leaves.

        A cancelling that only stopped invitations has no letters and can be undone as long.
        """
        at, now = self.gathering, timezone.now()
        if at.state not in (Gathering.State.CALLED, Gathering.State.CANCELLED):
            return None
        window = timedelta(seconds=settings.UNDO_SECONDS)
        if at.state == Gathering.State.CALLED and at.called_at + window < now:
            return None
        leaving = Q(occasion=letters.occasion(at, at.state), state=Letter.State.WAITING, attempts=0)
        stopped = Q(stopped_by=letters.occasion(at, "cancelled"))
        found = Letter.objects.filter(leaving | stopped, not_before__gt=now)
        rows = list(found.values_list("stopped_by", "not_before"))
        times = [moment for stopped_by, moment in rows if not stopped_by]
        until = min(times or [moment for _stopped_by, moment in rows], default=None)
        if until is None:
            return None
        return {"n": len(times), "seconds": max(1, round((until - now).total_seconds()))}

    @property
    def newcomers(self) -> int:
        """For the leader: how many sit in the group without being invited."""
        at = self.gathering
        open_call = at.state == Gathering.State.CALLED and not at.has_started
        if not self.leads or not open_call or self.sending:
            return 0
        invited = {self.person.pk, *(row.person_id for row in self.attendances)}
        return sum(1 for s in self.seats if s.person_id not in invited and s.person.email)

    @cached_property
    def warnings(self) -> list[str]:
        """For the leader of a draft with a date."""
        draft = self.gathering.state == Gathering.State.DRAFT
        return planning.warnings(self.gathering, self.seats) if self.leads and draft else []
