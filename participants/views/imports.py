"""Import in three steps: files in, check looked over, applied."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from office import sheets
from office.pages import page, posted
from participants.access import Request, allow
from participants.forms.imports import ApplyForm, ImportForm
from participants.models import ImportRun
from participants.permissions import is_admin
from participants.register import applying, columns
from participants.register.checking import Check
from participants.register.files import Refused
from participants.register.rows import Row, Status

PER_PAGE = 50
PAST_RUNS = 20


@allow(is_admin)
def imports(request: Request) -> HttpResponse:
    """How to import, a form for the files, and earlier imports."""
    form = ImportForm(posted(request), request.FILES or None)
    if form.is_valid():
        kind, files = form.cleaned_data["kind"], form.cleaned_data["files"]
        try:
            run = applying.receive(kind, files, region=request.user.region, by=request.user)
        except Refused as refusal:
            form.add_error("files", str(refusal))
        else:
            return redirect("participants:import_run", pk=run.pk)
    past = ImportRun.objects.visible_to(request.user).select_related("by")[:PAST_RUNS]
    facts = {"runs": past, "templates": ImportRun.Kind.choices, "steps": steps()}
    return page(request, "participants/imports.html", facts, form=form)


@allow(is_admin)
@require_safe
def import_template(request: Request, kind: str) -> HttpResponse:
    """A file to start from: the headings and one invented row."""
    if kind not in columns.COLUMNS:
        raise Http404
    header, example = columns.template(kind)
    return as_csv(sheets.write_csv(header, [example]), f"{ImportRun.Kind(kind).label}.csv")


@allow(is_admin, on=ImportRun)
def import_run(request: Request, run: ImportRun) -> HttpResponse:
    """The check of an upload, row by row; a POST applies it. Afterwards, what came of it."""
    if run.state == ImportRun.State.APPLIED:
        facts = {"run": run, "steps": steps(), "kept": run.kept_files.exists()}
        return render(request, "participants/import_applied.html", facts)
    try:
        found = applying.recheck(run)
    except Refused:
        return render(request, "participants/import_gone.html", {"run": run}, status=410)
    form = apply_form(request, found)
    if request.method == "POST" and form.is_valid() and applied(request, run, form):
        return redirect("participants:import_run", pk=run.pk)
    return page(request, "participants/import_run.html", shown(request, run, found), form=form)


def apply_form(request: Request, found: Check) -> ApplyForm:
    """The button, and the box for leaving wrong rows out."""
    wrong = found.counts[Status.WRONG]
    words = ngettext(
        "Leave out the %(n)s row that must be corrected",
        "Leave out the %(n)s rows that must be corrected",
        wrong,
    )
    data = request.POST if request.method == "POST" else None
    # What is shown now is what the next press says yes to, also after a refusal.
    return ApplyForm(
        data, wrong=wrong, leave_out=words % {"n": wrong}, initial={"seal": found.seal}
    )


def applied(request: Request, run: ImportRun, form: ApplyForm) -> bool:
    """Apply; False, with the reason on the form, when the register stays as it was."""
    said = form.cleaned_data
    try:
        applying.apply(
            run, by=request.user, seal=said["seal"], leave_out=said.get("leave_out", False)
        )
    except applying.AlreadyApplied:
        messages.info(request, _("The import was already done."))
    except applying.RegisterHasMoved:
        sentence = _("The register has changed since you looked. See the rows again, then import.")
        form.add_error(None, sentence)
    except applying.RowsAreWrong:
        form.add_error("leave_out", _("Correct the rows in the file, or tick that they stay out."))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


def shown(request: Request, run: ImportRun, found: Check) -> dict[str, object]:
    """What the check page needs: counts as a menu, one page of rows, what became of columns."""
    counts = found.counts
    moved = found.moved_since(run.marks)
    chosen = request.GET.get("vis", Status.WRONG if counts[Status.WRONG] else "alle")
    rows = moved if chosen == "endret-siden" else chosen_rows(found.rows, chosen)
    return {
        "run": run,
        "found": found,
        "counts": counts,
        "ready": counts[Status.NEW] + counts[Status.CHANGED],
        "menu": menu(counts, len(found.rows), len(moved)),
        "chosen": chosen,
        "rows": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "several": len({row.record.file for row in found.rows[:: max(1, len(found.rows) // 500)]})
        > 1,
        "seal": found.seal,
        "steps": steps(),
    }


def chosen_rows(rows: list[Row], chosen: str) -> list[Row]:
    """Rows with that status; all of them for anything else."""
    return [row for row in rows if row.status == chosen or chosen not in list(Status)]


def menu(counts: dict[str, int], total: int, moved: int) -> list[tuple[str, str, int]]:
    """What the rows can be narrowed to: key, words, count."""
    entries = [
        ("alle", _("All"), total),
        (Status.NEW.value, _("New"), counts[Status.NEW]),
        (Status.CHANGED.value, _("Changed"), counts[Status.CHANGED]),
        (Status.UNCHANGED.value, _("Unchanged"), counts[Status.UNCHANGED]),
        (Status.WRONG.value, _("Must be corrected"), counts[Status.WRONG]),
    ]
    return [*entries, ("endret-siden", _("Changed meanwhile"), moved)] if moved else entries


@allow(is_admin, on=ImportRun)
@require_POST
def import_discard(request: Request, run: ImportRun) -> HttpResponse:
    """Throw the upload away; the register stays as it is."""
    try:
        applying.discard(run, by=request.user)
    except applying.AlreadyApplied:
        messages.error(request, _("The import was already done."))
        return redirect("participants:import_run", pk=run.pk)
    messages.success(request, _("The file is deleted. Nothing was imported."))
    return redirect("participants:imports")


@allow(is_admin, on=ImportRun)
@require_safe
def import_rows(request: Request, run: ImportRun) -> HttpResponse:
    """The rows that must be corrected, as a file: their cells, and the reasons in a column."""
    try:
        found = applying.recheck(run)
    except Refused:
        raise Http404 from None
    wrong = [row for row in found.rows if row.status == Status.WRONG]
    names = list(dict.fromkeys(name for row in wrong for name in row.record.cells))
    headings = [found.rows[0].record.heading(name) for name in names]
    lines = [
        [*(row.record.cells.get(name, "") for name in names), row.record.number, reasons(row)]
        for row in wrong
    ]
    header = [*headings, _("Row"), _("What must be corrected")]
    return as_csv(sheets.write_csv(header, lines), "rader-som-ma-rettes.csv")


def reasons(row: Row) -> str:
    """All of a row's problems in one cell."""
    said = (f"{problem.heading}: {problem.sentence}" for problem in row.problems)
    return " ".join(said)


def as_csv(content: bytes, filename: str) -> HttpResponse:
    """A file to keep, not to show."""
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def steps() -> list[str]:
    """The way of a file."""
    return [_("Files"), _("Look over"), _("Done")]
