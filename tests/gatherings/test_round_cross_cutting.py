"""The season's cross-cutting elements: ticked on a round, seen by every group."""

import pytest
from django.urls import reverse

from gatherings import opening
from gatherings.models import Round
from networks.models import Theme
from tests.factories import SeasonFactory
from tests.gatherings.pages import text
from tests.gatherings.rounds import a_group, typed, url

pytestmark = pytest.mark.django_db


def elements(season, *titles):
    return [
        Theme.objects.create(season=season, title=title, is_cross_cutting=True) for title in titles
    ]


def test_v4_cross_cutting_elements_are_ticked_on_the_round_and_reach_every_group(
    round_, season, consultant, client
):
    values, _spare, culture = elements(season, "verdisyn", "språk", "organisasjonskultur")
    group = a_group(season)
    opening.open_round(round_, by=consultant)
    client.force_login(consultant)
    ticked = typed(round_, cross_cutting=[culture.pk, values.pk])

    assert client.post(url("round_edit", round_), ticked).status_code == 302

    assert list(round_.cross_cutting.all()) == [values, culture]
    again = text(client.get(url("round_edit", round_)))
    assert again.count('name="cross_cutting"') == 3
    assert again.count(" checked") == 2
    client.force_login(group.memberships.members()[0].person)
    for address in (group.gatherings.get().get_absolute_url(), url("round", round_)):
        assert "verdisyn, organisasjonskultur" in text(client.get(address))


def test_v4_only_elements_of_the_same_season_can_be_ticked(round_, season, consultant, client):
    elements(season, "verdisyn")
    [elsewhere] = elements(SeasonFactory(network=season.network), "fjorårets element")
    topic = Theme.objects.create(season=season, title="Voksenrollen som tema")
    client.force_login(consultant)

    page = text(client.get(url("round_edit", round_)))
    assert "verdisyn" in page
    assert "fjorårets element" not in page
    assert "Voksenrollen som tema" not in page
    for other in (elsewhere.pk, topic.pk, "x", "9" * 30):
        wrong = typed(round_, theme="Halvferdig", cross_cutting=[other])
        response = client.post(url("round_edit", round_), wrong)
        assert response.status_code == 422
        assert "Velg et av alternativene i lista." in text(response)
        assert "Halvferdig" in text(response)
    assert not round_.cross_cutting.exists()


def test_v4_a_new_round_is_ticked_as_it_is_written(season, consultant, client):
    [values] = elements(season, "verdisyn")
    client.force_login(consultant)
    new = reverse("gatherings:round_new", args=[season.pk])

    response = client.post(new, typed(None, cross_cutting=[values.pk], add="items"))
    assert " checked" in text(response)
    client.post(new, typed(None, cross_cutting=[values.pk]))

    assert Round.objects.get().cross_cutting.get() == values


def test_v4_without_cross_cutting_elements_the_form_does_not_ask(round_, consultant, client):
    client.force_login(consultant)

    assert "cross_cutting" not in text(client.get(url("round_edit", round_)))
