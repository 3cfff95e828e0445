"""`manage.py compose CASE.json`: a case in, a proposal out, both JSON; no database is touched."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from networks.composition.answer import IMPOSSIBLE
from networks.composition.budget import Budget
from networks.composition.cases import CaseError, read
from networks.composition.compose import compose
from networks.composition.model import Problem
from networks.composition.reasons import reasons
from networks.composition.report import front_out, groups_out, impossible_out
from networks.composition.words import fault

try:
    from networks.composition.explain import conflict, exceptions
    from networks.composition.repair import front
except ImportError:  # no OR-Tools: no proof of fewest moves, and only counting explains
    conflict = exceptions = front = None

SECONDS = 10.0
MALFORMED = 2


class Command(BaseCommand):
    """Prints the proposal and nothing else; progress goes to the other stream."""

    help = "Compose groups from a case in JSON; prints the proposal as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """With `--steps` the answer is the same everywhere; without, `--seconds` end the search."""
        parser.add_argument("case", type=Path)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--steps", type=_positive(int), default=None)
        parser.add_argument("--seconds", type=_positive(float), default=SECONDS)

    def handle(self, **options: Any) -> None:
        """Exit 0 with a proposal, also when none is possible; 2 when the case cannot be read."""
        begun = time.monotonic()
        try:
            problem = read(_text(options["case"]))
        except CaseError as error:
            self.stderr.write(fault(error))
            raise SystemExit(MALFORMED) from error
        budget = Budget(
            steps=options["steps"],
            seconds=options["seconds"],
            clock=time.monotonic,
            tell=_Progress(self.stderr),
        )
        told = proposal(problem, budget, options["seed"])
        told |= {"seed": options["seed"], "seconds": round(time.monotonic() - begun, 3)}
        self.stdout.write(json.dumps(told, ensure_ascii=False))


def proposal(problem: Problem, budget: Budget, seed: int) -> dict[str, Any]:
    """The proposal for a case: rebalanced when people have groups today, else composed."""
    has_solver = {"has_solver": front is not None}
    if front and any(problem.sits(person) for person in problem.people):
        found = front(problem, budget, seed)
        if found.groupings:
            return front_out(problem, found) | has_solver
        if found.is_proved:
            return _impossible(problem) | has_solver
    result = compose(problem, budget, seed)
    told = {
        "status": result.status,
        "floor": result.floor,
        "proved_by": result.proved_by,
        "has_solver": result.has_solver,
    }
    if result.status == IMPOSSIBLE:
        return _impossible(problem) | has_solver
    if result.grouping is None:
        return told | {"groups": {}, "leaders": {}}
    told |= {"score": result.grouping.score, "gap": result.gap, "moves": result.grouping.moves}
    return told | groups_out(problem, result.grouping)


def _impossible(problem: Problem) -> dict[str, Any]:
    """Why, by counting first, and the ways out where there is a solver to find them."""
    why = reasons(problem)
    ways = exceptions(problem) if exceptions else ()
    if conflict:
        rules = conflict(problem, why, ways)
    else:
        rules = min((reason.rules for reason in why), key=len, default=())
    return {"status": IMPOSSIBLE} | impossible_out(problem, rules or (), ways)


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CaseError("no_file", found=error.strerror or error) from error


def _positive(kind: type) -> Any:
    """A number above zero, for an argument."""

    def number(text: str) -> Any:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise ArgumentTypeError(text)
        return value

    number.__name__ = kind.__name__
    return number


class _Progress:
    """Says every tenth of the way how good the best is so far."""

    def __init__(self, out: Any) -> None:
        self.out, self.tenth = out, 0

    def __call__(self, share: float, best: int | None) -> None:
        if int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            self.out.write(f"{self.tenth * 10} % {'' if best is None else best}".rstrip())
