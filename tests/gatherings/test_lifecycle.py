"""Calling, undoing, moving and cancelling: who gets which letter, once."""

import threading
from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from gatherings import letters, lifecycle, opening, planning
from gatherings.models import Attendance, Gathering
from office.delivery import drain
from office.models import Document, JournalEntry, Letter
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    MembershipFactory,
    PersonFactory,
    ProgrammeItemFactory,
    RegionFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db


def a_group(members: int = 2, **leader):
    region = RegionFactory()
    people = PersonFactory.create_batch(members, region=region)
    boss = PersonFactory(region=region, first_name="Kari", **leader)
    group = GroupFactory(season__network__region=region, members=people, leader=boss)
    return group, people, boss


def a_draft(group, **fields):
    starts_at = (timezone.now() + timedelta(days=11)).replace(minute=0, second=0, microsecond=0)
    ready = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3), "place": "Rom 1"}
    gathering = GatheringFactory(group=group, **{**ready, **fields})
    ProgrammeItemFactory(gathering=gathering, minutes=180)
    return gathering


def event_in(letter):
    return icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")[0]


def test_v12_the_leader_calls_her_own_group_and_nobody_else():
    group, members, leader = a_group()
    other, _others, stranger = a_group()
    gathering = a_draft(group)

    posted = lifecycle.call(gathering, by=leader)

    assert posted == 3
    assert set(Letter.objects.values_list("to", flat=True)) == {p.pk for p in [*members, leader]}
    gathering.refresh_from_db()
    assert gathering.state == Gathering.State.CALLED
    assert other.gatherings.count() == 0
    assert JournalEntry.objects.filter(did="gathering.called", by=leader).count() == 1
    assert stranger.letters.count() == 0


def test_each_letter_has_one_attendee_a_stable_uid_and_the_programme():
    group, _members, leader = a_group()
    gathering = a_draft(group)

    lifecycle.call(gathering, by=leader)

    for letter in Letter.objects.all():
        event = event_in(letter)
        assert letter.calendar_method == "REQUEST"
        assert str(event["uid"]) == f"{gathering.pk}@takt"
        assert event["sequence"] == 0
        assert event["attendee"] == f"mailto:{letter.to.email}"
        assert event["attendee"].params["RSVP"] == "FALSE"
        assert event["organizer"] == "mailto:takt@example.no"
        assert event["organizer"].params["CN"] == leader.name
        assert event["dtstart"].dt == gathering.starts_at
        assert letter.document.facts["theme"] == gathering.round.theme
        assert letter.reply_to == leader.email


def test_the_leader_gets_a_copy_without_being_asked():
    group, members, leader = a_group()
    lifecycle.call(a_draft(group), by=leader)

    assert "/svar/" not in leader.letters.get().text
    assert "/svar/" in members[0].letters.get().text
    assert Attendance.objects.get(person=leader).as_leader


def test_calling_twice_sends_once():
    group, _members, leader = a_group()
    gathering = a_draft(group)

    assert lifecycle.call(gathering, by=leader) == 3
    assert lifecycle.call(gathering, by=leader) == 0
    assert Letter.objects.count() == 3
    assert JournalEntry.objects.filter(did="gathering.called").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_the_same_time_send_once():
    group, _members, leader = a_group()
    for number in range(1, 6):
        gathering = a_draft(group, round=RoundFactory(season=group.season, number=number))
        gate = threading.Barrier(2)
        posted = []

        def press(gathering=gathering, gate=gate, posted=posted):
            gate.wait()
            try:
                posted.append(lifecycle.call(gathering, by=leader))
            finally:
                connection.close()

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(posted) == [0, 3]
        called = JournalEntry.objects.filter(did="gathering.called", object_id=str(gathering.pk))
        assert called.count() == 1
        assert Letter.objects.count() == 3 * number


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"starts_at": None, "ends_at": None}, "dato"),
        ({"place": ""}, "sted"),
        (
            {
                "starts_at": timezone.now() - timedelta(hours=2),
                "ends_at": timezone.now() - timedelta(hours=1),
            },
            "passert",
        ),
        (
            {
                "starts_at": timezone.now() + timedelta(days=90),
                "ends_at": timezone.now() + timedelta(days=90, hours=3),
            },
            "utenfor perioden",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(fields, says):
    group, _members, leader = a_group()
    gathering = a_draft(group, **fields)

    with pytest.raises(lifecycle.NotReady) as problem:
        lifecycle.call(gathering, by=leader)

    assert says in " ".join(str(s) for s in problem.value.args[0])
    assert not Letter.objects.exists()


def test_a_person_without_address_is_invited_but_gets_no_letter():
    group, (_with_address, without), leader = a_group()
    without.email = ""
    without.save()
    gathering = a_draft(group)

    assert lifecycle.call(gathering, by=leader) == 2
    assert Attendance.objects.filter(person=without).exists()
    assert not without.letters.exists()


def test_undo_before_anything_left_makes_it_a_draft_and_the_next_call_a_newer_one(settings):
    settings.UNDO_SECONDS = 60
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)

    undone = lifecycle.undo(gathering, by=leader)

    gathering.refresh_from_db()
    assert (undone.withdrawn, undone.reached) == (3, [])
    assert gathering.state == Gathering.State.DRAFT
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


def test_a_cancelling_is_not_undone_once_the_new_draft_is_in_use(settings):
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    settings.UNDO_SECONDS = 60
    draft = lifecycle.cancel(gathering, message="", by=leader)
    Gathering.objects.filter(pk=draft.pk).update(version=2)

    with pytest.raises(opening.InUse):
        lifecycle.undo(gathering, by=leader)
    assert Letter.objects.filter(calendar_method="CANCEL").unsent().count() == 3


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


def test_who_comes_into_the_group_later_gets_the_invitation_alone():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    new = MembershipFactory(group=group).person

    assert [seat.person for seat in letters.seats_without_letter(gathering)] == [new]
    assert lifecycle.call(gathering, by=leader) == 1
    assert new.letters.count() == 1


def moved(gathering, leader, **options):
    later = gathering.starts_at + timedelta(days=1)
    facts = {"starts_at": later, "ends_at": later + timedelta(hours=3), "place": "Rom 2"}
    options = {"message": "Veien er stengt.", "ask_again": True, **options}
    version = Gathering.objects.get(pk=gathering.pk).version
    return lifecycle.move(gathering, facts, version=version, by=leader, **options)


def test_moving_sends_the_change_with_a_higher_sequence_and_asks_again():
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    Attendance.objects.filter(person=members[0]).update(answer="yes")

    assert moved(gathering, leader) == 3

    letter = members[0].letters.order_by("created_at").last()
    assert letter.subject.startswith("Flyttet:")
    assert "Veien er stengt." in letter.text
    assert event_in(letter)["sequence"] == 1
    assert str(event_in(letter)["uid"]) == f"{gathering.pk}@takt"
    assert Attendance.objects.get(person=members[0]).answer == ""
    assert Attendance.objects.get(person=leader).answer == "yes"


def test_moving_can_keep_the_answers():
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    Attendance.objects.filter(person=members[0]).update(answer="no")

    moved(gathering, leader, ask_again=False)

    assert Attendance.objects.get(person=members[0]).answer == "no"


def test_moving_before_the_invitation_left_sends_one_invitation_with_the_new_time(settings):
    settings.UNDO_SECONDS = 60
    group, members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)

    moved(gathering, leader)

    alive = members[0].letters.exclude(state="dropped")
    assert alive.count() == 1
    assert not alive.get().subject.startswith("Flyttet:")
    assert event_in(alive.get())["sequence"] == 1


def test_moving_what_somebody_else_has_changed_is_a_conflict():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)

    with pytest.raises(planning.Conflict):
        lifecycle.move(gathering, {}, message="", ask_again=True, version=1, by=leader)


def test_cancelling_tells_only_those_the_invitation_reached(settings):
    group, (reached, not_reached), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    Letter.objects.filter(to=reached).update(state="sent", sent_at=timezone.now())

    draft = lifecycle.cancel(gathering, message="Uvær.", by=leader)

    letter = reached.letters.order_by("created_at").last()
    assert letter.calendar_method == "CANCEL"
    assert "METHOD:CANCEL" in letter.calendar
    assert event_in(letter)["status"] == "CANCELLED"
    assert event_in(letter)["sequence"] == 1
    assert not_reached.letters.get().state == Letter.State.DROPPED
    assert leader.letters.get().state == Letter.State.DROPPED
    assert draft.pk != gathering.pk
    assert draft.state == Gathering.State.DRAFT
    assert [item.title for item in draft.items.all()] == [i.title for i in gathering.items.all()]


def test_p5_the_new_draft_keeps_the_order_and_what_stays_in_the_group():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    gathering.items.all().delete()
    for position, (title, is_closed) in enumerate([("Velkommen", False), ("Runde", True)], 1):
        ProgrammeItemFactory(
            gathering=gathering, position=position, title=title, is_closed=is_closed
        )
    lifecycle.call(gathering, by=leader)

    draft = lifecycle.cancel(gathering, message="", by=leader)

    kept = list(draft.items.values_list("position", "title", "is_closed"))
    assert kept == [(1, "Velkommen", False), (2, "Runde", True)]


def test_cancelling_twice_makes_one_draft():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()

    first = lifecycle.cancel(gathering, message="", by=leader)
    second = lifecycle.cancel(gathering, message="", by=leader)

    assert first == second
    assert Letter.objects.filter(calendar_method="CANCEL").count() == 3


def test_a_gathering_that_has_begun_can_neither_be_moved_nor_cancelled():
    group, _members, leader = a_group()
    gathering = GatheringFactory(group=group, called=True)
    begun = timezone.now() - timedelta(minutes=5)
    Gathering.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=3))

    with pytest.raises(lifecycle.Settled):
        lifecycle.cancel(gathering, message="", by=leader)
    with pytest.raises(lifecycle.Settled):
        lifecycle.move(gathering, {}, message="", ask_again=True, version=1, by=leader)


def test_the_letter_says_when_where_and_what_to_prepare_in_the_reader_s_language():
    group, (nb, da), leader = a_group(mobile="90 00 00 00")
    da.language = "da"
    da.save()
    round_ = RoundFactory(season=group.season, number=2, theme="Voksenrollen")
    AssignmentFactory(round=round_, title="Les kapittel 3", minutes=40)
    gathering = a_draft(group, round=round_, greeting="Gleder meg.")

    lifecycle.call(gathering, by=leader)

    letter = nb.letters.get()
    assert letter.subject.startswith("Samling 2: ")
    for words in ["Rom 1", "Les kapittel 3", "40 min", "Gleder meg.", "90 00 00 00"]:
        assert words in letter.text
        assert words in letter.html
    assert da.letters.get().subject.startswith("Netværksmøde 2: ")
    assert "&amp;" not in letter.text


def test_people_write_signs_that_would_break_a_mail_and_it_still_goes(mailoutbox):
    group, members, leader = a_group()
    leader.first_name, leader.last_name = "Kari: <b>", 'Nilsen", x@y.no\r\nBcc: all@example.no'
    leader.save()
    round_ = RoundFactory(
        season=group.season, number=3, theme="A & B\r\nBcc: x@example.no <script>"
    )
    gathering = a_draft(group, round=round_, place="<img src=x> & co")

    lifecycle.call(gathering, by=leader)
    drain()

    assert len(mailoutbox) == 3
    for mail in mailoutbox:
        message = mail.message()
        assert message["Bcc"] is None
        assert len(message.get_all("To")) == 1
        assert "A & B" in mail.subject or "Samling 3" in mail.subject
        assert "<script>" not in mail.alternatives[0][0]
    assert "<img src=x> & co" in members[0].letters.get().text


def test_the_worker_makes_the_programme_before_the_first_letter_leaves(mailoutbox):
    group, _members, leader = a_group()
    lifecycle.call(a_draft(group), by=leader)

    drain()

    document = Document.objects.get()
    assert document.state == Document.State.READY
    # Made once for all of them, not once a letter.
    assert document.made_at < min(Letter.objects.values_list("sent_at", flat=True))
    parts = [part.get_content_type() for part in mailoutbox[0].message().walk()]
    assert parts == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/pdf",
    ]


def test_only_the_leader_may_call(client):
    group, members, _leader = a_group()
    gathering = a_draft(group)
    client.force_login(members[0])

    assert client.post(reverse("gatherings:invite", args=[gathering.pk])).status_code == 403
    assert not Letter.objects.exists()


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
