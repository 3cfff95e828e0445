"""The planning page: what it saves and suggests, refuses, and never loses."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from gatherings import planning
from gatherings.models import Gathering
from participants.models import Position
from tests.factories import (
    GatheringFactory,
    InstitutionFactory,
    MembershipFactory,
    PositionFactory,
    RoundFactory,
)
from tests.gatherings.pages import focused, text
from tests.gatherings.planning_desk import OSLO, weekday

pytestmark = pytest.mark.django_db


def test_a_plan_is_saved_and_leads_to_the_letter(desk):
    response = desk.save()

    assert response.url == desk.url("invite")
    gathering = desk.reload()
    local = gathering.starts_at.astimezone(OSLO)
    assert (local.date(), local.time()) == (weekday(10), time(9))
    assert gathering.ends_at - gathering.starts_at == timedelta(hours=3)
    assert gathering.host == desk.place
    assert gathering.preparation_due_on == weekday(10) - timedelta(days=7)
    assert gathering.version == 2


def test_an_empty_end_means_the_usual_length(desk):
    desk.save(ends="")

    assert desk.reload().ends_at - desk.gathering.starts_at == timedelta(minutes=180)


def test_one_can_save_without_a_date_and_go_on_later(desk):
    response = desk.save("later", day="", host="")

    assert response.url == desk.url("gathering")
    assert desk.reload().starts_at is None
    assert desk.gathering.greeting == "Velkommen."


def test_the_next_host_in_turn_is_suggested(desk):
    other = PositionFactory(
        person=MembershipFactory(group=desk.group).person,
        institution=InstitutionFactory(
            municipality=desk.place.municipality, owner=desk.place.owner, name="Alvestua"
        ),
    ).institution
    GatheringFactory(
        group=desk.group,
        round=RoundFactory(season=desk.group.season, number=1),
        held=True,
        host=other,
    )

    assert planning.hosts(desk.gathering, planning.seats(desk.gathering)) == [desk.place, other]
    assert f'value="{desk.place.pk}" selected' in text(desk.client.get(desk.url("plan")))


def test_a_leader_is_not_offered_positions_that_ended(desk):
    Position.objects.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert planning.hosts(desk.gathering, planning.seats(desk.gathering)) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ends": "08:00"}, "Samlingen må slutte etter at den begynner."),
        ({"day": "2020-01-01"}, "mellom"),
        ({"day": (timezone.localdate() - timedelta(days=2)).isoformat()}, "passert"),
        ({"day": "0001-01-01"}, "mellom"),
        ({"day": "9999-12-31"}, "mellom"),
        ({"day": "20227-01-01"}, "Skriv datoen slik"),
        ({"day": ""}, "Velg dato."),
        ({"starts": "kl ni"}, "Skriv klokkeslettet slik"),
        ({"host": "", "place": ""}, "Velg et sted"),
        ({"online_url": "javascript:alert(1)", "host": ""}, "nettadressen slik"),
        ({"online_url": "ftp://example.no/"}, "nettadressen slik"),
        ({"place": "x" * 201}, "høyst 200 tegn"),
        ({"greeting": "x" * 200_000}, "høyst 1000 tegn"),
        ({"preparation_due_on": weekday(20).isoformat()}, "før samlingen"),
        ({"items-0-minutes": "0"}, "1 eller mer"),
        ({"items-0-title": ""}, "Skriv tittel."),
        ({"items-0-id": "00000000-0000-0000-0000-000000000000"}, ""),
        ({"items-TOTAL_FORMS": "mange"}, ""),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(desk, changes, says):
    response = desk.save(**changes)

    assert response.status_code == 422
    page = text(response)
    assert 'role="alert"' in page
    assert says in page
    assert "Velkommen." in page or "greeting" in changes
    assert desk.reload().version == 1
    assert desk.gathering.starts_at is None


def test_rows_are_added_ordered_changed_and_removed_without_javascript(desk):
    add = desk.client.post(desk.url("plan"), {**desk.typed(place="Her"), "add": "items"})
    assert add.status_code == 200
    assert 'name="items-1-title"' in text(add)
    assert "Her" in text(add)
    assert desk.reload().version == 1

    desk.save(
        **{
            "items-TOTAL_FORMS": "3",
            "items-0-position": "2",
            "items-0-minutes": "100",
            "items-1-position": "1",
            "items-1-title": "Kaffe",
            "items-1-minutes": "80",
            "items-2-position": "",
            "items-2-title": "",
            "items-2-minutes": "",
        }
    )
    items = [(item.position, item.title, item.minutes) for item in desk.gathering.items.all()]
    assert items == [(1, "Kaffe", 80), (2, "Runde", 100)]

    desk.save("later", **{"items-0-DELETE": "on"})
    assert [item.title for item in desk.gathering.items.all()] == ["Kaffe"]


def test_the_page_opens_at_the_row_that_was_added(desk):
    assert "autofocus" not in text(desk.client.get(desk.url("plan")))
    added = desk.client.post(desk.url("plan"), desk.typed(add="items"))
    assert 'name="items-1-title"' in focused(added)


def test_what_differs_from_the_opplegg_is_marked(desk):
    assert "Tilpasset" not in text(desk.client.get(desk.url("plan")))

    desk.save("later", **{"items-0-title": "Runde, kortere", "items-0-minutes": "60"})
    page = text(desk.client.get(desk.url("plan")))

    assert "Tilpasset" in page
    assert "Programmet er kortere enn samlingen." in page


def test_somebody_elses_change_is_shown_beside_ones_own_and_nothing_is_lost(desk):
    stale = desk.typed(greeting="Min hilsen")
    desk.save("later", greeting="Deres hilsen")

    response = desk.client.post(desk.url("plan"), {**stale, "later": "1"})

    assert response.status_code == 409
    page = text(response)
    assert "Min hilsen" in page
    assert "Deres hilsen" in page
    assert desk.reload().greeting == "Deres hilsen"

    version = page.split('name="version" value="')[1].split('"')[0]
    assert desk.client.post(desk.url("plan"), {**stale, "version": version}).status_code == 302
    assert desk.reload().greeting == "Min hilsen"


def test_a_gathering_that_has_started_is_not_offered_to_be_moved(desk):
    starts_at = timezone.now() + timedelta(hours=1)
    Gathering.objects.filter(pk=desk.gathering.pk).update(
        state="called", starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)
    )
    assert desk.url("move") in desk.client.get(desk.url("plan")).content.decode()
    Gathering.objects.update(starts_at=starts_at - timedelta(hours=2))
    shown = desk.client.get(desk.url("plan")).content.decode()
    assert desk.url("move") not in shown
    assert "Samlingen har startet og kan ikke flyttes." in shown


def test_the_page_asks_once_who_sits_in_the_group(desk, monkeypatch):
    start = timezone.now() + timedelta(days=9)
    Gathering.objects.update(starts_at=start, ends_at=start + timedelta(hours=3))
    asked, seats = [], planning.seats
    monkeypatch.setattr(planning, "seats", lambda at: asked.append(at) or seats(at))
    assert desk.client.get(desk.url("plan")).status_code == 200
    assert len(asked) == 1
