"""Undoing a call or a cancelling: which letters stop, which go after all, and when not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import lifecycle, opening, planning
from gatherings.forms.planning import ProgrammeRows
from gatherings.models import Gathering, RoundItem
from office.delivery import drain
from office.models import Letter
from tests.factories import MembershipFactory, ProgrammeItemFactory, RoundItemFactory
from tests.gatherings.calling import a_draft, a_group, event_in, moved

pytestmark = pytest.mark.django_db


# --- a call --------------------------------------------------------------------------------------


def test_undo_before_anything_left_makes_it_a_draft_and_the_next_call_a_newer_one(settings):
    settings.UNDO_SECONDS = 60
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)

    undone = lifecycle.undo(gathering, by=leader)

    gathering.refresh_from_db()
    assert (undone.withdrawn, undone.reached) == (3, [])
    assert gathering.state == Gathering.State.DRAFT
    assert not gathering.attendances.exists()
    assert drain() == 0
    assert lifecycle.call(gathering, by=leader) == 3
    newest = members[0].letters.order_by("created_at").last()
    assert event_in(newest)["sequence"] == 1


def test_undo_after_some_have_left_says_who_and_the_rest_can_be_sent_later(settings):
    settings.UNDO_SECONDS = 60
    group, (early, late), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    Letter.objects.filter(to=early).update(state="sent", sent_at=timezone.now())

    undone = lifecycle.undo(gathering, by=leader)

    assert undone.reached == [early]
    gathering.refresh_from_db()
    assert gathering.state == Gathering.State.CALLED
    assert lifecycle.call(gathering, by=leader) == 2
    assert early.letters.count() == 1
    assert late.letters.get().state == Letter.State.WAITING


def test_a_move_is_not_undone_for_nobody_would_know_the_old_time_again(settings):
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    settings.UNDO_SECONDS = 60
    moved(gathering, leader)

    with pytest.raises(lifecycle.Settled):
        lifecycle.undo(gathering, by=leader)
    assert Letter.objects.unsent().count() == 3


def test_undoing_a_newcomers_invitation_after_a_move_leaves_what_everybody_has(settings):
    group, (early, _late), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    moved(gathering, leader)
    drain()
    gathering.attendances.filter(person=early).update(answer="yes")
    settings.UNDO_SECONDS = 60
    newcomer = MembershipFactory(group=group).person
    assert lifecycle.call(gathering, by=leader) == 1

    undone = lifecycle.undo(gathering, by=leader)

    gathering.refresh_from_db()
    assert (undone.withdrawn, undone.reached) == (1, [])
    assert gathering.state == Gathering.State.CALLED
    assert gathering.attendances.get(person=early).answer == "yes"
    assert newcomer.letters.get().state == Letter.State.DROPPED
    assert lifecycle.call(gathering, by=leader) == 1


def test_undoing_a_newcomers_invitation_leaves_the_news_of_a_move_on_its_way(settings):
    group, _members, leader = a_group()
    gathering = a_draft(group)
    settings.UNDO_SECONDS = 60
    lifecycle.call(gathering, by=leader)
    moved(gathering, leader)
    MembershipFactory(group=group)
    lifecycle.call(gathering, by=leader)

    assert lifecycle.undo(gathering, by=leader).withdrawn == 1

    gathering.refresh_from_db()
    assert gathering.state == Gathering.State.CALLED
    assert Letter.objects.unsent().count() == 3


def test_undoing_a_newcomers_invitation_after_an_undone_cancelling_leaves_the_rest(settings):
    group, (early, _late), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    gathering.attendances.filter(person=early).update(answer="yes")
    settings.UNDO_SECONDS = 60
    lifecycle.cancel(gathering, message="", by=leader)
    lifecycle.undo(gathering, by=leader)
    MembershipFactory(group=group)
    lifecycle.call(gathering, by=leader)

    assert lifecycle.undo(gathering, by=leader).withdrawn == 1

    gathering.refresh_from_db()
    assert gathering.state == Gathering.State.CALLED
    assert gathering.attendances.get(person=early).answer == "yes"


# --- a cancelling --------------------------------------------------------------------------------


def test_a_cancelling_can_be_undone_while_no_letter_has_left(settings):
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    settings.UNDO_SECONDS = 60
    lifecycle.cancel(gathering, message="", by=leader)

    undone = lifecycle.undo(gathering, by=leader)

    gathering.refresh_from_db()
    assert (undone.withdrawn, undone.reached) == (3, [])
    assert gathering.state == Gathering.State.CALLED
    assert group.gatherings.count() == 1
    assert drain() == 0


def test_a_cancelling_before_any_invitation_left_can_be_undone_too(settings, client):
    settings.UNDO_SECONDS = 60
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    lifecycle.cancel(gathering, message="", by=leader)
    client.force_login(leader)
    page = client.get(gathering.get_absolute_url()).content.decode()
    assert "Du kan angre dette i" in page

    client.post(reverse("gatherings:undo", args=[gathering.pk]))

    gathering.refresh_from_db()
    assert gathering.state == Gathering.State.CALLED
    assert Letter.objects.filter(state=Letter.State.WAITING).count() == 3
    with pytest.raises(lifecycle.Settled):
        lifecycle.undo(gathering, by=leader)


def test_undoing_a_cancelling_lets_the_invitations_it_stopped_go_after_all(settings):
    settings.UNDO_SECONDS = 60
    group, (early, late), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    Letter.objects.filter(to=early).update(state="sent", sent_at=timezone.now())
    lifecycle.cancel(gathering, message="", by=leader)

    lifecycle.undo(gathering, by=leader)

    assert drain(timezone.now() + timedelta(minutes=2)) == 2
    assert late.letters.get().state == Letter.State.SENT
    assert leader.letters.get().state == Letter.State.SENT
    assert [letter.state for letter in early.letters.order_by("created_at")] == ["sent", "dropped"]


def test_undoing_a_cancelling_lets_the_news_of_a_move_go_after_all(settings):
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    settings.UNDO_SECONDS = 60
    gathering.refresh_from_db()
    facts = {"place": "Rom 2"}
    version = gathering.version
    lifecycle.move(gathering, facts, message="", ask_again=False, version=version, by=leader)
    lifecycle.cancel(gathering, message="", by=leader)

    lifecycle.undo(gathering, by=leader)

    assert drain(timezone.now() + timedelta(minutes=2)) == 3
    sent = members[0].letters.filter(state=Letter.State.SENT).order_by("created_at")
    assert [letter.template for letter in sent] == ["invitation", "moved"]


def test_what_an_undo_stopped_before_the_cancelling_stays_stopped(settings):
    settings.UNDO_SECONDS = 60
    group, (early, late), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    Letter.objects.filter(to=early).update(state="sent", sent_at=timezone.now())
    lifecycle.undo(gathering, by=leader)
    lifecycle.cancel(gathering, message="", by=leader)

    lifecycle.undo(gathering, by=leader)

    assert late.letters.get().state == Letter.State.DROPPED


def test_a_cancelling_is_not_undone_once_the_new_draft_is_in_use(settings):
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    settings.UNDO_SECONDS = 60
    draft = lifecycle.cancel(gathering, message="", by=leader)
    rows = ProgrammeRows(
        {"items-TOTAL_FORMS": "0", "items-INITIAL_FORMS": "0"}, instance=draft, prefix="items"
    )
    assert rows.is_valid()
    planning.save(draft, {"greeting": "Ny dato."}, rows, version=1, by=leader)

    with pytest.raises(opening.InUse):
        lifecycle.undo(gathering, by=leader)
    assert Letter.objects.filter(calendar_method="CANCEL").unsent().count() == 3


def test_an_edited_opplegg_is_no_work_on_the_new_draft(settings):
    group, _members, leader = a_group()
    gathering = a_draft(group)
    item = RoundItemFactory(round=gathering.round, title="Runde")
    lifecycle.call(gathering, by=leader)
    settings.UNDO_SECONDS = 60
    draft = lifecycle.cancel(gathering, message="", by=leader)
    ProgrammeItemFactory(gathering=draft, source=item, title="Runde", minutes=item.minutes)
    before = opening.opplegg_of(gathering.round)
    RoundItem.objects.update(title="Runde med spørsmål")
    opening.hand_on(gathering.round, before)
    assert Gathering.objects.get(pk=draft.pk).version == 2

    lifecycle.undo(gathering, by=leader)

    gathering.refresh_from_db()
    assert gathering.state == Gathering.State.CALLED


def test_a_cancelling_is_not_undone_once_the_time_has_come(settings):
    settings.UNDO_SECONDS = 60
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    lifecycle.cancel(gathering, message="", by=leader)
    past = timezone.now() - timedelta(minutes=1)
    Gathering.objects.filter(pk=gathering.pk).update(starts_at=past)

    with pytest.raises(lifecycle.Settled):
        lifecycle.undo(gathering, by=leader)
