"""Every form of networks takes nasty input without a 500: some always, many when hostile."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.networks.conftest import build_place, in_days
from tests.scale import EXAMPLES

NASTY = [
    "",
    "   ",
    "\u00a0\u200b",
    "x" * 501,
    "å" * 200_000,
    "a\x00b",
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% now %}",
    "{x.__class__}",
    "'; DROP TABLE person; --",
    "=1+1",
    "a\r\nBcc: b@example.no",
    "\u202etxt.exe",
    "A\u030ase O\u0308",
    "👩‍👩‍👧‍👦",
    "[" * 50_000,
    "O'Brien-Ødegård",
    "null",
    "-1",
    "0",
    "9999999999999999999999",
    "1e999",
    "NaN",
    "0001-01-01",
    "9999-12-31",
    "20227-01-01",
    "31.02.2026",
    "none",
    "leads:",
    "own",
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000000.x",
    "../../etc/passwd",
]

value = st.one_of(st.sampled_from(NASTY), st.text(max_size=60))

FORMS = {
    "network_new": ["name", "purpose", "goals", "member_position", "leader_position"],
    "network_edit": ["name", "purpose", "goals", "member_position", "leader_position"],
    "season_new": ["name", "starts_on", "ends_on"],
    "season_edit": ["name", "starts_on", "ends_on"],
    "season_rules": [
        "min_size",
        "max_size",
        "scope",
        "gatherings_a_year",
        "gathering_minutes",
        "answers_shown",
        "approval_days",
        "distribution",
    ],
    "season_themes": ["tree", "cross_cutting"],
    "board_make": ["count"],
    "board_place": ["pick", "to"],
    "board_reason": ["reason"],
    "board_publish": ["seen", "reason-0"],
    "move": ["to", "on", "reason", "own_words", "seen"],
    "group_edit": ["name", "municipality"],
    "group_leader": ["leader"],
    "new_leader": ["leader", "on", "reason", "own_words", "seen"],
}


@pytest.fixture
def addresses(db, client):
    """Where each form is sent, in a place with a draft and a published group."""
    town = build_place(4, 3)
    draft = town.draft(town.members[:3], town.managers[3])
    locked = town.group(town.members[4:8], town.managers[2])
    season, network = town.season.pk, town.season.network_id
    client.force_login(town.admin)
    known = {
        "network_new": reverse("networks:network_new"),
        "network_edit": reverse("networks:network_edit", args=[network]),
        "season_new": reverse("networks:season_new", args=[network]),
        "board_reason": reverse("networks:board_reason", args=[season])
        + f"?regel=size&om={draft.pk}:3",
        "move": reverse("networks:move", args=[season, town.members[4].pk]),
        "group_edit": reverse("networks:group_edit", args=[draft.pk]),
        "group_leader": reverse("networks:group_leader", args=[draft.pk]),
        "new_leader": reverse("networks:group_leader", args=[locked.pk]),
    }
    others = set(FORMS) - set(known)
    return known | {name: reverse(f"networks:{name}", args=[season]) for name in others}


def attack(client, addresses, name, examples):
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.fixed_dictionaries(dict.fromkeys(FORMS[name], value)))
    def send(data):
        answer = client.post(addresses[name], data)
        assert answer.status_code in {302, 422}, (answer.status_code, data)
        if answer.status_code == 422:
            text = answer.content.decode()
            assert 'role="alert"' in text
            assert "<script>alert(1)" not in text

    send()


@pytest.mark.parametrize("name", FORMS)
def test_nasty_input_gets_a_sentence(client, addresses, name):
    attack(client, addresses, name, 8)


@pytest.mark.hostile
@pytest.mark.parametrize("name", FORMS)
def test_much_nasty_input_gets_a_sentence(client, addresses, name):
    attack(client, addresses, name, EXAMPLES)


QUERIES = ["kommune=", "kommune=%00", "kommune=1870%27", "kommune=" + "9" * 3000, "regel=x&om=%ff"]


@pytest.mark.parametrize("query", QUERIES)
def test_nasty_addresses_are_answered(client, addresses, query):
    for name in ("board_make", "board_reason", "board_publish", "board_place", "move"):
        board = addresses[name].split("?")[0]
        assert client.get(f"{board}?{query}").status_code in {200, 302, 404, 405}


def test_what_was_typed_is_still_there(client, addresses):
    typed = {"name": "Nordlys", "starts_on": "x", "ends_on": str(in_days(3))}
    answer = client.post(addresses["season_new"], typed)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="Nordlys"' in text
    assert "<title>Feil:" in text.replace("\n", "")
