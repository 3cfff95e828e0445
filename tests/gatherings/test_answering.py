"""The link in an invitation: what it opens, what it refuses, and that a GET writes nothing."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gatherings import answering
from gatherings.models import Attendance, Gathering
from networks.models import Membership
from tests.factories import (
    AssignmentFactory,
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    PersonFactory,
    RegionFactory,
)
from tests.nasty import NASTY, encoded

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def invited():
    region = RegionFactory()
    person = PersonFactory(region=region, first_name="Ingrid")
    leader = PersonFactory(region=region, first_name="Kari", mobile="90 00 00 00")
    group = GroupFactory(season__network__region=region, members=[person], leader=leader)
    gathering = GatheringFactory(group=group, called=True, round__number=2)
    return AttendanceFactory(gathering=gathering, person=person)


def answer(client, attendance, svar, follow=False, **more):
    return client.post(answering.path(attendance), {"svar": svar, **more}, follow=follow)


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(("word", "stored"), [("ja", "yes"), ("nei", "no"), ("digitalt", "online")])
def test_each_button_is_kept_and_shown_as_a_receipt(client, invited, word, stored):
    response = client.post(answering.path(invited), {"svar": word}, follow=True)

    invited.refresh_from_db()
    assert invited.answer == stored
    assert invited.answered_at
    assert "Svaret er lagret. Kari ser det." in text(response)
    assert "Endre svaret" in text(response)


def test_looking_twenty_times_as_a_scanner_does_writes_nothing(client, invited):
    url = answering.path(invited)
    for query in ["", "?svar=ja", "?svar=nei", "?svar=digitalt", "?svar=tull"] * 4:
        assert client.get(url + query).status_code == 200
        assert client.head(url + query).status_code == 200

    invited.refresh_from_db()
    assert invited.answer == ""
    assert invited.answered_at is None


def test_the_answer_chosen_in_the_mail_comes_first_and_is_the_primary_button(client, invited):
    page = text(client.get(answering.path(invited) + "?svar=nei"))

    first, second = page.index('value="nei"'), page.index('value="ja"')
    assert first < second
    assert 'data-variant="secondary" name="svar" value="ja"' in page


def test_the_last_answer_wins(client, invited):
    answer(client, invited, "ja")
    answer(client, invited, "nei")

    invited.refresh_from_db()
    assert invited.answer == "no"


def test_it_works_without_login_and_with_the_check_against_forgery(invited):
    client = Client(enforce_csrf_checks=True)
    url = answering.path(invited)
    assert client.post(url, {"svar": "ja"}).status_code == 403

    page = text(client.get(url))
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    assert client.post(url, {"svar": "ja", "csrfmiddlewaretoken": token}).status_code == 302


def test_the_page_is_kept_out_of_caches_referrers_and_search(client, invited):
    response = client.get(answering.path(invited))

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "strict-origin"
    assert "noindex" in response["X-Robots-Tag"]


def test_it_shows_no_text_anybody_wrote(client, invited):
    Gathering.objects.update(greeting="HEMMELIG HILSEN")
    AssignmentFactory(round=invited.gathering.round, instructions="HEMMELIG OPPGAVE")

    page = text(client.get(answering.path(invited)))

    assert "HEMMELIG" not in page
    assert "1 oppgave, ca. 20 min." in page


def test_it_never_logs_anybody_in(client, invited):
    answer(client, invited, "ja")

    assert "_auth_user_id" not in client.session


def attacks(attendance):
    good = answering.token(attendance)
    other = answering.token(AttendanceFactory())
    return [
        good[:-1],
        good + "A",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good[:24] + other[24:],
        other[:22] + good[22:],
        good.swapcase(),
        "A" * 48,
        "-" * 48,
        "ø" * 48,
        good.replace(good[0], "%2F", 1),
        str(attendance.pk),
    ]


def test_forged_and_foreign_links_open_nothing_and_say_so_kindly(client, invited):
    for token in attacks(invited):
        for response in (
            client.get(f"/svar/{token}/"),
            client.post(f"/svar/{token}/", {"svar": "ja"}),
            client.get(f"/svar/{token}/kalender.ics"),
        ):
            assert response.status_code == 404
            assert "Ingrid" not in text(response)
    assert "Lenken virker ikke lenger" in text(client.get("/svar/" + "A" * 48 + "/"))
    assert not Attendance.objects.exclude(answer="").exists()


def test_a_new_secret_key_revokes_every_link(client, invited, settings):
    url = answering.path(invited)
    settings.SECRET_KEY = "another-another-another-another-another"

    assert client.get(url).status_code == 404


def test_the_token_has_160_secret_bits_and_no_name_in_it(invited):
    token = answering.token(invited)

    assert len(token) == answering.TOKEN_LENGTH
    assert answering.find(token) == invited


@pytest.mark.parametrize("why", ["former", "inactive", "undone", "old"])
def test_the_link_of_somebody_who_is_out_does_not_work(client, invited, why):
    if why == "former":
        Membership.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    elif why == "inactive":
        invited.person.is_active = False
        invited.person.save()
    elif why == "undone":
        Gathering.objects.update(state="draft")
    else:
        ended = timezone.now() - timedelta(days=15)
        Gathering.objects.update(starts_at=ended - timedelta(hours=3), ends_at=ended, state="held")

    assert client.get(answering.path(invited)).status_code == 404
    assert answer(client, invited, "ja").status_code == 404


@pytest.mark.parametrize(
    ("state", "says"),
    [("begun", "Samlingen har begynt"), ("held", "holdt"), ("cancelled", "avlyst")],
)
def test_a_closed_gathering_says_why_and_takes_no_answer(client, invited, state, says):
    if state == "cancelled":
        Gathering.objects.update(state=state)
    else:
        begun = timezone.now() - timedelta(hours=1)
        kept = "called" if state == "begun" else "held"
        Gathering.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=3), state=kept)

    shown, refused = client.get(answering.path(invited)), answer(client, invited, "ja")

    assert shown.status_code == 200
    assert refused.status_code == 409
    assert says in text(shown)
    assert says in text(refused)
    invited.refresh_from_db()
    assert invited.answer == ""


def test_an_answer_to_a_time_that_was_changed_meanwhile_is_asked_again(client, invited):
    Gathering.objects.update(sequence=1)

    response = answer(client, invited, "ja", sekvens="0")

    assert response.status_code == 409
    assert "flyttet mens siden var åpen" in text(response)
    invited.refresh_from_db()
    assert invited.answer == ""
    assert answer(client, invited, "ja", sekvens="1").status_code == 302


def test_the_calendar_file_is_hers_alone_to_take_along(client, invited):
    response = client.get(answering.path(invited) + "kalender.ics")

    assert response["Content-Type"].startswith("text/calendar")
    assert "attachment" in response["Content-Disposition"]
    body = text(response)
    assert f"UID:{invited.gathering.pk}@takt" in body
    assert "ATTENDEE" not in body


def test_a_shared_mailbox_answers_for_the_named_person_only(client, invited):
    colleague = PersonFactory(region=invited.person.region, email=invited.person.email)
    other = AttendanceFactory(gathering=invited.gathering, person=colleague)

    answer(client, invited, "ja")

    other.refresh_from_db()
    assert other.answer == ""


def test_on_the_page_of_the_gathering_one_comes_back_to_it(client, invited):
    client.force_login(invited.person)
    response = answer(client, invited, "ja", fra_samlingen="1")

    assert response.url == reverse("gatherings:gathering", args=[invited.gathering.pk])


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_answers_are_refused_in_words(client, invited, nasty):
    body = encoded({"svar": nasty, "sekvens": nasty})

    response = client.post(answering.path(invited), body, content_type=FORM)

    assert response.status_code == 422
    assert 'role="alert"' in text(response)


def test_an_answer_that_is_no_form_at_all_is_refused(client, invited):
    url = answering.path(invited)
    assert client.post(url, b"\xff\x00{", content_type="application/json").status_code == 422
    assert client.put(url).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_leave_one_row(invited):
    gate = threading.Barrier(2)

    def press(choice):
        gate.wait()
        try:
            answering.answer(invited, choice, by=invited.person)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[choice]) for choice in ("yes", "no")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Attendance.objects.count() == 1
    assert Attendance.objects.get().answer in ("yes", "no")


def test_the_page_speaks_the_receivers_language(client, invited):
    invited.person.language = "da"
    invited.person.save()

    assert "Kommer du til netværksmøde 2?" in text(client.get(answering.path(invited)))


def test_who_joins_online_is_told_where_the_link_comes_from(client, invited):
    told = "Prosesslederen sender lenken før samlingen."
    assert told in text(answer(client, invited, "digitalt", follow=True))
    Gathering.objects.update(online_url="https://example.no/mote")
    shown = text(client.get(answering.path(invited)))
    assert told not in shown
    assert "https://example.no/mote" in shown


def test_who_cannot_come_is_not_pushed_to_the_calendar_or_the_deadline(client, invited):
    gathering = invited.gathering
    Gathering.objects.filter(pk=gathering.pk).update(preparation_due_on=timezone.localdate())
    AssignmentFactory(round=gathering.round)
    shown = text(answer(client, invited, "ja", follow=True))
    assert "kalender.ics" in shown
    assert "Forarbeid innen" in shown
    shown = text(answer(client, invited, "nei", follow=True))
    assert "kalender.ics" not in shown
    assert "Forarbeid innen" not in shown
    assert "Du kan gjerne gjøre forarbeidet likevel." in shown
