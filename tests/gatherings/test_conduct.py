"""The page of the day: presence, notes, agreements; two devices lose nothing."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gatherings import conducting
from gatherings.models import Action, Agreement, Attendance, Gathering, Minutes, ProgrammeItem
from networks.models import Membership
from office.models import JournalEntry
from participants.models import Person
from tests.factories import (
    AttendanceFactory,
    GatheringFactory,
    GroupFactory,
    MembershipFactory,
    PersonFactory,
    ProgrammeItemFactory,
    RoundFactory,
    SeasonFactory,
)
from tests.gatherings.pages import text, window
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


def test_who_another_device_marked_stays_marked_when_only_a_note_is_saved(kari, gathering):
    mona, note = f"presence_{person('Mona').pk}", f"notes_{item('Refleksjon').pk}"
    first, second = (window(kari, url(gathering), mona) for _device in range(2))
    assert first[mona] == "online"  # presumed: nobody has noted her
    kari.post(url(gathering), first | {mona: "absent"})
    kari.post(url(gathering), second | {note: "Felles funn."})
    assert presence() == {"Ronja": "present", "Mona": "absent", "Hege": "absent"}
    assert item("Refleksjon").notes == "Felles funn."


def test_who_is_marked_anew_on_a_page_that_stood_open_is_written(kari, gathering):
    mona = f"presence_{person('Mona').pk}"
    first, second = (window(kari, url(gathering), mona) for _device in range(2))
    kari.post(url(gathering), first | {mona: "absent"})
    kari.post(url(gathering), second | {mona: "present"})
    assert presence()["Mona"] == "present"


def test_who_was_marked_before_everyone_was_pressed_keeps_her_mark(kari, gathering):
    ronja = f"presence_{person('Ronja').pk}"
    sent = window(kari, url(gathering), ronja) | {ronja: "absent", "everyone": "1"}
    shown = text(kari.post(url(gathering), sent, follow=True))
    assert presence() == {"Ronja": "absent", "Mona": "online", "Hege": ""}
    assert "1 er merket som til stede." in shown


def test_a_note_from_two_devices_is_kept_twice(kari, gathering):
    note = item("Refleksjon")
    phone = {f"notes_{note.pk}": "fra telefonen", f"was_{note.pk}": ""}
    desk = {f"notes_{note.pk}": "fra PC-en", f"was_{note.pk}": ""}
    kari.post(url(gathering), phone)
    shown = kari.post(url(gathering), desk, follow=True).content.decode()
    assert item("Refleksjon").notes == "fra telefonen\n\nfra PC-en"
    assert "Begge er tatt vare på." in shown
    unfolded = re.findall(r"<details open>.*?</details>", shown, re.DOTALL)
    assert any("fra telefonen\n\nfra PC-en" in each for each in unfolded)


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


def test_ending_tells_how_many_are_not_marked(kari, gathering):
    Attendance.objects.filter(person=person("Ronja")).update(answer="", presence="")
    facts = {f"presence_{person('Hege').pk}": "absent", "finish": "1"}
    shown = kari.post(url(gathering), facts, follow=True).content.decode()
    assert "2 er ikke merket" in shown  # Ronja and Mona
    for name in ("Ronja", "Mona"):
        Attendance.objects.filter(person=person(name)).update(presence="present")
    Gathering.objects.update(state=Gathering.State.CALLED)
    shown = kari.post(url(gathering), {"finish": "1"}, follow=True).content.decode()
    assert "ikke merket" not in shown


def test_an_agreement_leads_back_to_the_agreements(kari, gathering):
    made = kari.post(url(gathering), {"agreement": "Alle prøver én ting.", "agree": "1"})
    taken_back = kari.post(url(gathering), {"take_back": Agreement.objects.get().pk})
    assert made.url == taken_back.url == f"{url(gathering)}#agreed"
    assert 'id="agreed"' in kari.get(url(gathering)).content.decode()
    assert kari.post(url(gathering), {"save": "1"}).url == url(gathering)


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


def test_what_was_typed_when_another_device_sent_the_minutes_stays_on_the_page(kari, gathering):
    kari.post(url(gathering), {"finish": "1"})
    note = f"notes_{item('Runde').pk}"
    sent = window(kari, url(gathering), note)
    Minutes.objects.update(state=Minutes.State.SENT, sent_at=timezone.now())
    sent |= {note: "Skrevet for sent.", "agreement": "Vi møtes oftere.", "agree": "1"}
    answer = kari.post(url(gathering), sent)
    assert answer.status_code == 409
    assert "Referatet er sendt. Endre det der." in text(answer)
    assert "Skrevet for sent." in text(answer)
    assert "Vi møtes oftere." in text(answer)
    assert "<details>" not in text(answer)
    assert item("Runde").notes == ""
    assert not Agreement.objects.exists()


def test_what_was_typed_when_the_gathering_was_cancelled_is_told_so_and_stays(kari, gathering):
    note = f"notes_{item('Runde').pk}"
    sent = window(kari, url(gathering), note)
    Gathering.objects.update(state=Gathering.State.CANCELLED)
    answer = kari.post(url(gathering), {**sent, note: "Skrevet for sent."})
    assert answer.status_code == 409
    assert "Samlingen er avlyst, så ingenting mer noteres." in text(answer)
    assert "Referatet er sendt" not in text(answer)
    assert "Skrevet for sent." in text(answer)


@pytest.fixture
def late_leader(gathering, group):
    """Leads the group from today; the gathering was held a week before she came."""
    week = timedelta(days=7)
    begins = timezone.now() - week
    Gathering.objects.update(starts_at=begins, ends_at=begins + timedelta(hours=3))
    ProgrammeItem.objects.filter(title="Runde").update(notes="HEMMELIG")
    conducting.finish(gathering, by=person("Kari"))
    today = timezone.localdate()
    kari = group.memberships.filter(person=person("Kari"))
    kari.update(ends_on=today - timedelta(days=1))
    return MembershipFactory(group=group, role=Membership.Role.LEADER, starts_on=today).person


def test_p14_a_leader_who_came_later_reads_no_notes_once_the_minutes_are_sent(
    client, gathering, late_leader
):
    client.force_login(late_leader)
    Minutes.objects.update(state=Minutes.State.SENT, sent_at=timezone.now())
    answer = client.get(url(gathering))
    assert answer.status_code == 403
    assert "Gruppa skrev dette før du ble med." in text(answer)
    assert "HEMMELIG" not in text(answer)
    assert url(gathering) not in text(client.get(gathering.get_absolute_url()))
    assert url(gathering) not in text(client.get(url(gathering, "minutes_edit")))


def test_a_leader_who_came_later_finishes_a_gathering_whose_minutes_are_not_sent(
    client, gathering, late_leader
):
    client.force_login(late_leader)
    assert "HEMMELIG" in text(client.get(url(gathering)))
    assert url(gathering) in text(client.get(gathering.get_absolute_url()))
    Minutes.objects.all().delete()
    assert client.post(url(gathering), {"finish": "1"}).url == url(gathering, "minutes_edit")


def test_an_action_written_down_by_a_leader_who_came_later_leads_to_a_page_she_may_see(
    client, gathering, late_leader
):
    client.force_login(late_leader)
    Minutes.objects.update(state=Minutes.State.SENT, sent_at=timezone.now())
    address = reverse("gatherings:action_new", args=[gathering.pk])
    due = timezone.localdate() + timedelta(days=30)
    facts = {"title": "Lytte", "together_with": "me", "due_on": due.isoformat()}
    answer = client.post(f"{address}?for={person('Mona').pk}", facts, follow=True)
    assert answer.status_code == 200
    assert Action.objects.get().person == person("Mona")


def test_p14_a_leader_who_came_later_sees_no_actions_due_before_she_came(client, group, gathering):
    before = GatheringFactory(
        group=group, round=RoundFactory(season=group.season, number=1), held=True
    )
    today = timezone.localdate()
    for title, days in [("Fra før", -10), ("Til neste gang", 10)]:
        Action.objects.create(
            gathering=before,
            person=person("Mona"),
            title=title,
            due_on=today + timedelta(days=days),
            experience=f"{title}: lærte noe",
        )
    group.memberships.filter(person=person("Kari")).update(ends_on=today - timedelta(days=1))
    late = MembershipFactory(group=group, role=Membership.Role.LEADER, starts_on=today).person
    client.force_login(late)
    shown = text(client.get(url(gathering)))
    assert "Til neste gang: lærte noe" in shown
    assert "Fra før" not in shown


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
    for field in (f"presence_{hege.pk}", f"was_presence_{hege.pk}", f"notes_{note.pk}",
                  f"was_{note.pk}", "agreement", "take_back"):  # fmt: skip
        body = encoded({"save": "1", f"notes_{note.pk}": "tekst", field: value})
        answer = kari.post(url(gathering), body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 422), (field, answer.status_code)
        if answer.status_code == 422:
            assert 'role="alert"' in answer.content.decode()
            assert "tekst" in answer.content.decode() or field == f"notes_{note.pk}"
