"""Two who set up the same at once: both are heard, nothing is lost, and nobody meets an error."""

import threading

import pytest
from django.db import connections, models
from django.test import Client
from django.urls import reverse

from networks import themes
from networks.models import Network, Season
from office.dates import plain_date
from tests.factories import NetworkFactory, SeasonFactory
from tests.networks.conftest import in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, sortland):
    client.force_login(sortland.admin)
    return client


def outline(season):
    return [themes.write_outline(tree) for tree in themes.theme_trees(season)]


def opened(client, address):
    """What the form on the page would send."""
    form = client.get(address).context["form"]
    return {field.name: field.value() for field in form}


# --- texts ---------------------------------------------------------------------------------------


def test_v3_two_who_write_the_themes_at_once_lose_nothing(admin, sortland):
    season = sortland.season
    address = reverse("networks:season_themes", args=[season.pk])
    admin.post(address, {"tree": "Lek", "cross_cutting": "verdisyn"})
    first, second = opened(admin, address), opened(admin, address)
    first["tree"] += "\nSpråk\n  samtale"
    second["tree"] += "\nUte"
    assert admin.post(address, first).status_code == 302

    answer = admin.post(address, second)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Noen andre lagret mens du skrev." in shown
    assert "Lek\nUte" in shown
    assert "Lek\nSpråk\n  samtale" in shown
    assert outline(season) == ["Lek\nSpråk\n  samtale", "verdisyn"]

    again = {
        **second,
        "tree": "Lek\nSpråk\n  samtale\nUte",
        "seen": answer.context["form"]["seen"].value(),
    }
    assert admin.post(address, again).status_code == 302
    assert outline(season) == ["Lek\nSpråk\n  samtale\nUte", "verdisyn"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_themes_in_one_moment_one_is_told(sortland):
    season = sortland.season
    address = reverse("networks:season_themes", args=[season.pk])
    clients = [Client(), Client()]
    for each in clients:
        each.force_login(sortland.admin)
    sent = [
        {**opened(each, address), "tree": title} for each, title in zip(clients, "AB", strict=True)
    ]
    start, answers = threading.Barrier(2), []

    def go(client, data):
        try:
            start.wait(10)
            answers.append(client.post(address, data).status_code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=go, args=pair) for pair in zip(clients, sent, strict=True)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(answers) == [302, 422]


def test_v2_two_who_write_purpose_and_goals_at_once_lose_nothing(admin, sortland):
    network = sortland.season.network
    address = reverse("networks:network_edit", args=[network.pk])
    first, second = opened(admin, address), opened(admin, address)
    assert admin.post(address, {**first, "purpose": "Den førstes formål"}).status_code == 302

    answer = admin.post(address, {**second, "goals": "Den andres mål"})

    assert answer.status_code == 422
    shown = answer.content.decode()
    for text in ("Noen andre lagret mens du skrev.", "Den førstes formål", "Den andres mål"):
        assert text in shown
    network.refresh_from_db()
    assert (network.purpose, network.goals) == ("Den førstes formål", "")

    seen = answer.context["form"]["seen"].value()
    again = {**second, "purpose": "Den førstes formål", "goals": "Den andres mål", "seen": seen}
    assert admin.post(address, again).status_code == 302
    network.refresh_from_db()
    assert (network.purpose, network.goals) == ("Den førstes formål", "Den andres mål")


def test_v5_two_who_set_the_rules_at_once_lose_nothing(admin, sortland):
    rules = sortland.season.rules
    address = reverse("networks:season_rules", args=[sortland.season.pk])
    first, second = opened(admin, address), opened(admin, address)
    changes = {"max_size": "8", "scope": "region", "leader_not_own": ""}
    assert admin.post(address, {**first, **changes}).status_code == 302

    answer = admin.post(address, {**second, "approval_days": "14"})

    assert answer.status_code == 422
    assert answer.context["form"].theirs == [
        ("Flest deltakere", "8"),
        ("Gruppene settes sammen", "på tvers av kommuner"),
        ("Ingen ledes av egen styrer", "nei"),
        ("Dager før referatet er godkjent uten svar", "7"),
    ]
    assert 'name="approval_days" value="14"' in answer.content.decode()
    rules.refresh_from_db()
    assert (rules.max_size, rules.approval_days) == (8, 7)

    seen = answer.context["form"]["seen"].value()
    again = {**second, **changes, "approval_days": "14", "seen": seen}
    assert admin.post(address, again).status_code == 302
    rules.refresh_from_db()
    assert (rules.max_size, rules.leader_not_own, rules.approval_days) == (8, False, 14)


def test_two_who_change_the_days_of_a_year_at_once_lose_nothing(admin, sortland):
    season = sortland.season
    address = reverse("networks:season_edit", args=[season.pk])
    first, second = opened(admin, address), opened(admin, address)
    assert admin.post(address, {**first, "ends_on": str(in_days(200))}).status_code == 302

    answer = admin.post(address, {**second, "name": "Prøveåret"})

    assert answer.status_code == 422
    shown = answer.content.decode()
    for text in ("Noen andre lagret mens du skrev.", plain_date(in_days(200)), "Prøveåret"):
        assert text in shown
    season.refresh_from_db()
    assert (season.name != "Prøveåret", season.ends_on) == (True, in_days(200))


# --- names ---------------------------------------------------------------------------------------


@pytest.fixture
def just_now(monkeypatch):
    """The other one saves after the form has looked for the name, and before it is saved."""
    monkeypatch.setattr(models.Model, "validate_constraints", lambda *_args, **_kwargs: None)


NETWORK = {"name": "Finnes", "member_position": "manager", "leader_position": "manager"}


@pytest.mark.parametrize("page", ["network_new", "network_edit", "season_new", "season_edit"])
def test_a_name_somebody_took_in_this_moment_is_said_and_what_was_typed_stays(
    admin, sortland, just_now, page
):
    season, network = sortland.season, sortland.season.network
    NetworkFactory(region=sortland.region, name="Finnes")
    SeasonFactory(network=network, name="Finnes")
    days = {"starts_on": str(in_days(1)), "ends_on": str(in_days(100))}
    of = {"network_edit": network, "season_new": network, "season_edit": season}.get(page)
    address = reverse(f"networks:{page}", args=[of.pk] if of else [])

    answer = admin.post(address, {**NETWORK, **days})

    assert answer.status_code == 422
    assert "Noen har nettopp lagret det samme." in answer.content.decode()
    assert 'value="Finnes"' in answer.content.decode()
    assert Network.objects.filter(name="Finnes").count() == 1
    assert Season.objects.filter(name="Finnes").count() == 1
