"""Inviting, undoing, moving and cancelling on the pages: what is shown, sent and refused."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import lifecycle
from gatherings.models import Gathering
from office.models import Letter
from office.templatetags.ui import breakable
from tests.factories import AssignmentFactory, MembershipFactory, PersonFactory
from tests.gatherings.pages import text
from tests.gatherings.planning_desk import call, weekday

pytestmark = pytest.mark.django_db


def test_four_presses_from_plan_to_sent(desk):
    call(desk)

    assert desk.gathering.state == Gathering.State.CALLED
    assert Letter.objects.count() == 2


def test_the_letter_is_shown_before_it_is_sent_with_every_address(desk):
    shared = PersonFactory(region=desk.leader.region, email=desk.member.email)
    silent = PersonFactory(region=desk.leader.region, email="")
    for person in (shared, silent):
        MembershipFactory(group=desk.group, person=person)
    AssignmentFactory(round=desk.round, title="Les kapittel 3")
    desk.save()

    page = text(desk.client.get(desk.url("invite")))

    for words in [
        "Du er invitert til samling",
        "Les kapittel 3",
        f"{desk.member.email} brukes av flere",
        "mangler e-postadresse",
        "Send til 3",
        breakable(desk.leader.email),
    ]:
        assert words in page
    assert not Letter.objects.exists()


def test_sending_what_is_not_ready_is_refused_with_the_reason(desk):
    response = desk.client.post(desk.url("invite"))

    assert response.status_code == 422
    assert "Velg dato." in text(response)
    assert not Letter.objects.exists()


def test_a_greeting_changed_after_the_call_sends_nothing(desk):
    call(desk)
    before = desk.gathering.starts_at

    desk.save(greeting="Ta med kaffekopp.", day=weekday(17).isoformat())

    desk.reload()
    assert desk.gathering.greeting == "Ta med kaffekopp."
    assert desk.gathering.starts_at == before
    assert Letter.objects.count() == 2


def test_the_seconds_to_undo_are_shown_and_undo_works(desk, settings):
    settings.UNDO_SECONDS = 60
    call(desk)

    page = text(desk.client.get(desk.url("gathering")))
    assert "2 brev sendes om" in page
    assert "Angre" in page

    desk.client.post(desk.url("undo"))
    assert desk.reload().state == Gathering.State.DRAFT
    assert not Letter.objects.unsent().exists()


def moved(desk, **changes):
    fields = {
        **{k: v for k, v in desk.typed().items() if not k.startswith("items")},
        "day": weekday(17).isoformat(),
        "preparation_due_on": weekday(10).isoformat(),
        "message": "Veien er stengt.",
        "ask_again": "yes",
    }
    return desk.client.post(desk.url("move"), {**fields, **changes})


def test_moving_on_the_page_writes_a_letter_to_each(desk):
    call(desk)
    Letter.objects.update(state="sent", sent_at=timezone.now())

    assert moved(desk).status_code == 302
    assert desk.reload().sequence == 1
    assert Letter.objects.filter(template="moved").count() == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"day": weekday(10).isoformat()}, "Ingenting er endret."),
        ({"ends": "08:00"}, "slutte etter"),
        ({"ask_again": ""}, "Må alle svare på nytt?"),
        ({"ask_again": "kanskje"}, "alternativene"),
        ({"message": "x" * 200_000}, "høyst 1000 tegn"),
        ({"host": "", "place": ""}, "Velg et sted"),
    ],
)
def test_a_move_that_cannot_be_is_refused(desk, changes, says):
    call(desk)

    response = moved(desk, **changes)

    assert response.status_code == 422
    assert says in text(response)
    assert desk.reload().sequence == 0


def test_a_programme_that_a_move_makes_too_long_is_told_of(desk):
    call(desk)
    shown = text(desk.client.get(moved(desk, ends="11:20").url))
    assert "Programmet slutter kl. 12.00, samlingen kl. 11.20." in shown
    again = moved(desk, day=weekday(24).isoformat(), version=str(desk.reload().version))
    assert "Programmet slutter" not in text(desk.client.get(again.url))


def test_moving_what_was_changed_meanwhile_asks_once_more(desk):
    call(desk)

    assert moved(desk, version="1").status_code == 409
    assert desk.reload().sequence == 0


def test_cancelling_on_the_page_leads_on_to_a_new_draft_and_can_be_undone(desk, settings):
    call(desk)
    Letter.objects.update(state="sent", sent_at=timezone.now())
    settings.UNDO_SECONDS = 60
    assert "Du får et nytt utkast" in text(desk.client.get(desk.url("cancel")))

    for _twice in range(2):
        response = desk.client.post(desk.url("cancel"), {"message": ""}, follow=True)

    draft = Gathering.objects.get(state="draft")
    assert reverse("gatherings:plan", args=[draft.pk]) in text(response)
    assert "2 brev sendes om" in text(response)

    desk.client.post(desk.url("undo"))
    assert desk.reload().state == Gathering.State.CALLED
    assert not Letter.objects.unsent().exists()


def test_a_held_gathering_is_neither_planned_nor_called(desk):
    held = timezone.now() - timedelta(days=3)
    Gathering.objects.update(
        state="held", starts_at=held, ends_at=held + timedelta(hours=3), held_at=held
    )

    for name in ("plan", "invite", "move"):
        assert desk.client.get(desk.url(name)).status_code == 403
    with pytest.raises(lifecycle.Settled):
        lifecycle.call(desk.gathering, by=desk.leader)


def test_the_leader_is_told_when_somebody_joins_online_and_no_link_is_set(desk):
    call(desk)
    told = "1 deltar digitalt, men lenken mangler."
    assert told not in text(desk.client.get(desk.url("follow_up")))
    desk.gathering.attendances.filter(person=desk.member).update(answer="online")
    page = text(desk.client.get(desk.url("follow_up")))
    assert told in page
    assert desk.url("move") in page
    Gathering.objects.update(online_url="https://example.no/mote")
    assert told not in text(desk.client.get(desk.url("follow_up")))
