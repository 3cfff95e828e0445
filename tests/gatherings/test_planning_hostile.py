"""Whatever is typed, the pages that plan, call, move and cancel answer in words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gatherings.pages import FORM, text
from tests.gatherings.planning_desk import call
from tests.nasty import NASTY, encoded
from tests.scale import EXAMPLES

pytestmark = pytest.mark.django_db
FIELDS = [
    "day", "starts", "ends", "last_day", "host", "place", "online_url", "greeting",
    "preparation_due_on", "outside_window_reason", "version", "items-TOTAL_FORMS",
    "items-INITIAL_FORMS", "items-0-id", "items-0-position", "items-0-title", "items-0-minutes",
    "items-0-DELETE", "message", "ask_again", "add", "invite",
]  # fmt: skip


def post_nasty(desk, name, changes):
    body = encoded({**desk.typed(), "message": "", "ask_again": "yes", **changes})
    response = desk.client.post(desk.url(name), body, content_type=FORM)
    assert response.status_code in (200, 302, 403, 409, 422)
    if response.status_code == 422:
        assert 'role="alert"' in text(response)


@pytest.mark.parametrize("name", ["plan", "move", "cancel", "invite"])
def test_a_few_nasty_values_are_answered_in_words(desk, name):
    if name != "plan":
        call(desk)
    for nasty in NASTY[:12]:
        post_nasty(desk, name, dict.fromkeys(FIELDS[:10], nasty))


@pytest.mark.hostile
@pytest.mark.parametrize("name", ["plan", "move", "cancel"])
def test_no_value_in_any_field_breaks_a_page(desk, name):
    if name != "plan":
        call(desk)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.dictionaries(
            st.sampled_from(FIELDS), st.sampled_from(NASTY) | st.text(max_size=40), min_size=1
        )
    )
    def attack(changes):
        post_nasty(desk, name, changes)

    attack()
