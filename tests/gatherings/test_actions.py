"""Actions: chosen, told about, shared; seen by those they are meant for."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings.forms.actions import TellForm
from gatherings.models import Action, Gathering
from networks.models import Membership, Rules
from participants.models import Person, Position
from tests.factories import (
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    MembershipFactory,
    PersonFactory,
    PositionFactory,
    RoleFactory,
    RoundFactory,
    SeasonFactory,
)
from tests.forms_on_page import Page
from tests.gatherings.pages import FORM, text, window
from tests.nasty import NASTY, encoded

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    season = SeasonFactory()
    region = season.network.region
    ronja, mona, kari = (
        PersonFactory(region=region, first_name=name) for name in ("Ronja", "Mona", "Kari")
    )
    return GroupFactory(season=season, leader=kari, members=[ronja, mona])


@pytest.fixture
def held(group):
    return GatheringFactory(
        group=group, round=RoundFactory(season=group.season, number=1), held=True
    )


def person(name):
    return Person.objects.get(first_name=name)


@pytest.fixture
def ronja(client, group):
    client.force_login(person("Ronja"))
    return client


def new(gathering, **query):
    return reverse("gatherings:action_new", args=[gathering.pk], query=query or None)


def promise(held, name="Ronja", **facts):
    facts = {"title": "Ned på gulvet", "due_on": timezone.localdate(), **facts}
    return Action.objects.create(gathering=held, person=person(name), **facts)


def page(action):
    return reverse("gatherings:action", args=[action.pk])


FILLED = {"title": "Ned på gulvet", "together_with": "department", "due_on": "2027-02-01"}


def test_v17_a_member_agrees_an_action_with_one_required_field(ronja, held):
    form = ronja.get(new(held)).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value()}
    filled["due_on"] = filled["due_on"].isoformat()
    ronja.post(new(held), {**filled, "title": "Ned på gulvet"})
    action = Action.objects.get()
    assert (action.person, action.gathering, action.state) == (person("Ronja"), held, "planned")


def test_it_is_due_two_weeks_before_the_next_window(ronja, held, group):
    opens = timezone.localdate() + timedelta(days=60)
    RoundFactory(season=group.season, number=2, window_from=opens, window_to=opens)
    shown = ronja.get(new(held)).context["form"]["due_on"].value()
    assert shown == opens - timedelta(days=14)


@pytest.mark.parametrize("days", [1, 20])
def test_v17_an_action_is_not_chosen_before_the_day_and_nothing_typed_is_lost(ronja, group, days):
    # Just after midnight: in UTC that is still the day before.
    starts_at = timezone.localtime().replace(hour=0, minute=30) + timedelta(days=days)
    ahead = GatheringFactory(
        group=group, called=True, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)
    )
    said = "Dette åpner den dagen."
    empty = ronja.get(new(ahead)).content.decode()
    assert said in empty
    assert 'name="title"' not in empty
    answer = ronja.post(new(ahead), FILLED)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert said in shown
    assert 'role="alert"' in shown
    assert 'value="Ned på gulvet"' in shown
    assert not Action.objects.exists()


def test_v17_an_action_is_chosen_on_the_day_also_before_the_gathering_begins(ronja, group):
    today = GatheringFactory(group=group, called=True)
    midnight = timezone.localtime().replace(hour=23, minute=58)
    Gathering.objects.update(starts_at=midnight, ends_at=midnight + timedelta(hours=1))
    assert ronja.post(new(today), FILLED).status_code == 302
    assert Action.objects.count() == 1


def test_no_action_grows_out_of_a_cancelled_gathering(ronja, held):
    Gathering.objects.update(state=Gathering.State.CANCELLED)
    answer = ronja.post(new(held), FILLED)
    assert answer.status_code == 422
    assert "avlyst" in answer.content.decode()


def test_without_a_next_round_it_is_due_in_six_weeks(ronja, held):
    shown = ronja.get(new(held)).context["form"]["due_on"].value()
    assert shown == timezone.localdate() + timedelta(weeks=6)


@pytest.mark.parametrize("usual", [True, False])
def test_sharing_is_as_the_season_suggests_and_shown_before_saving(ronja, held, usual):
    Rules.objects.update(share_actions=usual)
    answer = ronja.get(new(held))
    assert answer.context["form"]["shared_with_manager"].value() is usual
    assert "Del med styreren min" in answer.content.decode()


def test_saving_twice_is_said_in_words_and_keeps_what_was_typed(ronja, held):
    ronja.post(new(held), FILLED)
    again = ronja.post(new(held), FILLED)
    assert again.status_code == 422
    assert "Denne aksjonen er allerede skrevet ned." in again.content.decode()
    assert Action.objects.count() == 1


def test_the_leader_writes_it_down_for_a_member(client, held):
    client.force_login(person("Kari"))
    shown = client.get(new(held)).content.decode()
    assert "Hvem sin aksjon er det?" in shown
    client.post(new(held, **{"for": str(person("Mona").pk)}), FILLED)
    assert Action.objects.get().person == person("Mona")


def test_the_leader_reads_the_name_of_the_one_who_acts_and_never_my(client, held):
    client.force_login(person("Kari"))
    named = ["bare Ronja", "avdelingen til Ronja", "Del med styreren til Ronja"]
    own = ["bare meg", "avdelingen min", "styreren min", "styreren din"]
    action = promise(held, together_with="me")
    for address in (new(held, **{"for": person("Ronja").pk}), page(action)):
        shown = text(client.get(address))
        assert [word for word in (*named, *own) if word in shown] == named
    assert "gruppa og styreren til Ronja" in shown
    assert "Når delte Ronja?" in shown


def test_the_one_who_acts_reads_my(ronja, held):
    shown = text(ronja.get(page(promise(held))))
    assert all(word in shown for word in ("bare meg", "avdelingen min", "gruppa og styreren din"))
    assert "til Ronja" not in shown


def test_a_leader_cannot_write_for_somebody_outside_the_group(client, held, group):
    stranger = PersonFactory(region=group.season.network.region)
    client.force_login(person("Kari"))
    for whom in (stranger.pk, "tull", "00000000-0000-0000-0000-000000000000"):
        assert client.post(new(held, **{"for": str(whom)}), FILLED).status_code == 404
    assert not Action.objects.exists()


def test_a_member_cannot_write_for_another(ronja, held):
    ronja.post(new(held, **{"for": str(person("Mona").pk)}), FILLED)
    assert Action.objects.get().person == person("Ronja")


TOLD = {**FILLED, "state": "tried", "experience": "Det ble roligere."}


def test_v24_it_is_told_how_and_when_it_was_shared_with_the_staff(ronja, held):
    action = promise(held)
    day = timezone.localdate() - timedelta(days=2)
    ronja.post(page(action), {**TOLD, "shared_in": "staff_meeting", "shared_on": day.isoformat()})
    action.refresh_from_db()
    assert (action.shared_in, action.shared_on) == ("staff_meeting", day)
    assert (action.state, action.experience) == ("tried", "Det ble roligere.")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"shared_in": "staff_meeting"}, "Velg dagen dere delte det."),
        ({"shared_on": "2026-01-15"}, "Velg hvor dere delte det."),
        ({"shared_in": "staff_meeting", "shared_on": "FUTURE"}, "i dag eller før"),
        ({"due_on": "9999-12-31"}, "Skriv en dato mellom"),
        ({"experience": "x" * 8001}, "8000"),
        ({"experience": "Barnet 01010112345"}, "fødselsnummer|personnummer|identitet"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(ronja, held, facts, sentence):
    action = promise(held)
    ahead = (timezone.localdate() + timedelta(days=1)).isoformat()
    facts = {name: ahead if value == "FUTURE" else value for name, value in facts.items()}
    answer = ronja.post(page(action), {**TOLD, **facts})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert any(words in shown for words in sentence.split("|"))
    assert 'role="alert"' in shown
    assert all(value in shown for value in facts.values())
    assert Action.objects.get().experience == ""


def test_two_windows_change_different_fields_and_both_stay(ronja, held):
    action = promise(held, shared_with_manager=False)
    first, second = (window(ronja, page(action), "experience") for _window in range(2))
    told = {"experience": "Det gikk fint.\r\nVeldig.", "state": "tried"}
    assert ronja.post(page(action), first | told).status_code == 302
    assert ronja.post(page(action), second | {"sign": "De spør mer."}).status_code == 302
    action.refresh_from_db()
    assert (action.experience, action.state) == ("Det gikk fint.\nVeldig.", "tried")
    assert (action.sign, action.shared_with_manager) == ("De spør mer.", False)


def test_two_windows_change_the_same_text_and_both_are_shown(ronja, held):
    action = promise(held, experience="Vi har begynt.")
    first, second = (window(ronja, page(action), "experience") for _window in range(2))
    ronja.post(page(action), first | {"experience": "Fra telefonen."})
    answer = ronja.post(page(action), second | {"experience": "Fra PC-en.", "state": "tried"})
    told = text(answer)
    assert answer.status_code == 409
    assert "Noen lagret mens du skrev" in told
    assert "Fra telefonen." in told
    assert "Fra PC-en." in told
    action.refresh_from_db()
    assert (action.experience, action.state) == ("Fra telefonen.", "planned")
    again = Page.read(page(action), told)
    assert again.typed()["initial-experience"] == {"Fra telefonen."}
    sent = second | {
        "initial-experience": "Fra telefonen.",
        "experience": "Begge.",
        "state": "tried",
    }
    assert ronja.post(page(action), sent).status_code == 302
    action.refresh_from_db()
    assert (action.experience, action.state) == ("Begge.", "tried")


def test_two_windows_that_write_the_same_agree(ronja, held):
    action = promise(held)
    for sent in [window(ronja, page(action), "experience") for _window in range(2)]:
        answer = ronja.post(page(action), sent | {"experience": "Det gikk fint."})
        assert answer.status_code == 302


def test_where_and_when_it_was_shared_stay_together_from_two_windows(ronja, held):
    day = timezone.localdate() - timedelta(days=2)
    action = promise(held, shared_in="staff_meeting", shared_on=day)
    first, second = (window(ronja, page(action), "experience") for _window in range(2))
    ronja.post(page(action), first | {"shared_in": "", "shared_on": ""})
    ronja.post(page(action), second | {"shared_on": timezone.localdate().isoformat()})
    action.refresh_from_db()
    assert (action.shared_in, action.shared_on) == ("staff_meeting", timezone.localdate())


@pytest.mark.parametrize("value", NASTY)
def test_what_a_window_says_it_showed_may_be_anything(ronja, held, value):
    action = promise(held)
    for field in TellForm.Meta.fields:
        body = encoded({**TOLD, "title": "Tittel", f"initial-{field}": value})
        answer = ronja.post(page(action), body, content_type=FORM)
        assert answer.status_code in (302, 409), (field, answer.status_code)


def test_who_sees_an_action(client, held, group):
    """Own, group and leader; the own manager when shared; nobody of the administration."""
    ronja, region = person("Ronja"), group.season.network.region
    place = InstitutionFactory(municipality__region=region)
    PositionFactory(person=ronja, institution=place)
    manager = PersonFactory(region=region, first_name="Berit")
    PositionFactory(person=manager, institution=place, kind=Position.Kind.MANAGER)
    admin = RoleFactory(person=PersonFactory(region=region, first_name="Admin")).person
    action = promise(held, experience="Erfaring")
    for shared in (True, False):
        Action.objects.update(shared_with_manager=shared)
        seen = set()
        for each in (ronja, person("Mona"), person("Kari"), manager, admin):
            client.force_login(each)
            answers = [client.get(page(action)), client.get(reverse("gatherings:actions"))]
            if any("Ned på gulvet" in answer.content.decode() for answer in answers):
                seen.add(each.first_name)
        assert seen == {"Ronja", "Mona", "Kari"} | ({"Berit"} if shared else set())


def test_v23_a_manager_reads_what_own_staff_share_and_changes_nothing(client, held, group):
    place = InstitutionFactory(municipality__region=group.season.network.region)
    PositionFactory(person=person("Ronja"), institution=place)
    berit = PersonFactory(region=group.season.network.region, first_name="Berit")
    PositionFactory(person=berit, institution=place, kind=Position.Kind.MANAGER)
    action = promise(held, experience="Erfaring")
    client.force_login(berit)
    assert "Erfaring" in client.get(page(action)).content.decode()
    assert client.post(page(action), TOLD).status_code == 403
    action.refresh_from_db()
    assert action.state == "planned"


def test_p14_who_comes_later_reads_what_is_still_to_be_told_and_nothing_older(client, held, group):
    today = timezone.localdate()
    older = promise(held, title="Fra i fjor", due_on=today - timedelta(days=10))
    newer = promise(held, title="Til neste gang", due_on=today + timedelta(days=10))
    late = MembershipFactory(group=group, starts_on=today - timedelta(days=3)).person
    client.force_login(late)
    shown = client.get(reverse("gatherings:actions")).content.decode()
    assert [action.title in shown for action in (older, newer)] == [False, True]
    assert [client.get(page(action)).status_code for action in (older, newer)] == [404, 200]

    Membership.objects.filter(person=late).update(starts_on=today - timedelta(days=30))
    assert client.get(page(older)).status_code == 200
    Membership.objects.filter(person=late).update(closed_before=today)  # a move dated back
    assert client.get(page(older)).status_code == 404


def test_another_member_reads_and_does_not_write(client, held):
    action = promise(held)
    client.force_login(person("Mona"))
    assert client.get(page(action)).status_code == 200
    assert client.post(page(action), TOLD).status_code == 403


def test_who_has_left_the_group_keeps_her_own(ronja, held, group):
    mine, theirs = promise(held), promise(held, "Mona")
    yesterday = timezone.localdate() - timedelta(days=1)
    group.memberships.filter(person=person("Ronja")).update(ends_on=yesterday)
    assert ronja.post(page(mine), TOLD).status_code == 302
    assert ronja.get(page(theirs)).status_code == 404
    assert "Mona" not in ronja.get(reverse("gatherings:actions")).content.decode()


@pytest.mark.parametrize("value", NASTY)
def test_the_forms_take_or_refuse_anything_and_keep_it(ronja, held, value):
    action = promise(held, title="En annen")
    for address, facts in [(new(held), FILLED), (page(action), TOLD)]:
        for field in (*facts, "sign", "shared_in", "shared_on", "shared_with_manager"):
            body = encoded({**facts, "title": "Tittel", field: value})
            answer = ronja.post(address, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (302, 409, 422), (field, answer.status_code)
            if answer.status_code != 302:
                assert 'role="alert"' in answer.content.decode()
        Action.objects.exclude(pk=action.pk).delete()


def test_a_nonsense_page_number_gives_the_nearest_page(ronja, held):
    promise(held)
    for number in ("-1", "9e99", "99999999999999999999", "x"):
        assert ronja.get(reverse("gatherings:actions"), {"page": number}).status_code == 200


def test_dates_are_read_as_people_write_them(ronja, held):
    ronja.post(new(held), {**FILLED, "due_on": "1.2.2027"})
    assert Action.objects.get().due_on == date(2027, 2, 1)
