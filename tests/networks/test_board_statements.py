"""The board and its pages ask as much for many people as for few."""

import pytest
from django.urls import reverse

from tests.factories import (
    GroupFactory,
)
from tests.networks.conftest import build_place
from tests.networks.test_board import admin, url  # noqa: F401 (a fixture)


def statements(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    return len(asked)


def full(houses):
    """A place with six in a group: as many groups as houses, and two draft."""
    town = build_place(houses, 6)
    for number in range(houses):
        group = town.group if number % 2 else town.draft
        group(town.members[number * 5 : number * 5 + 5], town.managers[number])
    GroupFactory(season=town.season, municipality=None)
    return town


def move_url(town):
    return reverse("networks:move", args=[town.season.pk, town.members[5].pk])


PAGES = {
    "board": (14, url),
    "board_index": (10, lambda town: reverse("networks:board_index")),
    "publish": (14, lambda town: url(town, "board_publish")),
    "move": (20, move_url),
    "group": (14, lambda town: town.season.groups.published().first().get_absolute_url()),
    "history": (
        14,
        lambda town: reverse(
            "networks:group_history", args=[town.season.groups.published().first().pk]
        ),
    ),
    "network": (14, lambda town: town.season.network.get_absolute_url()),
    "networks": (10, lambda town: reverse("networks:index")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_much_for_twice_the_people(client, name):
    most, address = PAGES[name]
    small, large = full(6), full(12)
    asked = []
    for town in (small, large):
        client.force_login(town.admin)
        asked.append(statements(client, address(town)))
    assert asked[0] == asked[1] <= most


def test_the_group_page_asks_little_of_a_member(client, sortland):
    sortland.group(sortland.members[:5], sortland.managers[5])
    member = sortland.members[0]
    client.force_login(member)
    assert client.get(reverse("networks:my_group")).status_code == 302
    assert statements(client, sortland.season.groups.get().get_absolute_url()) <= 14
