"""My profile: what I may change, what I may not, and logging out everywhere."""

from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from office import journal, mail
from office.models import JournalEntry
from participants import signin
from participants.models import Person
from tests.factories import PersonFactory
from tests.nasty import NASTY, encoded

PROFILE = reverse("participants:profile")
EVERYWHERE = reverse("participants:sign_out_everywhere")


@pytest.fixture
def ingrid(db):
    return PersonFactory(first_name="Ingrid", last_name="Olsen", mobile="+4790000001")


@pytest.fixture
def as_ingrid(client, ingrid):
    client.force_login(ingrid)
    return client


def save(client, **changed):
    return client.post(PROFILE, {"language": "nb", "mobile": "", "theme": "auto", **changed})


def test_language_mobile_and_colours_are_mine_to_change(as_ingrid, ingrid):
    answer = save(as_ingrid, language="da", mobile="900 00 002", theme="dark")
    ingrid.refresh_from_db()
    assert answer["Location"] == PROFILE
    assert (ingrid.language, ingrid.mobile) == ("da", "+4790000002")
    assert as_ingrid.cookies["theme"].value == "dark"
    page = as_ingrid.get(PROFILE).content.decode()
    assert "Din profil er gemt." in page
    assert 'data-color-scheme="dark"' in page
    assert JournalEntry.objects.get().details == {"fields": ["language", "mobile"]}


@pytest.fixture
def no_journal(monkeypatch):
    """The journal cannot be written: what it would tell of must not have happened either."""

    def fail(**_entry):
        raise DatabaseError

    monkeypatch.setattr(journal, "record", fail)


def test_the_profile_is_saved_with_its_line_in_the_journal_or_not_at_all(
    as_ingrid, ingrid, no_journal
):
    with pytest.raises(DatabaseError):
        save(as_ingrid, mobile="900 00 002")
    ingrid.refresh_from_db()
    assert ingrid.mobile == "+4790000001"


def test_sessions_end_with_their_line_in_the_journal_or_not_at_all(as_ingrid, no_journal):
    with pytest.raises(DatabaseError):
        as_ingrid.post(EVERYWHERE)
    assert as_ingrid.get(PROFILE).status_code == 200


def test_one_is_logged_in_with_a_line_in_the_journal_or_not_at_all(ingrid, no_journal):
    address = signin.make_link(ingrid, life=signin.INVITATION_LIFE)
    with pytest.raises(DatabaseError):
        Client().post(urlsplit(address).path)
    ingrid.refresh_from_db()
    assert ingrid.last_login is None
    assert not Session.objects.exists()


def test_a_language_without_texts_is_not_offered_and_its_reader_gets_bokmal(as_ingrid, ingrid):
    Person.objects.update(language="nn")
    ingrid.refresh_from_db()
    other = Client()
    other.force_login(PersonFactory())

    for browser, address in ((other, PROFILE), (Client(), reverse("participants:sign_in"))):
        page = browser.get(address, headers={"accept-language": "nn"}).content.decode()
        assert '<html lang="nb"' in page
        assert 'value="nn"' not in page
        assert "nynorsk" not in page.lower()
    assert '<html lang="nb"' in as_ingrid.get(PROFILE).content.decode()
    assert save(other, language="nn").status_code == 422
    as_ingrid.post(reverse("gatherings:language"), {"language": "nn"})
    assert "sprak" not in as_ingrid.cookies

    letter = mail.post(ingrid, occasion="x", template="tries", facts={"organisation": "REKOM"})
    assert letter.language == "nb"
    assert letter.subject == "Noen har prøvd å logge inn"


def test_who_has_a_language_without_texts_keeps_it_until_she_chooses_another(as_ingrid, ingrid):
    Person.objects.update(language="nn")
    page = as_ingrid.get(PROFILE).content.decode()
    assert '<option value="nn" selected>nynorsk</option>' in page
    assert save(as_ingrid, language="nn", mobile="900 00 002").status_code == 302
    ingrid.refresh_from_db()
    assert (ingrid.language, ingrid.mobile) == ("nn", "+4790000002")
    ingrid.full_clean()
    save(as_ingrid, language="da")
    assert save(as_ingrid, language="nn").status_code == 422


def test_a_stored_language_is_spoken_from_the_day_it_is_offered(ingrid, settings):
    ingrid.language = ingrid.region.language = "nn"
    assert (ingrid.speaks, ingrid.region.speaks) == ("nb", "nb")

    settings.LANGUAGES = [*settings.LANGUAGES, ("nn", "nynorsk")]
    assert (ingrid.speaks, ingrid.region.speaks) == ("nn", "nn")


@pytest.mark.parametrize(
    ("language", "member", "leader"),
    [
        ("nb", "Bare administratorene ser det.", "styrere"),
        ("da", "Kun administratorerne ser det.", "ledere"),
    ],
)
def test_the_profile_says_who_sees_the_number(as_ingrid, language, member, leader):
    Person.objects.update(language=language)
    page = " ".join(as_ingrid.get(PROFILE).content.decode().split())
    assert f"{member} Leder du " in page
    assert leader in page.split("Leder du ")[1].split("<")[0]


def test_an_address_or_a_name_sent_along_changes_nothing(as_ingrid, ingrid):
    before = (ingrid.email, ingrid.first_name, ingrid.region_id)
    save(as_ingrid, email="other@example.no", first_name="X", region="x", is_active="")
    ingrid.refresh_from_db()
    assert (ingrid.email, ingrid.first_name, ingrid.region_id) == before
    assert ingrid.is_active


def test_saving_without_a_change_is_no_entry_in_the_journal(as_ingrid, ingrid):
    assert save(as_ingrid, mobile=ingrid.mobile).status_code == 302
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"mobile": "ring meg"}, "er ikke et telefonnummer"),
        ({"mobile": "01017012345"}, "ligner et fødselsnummer"),
        ({"mobile": "1" * 21}, "Skriv høyst 20 tegn"),
        ({"language": "xx"}, "Velg et av alternativene"),
        ({"theme": "pink"}, "Velg et av alternativene"),
    ],
)
def test_what_cannot_be_kept_is_said(as_ingrid, ingrid, changed, sentence):
    answer = save(as_ingrid, **changed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    ingrid.refresh_from_db()
    assert ingrid.mobile == "+4790000001"


def test_logging_out_everywhere_ends_the_other_devices_and_nobody_elses(ingrid):
    phone, desk, mona = Client(), Client(), Client()
    for device in (phone, desk):
        device.force_login(ingrid)
    mona.force_login(PersonFactory())
    assert phone.get(EVERYWHERE).status_code == 405
    answer = phone.post(EVERYWHERE)
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    statuses = [device.get(PROFILE).status_code for device in (phone, desk, mona)]
    assert statuses == [302, 302, 200]


def test_the_profile_needs_few_questions(as_ingrid, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        as_ingrid.get(PROFILE)


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_nothing_typed_breaks_the_profile(ingrid, value):
    client = Client(raise_request_exception=False)
    client.force_login(ingrid)
    client.cookies["theme"] = "x" * 50
    body = encoded(dict.fromkeys(("language", "mobile", "theme"), value))
    answer = client.post(PROFILE, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
