"""Preparation: what people write before and after a gathering. No typed text is ever lost (R3).

A save names the version it was typed over. When the stored text has moved on meanwhile, nothing is
overwritten: the text that came late is kept beside it, and the writer chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gatherings.models import Assignment, Gathering, Submission, SubmissionVersion
from gatherings.permissions import sat_in, seat
from networks.models import Membership, Rules
from office import journal
from participants.models import Person
from participants.permissions import No, Verdict

VERSIONS_KEPT = 20
# Autosave comes every few seconds; an earlier version a person can use is minutes apart.
BETWEEN_VERSIONS = timedelta(minutes=2)
A_LOT = 80  # characters gone at once: kept, whatever the time


@dataclass(frozen=True)
class Outcome:
    """What became of a save: done, `conflict` (the text that came late, kept), `closed` (why)."""

    submission: Submission
    conflict: SubmissionVersion | None = None
    closed: str = ""


def answer_of(person: Person, assignment: Assignment, gathering: Gathering) -> Submission:
    """The person's answer so far in this group, or an empty one that is not stored yet."""
    found = _found(person, assignment, gathering)
    if found:
        return found
    audience = Submission.Audience.GROUP
    if gathering.group.season.rules.answers_shown == Rules.AnswersShown.LEADER_ONLY:
        audience = Submission.Audience.LEADER
    return Submission(
        assignment=assignment, person=person, group=gathering.group, audience=audience
    )


def _found(person: Person, assignment: Assignment, gathering: Gathering) -> Submission | None:
    """Her text in this group, else a draft: it follows its writer to a new group.

    What she has delivered stays in the group where it was written (P15).
    """
    here_or_draft = Q(group=gathering.group_id) | Q(delivered_at=None)
    own = Submission.objects.filter(here_or_draft, assignment=assignment, person=person)
    rows = own.order_by("-saved_at")
    return min(rows, key=lambda row: row.group_id != gathering.group_id, default=None)


def delivered_elsewhere(
    person: Person, assignment: Assignment, gathering: Gathering
) -> Submission | None:
    """What she delivered in the group she came from: hers to read, and to use again here."""
    own = Submission.objects.delivered().filter(assignment=assignment, person=person)
    rows = own.exclude(group=gathering.group_id).exclude(text="").select_related("group")
    return rows.order_by("-delivered_at").first()


def may_write(gathering: Gathering, assignment: Assignment) -> Verdict:
    """Preparation is open until the gathering starts; work after it opens when it is held."""
    if gathering.state == Gathering.State.CANCELLED:
        return No(_("The gathering is cancelled. What you wrote is kept here."))
    if assignment.phase == Assignment.Phase.AFTER:
        return gathering.has_started or No(_("This opens when the gathering has started."))
    if gathering.preparation_closed:
        return No(_("The preparation is locked because the gathering has started."))
    return True


@transaction.atomic
def save(
    gathering: Gathering,
    assignment: Assignment,
    *,
    by: Person,
    text: str,
    audience: str,
    version: int,
    known: Sequence[str] = (),
    deliver: bool = False,
    keep: bool = False,
) -> Outcome:
    """Store what was typed over `version`; with `deliver` share it with whom the writer chose.

    `known` are texts the writer's page sent before without hearing back: finding one of them
    stored is no conflict. `keep` makes an earlier version of what is replaced, however new.
    """
    row = _row_here(by, assignment, gathering, audience=audience)
    verdict = may_write(gathering, assignment)
    if not verdict:
        keep_version(row, text)
        return Outcome(row, closed=str(verdict.why))
    while row.version == version or not row.text or row.text in (text, *known):
        if _written(row, text, audience, deliver=deliver, keep=keep):
            return Outcome(row)
        row.refresh_from_db()
        version = -1  # somebody wrote between our reading and our writing
    return Outcome(row, conflict=keep_version(row, text, is_conflict=True))


def _row_here(
    person: Person, assignment: Assignment, gathering: Gathering, **defaults: str
) -> Submission:
    """The person's row in this group: there already, a draft that comes along, or a new one."""
    found = _found(person, assignment, gathering)
    if found and found.group_id != gathering.group_id:
        # Asked again in the statement: what is delivered in this moment stays (P15).
        draft = Submission.objects.filter(pk=found.pk, delivered_at=None)
        draft.update(group_id=gathering.group_id)
    row, _new = Submission.objects.get_or_create(
        assignment=assignment, person=person, group_id=gathering.group_id, defaults=defaults
    )
    return row


def _written(row: Submission, text: str, audience: str, *, deliver: bool, keep: bool) -> bool:
    """Write over exactly the version that was read; False when it is no longer there."""
    now = timezone.now()
    before = row.text, row.saved_at
    seen_by = row.audience
    changed = {"text": text, "audience": audience, "version": row.version + 1, "saved_at": now}
    if deliver:
        changed["delivered_at"] = row.delivered_at or now
    first = deliver and not row.delivered_at
    if not Submission.objects.filter(pk=row.pk, version=row.version).update(**changed):
        return False
    if before[0] and before[0] != text and (keep or _worth_keeping(row, text, now)):
        keep_version(row, before[0], at=before[1])
    for name, value in changed.items():
        setattr(row, name, value)
    if first:
        journal.record(by=row.person, did="submission.delivered", on=row)
    if audience != seen_by:
        journal.record(
            by=row.person, did="submission.audience_changed", on=row, before=seen_by, now=audience
        )
    return True


def _worth_keeping(row: Submission, text: str, now: datetime) -> bool:
    """Whether the text about to be replaced becomes an earlier version."""
    if len(text) < len(row.text) - A_LOT:
        return True
    last = row.versions.values_list("saved_at", flat=True).first()
    return last is None or now - last >= BETWEEN_VERSIONS


def keep_version(
    row: Submission, text: str, *, is_conflict: bool = False, at: datetime | None = None
) -> SubmissionVersion | None:
    """Put a text among the earlier versions, once; the oldest beyond VERSIONS_KEPT go.

    Texts that lost a conflict are not counted and do not go.
    """
    if not text or (text == row.text and not is_conflict and at is None):
        return None
    kept = row.versions.filter(text=text, is_conflict=is_conflict).first()
    if kept is None:
        kept = row.versions.create(
            version=row.version, text=text, is_conflict=is_conflict, saved_at=at or timezone.now()
        )
    ordinary = row.versions.filter(is_conflict=False)
    ordinary.filter(pk__in=list(ordinary.values_list("pk", flat=True)[VERSIONS_KEPT:])).delete()
    return kept


@transaction.atomic
def restore(
    gathering: Gathering, assignment: Assignment, earlier: SubmissionVersion, *, by: Person
) -> Outcome:
    """Bring back an earlier text; the one it replaces becomes an earlier version itself."""
    row = Submission.objects.get(pk=earlier.submission_id)
    return save(
        gathering,
        assignment,
        by=by,
        text=earlier.text,
        audience=row.audience,
        version=row.version,
        keep=True,
    )


@transaction.atomic
def mark_read(gathering: Gathering, assignment: Assignment, *, by: Person) -> bool:
    """Note that the person has read it; False when the gathering has started."""
    if not may_write(gathering, assignment):
        return False
    row = _row_here(by, assignment, gathering)
    ticked = Submission.objects.filter(pk=row.pk, delivered_at__isnull=True).update(
        delivered_at=timezone.now(), version=F("version") + 1
    )
    if ticked:
        journal.record(by=by, did="submission.read", on=row)
    return True


@dataclass(frozen=True)
class OwnRow:
    """One assignment on the person's own list."""

    assignment: Assignment
    submission: Submission | None

    @property
    def done(self) -> bool:
        """Read, or delivered."""
        return bool(self.submission and self.submission.delivered_at)

    @property
    def begun(self) -> bool:
        """A text is there that nobody else sees yet."""
        return bool(self.submission and self.submission.version and not self.done)


def own_rows(person: Person, gathering: Gathering) -> list[OwnRow]:
    """The round's assignments in order, each with the person's own state in this group."""
    mine = Submission.objects.filter(person=person, group_id=gathering.group_id)
    rows = {row.assignment_id: row for row in mine.defer("text")}
    found = gathering.round.assignments.order_by("-phase", "position")
    return [OwnRow(each, rows.get(each.pk)) for each in found]


def may_see_others(
    person: Person, gathering: Gathering, delivered: set[UUID], assignment_id: UUID
) -> Verdict:
    """Whether the others' answers to one assignment are open to the person (decision 11).

    `delivered` holds the ids of the assignments she has delivered herself.
    """
    shown = gathering.group.season.rules.answers_shown
    if seat(person, gathering.group_id) == Membership.Role.LEADER:
        return True
    if shown == Rules.AnswersShown.LEADER_ONLY:
        return No(_("In this network only the process leader sees the answers."))
    if shown == Rules.AnswersShown.FROM_START:
        return gathering.has_started or No(_("You see the others' when the gathering starts."))
    return assignment_id in delivered or No(_("You see the others' when you have delivered."))


@dataclass
class Question:
    """One assignment on the group's page: the answers one may see, and how many are missing."""

    assignment: Assignment
    answers: list[Submission]
    delivered: int
    missing: int
    why_not: str = ""


def group_questions(person: Person, gathering: Gathering) -> list[Question]:
    """The written preparation of a group, question by question, as this person may see it (V16)."""
    assignments = gathering.round.assignments.filter(
        phase=Assignment.Phase.BEFORE, kind=Assignment.Kind.WRITE
    )
    members = set(gathering.group.memberships.known().members().values_list("person_id", flat=True))
    rows = list(
        Submission.objects.delivered()
        .filter(group_id=gathering.group_id, assignment__in=assignments)
        .select_related("person")
        .order_by("person__first_name", "person__last_name")
    )
    mine = {row.assignment_id for row in rows if row.person_id == person.pk}
    audiences = Submission.GROUP_AUDIENCES
    if seat(person, gathering.group_id) == Membership.Role.LEADER:
        audiences = Submission.LEADER_AUDIENCES
    questions = []
    for assignment in assignments:
        given = [row for row in rows if row.assignment_id == assignment.pk]
        verdict = may_see_others(person, gathering, mine, assignment.pk)
        seen = [
            row
            for row in given
            if row.person_id == person.pk or (verdict and row.audience in audiences)
        ]
        present = len(members & {row.person_id for row in given})
        questions.append(
            Question(assignment, seen, present, len(members) - present, getattr(verdict, "why", ""))
        )
    return questions


def may_read(person: Person, row: Submission) -> bool:
    """Whether one text is open to a person whom `visible_to` gives it (her own always is)."""
    if row.person_id == person.pk or not seat(person, row.group_id):
        return True  # without a seat it is the manager's: the writer chose to share it with her
    if Submission.objects.shared_with_manager(person).filter(pk=row.pk).exists():
        return True
    gathering = (
        Gathering.objects.in_use()
        .with_surroundings()
        .filter(group=row.group_id, round=row.assignment.round_id)
        .first()
    )
    if gathering is None or not sat_in(person, gathering):
        return False  # what was written before she joined stays with those who were there (P14)
    mine = Submission.objects.delivered().filter(
        person=person, assignment=row.assignment_id, group=row.group_id
    )
    delivered = {row.assignment_id} if mine.exists() else set()
    return bool(may_see_others(person, gathering, delivered, row.assignment_id))
