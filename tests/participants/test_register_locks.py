"""While an import is being applied, the others go on working."""

import pytest
from django.urls import reverse

from gatherings.models import Submission
from participants.register import applying
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    MunicipalityFactory,
    PersonFactory,
    PositionFactory,
    RegionFactory,
)
from tests.participants.racing import held
from tests.participants.register import (
    INSTITUTIONS,
    MUNICIPALITIES,
    PEOPLE,
    PEOPLE_HEADER,
    PERSON,
    PLACE,
    PLACE_HEADER,
    csv,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sortland():
    return MunicipalityFactory(region=RegionFactory(), number="1870", name="Sortland")


@pytest.fixture
def havblikk(sortland):
    return InstitutionFactory(municipality=sortland, name="Havblikk")


def importing(kind, uploads, region):
    """The work of applying these files."""
    run = applying.receive(kind, uploads, region=region, by=None)
    return lambda: applying.apply(run, by=None)


def test_a_text_saves_itself_while_people_are_imported(client, sortland, havblikk):
    ronja = PersonFactory(region=sortland.region, first_name="Ronja", last_name="Eksempel")
    ronja.email = "ronja@example.no"
    ronja.save()
    PositionFactory(person=ronja, institution=havblikk)
    gathering = GatheringFactory(group=GroupFactory(members=[ronja]), called=True)
    task = AssignmentFactory(round=gathering.round)
    client.force_login(ronja)
    page = reverse("gatherings:save_assignment", args=[gathering.pk, task.pk])
    # Her own row is among those that change: her mobile number is new.
    with held(importing(PEOPLE, csv(PEOPLE_HEADER, PERSON), sortland.region)):
        answer = client.post(page, {"version": 0, "text": "Det var uro i garderoben."})
    assert answer.status_code == 200
    assert Submission.objects.get().text == "Det var uro i garderoben."


def test_places_and_people_are_registered_by_hand_while_files_are_imported(sortland, havblikk):
    region, owner = sortland.region, havblikk.owner
    with held(importing(MUNICIPALITIES, csv("kommunenr;navn", "1870;Sortland – Suortá"), region)):
        InstitutionFactory(municipality=sortland, owner=owner)
        PersonFactory(region=region)
    new = PLACE.replace("Havblikk", "Fjæra")
    with held(importing(INSTITUTIONS, csv(PLACE_HEADER, new), region)):
        InstitutionFactory(municipality=sortland, owner=owner)
        PositionFactory(institution=havblikk)
        PersonFactory(region=region)
