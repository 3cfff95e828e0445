"""Rounds: written once for all groups, opened for each, followed by those who have not called."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatherings import opening
from gatherings.models import Assignment, Gathering, Round, RoundItem, Submission
from networks.models import Theme
from office.models import JournalEntry, Letter
from participants.models import Role
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    MunicipalityFactory,
    PersonFactory,
    RegionFactory,
    RoleFactory,
    RoundFactory,
    RoundItemFactory,
    SeasonFactory,
)
from tests.nasty import NASTY, encoded
from tests.scale import EXAMPLES

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def text(response):
    return response.content.decode()


@pytest.fixture
def season():
    return SeasonFactory(network__region=RegionFactory())


@pytest.fixture
def consultant(season):
    person = PersonFactory(region=season.network.region)
    return RoleFactory(person=person, kind=Role.Kind.CONSULTANT).person


@pytest.fixture
def round_(season):
    """Not opened: two items, one to read and one to write."""
    round_ = RoundFactory(season=season, number=1, opened_at=None, theme="Voksenrollen")
    RoundItemFactory(round=round_, title="Velkommen", minutes=20, position=1)
    RoundItemFactory(
        round=round_, title="Runde", minutes=160, position=2, kind="round", questions="Hva så du?"
    )
    AssignmentFactory(round=round_, title="Les", kind="read", minutes=25)
    AssignmentFactory(round=round_, title="Skriv", minutes=20)
    return round_


def a_group(season, **fields):
    region = season.network.region
    return GroupFactory(
        season=season,
        leader=PersonFactory(region=region),
        members=PersonFactory.create_batch(2, region=region),
        **fields,
    )


def url(name, round_):
    return reverse(f"gatherings:{name}", args=[round_.pk])


def test_v13_opening_gives_every_published_group_its_gathering_filled_in(
    round_, season, consultant
):
    groups = [a_group(season) for _ in range(3)]
    a_group(season, published_at=None)

    assert opening.open_round(round_, by=consultant) == 3

    for group in groups:
        gathering = group.gatherings.get()
        assert gathering.state == Gathering.State.DRAFT
        assert [(i.title, i.minutes, i.questions) for i in gathering.items.all()] == [
            ("Velkommen", 20, ""),
            ("Runde", 160, "Hva så du?"),
        ]
        assert all(item.source for item in gathering.items.all())
        assert [item.is_closed for item in gathering.items.all()] == [False, True]
    assert Gathering.objects.count() == 3


def test_opening_tells_each_leader_once_and_can_be_done_again(round_, season, consultant):
    group = a_group(season)
    opening.open_round(round_, by=consultant)

    letter = Letter.objects.get()
    assert letter.subject == "Nytt opplegg: Voksenrollen"
    assert letter.to == group.memberships.leaders().get().person

    late = a_group(season)
    assert opening.open_round(round_, by=consultant) == 1
    assert opening.open_round(round_, by=consultant) == 0
    assert late.gatherings.count() == 1
    assert Letter.objects.count() == 2
    assert JournalEntry.objects.filter(did="round.opened").count() == 2


def test_the_clock_gives_it_to_groups_published_later(round_, season, consultant):
    opening.open_round(round_, by=consultant)
    group = a_group(season)

    assert opening.catch_up() == 1
    assert opening.catch_up() == 0
    assert group.gatherings.count() == 1


@pytest.mark.parametrize(("days", "given"), [(-1, 1), (1, 0)])
def test_the_clock_by_hand_gives_it_as_of_the_moment_it_is_told(
    round_, season, consultant, days, given
):
    opening.open_round(round_, by=consultant)
    group = a_group(season)
    moment = timezone.now().replace(hour=12) + timedelta(days=days)
    Round.objects.update(window_to=timezone.localdate())

    call_command("clock", once=True, at=moment.isoformat(), stdout=StringIO())

    assert group.gatherings.count() == given
    letters = Letter.objects.filter(occasion__endswith=f"-opened-{group.pk}")
    assert [letter.created_at for letter in letters] == [moment] * given


def test_v15_all_groups_have_the_same_preparation(round_, season, consultant):
    first, second = a_group(season), a_group(season)
    opening.open_round(round_, by=consultant)

    def tasks(group):
        return list(group.gatherings.get().round.assignments.values_list("title", flat=True))

    assert tasks(first) == tasks(second) == ["Les", "Skriv"]


def test_v20_the_theme_is_set_once_and_reaches_every_group(round_, season, consultant, client):
    groups = [a_group(season), a_group(season)]
    opening.open_round(round_, by=consultant)
    Round.objects.update(theme="Et nytt felles tema")

    for group in groups:
        client.force_login(group.memberships.members()[0].person)
        assert "Et nytt felles tema" in text(client.get(group.gatherings.get().get_absolute_url()))


def test_v21_every_task_shows_its_minutes_and_the_page_their_sum(
    round_, season, consultant, client
):
    client.force_login(consultant)

    page = text(client.get(url("round", round_)))

    assert "25 min" in page
    assert "ca. 45 min" in page
    assert "3 t av 3 t" in page


def test_a_round_is_not_seen_by_groups_before_it_is_opened(round_, season, consultant, client):
    group = a_group(season)
    client.force_login(group.memberships.members()[0].person)
    assert client.get(url("round", round_)).status_code == 404

    opening.open_round(round_, by=consultant)

    assert client.get(url("round", round_)).status_code == 200


def elements(season, *titles):
    return [
        Theme.objects.create(season=season, title=title, is_cross_cutting=True) for title in titles
    ]


def test_v4_cross_cutting_elements_are_ticked_on_the_round_and_reach_every_group(
    round_, season, consultant, client
):
    values, _spare, culture = elements(season, "verdisyn", "språk", "organisasjonskultur")
    group = a_group(season)
    opening.open_round(round_, by=consultant)
    client.force_login(consultant)
    ticked = typed(round_, cross_cutting=[culture.pk, values.pk])

    assert client.post(url("round_edit", round_), ticked).status_code == 302

    assert list(round_.cross_cutting.all()) == [values, culture]
    again = text(client.get(url("round_edit", round_)))
    assert again.count('name="cross_cutting"') == 3
    assert again.count(" checked") == 2
    client.force_login(group.memberships.members()[0].person)
    for address in (group.gatherings.get().get_absolute_url(), url("round", round_)):
        assert "verdisyn, organisasjonskultur" in text(client.get(address))


def test_v4_only_elements_of_the_same_season_can_be_ticked(round_, season, consultant, client):
    elements(season, "verdisyn")
    [elsewhere] = elements(SeasonFactory(network=season.network), "fjorårets element")
    topic = Theme.objects.create(season=season, title="Voksenrollen som tema")
    client.force_login(consultant)

    page = text(client.get(url("round_edit", round_)))
    assert "verdisyn" in page
    assert "fjorårets element" not in page
    assert "Voksenrollen som tema" not in page
    for other in (elsewhere.pk, topic.pk, "x", "9" * 30):
        wrong = typed(round_, theme="Halvferdig", cross_cutting=[other])
        response = client.post(url("round_edit", round_), wrong)
        assert response.status_code == 422
        assert "Velg et av alternativene i lista." in text(response)
        assert "Halvferdig" in text(response)
    assert not round_.cross_cutting.exists()


def test_v4_a_new_round_is_ticked_as_it_is_written(season, consultant, client):
    [values] = elements(season, "verdisyn")
    client.force_login(consultant)
    new = reverse("gatherings:round_new", args=[season.pk])

    response = client.post(new, typed(None, cross_cutting=[values.pk], add="items"))
    assert " checked" in text(response)
    client.post(new, typed(None, cross_cutting=[values.pk]))

    assert Round.objects.get().cross_cutting.get() == values


def test_v4_without_cross_cutting_elements_the_form_does_not_ask(round_, consultant, client):
    client.force_login(consultant)

    assert "cross_cutting" not in text(client.get(url("round_edit", round_)))


def test_v5_the_page_of_a_limited_consultant_shows_only_groups_of_her_municipality(
    round_, season, client
):
    ours, theirs = a_group(season), a_group(season)
    opening.open_round(round_, by=None)
    ours.municipality = MunicipalityFactory(region=season.network.region)
    ours.save()
    limited = PersonFactory(region=season.network.region)
    RoleFactory(person=limited, kind=Role.Kind.CONSULTANT, municipality=ours.municipality)
    client.force_login(limited)

    page = text(client.get(url("round", round_)))

    assert ours.name in page
    assert theirs.name not in page


def test_v25_programmes_can_be_opened_from_the_networks_gatherings_newest_first(season, client):
    group = a_group(season)
    for number in (1, 2, 3):
        round_ = RoundFactory(season=season, number=number)
        held = timezone.now() - timedelta(days=100 - 20 * number)
        GatheringFactory(
            group=group,
            round=round_,
            held=True,
            starts_at=held,
            ends_at=held + timedelta(hours=3),
        )
    client.force_login(group.memberships.members()[0].person)

    page = text(
        client.get(reverse("gatherings:index"), {"nettverk": season.network_id, "vis": "tidligere"})
    )

    newest_first = group.gatherings.order_by("-starts_at")
    places = [page.index(reverse("gatherings:programme_pdf", args=[g.pk])) for g in newest_first]
    assert places == sorted(places)
    assert [page.index(f"Samling {n}:") for n in (3, 2, 1)] == sorted(
        page.index(f"Samling {n}:") for n in (1, 2, 3)
    )


def test_the_page_before_opening_says_what_follows(round_, season, consultant, client):
    a_group(season)
    client.force_login(consultant)

    page = text(client.get(url("round_open", round_)))
    assert "1 gruppe får samlingen sin" in page
    assert "1 prosessleder får et brev" in page
    assert not Gathering.objects.exists()

    assert client.post(url("round_open", round_)).url == round_.get_absolute_url()
    assert Gathering.objects.count() == 1


def typed(round_, **changes):
    fields = {
        "number": "1",
        "theme": "Voksenrollen",
        "aims": "Se\nHøre",
        "window_from": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "window_to": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "preparation_days": "7",
        "items-TOTAL_FORMS": "0",
        "items-INITIAL_FORMS": "0",
        "tasks-TOTAL_FORMS": "0",
        "tasks-INITIAL_FORMS": "0",
    }
    rows = {"items": RoundItem.objects.filter(round=round_)} if round_ else {}
    rows |= {"tasks": Assignment.objects.filter(round=round_)} if round_ else {}
    for prefix, found in rows.items():
        fields[f"{prefix}-TOTAL_FORMS"] = fields[f"{prefix}-INITIAL_FORMS"] = str(len(found))
        for n, row in enumerate(found):
            fields |= {
                f"{prefix}-{n}-id": str(row.pk),
                f"{prefix}-{n}-position": str(n + 1),
                f"{prefix}-{n}-title": row.title,
                f"{prefix}-{n}-minutes": str(row.minutes),
                f"{prefix}-{n}-kind": row.kind,
                f"{prefix}-{n}-questions": getattr(row, "questions", ""),
                f"{prefix}-{n}-phase": getattr(row, "phase", ""),
            }
    return {**fields, **changes}


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


ROUND_FIELDS = [
    "number", "theme", "aims", "window_from", "window_to", "preparation_days", "add",
    "items-TOTAL_FORMS", "items-INITIAL_FORMS", "items-0-id", "items-0-title", "items-0-minutes",
    "items-0-kind", "items-0-position", "tasks-TOTAL_FORMS", "tasks-0-link", "tasks-0-phase",
    "tasks-0-kind", "tasks-0-minutes", "tasks-0-DELETE",
]  # fmt: skip


def post_nasty(client, round_, changes):
    body = encoded({**typed(round_), **changes})
    response = client.post(url("round_edit", round_), body, content_type=FORM)
    assert response.status_code in (200, 302, 422)
    if response.status_code == 422:
        assert 'role="alert"' in text(response)


@pytest.mark.parametrize("nasty", NASTY[:12], ids=range(12))
def test_a_few_nasty_values_are_answered_in_words(round_, consultant, client, nasty):
    client.force_login(consultant)
    post_nasty(client, round_, dict.fromkeys(ROUND_FIELDS[:6], nasty))


@pytest.mark.hostile
def test_no_value_in_any_field_breaks_the_editor(round_, consultant, client):
    client.force_login(consultant)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.dictionaries(
            st.sampled_from(ROUND_FIELDS), st.sampled_from(NASTY) | st.text(max_size=40), min_size=1
        )
    )
    def attack(changes):
        post_nasty(client, round_, changes)

    attack()


@pytest.mark.parametrize(
    "query",
    [
        "page=-1", "page=9e99", "page=99999999999999999999", "vis=tull", "gruppe=%00",
        "gruppe=00000000-0000-0000-0000-000000000000", "kommune=x", "tilstand=held&vis=alle",
        "nettverk=" + "x" * 5000,
    ],
)  # fmt: skip
def test_no_filter_breaks_the_list(consultant, client, query):
    client.force_login(consultant)

    assert client.get(reverse("gatherings:index") + "?" + query).status_code == 200


def test_models_and_migrations_agree():
    call_command("makemigrations", "gatherings", check=True, dry_run=True, verbosity=0)
