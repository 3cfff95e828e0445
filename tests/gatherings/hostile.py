"""Strange things sent to a form of ours, field by field: each is answered in words."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gatherings.pages import FORM, text
from tests.nasty import NASTY, encoded
from tests.scale import EXAMPLES

TYPED = st.sampled_from(NASTY) | st.text(max_size=40)


def post_nasty(client: Any, address: str, fields: dict, statuses: Collection[int]) -> None:
    """Send the form; the answer has one of `statuses`, and a refusal says what is wrong."""
    answer = client.post(address, encoded(fields), content_type=FORM)
    assert answer.status_code in statuses
    if answer.status_code == 422:
        assert 'role="alert"' in text(answer)


def attack(
    send: Callable[[dict], None],
    fields: Sequence[str],
    values: st.SearchStrategy = TYPED,
) -> None:
    """Give `send` EXAMPLES sets of strange values for some of the fields, none among them."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(fields), values))
    def each(changes: dict) -> None:
        send(changes)

    each()
