"""Calling: who gets which letter, once, and what stands in it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from gatherings import letters, lifecycle
from gatherings.models import Attendance, Gathering
from office.delivery import drain
from office.models import Document, JournalEntry, Letter
from tests.factories import AssignmentFactory, MembershipFactory, RoundFactory
from tests.gatherings.calling import a_draft, a_group, event_in, moved

pytestmark = pytest.mark.django_db


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


def test_only_the_leader_may_call(client):
    group, members, _leader = a_group()
    gathering = a_draft(group)
    client.force_login(members[0])

    assert client.post(reverse("gatherings:invite", args=[gathering.pk])).status_code == 403
    assert not Letter.objects.exists()


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
    assert "Vi spør ikke om grunn" not in leader.letters.get().text
    assert "Vi spør ikke om grunn" in members[0].letters.get().text
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


def test_who_comes_into_the_group_later_gets_the_invitation_alone():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    new = MembershipFactory(group=group).person

    assert [seat.person for seat in letters.seats_without_letter(gathering)] == [new]
    assert lifecycle.call(gathering, by=leader) == 1
    assert new.letters.count() == 1


def test_a_letter_that_failed_is_lacking_and_goes_out_again_to_the_corrected_address(client):
    group, (wrong, right), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    failed = {"state": Letter.State.FAILED, "problem": "550 no such mailbox"}
    wrong.letters.update(sent_at=None, **failed)
    wrong.email = "riktig@example.no"
    wrong.save()
    client.force_login(leader)
    page = client.get(reverse("gatherings:follow_up", args=[gathering.pk])).content.decode()
    assert reverse("gatherings:invite", args=[gathering.pk]) in page

    assert lifecycle.call(gathering, by=leader) == 1
    assert lifecycle.call(gathering, by=leader) == 0

    assert wrong.letters.get().address == "riktig@example.no"
    assert right.letters.get().state == Letter.State.SENT


def test_who_has_the_invitation_but_not_the_news_of_a_move_lacks_a_letter():
    group, (away, _there), leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    moved(gathering, leader)
    drain()
    away.letters.filter(template="moved").update(state=Letter.State.FAILED, sent_at=None)
    gathering.refresh_from_db()

    assert [seat.person for seat in letters.seats_without_letter(gathering)] == [away]
    assert lifecycle.call(gathering, by=leader) == 1
    newest = away.letters.order_by("created_at").last()
    assert event_in(newest)["dtstart"].dt == gathering.starts_at
    assert letters.seats_without_letter(gathering) == []


def test_a_cancelling_that_was_undone_leaves_nobody_without_a_letter(client, settings):
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    drain()
    settings.UNDO_SECONDS = 60
    lifecycle.cancel(gathering, message="", by=leader)
    lifecycle.undo(gathering, by=leader)
    client.force_login(leader)

    page = client.get(reverse("gatherings:follow_up", args=[gathering.pk])).content.decode()

    assert reverse("gatherings:invite", args=[gathering.pk]) not in page


def test_who_comes_later_without_an_address_is_invited_with_the_rest():
    group, _members, leader = a_group()
    gathering = a_draft(group)
    lifecycle.call(gathering, by=leader)
    without = MembershipFactory(group=group, person__email="").person

    assert lifecycle.call(gathering, by=leader) == 0
    assert Attendance.objects.filter(gathering=gathering, person=without).exists()
    assert lifecycle.call(gathering, by=leader) == 0


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
