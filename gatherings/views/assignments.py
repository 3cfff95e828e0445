"""Preparation: the list, the page one writes on, its autosave, and the group's texts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatherings import planning, submissions
from gatherings.forms.assignments import TEXT_LIMIT, AnswerForm
from gatherings.models import Assignment, Gathering, Submission, SubmissionVersion
from gatherings.permissions import is_member, may_lead, reads_texts, takes_part
from gatherings.submissions import Outcome
from office import dates
from office.pages import CONFLICT, UNPROCESSABLE, page
from participants.access import Request, allow
from participants.permissions import anyone

LOCKED = 423


@allow(takes_part, on=Gathering)
@require_GET
def preparation(request: Request, gathering: Gathering) -> HttpResponse:
    """What is to be done before and after; for a member with her own state beside each."""
    gathering = _with_surroundings(gathering)
    member = bool(is_member(request.user, gathering))
    rows = submissions.own_rows(request.user, gathering)
    before = [row for row in rows if row.assignment.phase == Assignment.Phase.BEFORE]
    context = {
        "gathering": gathering,
        "member": member,
        "before": before,
        "after": [row for row in rows if row.assignment.phase == Assignment.Phase.AFTER],
        "minutes": sum(row.assignment.minutes for row in before),
        "remaining": sum(row.assignment.minutes for row in before if not row.done),
        "done": sum(row.done for row in before),
    }
    return render(request, "gatherings/preparation.html", context)


@allow(is_member, on=Gathering)
@require_http_methods(["GET", "POST"])
def assignment(request: Request, gathering: Gathering, assignment: UUID) -> HttpResponse:
    """Read and tick off; or write: save, deliver, choose between texts, bring back an old one."""
    gathering = _with_surroundings(gathering)
    task = get_object_or_404(gathering.round.assignments, pk=assignment)
    if task.kind == Assignment.Kind.READ:
        return _reading(request, gathering, task)
    form = _form(request, gathering, task)
    if request.method == "GET" or not form.is_valid():
        return _writing(request, gathering, task, form)
    if request.POST.get("keep") == "theirs":
        return redirect("gatherings:assignment", gathering.pk, task.pk)
    outcome = _save(request, gathering, task, form)
    if outcome.conflict:
        return _two_texts(request, gathering, task, form, outcome)
    if outcome.closed:
        return _writing(request, gathering, task, form, why=outcome.closed)
    return _after_saving(request, gathering, task, outcome)


@allow(is_member, on=Gathering)
@require_POST
def save_assignment(request: Request, gathering: Gathering, assignment: UUID) -> JsonResponse:
    """Autosave: {version, saved_at, message}; 409 two texts, 422 not storable, 423 locked."""
    gathering = _with_surroundings(gathering)
    tasks = gathering.round.assignments.filter(kind=Assignment.Kind.WRITE)
    task = get_object_or_404(tasks, pk=assignment)
    form = _form(request, gathering, task)
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"message": " ".join(sentences)}, status=UNPROCESSABLE)
    outcome = _save(request, gathering, task, form)
    row, status = outcome.submission, 200
    facts = {"version": row.version, "saved_at": row.saved_at, "message": _saved(row)}
    if outcome.conflict:
        status = CONFLICT
        facts |= {"text": row.text, "message": _("You have written two different texts.")}
    if outcome.closed:
        status, facts["message"] = LOCKED, outcome.closed
    return JsonResponse(facts, status=status)


@allow(reads_texts, on=Gathering)
@require_GET
def group_preparation(request: Request, gathering: Gathering) -> HttpResponse:
    """The group's answers, question by question; large on the wall with `?stor=1` (V16)."""
    gathering = _with_surroundings(gathering)
    questions = submissions.group_questions(request.user, gathering)
    people = {row.person for question in questions for row in question.answers} | {request.user}
    context = {
        "gathering": gathering,
        "questions": questions,
        "workplaces": planning.workplaces(people),
        "leads": bool(may_lead(request.user, gathering)),
        "large": bool(request.GET.get("stor")),
        "locked": bool(gathering.preparation_closed),
        "delivered": any(r.person_id == request.user.pk for q in questions for r in q.answers),
    }
    return render(request, "gatherings/group_preparation.html", context)


@allow(anyone)
@require_GET
def submission(request: Request, pk: UUID) -> HttpResponse:
    """One whole text: one's own, the group's once it is open, or shared with the manager."""
    theirs = Submission.objects.visible_to(request.user).select_related("person", "assignment")
    row = get_object_or_404(theirs, pk=pk, assignment__kind=Assignment.Kind.WRITE)
    if not submissions.may_read(request.user, row):
        return redirect("gatherings:my_page")
    return render(request, "gatherings/assignment_text.html", {"submission": row})


# --- pieces of the above ------------------------------------------------------------------------


def _with_surroundings(gathering: Gathering) -> Gathering:
    return Gathering.objects.with_surroundings().get(pk=gathering.pk)


def _form(request: Request, gathering: Gathering, task: Assignment) -> AnswerForm:
    row = submissions.answer_of(request.user, task, gathering)
    return AnswerForm(
        request.POST if request.method == "POST" else None,
        instance=row,
        answers_shown=gathering.group.season.rules.answers_shown,
        deliver="deliver" in request.POST,
    )


def _save(request: Request, gathering: Gathering, task: Assignment, form: AnswerForm) -> Outcome:
    told, post = form.cleaned_data, request.POST
    text, keep, version = told["text"], "keep" in post, told["version"]
    if post.get("keep") == "both":
        stored = submissions.answer_of(request.user, task, gathering)
        both = "\n\n".join(filter(None, [stored.text, text]))
        if len(both) > TEXT_LIMIT:
            # Stored, it would be refused at every later save: the writer shortens or chooses.
            told = _("Together the texts are longer than 50,000 characters.")
            messages.warning(request, told + " " + _("Both are kept; choose one."))
            kept = submissions.keep_version(stored, text, is_conflict=True)
            return Outcome(stored, conflict=kept)
        text = both
    outcome = submissions.save(
        gathering,
        task,
        by=request.user,
        text=text,
        audience=told["audience"],
        version=version,
        known=[told["known"]] if told["known"] else [],
        deliver="deliver" in post,
        keep=keep,
    )
    earlier = SubmissionVersion.objects.filter(
        submission=outcome.submission, pk=_number(post.get("restore"))
    ).first()
    if earlier is None or outcome.conflict or outcome.closed:
        return outcome
    return submissions.restore(gathering, task, earlier, by=request.user)


def _number(text: str | None) -> int:
    """A version's number from a button; 0, which no version has, for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _saved(row: Submission) -> str:
    return _("Saved at %(clock)s") % {"clock": dates.clock(row.saved_at)}


def _reading(request: Request, gathering: Gathering, task: Assignment) -> HttpResponse:
    if request.method == "POST":
        if submissions.mark_read(gathering, task, by=request.user):
            messages.success(request, _("Marked as read: %(title)s") % {"title": task.title})
        return redirect("gatherings:preparation", gathering.pk)
    context = _facts(request, gathering, task)
    if not task.link:
        context["leader"] = planning.leader_of(gathering)
    return render(request, "gatherings/assignment_read.html", context)


def _writing(
    request: Request, gathering: Gathering, task: Assignment, form: AnswerForm, *, why: str = ""
) -> HttpResponse:
    # A bound form has put what was typed into its instance: read what is stored.
    stored = form.instance
    if form.is_bound:
        stored = submissions.answer_of(request.user, task, gathering)
    verdict = submissions.may_write(gathering, task)
    context = {
        **_facts(request, gathering, task),
        "submission": stored,
        "saved": _saved(stored) if stored.version else "",
        "closed": why or getattr(verdict, "why", ""),
        "typed": form.data.get("text", "") if why else "",
        "versions": list(stored.versions.all()[:40]) if stored.version else [],
        "elsewhere": submissions.delivered_elsewhere(request.user, task, gathering),
    }
    response = page(request, "gatherings/assignment.html", context, form=form)
    if why:
        response.status_code = LOCKED
    return response


def _facts(request: Request, gathering: Gathering, task: Assignment) -> dict[str, Any]:
    rows = submissions.own_rows(request.user, gathering)
    rows = [row for row in rows if row.assignment.phase == task.phase]
    own = next(row for row in rows if row.assignment == task)
    left = [row.assignment for row in rows if not row.done and row is not own]
    return {
        "gathering": gathering,
        "task": task,
        "part": rows.index(own) + 1,
        "parts": len(rows),
        "done": own.done,
        "next_task": left[0] if left and submissions.may_write(gathering, left[0]) else None,
    }


def _two_texts(
    request: Request, gathering: Gathering, task: Assignment, form: AnswerForm, outcome: Outcome
) -> HttpResponse:
    context = {
        **_facts(request, gathering, task),
        "stored": outcome.submission,
        "mine": outcome.conflict.text if outcome.conflict else "",
        "audience": form.cleaned_data["audience"],
    }
    return render(request, "gatherings/assignment_conflict.html", context, status=CONFLICT)


def _after_saving(
    request: Request, gathering: Gathering, task: Assignment, outcome: Outcome
) -> HttpResponse:
    if "deliver" not in request.POST:
        messages.success(request, _saved(outcome.submission) + ".")
        return redirect("gatherings:assignment", gathering.pk, task.pk)
    messages.success(request, _("You have delivered. You can edit until the gathering."))
    rows = submissions.own_rows(request.user, gathering)
    left = [r for r in rows if not r.done and r.assignment.phase == task.phase]
    name = "preparation" if left else "group_preparation"
    return redirect(f"gatherings:{name}", gathering.pk)
