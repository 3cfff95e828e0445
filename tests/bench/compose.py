"""How good and how quick the composition of groups is: proofs, points left, memory, habits.

five   five single-valued attributes: proved perfect by the closed form, and in what time
tags   eight competence tags besides: points left, beside the points of groups drawn by lot
habits groups drawn by lot, dealt alphabetically and by snake, beside what compose makes
moves, fronts and impossible: see tests.bench._repairing.py.
mdgplib and cases are folders that may be given; what is absent is said to be not run.
All times are CPU of this process, or of one begun for the purpose when memory is asked for.
"""

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median, quantiles
from time import process_time

import numpy as np

from networks.composition.answer import IMPOSSIBLE
from networks.composition.budget import Budget
from networks.composition.cases import problem_of, read
from networks.composition.compose import compose
from networks.composition.search.distances import farthest
from tests.bench._repairing import fronts, impossible, moves
from tests.networks.composition import judge
from tests.networks.composition.made import lifelike

SIZES = (30, 60, 90, 120, 150)
PUBLISHED = {
    120: (51146, 51372, 50248, 50436, 50008, 49767, 50282, 50385, 50451, 50407),
    240: (160596, 160468, 160400, 162619, 160841),
    480: (390718,),
}
"""Best values of RanInt_n*_ds_01 … as the folder's README lists them."""
CPU_BUDGETS = {120: 3, 240: 20, 480: 120}


@dataclass
class Goals:
    """What was asked for and what came of it."""

    is_met: list[bool] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def say(self, name: str, figure: float, bound: float) -> None:
        self.is_met.append(figure <= bound)
        if bound:
            self.ratios.append(figure / bound)
        say(f"goal: {'met' if self.is_met[-1] else 'missed'} {name} {figure:.4g} {bound}")


def main() -> int:
    """Print the table and the goals; 1 when one is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mdgplib", type=Path)
    parser.add_argument("--cases", type=Path)
    parser.add_argument(
        "--only", default="five,large,tags,habits,memory,moves,fronts,impossible,mdgplib,cases"
    )
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        return one(*given.one)
    goals, wanted = Goals(), given.only.split(",")
    for part in (five, large, tags, habits, memory):
        if part.__name__ in wanted:
            part(goals)
    for part in (moves, fronts, impossible):
        if part.__name__ in wanted:
            part(goals.say, say)
    for part, folder in ((mdgplib, given.mdgplib), (cases, given.cases)):
        if part.__name__ in wanted:
            if folder and folder.is_dir():
                part(goals, folder)
            else:
                say(f"not run: {part.__name__} (no folder)")
    say(f"ratio: {max(goals.ratios, default=0):.2f}")
    return 0 if all(goals.is_met) else 1


# --- fresh networks ---------------------------------------------------------------------------


def timed(case: dict, seconds: float, seed: int = 0):
    """What compose answers within so many CPU seconds, and how many it took."""
    problem, begun = problem_of(case), process_time()
    result = compose(problem, Budget(seconds=seconds, clock=process_time), seed)
    taken = process_time() - begun
    if result.grouping is None:
        return result, taken
    where = result.grouping.where
    assert judge.broken(case, where, result.grouping.leaders) == []
    return result, taken


def five(goals: Goals) -> None:
    """Forty fresh networks of each size."""
    say(f"{'five attributes':24}{'proved':>10}{'median s':>10}{'95 % s':>10}{'worst s':>10}")
    unproved, every = 0, []
    for people in SIZES:
        found = [timed(lifelike(people, 1000 + n), 10) for n in range(40)]
        proved = sum(is_proved(result) for result, _taken in found)
        taken = sorted(seconds for _result, seconds in found)
        say(f"{f'  n = {people}':24}{proved:>7}/40{spread(taken)}")
        unproved += 40 - proved
        every += taken
    goals.say("five-unproved", unproved, 0)
    goals.say("five-95-seconds", quantiles(every, n=20)[-1], 0.5)


def is_proved(result) -> bool:
    """The best there is, or that there is none: with leaders of their own, some have none."""
    return result.proved_by is not None or result.status == IMPOSSIBLE


def spread(taken: list[float]) -> str:
    last = quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[-1]
    return f"{median(taken):10.2f}{last:10.2f}{taken[-1]:10.2f}"


def large(goals: Goals) -> None:
    """Each in a process of its own, so that its memory is its own."""
    say(f"{'large':24}{'points':>10}{'CPU s':>10}{'peak MB':>10}")
    for people, seeds, seconds in ((1000, 5, 2), (5000, 2, 10)):
        found = [alone(people, 2000 + seed, "five", 30) for seed in range(seeds)]
        for score, taken, peak in found:
            say(f"{f'  n = {people}':24}{score:10}{taken:10.2f}{peak:10.0f}")
        goals.say(f"n{people}-unproved", sum(score > 0 for score, _taken, _peak in found), 0)
        goals.say(f"n{people}-seconds", max(taken for _score, taken, _peak in found), seconds)
    goals.say("n5000-megabytes", max(peak for _score, _taken, peak in found), 400)
    found = [alone(1000, 3000 + seed, "tags", 10) for seed in range(5)]
    for score, taken, peak in found:
        say(f"{'  n = 1000 with tags':24}{score:10}{taken:10.2f}{peak:10.0f}")
    goals.say("n1000-tags-points", median(score for score, _taken, _peak in found), 2)


def memory(goals: Goals) -> None:
    """What a task would take at most with 300 people."""
    score, taken, peak = alone(300, 1, "tags", 10)
    say(f"{'memory':24}{'points':>10}{'CPU s':>10}{'peak MB':>10}")
    say(f"{'  n = 300 with tags':24}{score:10}{taken:10.2f}{peak:10.0f}")
    goals.say("n300-megabytes", peak, 250)


def alone(people: int, seed: int, kind: str, seconds: float) -> tuple[int, float, float]:
    """Points, CPU seconds and peak megabytes of one composition in a process of its own."""
    words = [str(word) for word in (people, seed, kind, seconds)]
    command = [sys.executable, "-m", "tests.bench.compose", "--one", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout))


def one(people: str, seed: str, kind: str, seconds: str) -> int:
    case = lifelike(int(people), int(seed), tags=kind == "tags")
    result, taken = timed(case, float(seconds))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(json.dumps([result.grouping.score, taken, peak]))
    return 0


def tags(goals: Goals) -> None:
    """Four fresh networks of each size, five seconds each."""
    say(f"{'with eight tags, 5 s':24}{'by lot':>10}{'left':>10}{'% left':>10}")
    shares = []
    for people in SIZES:
        left, lot = [], []
        for n in range(4):
            case = lifelike(people, 4000 + n, tags=True)
            left.append(timed(case, 5)[0].grouping.score)
            lot.append(mean(judge.score(case, by_lot(case, luck)) for luck in range(10)))
        each = [100 * one / two for one, two in zip(left, lot, strict=True)]
        say(f"{f'  n = {people}':24}{mean(lot):10.0f}{left!s:>16}{mean(each):10.2f}")
        shares += each
    goals.say("tags-percent-left", mean(shares), 1.5)


# --- habits -----------------------------------------------------------------------------------


def habits(goals: Goals) -> None:
    """What people do today, beside compose, in points and broken rules."""
    ways = {"by lot": by_lot, "alphabetical": alphabetical, "snake": snake}
    say(f"{'habits: points / broken':24}" + "".join(f"{way:>16}" for way in (*ways, "compose")))
    kept, broken = [], 0
    for people in (60, 120, 300):
        case = lifelike(people, 5000)
        found = [way(case, 1) for way in ways.values()]
        found.append(timed(case, 5)[0].grouping.where)
        points = [judge.score(case, where) for where in found]
        rules = [len(judge.broken(case, where)) for where in found]
        cells = (f"{p} / {b}" for p, b in zip(points, rules, strict=True))
        say(f"{f'  n = {people}':24}" + "".join(f"{cell:>16}" for cell in cells))
        kept.append(100 * points[-1] / points[0])
        broken += rules[-1]
    say("not run: PyPI anti-clustering (needs an environment of its own)")
    goals.say("habits-percent-kept", max(kept), 2)
    goals.say("habits-broken", broken, 0)


def by_lot(case: dict, seed: int) -> dict[str, str]:
    people = [p["id"] for p in case["people"]]
    random.Random(seed).shuffle(people)
    return in_turn(case, people)


def alphabetical(case: dict, _seed: int) -> dict[str, str]:
    people = sorted(case["people"], key=lambda p: (p["barnehage"], p["id"]))
    return in_turn(case, [p["id"] for p in people])


def snake(case: dict, _seed: int) -> dict[str, str]:
    """Sorted by experience and size, then there and back again as teams are picked."""
    people = sorted(case["people"], key=lambda p: sorted(p["values"].items()))
    groups = [g["id"] for g in case["groups"]]
    there_and_back = [*groups, *reversed(groups)]
    return {p["id"]: there_and_back[n % len(there_and_back)] for n, p in enumerate(people)}


def in_turn(case: dict, people: list[str]) -> dict[str, str]:
    groups = [g["id"] for g in case["groups"]]
    return {person: groups[n % len(groups)] for n, person in enumerate(people)}


# --- folders given ----------------------------------------------------------------------------


def mdgplib(goals: Goals, folder: Path) -> None:
    """Gap to the published best values, in the CPU seconds usual for them."""
    say(f"{'MDGPLIB':24}{'instances':>10}{'mean %':>10}{'worst %':>10}")
    every = []
    for people, values in PUBLISHED.items():
        gaps = []
        for n, published in enumerate(values, 1):
            path = folder / f"RanInt_n{people}_ds_{n:02}.txt.gz"
            if path.exists():
                found = farthest(*distances(path), cpu(CPU_BUDGETS[people]), seed=n)
                gaps.append(100 * (1 - found / published))
        if gaps:
            say(f"{f'  n = {people}':24}{len(gaps):10}{mean(gaps):10.3f}{max(gaps):10.3f}")
        every += gaps
    if every:
        goals.say("mdgplib-percent-gap", mean(every), 0.7)


def cpu(seconds: float) -> Budget:
    return Budget(seconds=seconds, clock=process_time)


def distances(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distances (n, n), least and most members (k,)."""
    with gzip.open(path, "rt") as lines:
        head = next(lines).split()
        n, k = int(head[0]), int(head[1])
        sizes = np.array(head[3 : 3 + 2 * k], int).reshape(k, 2)
        distance = np.zeros((n, n), int)
        for i, j, far in (line.split() for line in lines if line.strip()):
            distance[int(i), int(j)] = distance[int(j), int(i)] = int(float(far))
    return distance, sizes[:, 0], sizes[:, 1]


def cases(goals: Goals, folder: Path) -> None:
    """Cases with known answers: composed, or said to be impossible."""
    wrong = 0
    for path, answer in known(folder):
        text = path.read_text()
        result = compose(read(text), cpu(5))
        if not answer["feasible"] and not result.has_solver:
            say(f"not run: {path.stem} (no solver)")
            continue
        is_right = result.status == IMPOSSIBLE
        if answer["feasible"]:
            is_right = result.grouping is not None and is_good(json.loads(text), result, answer)
        say(f"  {'right' if is_right else 'WRONG'} {path.stem} {result.status}")
        wrong += not is_right
    goals.say("cases-wrong", wrong, 0)


def is_good(case: dict, result, answer: dict) -> bool:
    broken = judge.broken(case, result.grouping.where, result.grouping.leaders)
    return not broken and result.grouping.score <= answer.get("score_at_most", result.floor)


def known(folder: Path) -> Iterator[tuple[Path, dict]]:
    """The folder's cases that have an answer in the folder beside it."""
    for path in sorted(folder.glob("*.json")):
        answer = folder.parent / "answers" / path.name
        if answer.exists():
            yield path, json.loads(answer.read_text())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
