"""The second year: seats have no last day, but a season that is over asks nobody for anything."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import staff, todo
from gatherings.desk import Desk
from gatherings.models import Action, Assignment, Minutes, Submission
from participants.models import Person, Position
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    PersonFactory,
    PositionFactory,
    RoundFactory,
    SeasonFactory,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("gatherings:my_page")


def days(n):
    return timezone.localdate() + timedelta(days=n)


def at(n):
    return {
        "starts_at": timezone.now() + timedelta(days=n, hours=-3),
        "ends_at": timezone.now() + timedelta(days=n),
    }


class Years:
    """Last year's group and this year's, with the same people. Much was left undone."""

    def __init__(self):
        season = SeasonFactory(starts_on=days(-400), ends_on=days(-40))
        network = season.network
        people = {
            name: PersonFactory(region=network.region, first_name=name)
            for name in ("Kari", "Ronja", "Berit")
        }
        seats = {"leader": people["Kari"], "members": [people["Ronja"]]}
        self.last = GroupFactory(season=season, **seats)
        self.now = GroupFactory(
            season=SeasonFactory(network=network, starts_on=days(-39), ends_on=days(300)), **seats
        )
        held_in = RoundFactory(season=season, number=1)
        self.task = AssignmentFactory(round=held_in, phase=Assignment.Phase.AFTER)
        self.held = GatheringFactory(group=self.last, round=held_in, held=True, **at(-200))
        never = RoundFactory(season=season, number=2, window_from=days(-90), window_to=days(-60))
        GatheringFactory(group=self.last, round=never)
        place = InstitutionFactory(municipality__region=network.region)
        PositionFactory(person=people["Ronja"], institution=place)
        PositionFactory(person=people["Berit"], institution=place, kind=Position.Kind.MANAGER)


@pytest.fixture
def years():
    return Years()


def person(name):
    return Person.objects.get(first_name=name)


def waiting(name):
    return [task.kind for task in todo.tasks(Desk.of(person(name)))]


def test_what_was_left_undone_last_year_waits_for_nobody(years):
    assert waiting("Ronja") == []
    assert waiting("Kari") == []
    GatheringFactory(group=years.now, round=RoundFactory(season=years.now.season, number=1))
    assert waiting("Kari") == ["date.find"]


def test_on_the_last_day_of_the_year_it_still_waits(years):
    years.last.season.ends_on = days(0)
    years.last.season.save()
    assert waiting("Ronja") == ["action.choose", "prep.write"]
    assert waiting("Kari") == ["minutes.write", "date.find"]


def test_an_action_of_last_year_is_told_of_for_some_weeks_more(years):
    action = Action.objects.create(
        gathering=years.held, person=person("Ronja"), title="Ned", due_on=days(-20)
    )
    assert waiting("Ronja") == ["action.log"]
    action.due_on = days(-60)
    action.save()
    assert waiting("Ronja") == []


def test_a_manager_sees_each_of_her_staff_once(years):
    ahead = GatheringFactory(
        group=years.now, round=RoundFactory(season=years.now.season), called=True
    )
    rows = staff.rows(person("Berit"))
    assert [(row.person.first_name, row.gathering) for row in rows] == [("Ronja", ahead)]


def test_last_years_pages_and_texts_stay_readable(years, client):
    text = Submission.objects.create(
        assignment=years.task,
        person=person("Kari"),
        group=years.last,
        text="Vi satte oss ned.",
        version=1,
        delivered_at=timezone.now() - timedelta(days=190),
    )
    Minutes.objects.create(
        gathering=years.held,
        state=Minutes.State.APPROVED,
        sent_at=timezone.now(),
        approved_at=timezone.now(),
    )
    client.force_login(person("Ronja"))
    assert Submission.objects.visible_to(person("Ronja")).get() == text
    for name in ("gathering", "minutes", "group_preparation"):
        page = client.get(reverse(f"gatherings:{name}", args=[years.held.pk]))
        assert page.status_code == 200, name
    assert client.get(years.last.get_absolute_url()).status_code == 200


def test_a_gathering_that_never_got_a_date_is_not_to_come(years, client):
    client.force_login(person("Kari"))
    index = reverse("gatherings:index")
    assert "Voksenrollen" not in client.get(index).content.decode()
    assert years.last.name in client.get(index, {"vis": "alle"}).content.decode()


def test_between_two_years_nobody_is_welcomed_as_new(years, client):
    years.now.delete()
    client.force_login(person("Ronja"))
    assert "Du er à jour." in client.get(PAGE).content.decode()
