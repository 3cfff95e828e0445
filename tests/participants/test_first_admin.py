"""`manage.py first_admin`: from nothing to somebody who is in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from participants.models import Person, Region, Role
from tests.factories import PersonFactory, RegionFactory

pytestmark = pytest.mark.django_db


def first_admin(capsys, *words):
    call_command("first_admin", *words)
    said = capsys.readouterr().out
    return re.search(r"http://testserver(/logg-inn/lenke/\S+)", said).group(1), said


def test_on_an_empty_installation_it_makes_organisation_person_and_role(capsys, client):
    link, said = first_admin(
        capsys, "Kari@Example.no", "--region", "REKOM Vesterålen", "--name", "Kari Anne Nilsen"
    )
    person = Person.objects.get()
    assert (person.first_name, person.last_name) == ("Kari Anne", "Nilsen")
    assert (person.email, person.region.name) == ("kari@example.no", "REKOM Vesterålen")
    assert person.is_admin
    assert person.invited_at
    assert "Kari Anne Nilsen er administrator for REKOM Vesterålen" in said

    assert client.get(link).status_code == 200
    client.post(link)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_again_for_the_same_address_it_gives_a_new_link_and_nothing_else(capsys, client):
    first, _said = first_admin(capsys, "kari.nilsen@example.no")
    second, _said = first_admin(capsys, "Kari.Nilsen@example.no")
    assert first != second
    assert [client.get(link).status_code for link in (first, second)] == [410, 200]
    assert [Region.objects.count(), Person.objects.count(), Role.objects.count()] == [1, 1, 1]
    assert Person.objects.get().name == "Kari Nilsen"


def test_the_link_is_good_for_a_day(capsys, client):
    link, _said = first_admin(capsys, "kari@example.no")
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert client.get(link).status_code == 410


def test_somebody_known_gets_in_again(capsys):
    kari = PersonFactory(email="kari@example.no", is_active=False, invited_at=None)
    first_admin(capsys, "kari@example.no")
    kari = Person.objects.get()
    assert (kari.is_active, kari.is_admin, bool(kari.invited_at)) == (True, True, True)


def test_among_several_at_an_address_the_name_decides(capsys):
    mona, nina = (
        PersonFactory(
            region=Region.objects.first() or RegionFactory(),
            first_name=name,
            last_name="Lie",
            email="post@example.no",
        )
        for name in ("Mona", "Nina")
    )
    with pytest.raises(CommandError) as refusal:
        call_command("first_admin", "post@example.no")
    assert refusal.value.returncode == 2
    first_admin(capsys, "post@example.no", "--name", "nina lie")
    assert [Person.objects.get(pk=p.pk).is_admin for p in (mona, nina)] == [False, True]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["kari"], "Skriv den slik: navn@example.no"),
        (["kari nilsen@example.no"], "er ikke en e-postadresse"),
        (["kari\x00@example.no"], "er ikke en e-postadresse"),
        (["kari@example.no", "--name", "Kari"], "Skriv fornavn og etternavn"),
        (["kari@example.no", "--name", "Kari " + "x" * 90], "Skriv fornavn og etternavn"),
        (["kari@example.no", "--region", "R" * 121], "120 tegn"),
    ],
)
def test_what_is_mistyped_ends_with_a_sentence_and_status_two(words, sentence):
    with pytest.raises(CommandError, match=re.escape(sentence)) as refusal:
        call_command("first_admin", *words)
    assert refusal.value.returncode == 2
    assert not Person.objects.exists()
    assert not Region.objects.exists()


def test_with_several_organisations_it_asks_which():
    RegionFactory.create_batch(2)
    with pytest.raises(CommandError, match="--region") as refusal:
        call_command("first_admin", "kari@example.no")
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("address", ["post@example.no", "1@example.no", "a.b.c.d.e@example.no"])
def test_a_name_is_found_in_any_address(capsys, address):
    first_admin(capsys, address)
    assert len(Person.objects.get().name.split()) >= 2
