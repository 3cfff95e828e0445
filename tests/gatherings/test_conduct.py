"""The page of the day: presence, notes, agreements; two devices lose nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings.models import Action, Agreement, Attendance, Gathering, Minutes, ProgrammeItem
from office.models import JournalEntry
from participants.models import Person
from tests.factories import (
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    PersonFactory,
    ProgrammeItemFactory,
    RoundFactory,
    SeasonFactory,
)
from tests.nasty import NASTY, encoded

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    season = SeasonFactory()
    region = season.network.region
    names = ("Ronja", "Mona", "Hege")
    people = [PersonFactory(region=region, first_name=name) for name in names]
    return GroupFactory(
        season=season, leader=PersonFactory(region=region, first_name="Kari"), members=people
    )


@pytest.fixture
def gathering(group):
    made = GatheringFactory(
        group=group,
        round=RoundFactory(season=group.season, number=2),
        called=True,
        starts_at=timezone.now() - timedelta(hours=2),
        ends_at=timezone.now() + timedelta(hours=1),
    )
    for name, answer in [("Ronja", "yes"), ("Mona", "online"), ("Hege", "no")]:
        AttendanceFactory(gathering=made, person=person(name), answer=answer)
    AttendanceFactory(gathering=made, person=person("Kari"), answer="yes", as_leader=True)
    ProgrammeItemFactory(gathering=made, position=1, title="Runde", is_closed=True)
    ProgrammeItemFactory(gathering=made, position=2, title="Refleksjon")
    return made


def person(name):
    return Person.objects.get(first_name=name)


@pytest.fixture
def kari(client, group):
    client.force_login(person("Kari"))
    return client


def url(gathering, name="conduct"):
    return reverse(f"gatherings:{name}", args=[gathering.pk])


def presence():
    rows = Attendance.objects.filter(as_leader=False).values_list("person__first_name", "presence")
    return dict(rows)


def item(title):
    return ProgrammeItem.objects.get(title=title)


def test_answers_fill_in_who_is_here_and_saving_keeps_it(kari, gathering):
    form = kari.get(url(gathering)).context["form"]
    shown = {each.person.first_name: field.value() for each, field in form.rows_of_people()}
    assert shown == {"Ronja": "present", "Mona": "online", "Hege": "absent"}
    assert presence() == {"Ronja": "", "Mona": "", "Hege": ""}
    kari.post(url(gathering), {f"presence_{person('Hege').pk}": "present", "save": "1"})
    assert presence() == {"Ronja": "", "Mona": "", "Hege": "present"}


def test_before_the_day_nobody_is_presumed_here_and_no_action_is_chosen(kari, gathering):
    begins = timezone.now() + timedelta(days=2)
    Gathering.objects.update(starts_at=begins, ends_at=begins + timedelta(hours=3))
    answer = kari.get(url(gathering))
    form = answer.context["form"]
    assert {field.value() for _each, field in form.rows_of_people()} == {""}
    shown = answer.content.decode()
    assert "?for=" not in shown
    assert "Dette åpner den dagen." in shown


def test_the_point_that_is_on_stands_open_with_its_time_and_the_others_are_folded(kari, gathering):
    begins = timezone.localtime().replace(second=0, microsecond=0) - timedelta(minutes=35)
    Gathering.objects.update(starts_at=begins, ends_at=begins + timedelta(hours=3))
    ProgrammeItemFactory(gathering=gathering, position=3, title="Pause", kind="break")
    rows = kari.get(url(gathering)).context["programme"]
    assert [row["state"] for row in rows] == ["done", "now", ""]
    assert [row["unfolded"] for row in rows] == [False, True, False]
    shown = kari.get(url(gathering)).content.decode()
    now = shown.partition('aria-current="step"')[2].partition("</li>")[0]
    assert "Refleksjon" in now
    assert f"{begins + timedelta(minutes=30):%H.%M}" in now
    assert shown.count("<details open>") == 1
    assert "Pause" in shown
    assert shown.count('name="notes_') == 2  # a break takes no notes


def test_a_refused_note_stands_open_where_it_was_written(kari, gathering):
    begins = timezone.now() + timedelta(days=2)
    Gathering.objects.update(starts_at=begins, ends_at=begins + timedelta(hours=3))
    answer = kari.post(url(gathering), {f"notes_{item('Runde').pk}": "a" * 8001, "save": "1"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert shown.count("<details open>") == 1
    assert "Runde" in shown.partition("<details open>")[2].partition("</summary>")[0]


def test_one_press_marks_everyone_who_said_yes(kari, gathering):
    shown = kari.post(url(gathering), {"everyone": "1"}, follow=True).content.decode()
    assert presence() == {"Ronja": "present", "Mona": "online", "Hege": ""}
    assert "2 er merket som til stede." in shown


def test_where_nobody_said_yes_nobody_is_offered_to_be_marked(kari, gathering):
    assert 'name="everyone"' in kari.get(url(gathering)).content.decode()
    Attendance.objects.update(answer="no")
    assert 'name="everyone"' not in kari.get(url(gathering)).content.decode()


def test_what_was_noted_is_not_marked_over(kari, gathering):
    Attendance.objects.filter(person=person("Ronja")).update(presence="absent")
    kari.post(url(gathering), {"everyone": "1"})
    assert presence()["Ronja"] == "absent"


def test_presence_ticked_on_two_devices_is_joined(kari, gathering):
    kari.post(url(gathering), {f"presence_{person('Ronja').pk}": "present"})
    kari.post(url(gathering), {f"presence_{person('Hege').pk}": "absent"})
    assert presence() == {"Ronja": "present", "Mona": "", "Hege": "absent"}


def test_a_note_from_two_devices_is_kept_twice(kari, gathering):
    note = item("Refleksjon")
    phone = {f"notes_{note.pk}": "fra telefonen", f"was_{note.pk}": ""}
    desk = {f"notes_{note.pk}": "fra PC-en", f"was_{note.pk}": ""}
    kari.post(url(gathering), phone)
    shown = kari.post(url(gathering), desk, follow=True).content.decode()
    assert item("Refleksjon").notes == "fra telefonen\n\nfra PC-en"
    assert "Begge er tatt vare på." in shown


def test_a_page_that_stood_open_does_not_put_old_notes_back(kari, gathering):
    note = item("Refleksjon")
    kari.post(url(gathering), {f"notes_{note.pk}": "nytt", f"was_{note.pk}": ""})
    kari.post(url(gathering), {f"notes_{note.pk}": "", f"was_{note.pk}": ""})
    assert item("Refleksjon").notes == "nytt"


def test_an_agreement_comes_and_goes_and_saves_the_rest_too(kari, gathering):
    note = item("Refleksjon")
    facts = {"agreement": "Alle prøver én ting.", "agree": "1", f"notes_{note.pk}": "husk"}
    kari.post(url(gathering), facts)
    kari.post(url(gathering), facts | {f"was_{note.pk}": "husk"})
    agreement = Agreement.objects.get()
    assert agreement.text == "Alle prøver én ting."
    assert item("Refleksjon").notes == "husk"
    kari.post(url(gathering), {"take_back": agreement.pk})
    assert not Agreement.objects.exists()


def test_the_journal_knows_who_wrote_and_removed_an_agreement_but_not_its_words(kari, gathering):
    for _twice in range(2):
        kari.post(url(gathering), {"agreement": "Alle prøver én ting.", "agree": "1"})
    agreement = Agreement.objects.get().pk
    for _twice in range(2):
        kari.post(url(gathering), {"take_back": agreement})

    entries = JournalEntry.objects.filter(did__startswith="agreement.").order_by("pk")
    assert [entry.did for entry in entries] == ["agreement.made", "agreement.taken_back"]
    assert {entry.by.first_name for entry in entries} == {"Kari"}
    assert {entry.object_id for entry in entries} == {str(gathering.pk)}
    assert [entry.details for entry in entries] == [{"agreement": str(agreement)}] * 2


def test_closed_items_are_marked_and_the_rest_is_not(kari, gathering):
    shown = kari.get(url(gathering)).content.decode()
    runde, refleksjon = shown.index("Runde"), shown.index("Refleksjon")
    assert "Bare gruppa" in shown[runde:refleksjon]
    assert "Bare gruppa" not in shown[refleksjon:]


def test_v18_open_actions_of_last_time_come_first_with_their_experience(kari, gathering, group):
    before = GatheringFactory(
        group=group, round=RoundFactory(season=group.season, number=1), held=True
    )
    day = timezone.localdate()
    for name, title, state in [("Mona", "Gjort", "tried"), ("Ronja", "Ned på gulvet", "planned")]:
        Action.objects.create(
            gathering=before,
            person=person(name),
            title=title,
            due_on=day,
            state=state,
            experience=f"{name} lærte noe",
        )
    shown = kari.get(url(gathering)).content.decode()
    told = ["Aksjonene siden sist", "Ned på gulvet", "Ronja lærte noe", "Gjort", "Til stede"]
    assert [shown.index(text) for text in told] == sorted(shown.index(text) for text in told)


def test_ending_makes_the_draft_and_the_closed_note_stays_in_the_closed_part(kari, gathering):
    closed, opened = item("Runde"), item("Refleksjon")
    facts = {f"notes_{closed.pk}": "HEMMELIG", f"notes_{opened.pk}": "Felles funn.", "finish": "1"}
    answer = kari.post(url(gathering), facts)
    assert answer.url == url(gathering, "minutes_edit")
    gathering.refresh_from_db()
    minutes = Minutes.objects.get()
    assert gathering.state == Gathering.State.HELD
    assert gathering.held_at
    assert minutes.open_part == "1. Runde\nGjennomført.\n\n2. Refleksjon\nFelles funn."
    assert minutes.closed_part == "Runde\nHEMMELIG"


def test_ending_twice_keeps_the_first_draft(kari, gathering):
    kari.post(url(gathering), {"finish": "1"})
    Minutes.objects.update(summary="skrevet")
    kari.post(url(gathering), {"finish": "1"})
    assert Minutes.objects.get().summary == "skrevet"


def test_a_gathering_does_not_end_before_it_starts(kari, gathering):
    Gathering.objects.update(
        starts_at=timezone.now() + timedelta(hours=1), ends_at=timezone.now() + timedelta(hours=4)
    )
    shown = kari.post(url(gathering), {"finish": "1"}, follow=True).content.decode()
    assert Gathering.objects.get().state == Gathering.State.CALLED
    assert "Du kan avslutte samlingen når den har startet." in shown


def test_when_the_minutes_are_sent_the_day_is_closed(kari, gathering):
    kari.post(url(gathering), {"finish": "1"})
    Minutes.objects.update(state=Minutes.State.SENT, sent_at=timezone.now())
    kari.post(url(gathering), {f"presence_{person('Hege').pk}": "present"})
    assert presence()["Hege"] == ""


def test_p11_nobody_is_asked_why(kari, gathering):
    shown = kari.get(url(gathering)).content.decode()
    assert "Ingen blir spurt om grunn." in shown
    assert {f.name for f in Attendance._meta.get_fields()} & {"reason", "why", "comment"} == set()


def test_members_do_not_lead_the_day(client, gathering):
    client.force_login(person("Ronja"))
    assert client.get(url(gathering)).status_code == 403


@pytest.mark.parametrize("value", NASTY)
def test_the_form_of_the_day_takes_or_refuses_anything(kari, gathering, value):
    note, hege = item("Refleksjon"), person("Hege")
    for field in (f"presence_{hege.pk}", f"notes_{note.pk}", f"was_{note.pk}", "agreement",
                  "take_back"):  # fmt: skip
        body = encoded({"save": "1", f"notes_{note.pk}": "tekst", field: value})
        answer = kari.post(url(gathering), body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 422), (field, answer.status_code)
        if answer.status_code == 422:
            assert 'role="alert"' in answer.content.decode()
            assert "tekst" in answer.content.decode() or field == f"notes_{note.pk}"
