"""What the leader sees before and after sending: recipients, answers, deliveries, letters."""

from collections import Counter
from typing import Any
from urllib.parse import quote

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gatherings import letters, planning
from gatherings.models import Assignment, Attendance, Gathering, Submission
from networks.models import Membership
from office import dates
from office.models import Letter

TONES = {
    Letter.State.SENT: "ok",
    Letter.State.FAILED: "danger",
    Letter.State.DROPPED: "warn",
}


def missing(gathering: Gathering) -> list[str]:
    """What must be there before the invitation can be sent."""
    return planning.missing(gathering, timezone.now())


def invitation(gathering: Gathering) -> dict[str, Any]:
    """The page that sends: the letter as the first receiver reads it, and everybody's address."""
    seats = planning.seats(gathering)
    if gathering.state == Gathering.State.CALLED:
        lacking = {seat.pk for seat in letters.seats_without_letter(gathering)}
        seats = [seat for seat in seats if seat.pk in lacking]
    leader = planning.leader_of(gathering)
    shared = Counter(s.person.email for s in seats if s.person.email)
    example = next((s.person for s in seats if s.role == Membership.Role.MEMBER), leader)
    ready = gathering.starts_at is not None and example is not None and bool(seats)
    return {
        "gathering": gathering,
        "leader": leader,
        "recipients": [
            {
                "person": seat.person,
                "leads": seat.role == Membership.Role.LEADER,
                "shared": shared[seat.person.email] > 1,
            }
            for seat in seats
        ],
        "shared_boxes": sorted(box for box, users in shared.items() if users > 1),
        "without_address": [s.person.name for s in seats if not s.person.email],
        "sends": sum(1 for s in seats if s.person.email),
        "letter": letters.preview(gathering, example, leader) if ready else None,
        "programme": planning.timed(gathering.items.all(), gathering.starts_at),
        "rest": gathering.state == Gathering.State.CALLED,
    }


def answers(gathering: Gathering) -> dict[str, Any]:
    """One row per person: answer, how much is delivered, how the letter fares. Never a text."""
    rows = {row.person_id: row for row in gathering.attendances.filter(as_leader=False)}
    read, written = _tasks(gathering)
    done = _delivered(gathering)
    post = {letter.to_id: letter for letter in letters.of_gathering(gathering)}
    people: list[dict[str, Any]] = [
        {
            "person": seat.person,
            "attendance": rows.get(seat.person_id),
            "read": done.get(seat.person_id, {}).get(Assignment.Kind.READ, 0),
            "written": done.get(seat.person_id, {}).get(Assignment.Kind.WRITE, 0),
            "letter": letter_state(seat.person, post.get(seat.person_id)),
        }
        for seat in planning.seats(gathering)
        if seat.role == Membership.Role.MEMBER
    ]
    return {
        "people": people,
        "to_remind": reminders(gathering, people, written),
        "read": read,
        "written": written,
        "answered": sum(1 for p in people if p["attendance"] and p["attendance"].answer),
        "coming": sum(
            1 for p in people if p["attendance"] and p["attendance"].answer in Attendance.COMING
        ),
        "without_link": 0 if gathering.online_url else _online(people),
        "ready": sum(1 for p in people if written and p["written"] >= written),
        "lacking": letters.seats_without_letter(gathering),
    }


def _online(people: list[dict[str, Any]]) -> int:
    rows = [p["attendance"] for p in people if p["attendance"]]
    return sum(1 for row in rows if row.answer == Attendance.Answer.ONLINE)


def reminders(
    gathering: Gathering, people: list[dict[str, Any]], written: int
) -> list[dict[str, str]]:
    """Buttons that open the leader's own mail program, to those who lack something."""
    if gathering.state != Gathering.State.CALLED or gathering.has_started:
        return []
    silent = [p["person"] for p in people if p["attendance"] and not p["attendance"].answer]
    due = gathering.preparation_due_on
    late = due is not None and due <= timezone.localdate()
    behind = [p["person"] for p in people if late and p["written"] < written]
    to_silent = ngettext(
        "Write to %(n)s who has not answered", "Write to %(n)s who have not answered", len(silent)
    )
    to_behind = ngettext(
        "Write to %(n)s who has not delivered",
        "Write to %(n)s who have not delivered",
        len(behind),
    )
    buttons = ((to_silent, silent), (to_behind, behind))
    return [
        {"label": words % {"n": len(who)}, "url": _mail_to(gathering, who)}
        for words, who in buttons
        if any(person.email for person in who)
    ]


def _mail_to(gathering: Gathering, people: list[Any]) -> str:
    """A letter to be written; several get it without seeing who else did."""
    boxes = ",".join(sorted({quote(person.email) for person in people if person.email}))
    facts = {"number": gathering.round.number, "day": dates.day(gathering.starts_at)}
    subject = quote(_("Gathering %(number)s, %(day)s") % facts)
    return f"mailto:?bcc={boxes}&subject={subject}"


def letter_state(person: Any, letter: Letter | None) -> dict[str, str]:
    """How the latest letter to a person fares, in words, with the reason when it failed."""
    if not person.email:
        return {"state": "none", "label": _("no e-mail address"), "tone": "warn", "why": ""}
    if letter is None:
        return {"state": "", "label": _("not sent"), "tone": "warn", "why": ""}
    return {
        "state": letter.state,
        "label": letter.get_state_display(),
        "tone": TONES.get(letter.state, ""),
        "why": letter.problem,
    }


def _tasks(gathering: Gathering) -> tuple[int, int]:
    """How many texts to read and how many answers to write before the gathering."""
    kinds = Counter(task.kind for task in gathering.round.tasks_before)
    return kinds[Assignment.Kind.READ], kinds[Assignment.Kind.WRITE]


def _delivered(gathering: Gathering) -> dict[Any, dict[str, int]]:
    """What each person has read and delivered, as numbers by kind."""
    rows = Submission.objects.delivered().filter(
        group_id=gathering.group_id,
        assignment__round_id=gathering.round_id,
        assignment__phase=Assignment.Phase.BEFORE,
    )
    found: dict[Any, dict[str, int]] = {}
    counted = rows.order_by().values_list("person_id", "assignment__kind").annotate(n=Count("pk"))
    for person, kind, n in counted:
        found.setdefault(person, {})[kind] = n
    return found
