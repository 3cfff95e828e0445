"""What the pages of rounds and of the network's gatherings show, and to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import opening
from gatherings.models import Round
from participants.models import Role
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    MunicipalityFactory,
    PersonFactory,
    RoleFactory,
    RoundFactory,
)
from tests.gatherings.pages import text
from tests.gatherings.rounds import a_group, url

pytestmark = pytest.mark.django_db


def test_v21_every_task_shows_its_minutes_and_the_page_their_sum(
    round_, season, consultant, client
):
    client.force_login(consultant)

    page = text(client.get(url("round", round_)))

    assert "25 min" in page
    assert "ca. 45 min" in page
    assert "3 t av 3 t" in page


def test_v5_the_page_of_a_limited_consultant_shows_only_groups_of_her_municipality(
    round_, season, client
):
    ours, theirs = a_group(season), a_group(season)
    opening.open_round(round_, by=None)
    ours.municipality = MunicipalityFactory(region=season.network.region)
    ours.save()
    limited = PersonFactory(region=season.network.region)
    RoleFactory(person=limited, kind=Role.Kind.CONSULTANT, municipality=ours.municipality)
    client.force_login(limited)

    page = text(client.get(url("round", round_)))

    assert ours.name in page
    assert theirs.name not in page


def test_v25_programmes_can_be_opened_from_the_networks_gatherings_newest_first(season, client):
    group = a_group(season)
    for number in (1, 2, 3):
        round_ = RoundFactory(season=season, number=number)
        held = timezone.now() - timedelta(days=100 - 20 * number)
        GatheringFactory(
            group=group,
            round=round_,
            held=True,
            starts_at=held,
            ends_at=held + timedelta(hours=3),
        )
    client.force_login(group.memberships.members()[0].person)

    page = text(
        client.get(reverse("gatherings:index"), {"nettverk": season.network_id, "vis": "tidligere"})
    )

    newest_first = group.gatherings.order_by("-starts_at")
    places = [page.index(reverse("gatherings:programme_pdf", args=[g.pk])) for g in newest_first]
    assert places == sorted(places)
    assert [page.index(f"Samling {n}:") for n in (3, 2, 1)] == sorted(
        page.index(f"Samling {n}:") for n in (1, 2, 3)
    )


@pytest.mark.parametrize(
    "query",
    [
        "page=-1", "page=9e99", "page=99999999999999999999", "vis=tull", "gruppe=%00",
        "gruppe=00000000-0000-0000-0000-000000000000", "kommune=x", "tilstand=held&vis=alle",
        "nettverk=" + "x" * 5000,
    ],
)  # fmt: skip
def test_no_filter_breaks_the_list(consultant, client, query):
    client.force_login(consultant)

    assert client.get(reverse("gatherings:index") + "?" + query).status_code == 200


def test_an_extra_round_is_not_the_fourth_of_three(season, consultant, client):
    extra = RoundFactory(season=season, number=4, theme="Lek og språk", opened_at=None)
    assert season.rules.gatherings_a_year == 3
    client.force_login(consultant)
    assert "samling 4 av 4" in text(client.get(url("round", extra)))
    page = text(client.get(url("round_open", extra)))
    assert page.count("Lek og språk") == page.count("Samling 4: Lek og språk") == 1


def test_a_round_knows_its_tasks_before_from_what_is_read_already(
    round_, django_assert_num_queries
):
    AssignmentFactory(round=round_, title="Del", phase="after")
    with django_assert_num_queries(2):
        [read] = Round.objects.prefetch_related("assignments")
        titles = [task.title for task in read.tasks_before]
    assert sorted(titles) == ["Les", "Skriv"]
