"""`manage.py import barnehager FILE --check`: the register's import on the command line."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from participants.models import ImportRun, Region
from participants.register import applying
from participants.register.checking import Check, check
from participants.register.files import Refused, Upload
from participants.register.rows import Row, Status

KINDS = {
    "kommuner": ImportRun.Kind.MUNICIPALITIES,
    "municipalities": ImportRun.Kind.MUNICIPALITIES,
    "barnehager": ImportRun.Kind.INSTITUTIONS,
    "institutions": ImportRun.Kind.INSTITUTIONS,
    "personer": ImportRun.Kind.PEOPLE,
    "people": ImportRun.Kind.PEOPLE,
}
CLEAN, ROWS_WRONG, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    """Check files, or check and apply them. Never sends mail and never invites anybody."""

    help = (
        "Reads kommuner, barnehager or personer from CSV, XLSX or the national register's JSON. "
        "Exit status: 0 clean, 1 rows must be corrected (nothing is written), 2 unreadable."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """KIND FILE [FILE…] --check | --apply [--leave-out] [--region NAME]."""
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--check", action="store_true", help="say what would happen")
        way.add_argument("--apply", action="store_true", help="write it to the register")
        parser.add_argument(
            "--leave-out", action="store_true", help="apply the right rows, leave the wrong ones"
        )
        parser.add_argument("--region", default="", help="the organisation, when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per count and per wrong row, and leave with the exit status."""
        kind, uploads = KINDS[options["kind"]], read_files(options["files"])
        region = the_region(options["region"].strip())
        try:
            found = check(kind, uploads, region)
            self.show(found, several=len(uploads) > 1)
            wrong = found.counts[Status.WRONG]
            if options["apply"] and (not wrong or options["leave_out"]):
                self.apply(kind, uploads, region, leave_out=options["leave_out"])
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=UNREADABLE) from refusal
        if wrong:
            sys.exit(ROWS_WRONG)

    def apply(self, kind: str, uploads: list[Upload], region: Region, *, leave_out: bool) -> None:
        """Write to the register what the check has shown."""
        region.save()
        run = applying.receive(kind, uploads, region=region, by=None)
        applying.apply(run, by=None, leave_out=leave_out)
        self.stdout.write(_("Applied."))

    def show(self, found: Check, *, several: bool) -> None:
        """The counts, and every wrong row with all its reasons."""
        names = {
            Status.NEW: _("new"),
            Status.CHANGED: _("changed"),
            Status.UNCHANGED: _("unchanged"),
            Status.WRONG: _("must be corrected"),
        }
        for status, count in found.counts.items():
            self.stdout.write(f"{count:>6} {names[Status(status)]}")
        if found.source.unknown:
            self.stdout.write(
                _("Columns not read: %(names)s") % {"names": ", ".join(found.source.unknown)}
            )
        for row in found.rows:
            if row.status == Status.WRONG:
                self.stdout.write(self.reasons(row, several=several))

    def reasons(self, row: Row, *, several: bool) -> str:
        """«row 14 Ingrid Olsen: epost: …»."""
        where = f"{row.record.file} " if several else ""
        number = _("row %(number)s") % {"number": row.record.number}
        said = "; ".join(f"{p.heading}: {p.sentence}".removeprefix(": ") for p in row.problems)
        return f"{where}{number} {row.subject}: {said}"


def read_files(paths: list[Path]) -> list[Upload]:
    """The files' bytes; exit 2 when one cannot be opened."""
    try:
        return [(path.name, path.read_bytes()) for path in paths]
    except OSError as problem:
        sentence = _("Cannot open %(file)s.") % {"file": problem.filename}
        raise CommandError(sentence, returncode=UNREADABLE) from problem


def the_region(name: str) -> Region:
    """The one that is named, or the only one; a new one (not saved) when there is none at all."""
    regions = list(Region.objects.order_by("name"))
    if not regions:
        return Region(name=name or "Takt")
    found = [region for region in regions if name in ("", region.name)]
    if len(found) == 1:
        return found[0]
    sentence = _("Say which organisation with --region. There are: %(names)s")
    names = ", ".join(f"«{region.name}»" for region in regions)
    raise CommandError(sentence % {"names": names}, returncode=UNREADABLE)
