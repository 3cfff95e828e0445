"""What a page may cost: statements and bytes, the same for 1, 20 and 200 objects."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import growth
from tests import world as worlds
from tests.test_policy import ROLES, address, rows

MOST = {"list": 10, "detail": 14, "page": 20}
MOST_BYTES = 100_000
SIZES = [1, 20, 200]


def pages() -> list[tuple[dict[str, str], str]]:
    """Every GET of the policy table that shows a page, with each role that sees it."""
    return [
        (row, role)
        for row in rows()
        if row["method"] == "GET"
        for role in ROLES
        if row[role] == "200" and role not in ("stranger", "other", "former", "neighbour")
    ]


def costs(world: worlds.World) -> dict[str, tuple[int, int]]:
    """Statements and bytes by page and role."""
    found = {}
    clients = {role: world.client(role) for role in world.cast}
    for row, role in pages():
        with CaptureQueriesContext(connection) as asked:
            answer = clients[role].get(address(row, world))
        assert answer.status_code == 200, (row["name"], role)
        found[f"{row['name']} {role}"] = (len(asked), len(answer.content))
    return found


@pytest.fixture
def measured(db):
    """Costs at each size, and with twice the people in the group."""
    world = worlds.build()
    costs(world)  # content types and templates are loaded once
    by_size, reached = {}, 0
    for size in SIZES:
        worlds.grow(world, size - reached)
        growth.lengthen(world, growth.Span(reached, size))
        reached = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does outside a test's transaction
        by_size[size] = costs(world)
    worlds.crowd(world)
    by_size["crowd"] = costs(world)
    return by_size


def test_a_page_asks_as_often_and_weighs_no_more_than_it_may(measured):
    first, *others = measured.values()
    kinds = {row["name"]: row["kind"] for row in rows()}
    faults = []
    for page, (asked, _weight) in first.items():
        counts = [asked, *(cost[page][0] for cost in others)]
        heaviest = max(cost[page][1] for cost in measured.values())
        if len(set(counts)) > 1:
            faults.append(f"{page}: {counts} statements at {list(measured)}")
        if max(counts) > MOST[kinds[page.split()[0]]]:
            faults.append(f"{page}: {max(counts)} statements")
        if heaviest > MOST_BYTES:
            faults.append(f"{page}: {heaviest} bytes")
    if faults:
        pytest.fail("\n".join(faults))
