"""The editor of a round: who writes it, what it refuses, and what an edit does to groups."""

from datetime import timedelta

import pytest
from django.db import models
from django.urls import reverse
from django.utils import timezone

from gatherings import opening
from gatherings.models import Round, Submission
from tests.factories import RoundFactory
from tests.gatherings.hostile import attack, post_nasty
from tests.gatherings.pages import focused, text
from tests.gatherings.rounds import a_group, typed, url
from tests.nasty import NASTY

pytestmark = pytest.mark.django_db


def test_a_round_is_written_with_items_and_tasks(season, consultant, client):
    client.force_login(consultant)
    new = {
        "items-TOTAL_FORMS": "2",
        "items-0-title": "Sist",
        "items-0-position": "2",
        "items-0-minutes": "90",
        "items-0-kind": "common",
        "items-1-title": "Først",
        "items-1-position": "1",
        "items-1-minutes": "90",
        "items-1-kind": "round",
        "tasks-TOTAL_FORMS": "1",
        "tasks-0-title": "Les kapittel 3",
        "tasks-0-minutes": "20",
        "tasks-0-kind": "read",
        "tasks-0-phase": "before",
        "tasks-0-link": "https://example.no/tekst.pdf",
    }
    response = client.post(reverse("gatherings:round_new", args=[season.pk]), typed(None, **new))

    round_ = Round.objects.get()
    assert response.url == round_.get_absolute_url()
    assert round_.aim_list == ["Se", "Høre"]
    assert [item.title for item in round_.items.all()] == ["Først", "Sist"]
    assert round_.assignments.get().link == "https://example.no/tekst.pdf"


def test_a_row_more_keeps_what_was_typed_and_saves_nothing(round_, consultant, client):
    client.force_login(consultant)

    response = client.post(
        url("round_edit", round_), typed(round_, theme="Halvferdig", add="tasks")
    )

    assert response.status_code == 200
    assert "Halvferdig" in text(response)
    assert 'name="tasks-2-title"' in text(response)
    round_.refresh_from_db()
    assert round_.theme == "Voksenrollen"
    # The empty row is no hindrance when one saves.
    rest = {"tasks-TOTAL_FORMS": "3", "tasks-2-phase": "before", "tasks-2-kind": "write"}
    assert client.post(url("round_edit", round_), typed(round_, **rest)).status_code == 302
    assert round_.assignments.count() == 2


@pytest.mark.parametrize("prefix", ["items", "tasks"])
def test_the_editor_opens_at_the_row_that_was_added(round_, consultant, client, prefix):
    client.force_login(consultant)
    address = url("round_edit", round_)
    assert "autofocus" not in text(client.get(address))

    added = client.post(address, typed(round_, add=prefix))

    assert f'name="{prefix}-2-title"' in focused(added)


def full(prefix, count):
    """A form with `count` rows, the last typed just now."""
    kind = {"items": {"kind": "common"}, "tasks": {"kind": "write", "phase": "before"}}[prefix]
    rows = {f"{prefix}-TOTAL_FORMS": str(count), "theme": "Halvferdig"}
    for n in range(count):
        row = {"title": f"Rad {n}", "minutes": "5", "position": str(n + 1), **kind}
        rows |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
    return rows


FULL = [
    ("items", 20, "Et program har plass til 20 poster"),
    ("tasks", 10, "En samlingsrunde har plass til 10 oppgaver"),
]


@pytest.mark.parametrize(("prefix", "most", "says"), FULL)
def test_a_full_round_takes_no_row_more_and_keeps_what_was_typed(
    season, consultant, client, prefix, most, says
):
    client.force_login(consultant)
    address = reverse("gatherings:round_new", args=[season.pk])

    adding = client.post(address, typed(None, **full(prefix, most), add=prefix))
    assert f'name="{prefix}-{most}-title"' not in text(adding)
    assert f'value="Rad {most - 1}"' in text(adding)

    over = client.post(address, typed(None, **full(prefix, most + 1)))
    assert over.status_code == 422
    assert says in text(over)
    assert f'value="Rad {most}"' in text(over)
    assert 'value="Halvferdig"' in text(over)
    assert not Round.objects.exists()

    assert client.post(address, typed(None, **full(prefix, most))).status_code == 302
    assert (
        getattr(Round.objects.get(), {"tasks": "assignments"}.get(prefix, prefix)).count() == most
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"window_to": "2020-01-01"}, ""),
        ({"window_from": "9999-12-31"}, ""),
        (
            {
                "window_from": (timezone.localdate() + timedelta(days=9)).isoformat(),
                "window_to": (timezone.localdate() + timedelta(days=8)).isoformat(),
            },
            "kan ikke være før den første",
        ),
        (
            {"window_to": (timezone.localdate() + timedelta(days=900)).isoformat()},
            "innenfor",
        ),
        ({"theme": ""}, "Skriv tema."),
        ({"number": "2"}, "allerede en runde med dette nummeret"),
        ({"items-0-minutes": "-5"}, "eller mer"),
        ({"tasks-0-link": "javascript:alert(1)"}, "nettadressen slik"),
    ],
)
def test_what_cannot_be_is_said(round_, season, consultant, client, changes, says):
    RoundFactory(season=season, number=2)
    client.force_login(consultant)

    response = client.post(url("round_edit", round_), typed(round_, **changes))

    assert response.status_code == 422
    assert 'role="alert"' in text(response)
    assert says in text(response)
    round_.refresh_from_db()
    assert round_.number == 1


def test_two_who_write_the_opplegg_at_once_lose_nothing(round_, consultant, client):
    client.force_login(consultant)
    address = url("round_edit", round_)
    client.post(address, typed(round_, version="1", theme="Den førstes tema"))
    late = client.post(address, typed(round_, version="1", theme="Den andres tema"))
    assert late.status_code == 422
    assert "Noen andre lagret opplegget" in text(late)
    assert "Den andres tema" in text(late)
    round_.refresh_from_db()
    assert (round_.theme, round_.version) == ("Den førstes tema", 2)

    client.post(address, typed(round_, version="2", theme="Den andres tema"))
    round_.refresh_from_db()
    assert (round_.theme, round_.version) == ("Den andres tema", 3)


@pytest.mark.parametrize("page", ["round_new", "round_edit"])
def test_a_number_somebody_took_in_this_moment_is_said_and_what_was_typed_stays(
    round_, season, consultant, client, monkeypatch, page
):
    RoundFactory(season=season, number=2)
    client.force_login(consultant)
    monkeypatch.setattr(models.Model, "validate_constraints", lambda *_args, **_kwargs: None)
    of = round_ if page == "round_edit" else season
    data = typed(round_ if page == "round_edit" else None, number="2", theme="Mitt tema")

    answer = client.post(reverse(f"gatherings:{page}", args=[of.pk]), data)

    assert answer.status_code == 422
    assert "Noen har nettopp lagret det samme." in text(answer)
    assert "Mitt tema" in text(answer)
    assert set(Round.objects.values_list("number", flat=True)) == {1, 2}


def test_an_edited_opplegg_reaches_groups_that_have_not_called_and_spares_their_own_changes(
    round_, season, consultant, client
):
    plain, changed, called = (a_group(season) for _ in range(3))
    opening.open_round(round_, by=consultant)
    changed.gatherings.get().items.filter(title="Runde").update(title="Runde hos oss")
    called.gatherings.update(
        state="called", starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=3)
    )
    client.force_login(consultant)

    edit = {
        "items-0-DELETE": "on",
        "items-1-title": "Runde med spørsmål",
        "items-1-minutes": "150",
        "items-TOTAL_FORMS": "3",
        "items-2-title": "Avslutning",
        "items-2-minutes": "30",
        "items-2-kind": "common",
    }
    assert client.post(url("round_edit", round_), typed(round_, **edit)).status_code == 302

    def programme(group):
        return [(i.title, i.minutes) for i in group.gatherings.get().items.all()]

    assert programme(plain) == [("Runde med spørsmål", 150), ("Avslutning", 30)]
    assert programme(changed) == [("Runde hos oss", 150), ("Avslutning", 30)]
    assert programme(called) == [("Velkommen", 20), ("Runde", 160)]


def test_p5_an_item_that_becomes_a_go_round_stays_in_the_group(round_, season, consultant, client):
    group = a_group(season)
    opening.open_round(round_, by=consultant)
    client.force_login(consultant)

    edit = typed(round_, **{"items-0-kind": "round", "items-1-kind": "common"})
    assert client.post(url("round_edit", round_), edit).status_code == 302

    closed = {i.title: i.is_closed for i in group.gatherings.get().items.all()}
    assert closed == {"Velkommen": True, "Runde": False}


def test_the_number_is_fixed_once_groups_have_the_round(round_, consultant, client):
    opening.open_round(round_, by=consultant)
    client.force_login(consultant)

    client.post(url("round_edit", round_), typed(round_, number="9", theme="Nytt"))

    round_.refresh_from_db()
    assert (round_.number, round_.theme) == (1, "Nytt")


def test_a_task_with_answers_cannot_be_removed(round_, season, consultant, client):
    group = a_group(season)
    task = round_.assignments.get(title="Skriv")
    person = group.memberships.members()[0].person
    Submission.objects.create(assignment=task, person=person, group=group, text="Mitt")
    client.force_login(consultant)
    at = next(n for n, row in enumerate(round_.assignments.all()) if row == task)

    response = client.post(url("round_edit", round_), typed(round_, **{f"tasks-{at}-DELETE": "on"}))

    assert response.status_code == 422
    assert "har svar og kan ikke fjernes" in text(response)
    assert round_.assignments.count() == 2


def test_members_and_leaders_do_not_write_rounds(round_, season, consultant, client):
    group = a_group(season)
    opening.open_round(round_, by=consultant)
    client.force_login(group.memberships.leaders().get().person)

    assert client.get(url("round_edit", round_)).status_code == 403
    assert client.post(url("round_open", round_)).status_code == 403


# --- anything at all -----------------------------------------------------------------------------


ROUND_FIELDS = [
    "number", "theme", "aims", "window_from", "window_to", "preparation_days", "add",
    "items-TOTAL_FORMS", "items-INITIAL_FORMS", "items-0-id", "items-0-title", "items-0-minutes",
    "items-0-kind", "items-0-position", "tasks-TOTAL_FORMS", "tasks-0-link", "tasks-0-phase",
    "tasks-0-kind", "tasks-0-minutes", "tasks-0-DELETE",
]  # fmt: skip


def send(client, round_, changes):
    post_nasty(client, url("round_edit", round_), typed(round_, **changes), (200, 302, 422))


@pytest.mark.parametrize("nasty", NASTY[:12], ids=range(12))
def test_a_few_nasty_values_are_answered_in_words(round_, consultant, client, nasty):
    client.force_login(consultant)
    send(client, round_, dict.fromkeys(ROUND_FIELDS[:6], nasty))


@pytest.mark.hostile
def test_no_value_in_any_field_breaks_the_editor(round_, consultant, client):
    client.force_login(consultant)

    attack(lambda changes: send(client, round_, changes), ROUND_FIELDS)
