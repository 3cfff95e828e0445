"""What each page costs the database, with 100 times the data beside a small world, in one run.

For every GET of the policy table and the widest role that sees it: PostgreSQL's own execution time
a request (pg_stat_statements), at 2 groups and at 200, with their people, gatherings and texts.
Of each statement the least of TURNS counts, since other work on the machine can only add to it.
A page may take twice as long, or 5 ms.
"""

import sys

from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests import world as worlds
from tests.test_policy import ROLES, address, rows

TURNS = 7
SMALL = 2  # groups of tests.world
LARGE = 100 * SMALL
TWICE, ENOUGH_MS = 2.0, 5.0
Costs = dict[tuple[str, str], float]  # milliseconds by page and role


def main() -> int:
    """Print the table and the goals; 1 when one is missed."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    world = worlds.build()
    clients = {role: _client(world, role) for role in ROLES}
    small = measure(world, clients)
    worlds.grow(world, LARGE - SMALL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return 0 if show(small, measure(world, clients)) else 1


def show(small: Costs, large: Costs) -> bool:
    """Print the table, dearest page first, then a goal for each page that misses and for all."""
    say(f"{'page':40}{'role':>12}{f'ms at {SMALL}':>10}{f'ms at {LARGE}':>11}{'ratio':>8}")
    missed, worst = [], 0.0
    for (name, role), cost in sorted(large.items(), key=lambda item: -item[1]):
        ratio = cost / max(small[name, role], 0.01)
        say(f"{name:40}{role:>12}{small[name, role]:10.2f}{cost:11.2f}{ratio:8.1f}")
        if cost > ENOUGH_MS and ratio > TWICE:
            missed.append(f"goal: missed {name} {cost:.2f} {ENOUGH_MS:.2f}")
        worst = max(worst, min(cost / ENOUGH_MS, ratio / TWICE))
    for line in missed:
        say(line)
    measured = {row["name"] for row in pages()}
    for row in rows():
        if row["method"] == "GET" and row["name"] not in measured:
            say(f"not run {row['name']}: it answers nobody with a page")
    say(f"goal: {'missed' if missed else 'met'} pages {worst:.2f} 1.00")
    say(f"ratio: {worst:.2f}")
    return not missed


def _client(world: worlds.World, role: str) -> Client:
    client = Client()
    if person := world.cast[role]:
        client.force_login(person)
    return client


def measure(world: worlds.World, clients: dict[str, Client]) -> Costs:
    """Milliseconds in PostgreSQL by page and role, for the last role of the table that sees it."""
    found = {}
    for row in pages():
        role, url = seen_by(row)[-1], address(row, world)
        clients[role].get(url)
        found[row["name"], role] = _least([_once(clients[role], url) for _ in range(TURNS)])
    return found


def pages() -> list[dict[str, str]]:
    """The rows of the policy table that can be measured: pages that somebody gets."""
    return [row for row in rows() if row["method"] == "GET" and seen_by(row)]


def seen_by(row: dict[str, str]) -> list[str]:
    """Roles that get the page: those who are logged in, or else the stranger."""
    got = [role for role in ROLES if row[role] == "200"]
    return [role for role in got if role != "stranger"] or got


def _least(turns: list[dict[int, float]]) -> float:
    """The last turn's statements, each at its least; a cursor has a new name every turn."""
    return sum(min(turn.get(key, ms) for turn in turns) for key, ms in turns[-1].items())


def _once(client: Client, url: str) -> dict[int, float]:
    """Milliseconds of one request by statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_statements_reset()")
        client.get(url)
        cursor.execute(
            "SELECT queryid, sum(total_exec_time) FROM pg_stat_statements "
            "WHERE query NOT LIKE '%pg_stat_statements%' GROUP BY queryid"
        )
        return dict(cursor.fetchall())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
