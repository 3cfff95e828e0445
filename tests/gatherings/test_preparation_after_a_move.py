"""Who is moved to another group: what she delivered stays, what she began comes along (P15)."""

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import submissions
from gatherings.desk import Desk
from gatherings.models import Submission
from gatherings.staff import rows as staff_rows
from gatherings.tallies import figures_of
from networks.models import NetworkGroup
from participants.models import Position
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    PersonFactory,
    PositionFactory,
)
from tests.gatherings.preparation import person, save, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def ronja(group):
    return person(group, "Ronja")


@pytest.fixture
def elsewhere(gathering, group):
    """The gathering of the group Ronja comes to: Liv leads Siri there."""
    region = group.season.network.region
    liv, siri = (PersonFactory(region=region, first_name=name) for name in ("Liv", "Siri"))
    other = GroupFactory(season=group.season, leader=liv, members=[siri], name="Nordlys")
    return GatheringFactory(group=other, round=gathering.round, called=True)


def move(who, gathering):
    who.memberships.update(group=gathering.group)


def texts():
    return set(Submission.objects.values_list("group__name", "text"))


def test_p15_a_text_delivered_before_a_move_stays_and_the_new_group_gets_one_of_its_own(
    client, gathering, task, group, ronja, elsewhere
):
    save(gathering, task, ronja, "levert i den gamle", deliver=True)
    move(ronja, elsewhere)
    client.force_login(ronja)

    typed = {"text": "skrevet i den nye", "audience": "group", "version": "0"}
    saved = client.post(url(elsewhere, task, "save_assignment"), typed)
    assert saved.status_code == 200
    typed["version"] = str(saved.json()["version"])
    assert client.post(url(elsewhere, task), {**typed, "deliver": "1"}).status_code == 302

    assert texts() == {(group.name, "levert i den gamle"), ("Nordlys", "skrevet i den nye")}
    assert Submission.objects.delivered().count() == 2
    old_leader = client.__class__()
    old_leader.force_login(person(group, "Kari"))
    shown = old_leader.get(url(gathering, name="group_preparation")).content.decode()
    assert "levert i den gamle" in shown
    assert "skrevet i den nye" not in shown


def test_who_was_moved_writes_anew_and_finds_her_earlier_text_beside(
    client, gathering, task, ronja, elsewhere
):
    save(gathering, task, ronja, "levert i den gamle", deliver=True)
    move(ronja, elsewhere)
    client.force_login(ronja)

    page = client.get(url(elsewhere, task))

    assert page.context["form"]["text"].value() == ""
    assert "levert i den gamle" in page.content.decode()
    client.force_login(person(elsewhere.group, "Siri"))
    assert "levert i den gamle" not in client.get(url(elsewhere, task)).content.decode()


def test_a_text_not_delivered_comes_along_with_its_writer(
    client, gathering, task, ronja, elsewhere
):
    save(gathering, task, ronja, "begynt i den gamle")
    move(ronja, elsewhere)
    client.force_login(ronja)

    page = client.get(url(elsewhere, task))
    assert page.context["form"]["text"].value() == "begynt i den gamle"
    save(elsewhere, task, ronja, "begynt i den gamle, ferdig i den nye", version=1)

    assert texts() == {("Nordlys", "begynt i den gamle, ferdig i den nye")}


def test_who_comes_back_finds_what_she_delivered_there(gathering, task, ronja, elsewhere):
    save(gathering, task, ronja, "levert i den gamle", deliver=True)
    save(elsewhere, task, ronja, "begynt i den nye")

    assert submissions.answer_of(ronja, task, gathering).text == "levert i den gamle"
    assert submissions.answer_of(ronja, task, elsewhere).text == "begynt i den nye"


def test_what_is_to_be_read_is_read_for_each_group(gathering, ronja, elsewhere):
    reading = AssignmentFactory(round=gathering.round, kind="read")
    submissions.mark_read(gathering, reading, by=ronja)
    submissions.mark_read(elsewhere, reading, by=ronja)
    assert Submission.objects.delivered().filter(assignment=reading).count() == 2


def test_a_text_delivered_in_the_old_group_does_not_open_the_texts_of_the_new_one(
    client, gathering, task, ronja, elsewhere
):
    siri = person(elsewhere.group, "Siri")
    hers = save(elsewhere, task, siri, "Siris tekst", deliver=True).submission
    save(gathering, task, ronja, "levert i den gamle", deliver=True)
    move(ronja, elsewhere)
    client.force_login(ronja)

    assert client.get(reverse("gatherings:submission", args=[hers.pk])).status_code == 302


def test_what_was_delivered_in_two_groups_is_whole_in_neither(gathering, task, ronja, elsewhere):
    second = AssignmentFactory(round=gathering.round)
    save(gathering, task, ronja, "i den gamle", deliver=True)
    move(ronja, elsewhere)
    save(elsewhere, second, ronja, "i den nye", deliver=True)

    groups = NetworkGroup.objects.filter(season=elsewhere.group.season)
    figures = figures_of(groups, today=timezone.localdate())
    assert [tally.delivered for row in figures for tally in row.tallies] == [0, 0]


def test_her_list_and_her_manager_say_not_delivered_after_the_move(
    gathering, task, group, ronja, elsewhere
):
    place = InstitutionFactory(municipality__region=ronja.region)
    berit = PersonFactory(region=ronja.region)
    PositionFactory(person=berit, institution=place, kind=Position.Kind.MANAGER)
    for who in (ronja, person(group, "Mona")):
        PositionFactory(person=who, institution=place)
    save(gathering, task, ronja, "levert i den gamle", deliver=True)
    assert {row.person: row.tone for row in staff_rows(berit)}[ronja] == "ok"

    move(ronja, elsewhere)

    assert {row.person: row.tone for row in staff_rows(berit)}[ronja] == ""
    assert Desk.of(ronja).delivered(elsewhere, ronja.pk) == 0
