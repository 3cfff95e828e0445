"""Changes in a published group: dated, with reason and history; two at once give one result."""

import threading

import pytest
from django.db import connections
from django.utils import timezone, translation

from networks import moving
from networks.history import history_of
from networks.models import Membership
from networks.placing import Refused
from office.dates import day_span
from office.models import JournalEntry, Letter
from tests.factories import GatheringFactory, MembershipFactory, PositionFactory, RoleFactory
from tests.networks.conftest import build_place, in_days, seats

MEMBER, LEADER = Membership.Role.MEMBER, Membership.Role.LEADER
REASON = Membership.Reason.TOO_SMALL


@pytest.fixture
def running(sortland):
    """Two published groups of a running year."""
    sortland.first = sortland.group(sortland.members[:4], sortland.managers[0], name="Sortland 1")
    sortland.second = sortland.group(
        sortland.members[4:10], sortland.managers[1], name="Sortland 2"
    )
    sortland.lena = sortland.members[4]
    return sortland


def seat_of(town, person):
    return town.season.memberships.filter(person=person, ends_on=None).first()


def move(town, person, to, on=None, seen=None, reason=REASON, by=None):
    seat = seat_of(town, person)
    return moving.move(
        town.season,
        person,
        to=to,
        on=on or in_days(10),
        reason=reason,
        seen=(str(seat.pk) if seat else "") if seen is None else seen,
        by=by or town.admin,
    )


def test_v9_a_move_ends_one_seat_and_begins_another_with_its_reason(running):
    old = seat_of(running, running.lena)
    new = move(running, running.lena, running.first)
    old.refresh_from_db()
    assert (old.ends_on, old.end_reason) == (in_days(9), REASON)
    assert (new.group, new.starts_on, new.ends_on, new.reason) == (
        running.first,
        in_days(10),
        None,
        REASON,
    )


def test_the_mover_and_both_leaders_are_told(running):
    move(running, running.lena, running.first)
    kari, ola = running.managers[:2]
    subjects = dict(Letter.objects.values_list("to", "subject"))
    assert set(subjects) == {running.lena.pk, kari.pk, ola.pk}
    assert subjects[running.lena.pk].startswith("Du flyttes til Sortland 1 fra ")
    assert subjects[kari.pk].startswith(f"Ny i gruppa: {running.lena} fra ")
    assert subjects[ola.pk].startswith(f"{running.lena} går ut av gruppa etter ")
    text = Letter.objects.get(to=running.lena).text
    assert "Grunnen: Gruppa hadde blitt for liten." in text
    assert "blir der" in text


def test_the_mover_is_told_of_the_next_gathering(running):
    gathering = GatheringFactory(group=running.first, called=True)
    move(running, running.lena, running.first)
    letter = Letter.objects.get(to=running.lena)
    when = day_span(gathering.starts_at, gathering.ends_at)
    assert f"Neste samling: {when}, Møterommet." in letter.text


def test_old_gatherings_keep_their_group(running):
    """P15: what was written stays in the old group."""
    gathering = GatheringFactory(group=running.second, held=True)
    move(running, running.lena, running.first)
    gathering.refresh_from_db()
    assert gathering.group == running.second


def test_somebody_new_is_welcomed_and_her_leader_told(running):
    nina = running.members[10]
    move(running, nina, running.first)
    subjects = dict(Letter.objects.values_list("to", "subject"))
    assert subjects[nina.pk] == f"Velkommen til {running.season.network}"
    assert set(subjects) == {nina.pk, running.managers[0].pk}


def test_who_is_out_of_use_is_told_nothing(running):
    ola = running.managers[1]
    for person in (ola, running.lena):
        person.is_active = False
        person.save()
    move(running, running.lena, running.first)
    assert [letter.to for letter in Letter.objects.all()] == [running.managers[0]]


def test_no_letter_tells_of_a_group_that_is_not_published(running):
    nina = running.members[10]
    running.draft([nina], running.managers[2], name="Hemmelig 3")
    move(running, nina, running.first)
    assert seat_of(running, nina).group == running.first
    told = Letter.objects.all()
    assert {letter.to for letter in told} == {nina, running.managers[0]}
    assert not [letter for letter in told if "Hemmelig" in letter.subject + letter.text]


def test_somebody_who_leaves_has_no_seat_and_is_told(running):
    assert move(running, running.lena, None, reason=Membership.Reason.LEFT_POSITION) is None
    assert seat_of(running, running.lena) is None
    letter = Letter.objects.get(to=running.lena)
    assert letter.subject.startswith("Siste dag i Sortland 2 er ")
    assert "Grunnen: Har ikke lenger stillingen." in letter.text


def test_a_day_outside_the_season_is_refused(running):
    for day in (in_days(-4000), in_days(4000)):
        with pytest.raises(Refused, match="Velg en dag i året"):
            move(running, running.lena, running.first, on=day)


def test_a_day_before_the_seat_began_is_refused(running):
    Membership.objects.filter(person=running.lena).update(starts_on=in_days(-5))
    with pytest.raises(Refused, match="Velg en dag etter"):
        move(running, running.lena, running.first, on=in_days(-5))


def test_a_move_before_the_season_begins_leaves_one_seat_from_its_first_day(db):
    town = build_place(6, 2, starts_on=in_days(60), ends_on=in_days(400))
    first, second = town.group(town.members[:6], town.managers[0]), town.group()
    move(town, town.members[0], second, on=in_days(60))
    held = town.season.memberships.filter(person=town.members[0])
    assert [(seat.group, seat.starts_on) for seat in held] == [(second, in_days(60))]
    assert first.memberships.members().count() == 5


def test_what_is_decided_but_not_begun_can_be_decided_anew(running):
    third = running.group(leader=running.managers[2], name="Sortland 3")
    move(running, running.lena, running.first, on=in_days(30))
    move(running, running.lena, third, on=in_days(20))
    held = running.season.memberships.filter(person=running.lena).order_by("starts_on")
    assert [(seat.group, seat.ends_on) for seat in held] == [
        (running.second, in_days(19)),
        (third, None),
    ]


def test_a_seat_that_ended_long_ago_is_not_rewritten(running):
    ended = MembershipFactory(
        group=running.first, person=running.lena, starts_on=in_days(-60), ends_on=in_days(-40)
    )
    running.season.memberships.filter(person=running.lena, ends_on=None).update(
        starts_on=in_days(-39)
    )
    move(running, running.lena, running.first)
    ended.refresh_from_db()
    assert (ended.ends_on, ended.end_reason) == (in_days(-40), "")


def test_she_who_sits_there_already_is_not_moved(running):
    with pytest.raises(Refused, match="har alt plass der"):
        move(running, running.lena, running.second)


def test_a_draft_is_no_place_to_move_to(running):
    with pytest.raises(Refused, match="ikke publisert"):
        move(running, running.lena, running.draft())


def test_a_manager_is_not_made_a_member(running):
    with pytest.raises(Refused, match="må være pedagogisk leder"):
        move(running, running.managers[5], running.first)


def test_who_comes_second_is_told_and_changes_nothing(running):
    seen = str(seat_of(running, running.lena).pk)
    move(running, running.lena, running.first)
    third = running.group(name="Sortland 3")
    with pytest.raises(Refused, match=f"{running.lena} ble flyttet av {running.admin}"):
        move(running, running.lena, third, seen=seen)
    assert seat_of(running, running.lena).group == running.first


def test_a_new_leader_begins_when_the_old_one_ends(running):
    new = running.managers[3]
    old = running.first.memberships.leaders().get()
    moving.change_leader(
        running.first,
        new,
        on=in_days(7),
        reason=Membership.Reason.NEW_LEADER,
        seen=str(old.pk),
        by=running.admin,
    )
    old.refresh_from_db()
    assert old.ends_on == in_days(6)
    assert running.first.memberships.leaders().get(ends_on=None).person == new
    told = set(Letter.objects.values_list("to", flat=True))
    assert told == {new.pk, old.person_id, *(p.pk for p in running.members[:4])}


def test_two_choose_a_leader_and_the_second_is_told(running):
    old = running.first.memberships.leaders().get()
    chosen = {"on": in_days(7), "reason": "", "seen": str(old.pk), "by": running.admin}
    moving.change_leader(running.first, running.managers[3], **chosen)
    with pytest.raises(Refused, match="har fått ny prosessleder"):
        moving.change_leader(running.first, running.managers[4], **chosen)


def test_the_history_tells_who_came_and_went_when_why_and_by_whom(running):
    running.second.memberships.update(starts_on=running.season.starts_on)
    move(running, running.lena, running.first)
    came = history_of(running.first)[0]
    assert came.on == in_days(10)
    assert came.sentence == f"{running.lena} kommer til gruppa."
    assert (came.why, came.by) == ("Gruppa hadde blitt for liten", running.admin)
    went = next(line for line in history_of(running.second) if line.on == in_days(9))
    assert went.sentence == f"Siste dag i gruppa for {running.lena}."
    assert went.by == running.admin


def test_the_journal_holds_no_words_people_wrote(running):
    move(running, running.lena, running.first, reason="Noe noen skrev")
    entry = JournalEntry.objects.get()
    assert entry.did == "person.moved"
    assert "Noe" not in str(entry.details)


def race(town, third, rounds_by):
    """Both move Lena at the same moment; what each was told."""
    seen = str(seat_of(town, town.lena).pk)
    start, told = threading.Barrier(2), []

    def go(to, by):
        try:
            with translation.override("nb"):
                start.wait(10)
                move(town, town.lena, to, seen=seen, by=by)
            told.append(None)
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    both = [
        threading.Thread(target=go, args=(to, by))
        for to, by in zip((town.first, third), rounds_by, strict=True)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    return told


def check_race(town, rounds):
    third = town.group(leader=town.managers[2], name="Sortland 3")
    anne = RoleFactory(person__region=town.region).person
    for _round in range(rounds):
        told = race(town, third, (town.admin, anne))
        assert sorted(sentence is None for sentence in told) == [False, True]
        assert "ble flyttet av" in next(sentence for sentence in told if sentence)
        held = [seat for seat in seats(town.season) if seat[0] == town.lena]
        assert len(held) == 1
        # Back where the next round begins.
        town.season.memberships.filter(person=town.lena).delete()
        Membership.objects.create(
            season=town.season,
            group=town.second,
            person=town.lena,
            starts_on=town.season.starts_on,
        )


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_one_wins_and_the_other_is_told(running):
    check_race(running, rounds=3)


@pytest.mark.resilience
@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_two_hundred_times(running):
    check_race(running, rounds=200)


def test_a_person_new_in_the_position_next_month_can_be_seated_then(running):
    later = PositionFactory(
        institution=running.managers[0].positions.get().institution, starts_on=in_days(25)
    ).person
    with pytest.raises(Refused, match="må være pedagogisk leder"):
        move(running, later, running.first, on=in_days(20))
    assert move(running, later, running.first, on=in_days(25)).starts_on == in_days(25)


def test_today_is_a_day_to_move(running):
    assert move(running, running.lena, running.first, on=timezone.localdate())
