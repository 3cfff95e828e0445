"""The season's report: begin it, write in it, approve it (the figures are then kept)."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from gatherings import figures
from gatherings.conflicts import Conflict
from gatherings.models import Report
from gatherings.tallies import figures_of
from networks.models import Season
from office import documents, journal, mail
from office.models import Document
from participants.models import Person


class AlreadyApproved(Exception):
    """Somebody approved the report; it is not written in any more."""


def report_figures(season: Season, *, today: date) -> dict[str, Any]:
    """All numbers of the report and the network's purpose and goals (V2), to be kept and printed.

    Keys: purpose, goals; preparation, attendance, actions, shared, minutes (counts {"done", "of",
    "percent"}), held, planned, people, through (last round somebody held), groups, figures_on.
    """
    rows = figures_of(season.groups.published().order_by("name"), today=today)
    tallies = [tally for row in rows for tally in row.tallies]
    total, ordinary = figures.totals(tallies), season.rules.gatherings_a_year
    return {
        "purpose": season.network.purpose,
        "goals": season.network.goal_list,
        **{name: _plain(getattr(total, name)) for name in COUNTS},
        "held": total.held,
        "planned": sum(row.planned(ordinary) for row in rows),
        "people": sum(row.members for row in rows),
        "through": max((t.number for t in tallies if t.is_held), default=0),
        "groups": [_group(row) for row in rows],
        "figures_on": today.isoformat(),
    }


COUNTS = ("preparation", "attendance", "actions", "shared", "minutes")


def _group(row: figures.GroupFigures) -> dict[str, Any]:
    total = figures.totals(row.tallies)
    counts = {name: _plain(getattr(total, name)) for name in COUNTS}
    return {"pk": str(row.pk), "name": row.name, "people": row.members, **counts}


def _plain(count: figures.Count) -> dict[str, int | None]:
    return {**asdict(count), "percent": count.percent}


@transaction.atomic
def begin(season: Season, *, by: Person) -> Report:
    """The season's report; made when nobody has begun it."""
    report, made = Report.objects.get_or_create(season=season)
    if made:
        journal.record(by=by, did="report.begun", on=report)
    return report


@transaction.atomic
def write(report: Report, texts: dict[str, str], *, version: int, by: Person) -> Report:
    """Save the texts, by field name, over `version`; returns the report as it is now.

    Raises Conflict when somebody saved another text meanwhile, AlreadyApproved.
    """
    current = Report.objects.select_for_update().get(pk=report.pk)
    if current.state == Report.State.APPROVED:
        raise AlreadyApproved
    kept = [getattr(current, name) not in ("", text) for name, text in texts.items()]
    if current.version != version and any(kept):
        raise Conflict(current)
    for name, text in texts.items():
        setattr(current, name, text)
    current.version += 1
    current.save(update_fields=[*texts, "version"])
    journal.record(by=by, did="report.written", on=current, version=current.version)
    return Report.objects.select_related("season__network__region", "season__rules").get(
        pk=report.pk
    )


@transaction.atomic
def approve(report: Report, *, by: Person) -> Report:
    """Keep the figures of today and print the report. Raises AlreadyApproved."""
    locked = Report.objects.select_for_update(of=["self"])
    report = locked.select_related("season__network").get(pk=report.pk)
    if report.state == Report.State.APPROVED:
        raise AlreadyApproved
    report.state = Report.State.APPROVED
    report.approved_at, report.approved_by = timezone.now(), by
    report.figures = report_figures(report.season, today=timezone.localdate())
    report.save()
    journal.record(by=by, did="report.approved", on=report)
    order_pdf(report)
    return report


def current_figures(report: Report) -> dict[str, Any]:
    """The kept figures of an approved report; today's of a draft."""
    return report.figures or report_figures(report.season, today=timezone.localdate())


def rows_for(person: Person, report: Report, numbers: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the groups she follows: a consultant of one municipality reads its alone."""
    if person.oversees_all:
        return numbers["groups"]
    followed = report.season.groups.visible_to(person).values_list("pk", flat=True)
    theirs = {str(pk) for pk in followed}
    return [row for row in numbers["groups"] if row.get("pk") in theirs]


def pdf_facts(report: Report, numbers: dict[str, Any]) -> dict[str, Any]:
    """What the printed report is made of (templates/pdf/report.html), from its figures."""
    season = report.season
    return {
        "network": season.network.name,
        "region": season.network.region.name,
        "season": season.name,
        "version": report.version,
        "case_number": report.archive_number,
        "summary": report.summary,
        "learned": report.learned,
        "recommendation": report.recommendation,
        "approved_by": str(report.approved_by or ""),
        "approved_on": timezone.localdate(report.approved_at) if report.approved_at else None,
        **{k: v for k, v in numbers.items() if k != "shared"},
    }


def has_older_pdf(report: Report, numbers: dict[str, Any]) -> bool:
    """Whether the report was printed with other texts or figures."""
    names = ("region", "network", "season")
    return documents.has_older("pdf/report.html", pdf_facts(report, numbers), names)


def language_of(report: Report) -> str:
    """A report is printed in its organisation's language, whoever presses the button."""
    return report.season.network.region.speaks


@transaction.atomic
def order_pdf(report: Report) -> Document:
    """Put the report in line for the printer, who is told at once."""
    mail.wake()
    language = language_of(report)
    with translation.override(language):
        title = _("Network report") + f": {report.season}"
    return documents.order(
        "pdf/report.html",
        pdf_facts(report, current_figures(report)),
        language=language,
        title=title,
        filename=f"{slugify(title)}.pdf",
    )
