"""Publishing: everybody is told once, membership is locked, nobody leads nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from networks import publishing
from networks.board import read_board
from networks.models import Membership, RuleException
from networks.placing import Refused
from office.journal import history
from office.models import Letter
from tests.factories import MembershipFactory, PositionFactory, RoleFactory
from tests.networks.conftest import build_place, in_days


def board(town):
    return read_board(town.season, town.municipality, reader=town.admin)


def publish(town, seen=None, reasons=None):
    """Publish with a reason for every break, unless the test says otherwise."""
    now = board(town)
    if reasons is None:
        reasons = {(f.rule, f.subject): "Slik er det her" for f in now.to_answer_for()}
    return publishing.publish(
        town.season,
        town.municipality,
        seen=now.digest if seen is None else seen,
        reasons=reasons,
        by=town.admin,
    )


@pytest.fixture
def ready(sortland):
    """Two drafts of six, one from each house, led by managers of other people's staff."""
    extra = PositionFactory(
        institution=sortland.managers[0].positions.get().institution, kind="manager"
    ).person
    sortland.first = sortland.draft(sortland.members[0::2], extra, name="Sortland 1")
    sortland.second = sortland.draft(
        sortland.members[1::2], sortland.managers[1], name="Sortland 2"
    )
    return sortland


def test_publishing_makes_the_groups_known_and_tells_everybody_once(ready):
    groups = publish(ready)
    assert {group.name for group in groups} == {"Sortland 1", "Sortland 2"}
    assert set(ready.season.groups.values_list("published_at", flat=True)) != {None}
    told = Letter.objects.values_list("to", flat=True)
    seated = Membership.objects.values_list("person", flat=True)
    assert sorted(told) == sorted(seated)
    assert len(set(told)) == 14


def test_the_letter_names_the_group_its_leader_and_who_is_in_it(ready):
    publish(ready)
    ida = ready.first.memberships.members().first()
    letter = Letter.objects.get(to=ida.person)
    leader = ready.first.memberships.leaders().get().person
    assert letter.subject == f"Velkommen til {ready.season.network}"
    for words in ("Sortland 1", leader.name, *(p.name for p in ready.members[0::2])):
        assert words in letter.text
        assert words in letter.html
    assert f"/gruppa/{ready.first.pk}/" in letter.text
    assert letter.reply_to == ready.admin.email
    assert Letter.objects.get(to=leader).subject == "Du leder Sortland 1"


def test_publishing_twice_is_harmless(ready):
    seen = board(ready).digest
    publish(ready, seen=seen)
    assert publish(ready, seen=seen) == []
    assert Letter.objects.count() == 14


def test_v7_a_group_without_leader_is_refused_by_name(ready):
    ready.second.memberships.leaders().delete()
    with pytest.raises(Refused, match="Velg prosessleder for Sortland 2 først"):
        publish(ready)
    assert not ready.season.groups.published().exists()
    assert not Letter.objects.exists()


def test_v7_the_database_refuses_a_second_leader(ready):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Membership.objects.create(
            season=ready.season,
            group=ready.first,
            person=ready.managers[3],
            role="leader",
            starts_on=ready.season.starts_on,
        )


def test_v6_a_break_asks_for_a_reason_that_is_kept(ready):
    ready.first.memberships.members().first().delete()
    ready.first.memberships.members().first().delete()
    others = {(f.rule, f.subject): "Ja" for f in board(ready).to_answer_for() if f.rule != "size"}
    with pytest.raises(Refused, match="Skriv hvorfor dere lever med dette: Sortland 1 har 4"):
        publish(ready, reasons=others)
    publish(ready)
    assert set(RuleException.objects.values_list("rule", "reason")) >= {
        ("size", "Slik er det her"),
        ("no_group", "Slik er det her"),
    }


def test_what_was_not_looked_over_is_not_published(ready):
    with pytest.raises(Refused, match="Se over dem en gang til"):
        publish(ready, seen="something else")
    assert not ready.season.groups.published().exists()


def test_v9_seats_begin_with_the_season_when_it_lies_ahead(db):
    town = build_place(6, 2, starts_on=in_days(90), ends_on=in_days(400))
    town.draft(town.members[:6], town.managers[0])
    publish(town)
    assert set(Membership.objects.values_list("starts_on", flat=True)) == {in_days(90)}


def test_seats_begin_today_when_the_season_has_begun(ready):
    publish(ready)
    assert set(Membership.objects.values_list("starts_on", flat=True)) == {timezone.localdate()}


def test_a_seat_begins_when_the_earlier_one_has_ended(ready):
    ida = ready.members[0]
    MembershipFactory(group=ready.group(), person=ida, ends_on=in_days(20))
    publish(ready)
    assert ready.first.memberships.get(person=ida).starts_on == in_days(21)


def test_a_small_municipality_can_publish(db):
    """Lødingen: two houses, eight people, two managers. Every rule has advice; none blocks."""
    town = build_place(2, 4)
    north, south = town.members[:4], town.members[4:]
    town.draft(north[:2] + south[:2], town.managers[1], name="Lødingen 1")
    town.draft(north[2:] + south[2:], town.managers[0], name="Lødingen 2")
    assert board(town).to_answer_for() == []
    assert len(publish(town, reasons={})) == 2


def test_the_journal_says_who_published(ready):
    publish(ready)
    entry = history(ready.first).get()
    assert (entry.by, entry.did, entry.details["members"]) == (ready.admin, "group.published", 6)


def test_a_danish_admins_colleague_gets_the_letter_in_her_language(ready):
    ida = ready.members[0]
    ida.language = "da"
    ida.save()
    RoleFactory(person=ida)
    publish(ready)
    assert "I gruppen:" in Letter.objects.get(to=ida).text


def test_only_the_drafts_of_this_board_are_published(ready):
    other = build_place(1, 1, region=ready.region)
    elsewhere = ready.draft(municipality=other.municipality, leader=other.managers[0])
    publish(ready)
    elsewhere.refresh_from_db()
    assert elsewhere.published_at is None


def test_a_season_that_was_published_earlier_keeps_its_days(ready):
    publish(ready)
    Membership.objects.update(starts_on=timezone.localdate() - timedelta(days=30))
    publish(ready)
    assert ready.first.memberships.first().starts_on < timezone.localdate()
