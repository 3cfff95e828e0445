"""Whatever is typed, the pages that plan, call, move and cancel answer in words."""

import pytest

from tests.gatherings.hostile import attack, post_nasty
from tests.gatherings.planning_desk import call
from tests.nasty import NASTY

pytestmark = pytest.mark.django_db
FIELDS = [
    "day", "starts", "ends", "last_day", "host", "place", "online_url", "greeting",
    "preparation_due_on", "outside_window_reason", "version", "items-TOTAL_FORMS",
    "items-INITIAL_FORMS", "items-0-id", "items-0-position", "items-0-title", "items-0-minutes",
    "items-0-DELETE", "message", "ask_again", "add", "invite",
]  # fmt: skip


def send(desk, name, changes):
    fields = {**desk.typed(), "message": "", "ask_again": "yes", **changes}
    post_nasty(desk.client, desk.url(name), fields, (200, 302, 403, 409, 422))


@pytest.mark.parametrize("name", ["plan", "move", "cancel", "invite"])
def test_a_few_nasty_values_are_answered_in_words(desk, name):
    if name != "plan":
        call(desk)
    for nasty in NASTY[:12]:
        send(desk, name, dict.fromkeys(FIELDS[:10], nasty))


@pytest.mark.hostile
@pytest.mark.parametrize("name", ["plan", "move", "cancel"])
def test_no_value_in_any_field_breaks_a_page(desk, name):
    if name != "plan":
        call(desk)

    attack(lambda changes: send(desk, name, changes), FIELDS)
