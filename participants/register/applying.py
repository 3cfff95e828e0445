"""From upload to register: kept with its check, then applied as a whole or left alone."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from office import journal
from participants.models import ImportFile, ImportRun, Person, Region
from participants.register.checking import Check, check
from participants.register.files import Upload


class NotApplied(Exception):
    """The register stays as it was."""


class AlreadyApplied(NotApplied):
    """The same upload has been applied before."""


class RowsAreWrong(NotApplied):
    """Rows must be corrected, or left out on purpose."""


class RegisterHasMoved(NotApplied):
    """Something else would happen now than what was shown."""


@transaction.atomic
def receive(
    kind: str, uploads: Sequence[Upload], *, region: Region, by: Person | None
) -> ImportRun:
    """Keep an upload and the marks of its check. Raises Refused, and keeps nothing then."""
    found = check(kind, uploads, region)
    run = ImportRun.objects.create(
        region=region, by=by, kind=kind, marks=found.marks, counts=found.counts
    )
    ImportFile.objects.bulk_create(
        ImportFile(run=run, position=n, name=name[:200], content=content)
        for n, (name, content) in enumerate(uploads)
    )
    journal.record(by=by, did="import.received", on=run, kind=kind, **found.counts)
    return run


@transaction.atomic
def discard(run: ImportRun, *, by: Person) -> None:
    """Throw an upload away with its files. Raises AlreadyApplied for one that has been applied."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state == ImportRun.State.APPLIED:
        raise AlreadyApplied
    journal.record(by=by, did="import.discarded", on=run, kind=run.kind)
    run.delete()


def recheck(run: ImportRun, *, lock: bool = False) -> Check:
    """The upload's check as it comes out now. Raises Refused when its files are gone or too old."""
    uploads = [(file.name, bytes(file.content)) for file in run.kept_files]
    return check(run.kind, uploads, run.region, lock=lock)


def apply(
    run: ImportRun, *, by: Person | None, seal: str | None = None, leave_out: bool = False
) -> ImportRun:
    """Write what the check says, all of it or nothing.

    `seal` is the fingerprint of the check that was shown; None skips that comparison (the command
    line shows and applies in one go). `leave_out` takes the right rows and leaves the wrong ones.
    Raises AlreadyApplied, RegisterHasMoved, RowsAreWrong, Refused.
    """
    try:
        with transaction.atomic():
            return _apply(run, by=by, seal=seal, leave_out=leave_out)
    except IntegrityError:
        # Somebody registered the same by hand in this very moment.
        raise RegisterHasMoved from None


def _apply(run: ImportRun, *, by: Person | None, seal: str | None, leave_out: bool) -> ImportRun:
    # One import at a time in a region: the second waits here, and is then weighed anew. No lock of
    # an import is on a key, or nobody could save what refers to a person or a place meanwhile.
    Region.objects.select_for_update(no_key=True).get(pk=run.region_id)
    runs = ImportRun.objects.select_for_update(of=("self",)).select_related("region")
    run = runs.get(pk=run.pk)
    if run.state == ImportRun.State.APPLIED:
        raise AlreadyApplied
    found = recheck(run, lock=True)
    if seal is not None and seal != found.seal:
        raise RegisterHasMoved
    wrong = found.counts["wrong"]
    if wrong and not leave_out:
        raise RowsAreWrong
    found.checker.save()
    run.counts = {**found.counts, "left_out": wrong}
    run.state, run.applied_at = ImportRun.State.APPLIED, timezone.now()
    run.save(update_fields=["counts", "state", "applied_at"])
    if not wrong:
        run.files.all().delete()
    journal.record(by=by, did="import.applied", on=run, kind=run.kind, **run.counts)
    return run
