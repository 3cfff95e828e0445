"""Who reads which part of the minutes, on the page and as PDF, and what stays closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gatherings import minutes
from gatherings.models import Action, Agreement, Gathering, Minutes
from office.delivery import drain, make_waiting
from office.models import Document, Letter
from participants.models import Person, Position
from tests.factories import (
    GatheringFactory,
    InstitutionFactory,
    MembershipFactory,
    PersonFactory,
    PositionFactory,
    RoleFactory,
)
from tests.gatherings.minutes.shared import CLOSED, OPEN, approved, person, shown, text_of, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("Kari", {"draft", "sent", "approved"}),
        ("Ronja", {"sent", "approved"}),
        ("Berit", {"approved"}),
        ("Konsulent", {"approved"}),
    ],
)
def test_who_reads_the_minutes_when(client, held, draft, name, states):
    read = set()
    for state in Minutes.State.values:
        now = timezone.now()
        Minutes.objects.update(
            state=state, sent_at=now, approve_on=timezone.localdate(), approved_at=now
        )
        if OPEN in shown(client, name, url(held)):
            read.add(state)
    assert read == states


def test_a_manager_at_the_leaders_own_kindergarten_is_no_members_manager(client, held, draft):
    kari = person("Kari")
    place = InstitutionFactory(municipality__region=kari.region)
    PositionFactory(person=kari, institution=place, kind=Position.Kind.MANAGER)
    other = PersonFactory(region=kari.region)
    PositionFactory(person=other, institution=place, kind=Position.Kind.MANAGER)
    approved(draft)
    client.force_login(other)
    assert client.get(url(held)).status_code == 404


def test_p6_the_closed_part_is_for_the_group_alone(client, held, draft, settings):
    """Page, PDF facts, PDF bytes, metadata, and every letter as it leaves the house."""
    settings.EMAIL_BACKEND = "office.mailbox.MailboxBackend"
    approved(draft)
    new = MembershipFactory(
        group=held.group,
        person__first_name="Nina",
        starts_on=timezone.localdate() - timedelta(days=3),
    )
    make_waiting()
    drain()
    for name in ("Kari", "Ronja", "Mona"):
        assert CLOSED in shown(client, name, url(held))
    for name in ("Berit", "Anne", "Konsulent", new.person.first_name):
        told = shown(client, name, url(held))
        assert OPEN in told
        assert CLOSED not in told
        pdf = client.get(url(held, "minutes_pdf")).content
        assert CLOSED not in text_of(pdf)
        assert OPEN in text_of(pdf)
    for letter in Letter.objects.all():
        assert CLOSED not in letter.text + letter.html + letter.subject
        if letter.document:
            assert CLOSED not in str(letter.document.facts)
            assert CLOSED not in text_of(bytes(letter.document.pdf))
    client.force_login(person("Ronja"))
    assert CLOSED in text_of(client.get(url(held, "minutes_pdf")).content)


def test_those_who_oversee_read_no_actions(client, held, draft):
    approved(draft)
    told = shown(client, "Konsulent", url(held))
    assert "Ronjas aksjon" not in told
    assert "Ronjas aksjon" in shown(client, "Berit", url(held))
    assert "Monas aksjon" not in shown(client, "Berit", url(held))


def test_what_is_approved_stays_as_it_was(client, held, draft):
    approved(draft)
    before = minutes.find_pdf(minutes.surrounded(draft), "open")
    Person.objects.filter(first_name="Ronja").update(first_name="Ragna")
    Agreement.objects.all().delete()
    Action.objects.update(title="et annet løfte")
    assert "Ronja" in shown(client, "Kari", url(held))
    assert minutes.find_pdf(minutes.surrounded(draft), "open") == before


def test_a_pdf_that_is_not_made_is_ordered_by_post_only(client, held, draft):
    client.force_login(person("Kari"))
    address = url(held, "minutes_pdf")
    assert "Lag PDF" in client.get(address).content.decode()
    assert not Document.objects.exists()
    client.post(address)
    assert "PDF-en lages" in client.get(address).content.decode()
    make_waiting()
    assert client.get(address).headers["Content-Type"] == "application/pdf"


def test_the_groups_pdf_is_made_when_the_minutes_are_sent(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    make_waiting()
    client.force_login(person("Ronja"))
    page = client.get(url(held, "minutes_pdf"))
    assert page.headers["Content-Type"] == "application/pdf"


def test_a_pdf_keeps_a_name_that_latin_letters_do_not_spell(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    make_waiting()
    Document.objects.update(filename="Referat-Kárášjohka.pdf")
    client.force_login(person("Ronja"))
    name = client.get(url(held, "minutes_pdf")).headers["Content-Disposition"]
    assert name == "inline; filename*=utf-8''Referat-K%C3%A1r%C3%A1%C5%A1johka.pdf"


def test_a_held_gathering_without_minutes_says_when_they_come(client, held):
    assert "Referatet er ikke her ennå" in shown(client, "Ronja", url(held))
    client.force_login(person("Konsulent"))
    assert client.get(url(held)).status_code == 403


def test_a_stranger_finds_nothing(client, held, draft):
    approved(draft)
    client.force_login(RoleFactory().person)
    assert client.get(url(held)).status_code == 404
    assert client.get(url(held, "minutes_pdf")).status_code == 404


def test_absence_has_a_name_and_no_reason(client, held, draft):
    told = shown(client, "Ronja", url(held)) if approved(draft) else ""
    assert "Forfall" in told
    assert "(1 av 2)" in told


def test_minutes_of_a_gathering_that_is_not_held_do_not_exist(client, group):
    called = GatheringFactory(group=group, called=True)
    client.force_login(person("Kari"))
    assert client.get(url(called, "minutes_edit")).status_code == 404
    assert Gathering.objects.get().state == Gathering.State.CALLED
