"""What each page costs the database, with 100 times the data beside a small world, in one run.

For every GET of the policy table and the widest role that sees it: PostgreSQL's own execution time
a request (pg_stat_statements, median of TURNS), at 2 groups and at 100, with their people,
gatherings and texts. A page may take twice as long, or 5 ms.
"""

import sys
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests import world as worlds
from tests.test_policy import ROLES, address, rows

TURNS = 5
GROWN = 98
TWICE, ENOUGH_MS = 2.0, 5.0


def main() -> int:
    """Print the table and the goals; 1 when one is missed."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    world = worlds.build()
    clients = {role: _client(world, role) for role in ROLES}
    small = measure(world, clients)
    worlds.grow(world, GROWN)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    large = measure(world, clients)
    say(f"{'page':40}{'role':>12}{'ms at 1':>10}{'ms at 100':>11}{'ratio':>8}")
    missed, worst = [], 0.0
    for (name, role), cost in sorted(large.items(), key=lambda item: -item[1]):
        ratio = cost / max(small[name, role], 0.01)
        say(f"{name:40}{role:>12}{small[name, role]:10.2f}{cost:11.2f}{ratio:8.1f}")
        if cost > ENOUGH_MS and ratio > TWICE:
            missed.append(name)
        worst = max(worst, min(cost / ENOUGH_MS, ratio / TWICE))
    for name in sorted(set(missed)):
        say(f"goal: missed {name} {max(c for (n, _r), c in large.items() if n == name):.2f} 5")
    if not missed:
        say(f"goal: met pages {worst:.2f} 1.0")
    say(f"ratio: {worst:.2f}")
    return 1 if missed else 0


def _client(world: worlds.World, role: str) -> Client:
    client = Client()
    if person := world.cast[role]:
        client.force_login(person)
    return client


def measure(world: worlds.World, clients: dict[str, Client]) -> dict[tuple[str, str], float]:
    """Milliseconds in PostgreSQL by page and role, for the last role of the table that sees it."""
    found = {}
    for row in rows():
        seen_by = [role for role in ROLES if row[role] == "200" and role != "stranger"]
        if row["method"] != "GET" or not seen_by:
            continue
        role, url = seen_by[-1], address(row, world)
        clients[role].get(url)
        found[row["name"], role] = median(_once(clients[role], url) for _ in range(TURNS))
    return found


def _once(client: Client, url: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_statements_reset()")
        client.get(url)
        cursor.execute(
            "SELECT coalesce(sum(total_exec_time), 0) FROM pg_stat_statements "
            "WHERE query NOT LIKE '%pg_stat_statements%'"
        )
        return cursor.fetchone()[0]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
