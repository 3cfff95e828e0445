"""Putting draft groups together, alone and two at once."""

import threading

import pytest
from django.db import connections

from networks import placing
from networks.board import read_board
from networks.models import Membership, RuleException
from networks.placing import Refused
from office.models import JournalEntry
from participants.models import Position
from tests.factories import GroupFactory, MunicipalityFactory
from tests.networks.conftest import build_place, pick, seats

LEADER, MEMBER = Membership.Role.LEADER, Membership.Role.MEMBER


def place(town, picks, group, **more):
    return placing.place(town.season, picks, group=group, by=town.admin, **more)


def test_groups_get_the_next_free_names(sortland):
    town = sortland.municipality.name
    sortland.draft(name=f"{town} 2")
    made = placing.make_groups(
        sortland.season, 2, municipality=sortland.municipality, by=sortland.admin
    )
    assert [group.name for group in made] == [f"{town} 1", f"{town} 3"]
    assert {group.published_at for group in made} == {None}


def test_a_name_in_two_languages_gives_its_first(sortland):
    suorta = MunicipalityFactory(region=sortland.region, name="Sortland – Suortá")
    made = placing.make_groups(sortland.season, 1, municipality=suorta, by=sortland.admin)
    assert made[0].name == "Sortland 1"


def test_those_picked_sit_in_the_group(sortland):
    group, (ida, eva) = sortland.draft(), sortland.members[:2]
    place(sortland, [pick(ida), pick(eva)], group)
    assert seats(sortland.season) == {(ida, group, MEMBER), (eva, group, MEMBER)}


def test_moving_leaves_the_old_draft(sortland):
    ida = sortland.members[0]
    first, second = sortland.draft([ida]), sortland.draft()
    place(sortland, [pick(ida, first)], second)
    assert seats(sortland.season) == {(ida, second, MEMBER)}


def test_out_of_the_group_is_a_place_to_move(sortland):
    ida = sortland.members[0]
    place(sortland, [pick(ida, sortland.draft([ida]))], None)
    assert seats(sortland.season) == set()


def test_a_new_leader_takes_the_place_of_the_old(sortland):
    kari, ola = sortland.managers[:2]
    group = sortland.draft(leader=kari)
    place(sortland, [pick(ola)], group, as_leader=True)
    assert seats(sortland.season) == {(ola, group, LEADER)}


def test_a_group_has_one_leader(sortland):
    with pytest.raises(Refused, match="én person"):
        place(sortland, [pick(p) for p in sortland.managers[:2]], sortland.draft(), as_leader=True)


def test_v7_the_leader_is_a_manager(sortland):
    with pytest.raises(Refused, match="Prosesslederen må være styrer"):
        place(sortland, [pick(sortland.members[0])], sortland.draft(), as_leader=True)


def test_a_manager_is_no_member(sortland):
    with pytest.raises(Refused, match="Deltakerne må være pedagogisk leder"):
        place(sortland, [pick(sortland.managers[0])], sortland.draft())


def test_a_stranger_of_another_organisation_is_not_placed(sortland):
    elsewhere = build_place(1, 1)
    with pytest.raises(Refused, match="Velg personer"):
        place(sortland, [pick(elsewhere.members[0])], sortland.draft())


def test_v9_a_published_group_is_locked(sortland):
    ida, eva = sortland.members[:2]
    locked, draft = sortland.group([ida]), sortland.draft()
    with pytest.raises(Refused, match="er publisert"):
        place(sortland, [pick(ida, locked)], draft)
    with pytest.raises(Refused, match="er publisert"):
        place(sortland, [pick(eva)], locked)
    assert seats(sortland.season) == {(ida, locked, MEMBER)}


def test_who_comes_second_is_told_who_was_first_and_nothing_is_moved(sortland):
    ida, eva = sortland.members[:2]
    first, second = sortland.draft(), sortland.draft()
    place(sortland, [pick(ida)], first)
    with pytest.raises(Refused, match=f"{ida} ble flyttet av {sortland.admin}"):
        place(sortland, [pick(eva), pick(ida)], second)
    assert seats(sortland.season) == {(ida, first, MEMBER)}


def test_a_group_somebody_removed_takes_nobody(sortland):
    group = sortland.draft()
    placing.remove(group, by=sortland.admin)
    with pytest.raises(Refused, match="er fjernet"):
        place(sortland, [pick(sortland.members[0])], group)


def test_only_an_empty_draft_can_be_removed(sortland):
    with pytest.raises(Refused, match="ikke tom"):
        placing.remove(sortland.draft(sortland.members[:1]), by=sortland.admin)
    with pytest.raises(Refused, match="publisert"):
        placing.remove(sortland.group(), by=sortland.admin)


def test_a_name_is_used_once_a_season(sortland):
    sortland.draft(name="Nordlys")
    other = sortland.draft()
    with pytest.raises(Refused, match="finnes alt"):
        placing.rename(other, name="Nordlys", municipality=None, by=sortland.admin)
    GroupFactory(name="Sørlys")
    placing.rename(other, name="Sørlys", municipality=None, by=sortland.admin)
    other.refresh_from_db()
    assert (other.name, other.municipality) == ("Sørlys", None)


def test_a_leader_may_be_appointed_to_a_second_draft(sortland):
    """A small municipality may need it: the rules warn, nobody is stopped."""
    kari = sortland.managers[0]
    first, second = sortland.draft(leader=kari), sortland.draft()
    placing.appoint(second, kari, by=sortland.admin)
    assert seats(sortland.season) == {(kari, first, LEADER), (kari, second, LEADER)}
    placing.appoint(second, None, by=sortland.admin)
    assert seats(sortland.season) == {(kari, first, LEADER)}


def test_who_leads_one_draft_and_sits_in_another_is_moved_from_where_she_sits(sortland):
    """Where the members are managers themselves, one person may have both cards."""
    network = sortland.season.network
    network.member_position = Position.Kind.MANAGER
    network.save()
    kari = sortland.managers[0]
    sits, leads, third = sortland.draft([kari]), sortland.draft(leader=kari), sortland.draft()
    both = {(kari, sits, MEMBER), (kari, leads, LEADER)}

    for group in (third, sits):
        with pytest.raises(Refused, match=f"{kari} er alt med i {sits}"):
            place(sortland, [pick(kari, leads)], group)
    assert seats(sortland.season) == both

    place(sortland, [pick(kari, sits), pick(kari, leads)], third)
    assert seats(sortland.season) == {(kari, third, MEMBER)}


def test_a_reason_is_kept_with_who_and_can_be_taken_back(sortland):
    sortland.draft(sortland.members[:4], sortland.managers[5])
    board = read_board(sortland.season, sortland.municipality, reader=sortland.admin)
    size = next(f for f in board.findings if f.rule == "size")
    placing.record_reason(sortland.season, size, "Starter i det små", by=sortland.admin)
    kept = RuleException.objects.get()
    assert (kept.rule, kept.reason, kept.by) == ("size", "Starter i det små", sortland.admin)
    placing.withdraw_reason(sortland.season, size, by=sortland.admin)
    assert not RuleException.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_one_board_move_somebody_to_one_place(sortland):
    ida = sortland.members[0]
    start, told = threading.Barrier(2), []

    def go(group):
        try:
            start.wait(10)
            place(sortland, [pick(ida)], group)
            told.append("moved")
        except Refused:
            told.append("refused")
        finally:
            connections.close_all()

    both = [threading.Thread(target=go, args=(sortland.draft(),)) for _group in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sorted(told) == ["moved", "refused"]
    assert len(seats(sortland.season)) == 1


def test_every_deed_leaves_one_line_in_the_journal(sortland):
    group = sortland.draft()
    place(sortland, [pick(sortland.members[0])], group)
    assert list(JournalEntry.objects.values_list("by", "did")) == [
        (sortland.admin.pk, "people.placed")
    ]
