"""A round opened before its season: next year's leader is told, plans and calls; a new one too."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import lifecycle, opening
from gatherings.models import Gathering
from networks import moving
from networks.models import Membership
from office.models import Letter
from tests.factories import (
    GroupFactory,
    MembershipFactory,
    PersonFactory,
    PositionFactory,
    RegionFactory,
    RoleFactory,
    RoundFactory,
    RoundItemFactory,
    SeasonFactory,
)

pytestmark = pytest.mark.django_db


def days(n):
    return timezone.localdate() + timedelta(days=n)


@pytest.fixture
def season():
    return SeasonFactory(
        network__region=RegionFactory(), starts_on=days(40), ends_on=days(400), name="neste år"
    )


@pytest.fixture
def round_(season):
    round_ = RoundFactory(
        season=season, number=1, opened_at=None, window_from=days(50), window_to=days(70)
    )
    RoundItemFactory(round=round_, minutes=180)
    return round_


@pytest.fixture
def group(season):
    region = season.network.region
    kari, ingrid = (PersonFactory(region=region, first_name=name) for name in ("Kari", "Ingrid"))
    return GroupFactory(season=season, leader=kari, members=[ingrid])


def leader(group):
    return group.memberships.leaders().order_by("starts_on").last().person


def told():
    return [letter.to.first_name for letter in Letter.objects.filter(template="round_opened")]


def test_a_round_opened_before_its_season_tells_next_years_leader(round_, group):
    opening.open_round(round_, by=None)
    assert told() == ["Kari"]


def test_the_page_before_opening_names_next_years_leader(round_, group, client):
    client.force_login(RoleFactory(person=PersonFactory(region=group.season.network.region)).person)
    page = client.get(reverse("gatherings:round_open", args=[round_.pk])).content.decode()
    assert "1 prosessleder får et brev" in page
    assert "Kari" in page


def test_she_follows_the_letter_plans_and_calls_before_august(round_, group, client):
    opening.open_round(round_, by=None)
    gathering = group.gatherings.get()
    client.force_login(leader(group))
    assert gathering.get_absolute_url() in Letter.objects.get().text
    for name in ("plan", "gathering", "invite"):
        address = reverse(f"gatherings:{name}", args=[gathering.pk])
        assert client.get(address).status_code == 200, name
    assert "Planlegg" in client.get(reverse("gatherings:my_page")).content.decode()

    starts_at = timezone.now() + timedelta(days=52)
    Gathering.objects.update(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), place="Rom 1"
    )
    lifecycle.call(group.gatherings.get(), by=leader(group))
    letters = Letter.objects.filter(template="invitation")
    assert {letter.to.first_name for letter in letters} == {"Kari", "Ingrid"}
    assert {letter.reply_to for letter in letters} == {leader(group).email}


def test_a_member_of_next_year_prepares_before_august_and_a_stranger_does_not(
    round_, group, client
):
    opening.open_round(round_, by=None)
    gathering = group.gatherings.get()
    starts_at = timezone.now() + timedelta(days=52)
    Gathering.objects.update(
        state="called", starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)
    )
    address = reverse("gatherings:preparation", args=[gathering.pk])
    client.force_login(group.memberships.members().get().person)
    assert client.get(address).status_code == 200
    client.force_login(PersonFactory(region=group.season.network.region))
    assert client.get(address).status_code == 404


def test_a_move_that_begins_later_opens_nothing_before_its_day(round_, group, client):
    opening.open_round(round_, by=None)
    seat = MembershipFactory(group=group, starts_on=days(45), reason=Membership.Reason.TOO_SMALL)
    client.force_login(seat.person)
    address = reverse("gatherings:gathering", args=[group.gatherings.get().pk])
    assert client.get(address).status_code == 404


def somebody(season, kind, **names):
    """A person of the register in a position of this kind."""
    person = PersonFactory(region=season.network.region, **names)
    PositionFactory(person=person, kind=kind, institution__municipality__region=person.region)
    return person


def status(client, person, name, gathering):
    client.force_login(person)
    return client.get(reverse(f"gatherings:{name}", args=[gathering.pk])).status_code


def test_who_is_to_lead_from_the_first_day_instead_plans_before_august(round_, group, client):
    opening.open_round(round_, by=None)
    gathering, old = group.gatherings.get(), group.memberships.leaders().get()
    berit = somebody(group.season, "manager", first_name="Berit")
    moving.change_leader(
        group, berit, on=group.season.starts_on, reason="agreed", seen=str(old.pk), by=old.person
    )
    opening.catch_up()
    assert told() == ["Kari", "Berit"]
    letter = Letter.objects.get(template="round_opened", to=berit)
    assert gathering.get_absolute_url() in letter.text
    assert status(client, berit, "plan", gathering) == 200
    assert status(client, old.person, "plan", gathering) == 404


def test_a_member_moved_from_the_first_day_prepares_with_her_new_group(round_, group, client):
    other = GroupFactory(season=group.season, leader=PersonFactory(region=leader(group).region))
    opening.open_round(round_, by=None)
    ingrid = group.memberships.members().get()
    PositionFactory(person=ingrid.person, institution__municipality__region=ingrid.person.region)
    moving.move(
        group.season,
        ingrid.person,
        to=other,
        on=group.season.starts_on,
        reason="too_small",
        seen=str(ingrid.pk),
        by=leader(group),
    )
    assert status(client, ingrid.person, "gathering", other.gatherings.get()) == 200
    assert status(client, ingrid.person, "gathering", group.gatherings.get()) == 404
    assert client.get(other.get_absolute_url()).status_code == 200


def in_mid_year_with_an_open_round(group):
    group.season.starts_on = days(-100)
    group.season.save()
    group.memberships.update(starts_on=days(-100))
    opening.open_round(RoundFactory(season=group.season, number=2, opened_at=None), by=None)


def test_a_leader_who_comes_after_the_opening_is_told_by_the_clock_once(group):
    in_mid_year_with_an_open_round(group)
    old = group.memberships.leaders().get()
    old.ends_on = days(-1)
    old.save()
    MembershipFactory(
        group=group,
        person__first_name="Berit",
        role=Membership.Role.LEADER,
        starts_on=days(0),
        reason=Membership.Reason.NEW_LEADER,
    )
    for _tick in range(2):
        assert opening.catch_up() == 0
    assert sorted(told()) == ["Berit", "Kari"]


def test_a_leader_who_comes_when_the_gathering_is_called_is_not_told_of_the_opplegg(group):
    in_mid_year_with_an_open_round(group)
    starts_at = timezone.now() + timedelta(days=20)
    Gathering.objects.update(
        state="called", starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)
    )
    group.memberships.leaders().update(ends_on=days(-1))
    MembershipFactory(group=group, role=Membership.Role.LEADER, starts_on=days(0))
    opening.catch_up()
    assert told() == ["Kari"]
