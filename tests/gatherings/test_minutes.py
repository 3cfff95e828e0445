"""Minutes: what is closed stays in the group; silence approves; each letter goes out once."""

import threading
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from gatherings import minute_facts, minutes, tasks
from gatherings.models import Action, Agreement, Gathering, Minutes
from networks.models import Rules
from office.delivery import drain, make_waiting
from office.models import Document, JournalEntry, Letter
from participants.models import Person, Position
from tests.factories import (
    AttendanceFactory,
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
from tests.nasty import NASTY, encoded

pytestmark = pytest.mark.django_db

CLOSED, OPEN = "SENTINELLUKKET", "SENTINELAAPEN"


@pytest.fixture
def group():
    """Kari leads Ronja and Mona; Berit is Ronja's manager, Anne Mona's."""
    season = SeasonFactory()
    region = season.network.region
    people = {
        name: PersonFactory(region=region, first_name=name)
        for name in ("Kari", "Ronja", "Mona", "Berit", "Anne")
    }
    for member, manager in (("Ronja", "Berit"), ("Mona", "Anne")):
        place = InstitutionFactory(municipality__region=region)
        PositionFactory(person=people[member], institution=place)
        PositionFactory(person=people[manager], institution=place, kind=Position.Kind.MANAGER)
    RoleFactory(person=PersonFactory(region=region, first_name="Konsulent"), kind="consultant")
    return GroupFactory(
        season=season, leader=people["Kari"], members=[people["Ronja"], people["Mona"]]
    )


@pytest.fixture
def held(group):
    made = GatheringFactory(
        group=group, round=RoundFactory(season=group.season, number=1), held=True
    )
    for name, came in [("Ronja", "present"), ("Mona", "absent")]:
        AttendanceFactory(gathering=made, person=person(name), answer="yes", presence=came)
    Agreement.objects.create(gathering=made, text="Alle prøver én ting.")
    due = timezone.localdate() + timedelta(days=30)
    for name, shared in [("Ronja", True), ("Mona", False)]:
        Action.objects.create(
            gathering=made,
            person=person(name),
            title=f"{name}s aksjon",
            due_on=due,
            shared_with_manager=shared,
        )
    return made


@pytest.fixture
def draft(held):
    return Minutes.objects.create(
        gathering=held,
        summary=OPEN,
        open_part=f"1. Runde\nGjennomført.\n\n2. Refleksjon\n{OPEN}",
        closed_part=CLOSED,
    )


def person(name):
    return Person.objects.get(first_name=name)


def url(gathering, name="minutes"):
    return reverse(f"gatherings:{name}", args=[gathering.pk])


def shown(client, name, address):
    client.force_login(person(name))
    return client.get(address, follow=True).content.decode()


def approved(draft):
    minutes.send(draft, by=person("Kari"))
    minutes.approve(draft, by=person("Kari"))
    draft.refresh_from_db()
    return draft


def text_of(pdf):
    """All text of a PDF, and its metadata."""
    document = PdfReader(BytesIO(pdf))
    return " ".join(page.extract_text() for page in document.pages) + str(document.metadata)


# --- writing ----------------------------------------------------------------------------------


def texts(**more):
    return {"summary": "", "open_part": "", "closed_part": "", "to_steering": "", **more}


def test_two_who_write_at_once_see_both(client, held, draft):
    client.force_login(person("Kari"))
    address = url(held, "minutes_edit")
    client.post(address, texts(summary="fra den ene", version=1))
    answer = client.post(address, texts(summary="fra den andre", version=1))
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "fra den ene" in told
    assert "fra den andre" in told
    assert Minutes.objects.get().summary == "fra den ene"
    again = client.post(address, texts(summary="begge", version=2))
    assert again.status_code == 302
    assert Minutes.objects.get().summary == "begge"


def test_the_parts_say_who_receives_them(client, held, draft):
    told = shown(client, "Kari", url(held, "minutes_edit"))
    assert told.count("Deles med: alle mottakere") == 3
    assert told.count("Deles med: bare gruppa") == 1


def test_sent_minutes_that_are_changed_become_a_draft_and_are_sent_again(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    client.force_login(person("Kari"))
    client.post(url(held, "minutes_edit"), texts(summary="rettet", version=1))
    draft.refresh_from_db()
    assert (draft.state, draft.approve_on) == (Minutes.State.DRAFT, None)
    assert minutes.send(draft, by=person("Kari")) == 2
    assert Letter.objects.filter(to=person("Ronja")).count() == 2


def test_approved_minutes_do_not_change(client, held, draft):
    approved(draft)
    client.force_login(person("Kari"))
    answer = client.post(url(held, "minutes_edit"), texts(summary="for sent", version=1))
    assert answer.status_code == 409
    assert "Referatet er godkjent og kan ikke lenger endres." in answer.content.decode()
    assert "for sent" in answer.content.decode()
    assert Minutes.objects.get().summary == OPEN
    with pytest.raises(minutes.Settled):
        minutes.write(draft, texts(), version=1, by=person("Kari"))


def test_minutes_approved_while_they_are_being_saved_show_what_was_written(
    client, held, draft, monkeypatch
):
    write = minutes.write

    def too_late(found, *args, **kwargs):
        approved(draft)
        return write(found, *args, **kwargs)

    monkeypatch.setattr(minutes, "write", too_late)
    client.force_login(person("Kari"))
    answer = client.post(url(held, "minutes_edit"), texts(summary="for sent", version=1))
    assert answer.status_code == 409
    assert "for sent" in answer.content.decode()
    assert Minutes.objects.get().summary == OPEN


def test_minutes_taken_back_before_any_letter_left_are_not_called_corrected(held, draft):
    kari = person("Kari")
    minutes.send(draft, by=kari)
    minutes.write(draft, texts(summary="rettet"), version=1, by=kari)
    draft.refresh_from_db()
    assert minutes.send(draft, by=kari) == 2
    waiting = Letter.objects.filter(to=person("Ronja"), state=Letter.State.WAITING).get()
    assert "Stemmer det?" in waiting.text
    assert "rettet" not in waiting.text


def test_only_those_whom_the_first_letter_reached_are_told_that_it_is_corrected(held, draft):
    kari = person("Kari")
    minutes.send(draft, by=kari)
    first = Letter.objects.filter(to=person("Ronja"))
    first.update(state=Letter.State.SENT, sent_at=timezone.now())
    minutes.write(draft, texts(summary="ny tekst"), version=1, by=kari)
    draft.refresh_from_db()
    minutes.send(draft, by=kari)
    told = {
        letter.to.first_name: "rettet" in letter.text
        for letter in Letter.objects.filter(state=Letter.State.WAITING)
    }
    assert told == {"Ronja": True, "Mona": False}


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("1. Runde\nA\n\n2. Refleksjon\nB", ["Runde", "Refleksjon"]),
        ("1. Runde\nVi så:\n1. dette\n2. det\n\n2) Refleksjon", ["Runde", "Refleksjon"]),
        ("Uten overskrift", ["Dette snakket vi om"]),
        ("", []),
        ("7. Ikke den første", ["Dette snakket vi om"]),
    ],
)
def test_items_are_read_from_numbered_lines(text, titles):
    assert [item["title"] for item in minute_facts.read_items(text)] == titles


@pytest.mark.parametrize("value", NASTY)
def test_the_form_takes_or_refuses_anything_and_keeps_it(client, held, draft, value):
    client.force_login(person("Kari"))
    for field in ("summary", "open_part", "closed_part", "to_steering", "version"):
        body = encoded(texts(version=Minutes.objects.get().version) | {field: value})
        answer = client.post(
            url(held, "minutes_edit"), body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in (302, 409, 422), (field, answer.status_code)
        if answer.status_code != 302:
            assert 'role="alert"' in answer.content.decode()


# --- sending and approving --------------------------------------------------------------------


def test_the_preview_says_who_gets_what(client, held, draft):
    told = shown(client, "Kari", url(held, "minutes_send"))
    assert "Gruppa (2)" in told
    assert "Styrerne deres (2)" in told
    everybody = told[told.index("Dette får alle andre") :]
    assert CLOSED not in everybody
    assert "Monas aksjon" not in everybody
    assert "Ronjas aksjon" in everybody


def test_sending_asks_the_members_and_shows_the_day(client, held, draft):
    Rules.objects.update(approval_days=5)
    client.force_login(person("Kari"))
    client.post(url(held, "minutes_send"))
    draft.refresh_from_db()
    assert draft.approve_on == timezone.localdate() + timedelta(days=5)
    letters = Letter.objects.filter(occasion=f"minutes-{draft.pk}-sent")
    assert {letter.to.first_name for letter in letters} == {"Ronja", "Mona"}
    assert {letter.reply_to for letter in letters} == {person("Kari").email}
    ronja = letters.get(to=person("Ronja"))
    assert ronja.subject == "Les gjennom: referat fra samling 1"
    assert "Ronjas aksjon" in ronja.text
    assert "Monas aksjon" not in ronja.text


def test_sending_twice_sends_once(held, draft):
    assert minutes.send(draft, by=person("Kari")) == 2
    assert minutes.send(draft, by=person("Kari")) == 0


def test_silence_approves_when_the_day_has_passed_and_not_before(held, draft):
    minutes.send(draft, by=person("Kari"))
    draft.refresh_from_db()
    day = timezone.make_aware(
        timezone.datetime.combine(draft.approve_on, timezone.datetime.min.time())
    )
    assert tasks.approve_minutes(at=(day + timedelta(hours=23)).isoformat()) == 0
    assert tasks.approve_minutes(at=(day + timedelta(hours=25)).isoformat()) == 1
    assert tasks.approve_minutes(at=(day + timedelta(hours=26)).isoformat()) == 0
    draft.refresh_from_db()
    assert draft.state == Minutes.State.APPROVED
    assert draft.approved_by is None
    assert timezone.localdate(draft.approved_at) == draft.approve_on + timedelta(days=1)


def test_the_clock_by_hand_approves_too(held, draft):
    minutes.send(draft, by=person("Kari"))
    later = (timezone.now() + timedelta(days=20)).isoformat()
    said = StringIO()
    call_command("clock", once=True, at=later, stdout=said)
    draft.refresh_from_db()
    assert draft.state == Minutes.State.APPROVED
    assert "approve minutes nobody objected to: 1" in said.getvalue()


def test_approval_tells_the_group_and_exactly_their_managers_once(held, draft):
    approved(draft)
    assert minutes.approve(draft, by=None) is False
    letters = Letter.objects.filter(occasion=f"minutes-{draft.pk}-approved")
    assert sorted(letter.to.first_name for letter in letters) == [
        "Anne",
        "Berit",
        "Kari",
        "Mona",
        "Ronja",
    ]
    berit = letters.get(to=person("Berit"))
    assert "Ronjas aksjon" in berit.text
    anne = letters.get(to=person("Anne"))
    assert "Monas aksjon" not in anne.text


@pytest.mark.django_db(transaction=True)
def test_approved_by_the_leader_and_the_clock_at_once_is_approved_once(held, draft):
    minutes.send(draft, by=person("Kari"))
    kari, told, barrier = person("Kari"), [], threading.Barrier(2)

    def approve(by):
        barrier.wait()
        told.append(minutes.approve(draft, by=by))
        connection.close()

    pair = [threading.Thread(target=approve, args=(by,)) for by in (kari, None)]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    assert sorted(told) == [False, True]
    assert Letter.objects.filter(occasion=f"minutes-{draft.pk}-approved").count() == 5
    assert JournalEntry.objects.filter(did="minutes.approved").count() == 1


@pytest.mark.parametrize("moment", ["i morgen", "2026-13-45T09:00", "2026-02-30"])
def test_the_clock_refuses_a_moment_it_cannot_read(moment):
    with pytest.raises(CommandError):
        call_command("clock", once=True, at=moment)


def test_with_distribution_to_the_group_only_no_manager_hears_of_it(client, held, draft):
    Rules.objects.update(distribution=Rules.Distribution.GROUP_ONLY)
    approved(draft)
    occasion = f"minutes-{draft.pk}-approved"
    told = Letter.objects.filter(occasion=occasion).values_list("to__first_name", flat=True)
    assert sorted(told) == ["Kari", "Mona", "Ronja"]
    client.force_login(person("Berit"))
    assert client.get(url(held)).status_code == 404


def test_a_draft_cannot_be_approved(client, held, draft):
    client.force_login(person("Kari"))
    answer = client.post(url(held, "minutes_approve"), follow=True)
    draft.refresh_from_db()
    assert draft.state == Minutes.State.DRAFT
    assert "Send referatet til gruppa før du godkjenner det." in answer.content.decode()


# --- who reads what ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("Kari", {"draft", "sent", "approved"}),
        ("Ronja", {"sent", "approved"}),
        ("Berit", {"approved"}),
        ("Konsulent", {"approved"}),
    ],
)
def test_who_reads_the_minutes_when(client, held, draft, name, states):
    read = set()
    for state in Minutes.State.values:
        now = timezone.now()
        Minutes.objects.update(
            state=state, sent_at=now, approve_on=timezone.localdate(), approved_at=now
        )
        if OPEN in shown(client, name, url(held)):
            read.add(state)
    assert read == states


def test_p6_the_closed_part_is_for_the_group_alone(client, held, draft, settings):
    """Page, PDF facts, PDF bytes, metadata, and every letter as it leaves the house."""
    settings.EMAIL_BACKEND = "office.mailbox.MailboxBackend"
    approved(draft)
    new = MembershipFactory(
        group=held.group,
        person__first_name="Nina",
        starts_on=timezone.localdate() - timedelta(days=3),
    )
    make_waiting()
    drain()
    for name in ("Kari", "Ronja", "Mona"):
        assert CLOSED in shown(client, name, url(held))
    for name in ("Berit", "Anne", "Konsulent", new.person.first_name):
        told = shown(client, name, url(held))
        assert OPEN in told
        assert CLOSED not in told
        pdf = client.get(url(held, "minutes_pdf")).content
        assert CLOSED not in text_of(pdf)
        assert OPEN in text_of(pdf)
    for letter in Letter.objects.all():
        assert CLOSED not in letter.text + letter.html + letter.subject
        if letter.document:
            assert CLOSED not in str(letter.document.facts)
            assert CLOSED not in text_of(bytes(letter.document.pdf))
    client.force_login(person("Ronja"))
    assert CLOSED in text_of(client.get(url(held, "minutes_pdf")).content)


def test_those_who_oversee_read_no_actions(client, held, draft):
    approved(draft)
    told = shown(client, "Konsulent", url(held))
    assert "Ronjas aksjon" not in told
    assert "Ronjas aksjon" in shown(client, "Berit", url(held))
    assert "Monas aksjon" not in shown(client, "Berit", url(held))


def test_what_is_approved_stays_as_it_was(client, held, draft):
    approved(draft)
    before = minutes.find_pdf(minutes.surrounded(draft), "open")
    Person.objects.filter(first_name="Ronja").update(first_name="Ragna")
    Agreement.objects.all().delete()
    Action.objects.update(title="et annet løfte")
    assert "Ronja" in shown(client, "Kari", url(held))
    assert minutes.find_pdf(minutes.surrounded(draft), "open") == before


def test_a_pdf_that_is_not_made_is_ordered_by_post_only(client, held, draft):
    client.force_login(person("Kari"))
    address = url(held, "minutes_pdf")
    assert "Lag PDF" in client.get(address).content.decode()
    assert not Document.objects.exists()
    client.post(address)
    assert "PDF-en lages" in client.get(address).content.decode()
    make_waiting()
    assert client.get(address).headers["Content-Type"] == "application/pdf"


def test_the_groups_pdf_is_made_when_the_minutes_are_sent(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    make_waiting()
    client.force_login(person("Ronja"))
    page = client.get(url(held, "minutes_pdf"))
    assert page.headers["Content-Type"] == "application/pdf"


def test_a_pdf_keeps_a_name_that_latin_letters_do_not_spell(client, held, draft):
    minutes.send(draft, by=person("Kari"))
    make_waiting()
    Document.objects.update(filename="Referat-Kárášjohka.pdf")
    client.force_login(person("Ronja"))
    name = client.get(url(held, "minutes_pdf")).headers["Content-Disposition"]
    assert name == "inline; filename*=utf-8''Referat-K%C3%A1r%C3%A1%C5%A1johka.pdf"


def test_a_held_gathering_without_minutes_says_when_they_come(client, held):
    assert "Referatet er ikke her ennå" in shown(client, "Ronja", url(held))
    client.force_login(person("Konsulent"))
    assert client.get(url(held)).status_code == 403


def test_a_stranger_finds_nothing(client, held, draft):
    approved(draft)
    client.force_login(RoleFactory().person)
    assert client.get(url(held)).status_code == 404
    assert client.get(url(held, "minutes_pdf")).status_code == 404


def test_absence_has_a_name_and_no_reason(client, held, draft):
    told = shown(client, "Ronja", url(held)) if approved(draft) else ""
    assert "Forfall" in told
    assert "(1 av 2)" in told


def test_minutes_of_a_gathering_that_is_not_held_do_not_exist(client, group):
    called = GatheringFactory(group=group, called=True)
    client.force_login(person("Kari"))
    assert client.get(url(called, "minutes_edit")).status_code == 404
    assert Gathering.objects.get().state == Gathering.State.CALLED
