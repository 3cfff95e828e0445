"""What a document costs beside bare WeasyPrint, in a warm process, measured in one run.

path   order the programme of a real gathering, make what waits, read the bytes back
raw    WeasyPrint alone on the same HTML, with our reused fonts and style sheet, pdf/ua-1
naive  WeasyPrint as its manual begins: style sheet and fonts read anew, no tags
The three take turns, so that a busy machine is busy for all. CPU time of this process. Each
begins with the waste of the one before cleared away: Python clears everything about every fifth
document, which costs as much as a document and always met the same way.
"""

import gc
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, process_time

from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from weasyprint import HTML

from gatherings import documents
from gatherings.models import Gathering
from office import delivery, pdf
from office.models import Document
from tests.documents import REPORT

ROUNDS = 25
PATH, LONG = 1.3, 1.5


def main() -> int:
    """Print the table and the goals; 1 when one is missed."""
    call_command("migrate", verbosity=0)
    call_command("demo", verbosity=0)
    delivery.make_waiting()
    gathering = next(
        g for g in Gathering.objects.exclude(starts_at=None).order_by("pk") if g.items.exists()
    )
    costs = taking_turns(gathering)
    ratio = median(costs["path"][0]) / median(costs["raw"][0])
    growth = growing()
    show(costs)
    met = [goal("pdf-long", growth, LONG), goal("pdf-path", ratio, PATH)]
    say(f"ratio: {ratio:.2f}")
    return 0 if all(met) else 1


def taking_turns(gathering: Gathering) -> dict[str, tuple[list[float], list[float]]]:
    """CPU and wall milliseconds of each way; every turn prints a text not printed before."""
    costs = {name: ([], []) for name in ("path", "raw", "naive")}
    for turn in range(-2, ROUNDS):
        gathering.round.theme = f"Voksenrollen: kultur og kommunikasjon {turn}"
        html = written(gathering)
        ways: dict[str, Callable[[], bytes]] = {
            "path": lambda: whole_path(gathering),
            "raw": lambda html=html: raw(html),
            "naive": lambda html=html: naive(html),
        }
        for name in sorted(ways, reverse=turn % 2 == 0):
            gc.collect()
            cpu, wall = process_time(), perf_counter()
            assert ways[name]().startswith(b"%PDF")
            if turn >= 0:  # the first two only warm up
                costs[name][0].append(1000 * (process_time() - cpu))
                costs[name][1].append(1000 * (perf_counter() - wall))
    return costs


def whole_path(gathering: Gathering) -> bytes:
    with transaction.atomic():
        document = documents.order_programme(gathering)
    assert document.state == Document.State.WAITING
    assert delivery.make_waiting() == 1
    return bytes(Document.objects.get(pk=document.pk).pdf)


def written(gathering: Gathering) -> str:
    facts, language = documents.programme_facts(gathering), documents.language_of(gathering)
    with translation.override(language):
        return pdf.written(documents.PROGRAMME, facts, language, "Program")


def raw(html: str) -> bytes:
    fonts, style = pdf.house()
    return HTML(string=html, url_fetcher=pdf.Closed()).write_pdf(
        font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1"
    )


def naive(html: str) -> bytes:
    linked = html.replace("<head>", f'<head><link rel="stylesheet" href="{pdf.HOUSE}{pdf.STYLE}">')
    return HTML(string=linked, url_fetcher=pdf.Closed()).write_pdf()


def growing() -> float:
    """What one group costs in a report of 240 groups against one of 30: 1.0 is linear."""
    each = {}
    for groups in (30, 240):
        facts = REPORT | {"groups": (REPORT["groups"] * groups)[:groups]}
        costs = []
        for _turn in range(3):
            cpu = process_time()
            pdf.render("pdf/report.html", facts, language="nb", title="Rapport")
            costs.append(process_time() - cpu)
        each[groups] = median(costs) / groups
    return each[240] / each[30]


def show(costs: dict[str, tuple[list[float], list[float]]]) -> None:
    base = median(costs["raw"][0])
    say(f"{f'programme as PDF, {ROUNDS} turns':32}{'CPU ms':>10}{'wall ms':>10}{'to raw':>8}")
    for name, (cpu, wall) in costs.items():
        say(f"{name:32}{median(cpu):10.0f}{median(wall):10.0f}{median(cpu) / base:8.2f}")


def goal(name: str, figure: float, bound: float) -> bool:
    met = figure <= bound
    say(f"goal: {'met' if met else 'missed'} {name} {figure:.2f} {bound}")
    return met


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
