"""Whatever is typed, the pages of the way in answer without breaking."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.models import SignInCode
from tests.nasty import NASTY, encoded
from tests.participants.signing_in import CODE, SIGN_IN, WHO, ask
from tests.scale import EXAMPLES


def post_anything(email, code, way_back):
    """Post to all pages of the way in; the worst status seen."""
    client = Client(raise_request_exception=False)
    form = "application/x-www-form-urlencoded"
    answers = [
        client.post(
            f"{SIGN_IN}?{encoded({'next': way_back}).decode()}",
            encoded({"email": email}),
            content_type=form,
        )
    ]
    ask(client, "ingrid@example.no")
    fields = encoded({"code": code, "remember": code, "person": code})
    answers += [client.post(url, fields, content_type=form) for url in (CODE, WHO)]
    return max(answer.status_code for answer in answers)


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_the_way_in(ingrid, value):
    assert post_anything(value, value, value) < 500


@pytest.mark.hostile
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(*[st.one_of(st.text(), st.sampled_from(NASTY), st.binary())] * 3)
def test_nothing_at_all_typed_breaks_the_way_in(ingrid, email, code, way_back):
    SignInCode.objects.all().delete()
    assert post_anything(email, code, way_back) < 500
