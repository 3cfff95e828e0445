"""Planning, moving and cancelling on the pages: what is refused, warned about and never lost."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatherings import lifecycle, planning
from gatherings.models import Gathering
from office.models import Letter
from participants.models import Country, Position
from tests.factories import (
    AssignmentFactory,
    GatheringFactory,
    GroupFactory,
    InstitutionFactory,
    MembershipFactory,
    PersonFactory,
    PositionFactory,
    ProgrammeItemFactory,
    RegionFactory,
    RoundFactory,
    RoundItemFactory,
)
from tests.nasty import NASTY, encoded
from tests.scale import EXAMPLES

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
OSLO = ZoneInfo("Europe/Oslo")


def text(response):
    return response.content.decode()


def weekday(days):
    """A Tuesday about `days` from now."""
    day = timezone.localdate() + timedelta(days=days)
    return day + timedelta(days=(1 - day.weekday()) % 7)


class Desk:
    """A leader at the planning page of a draft."""

    def __init__(self, client):
        region = RegionFactory()
        self.leader = PersonFactory(region=region, first_name="Kari")
        self.member = PersonFactory(region=region, first_name="Ingrid")
        self.place = InstitutionFactory(municipality__region=region, name="Lillestua")
        PositionFactory(person=self.member, institution=self.place)
        self.group = GroupFactory(
            season__network__region=region, members=[self.member], leader=self.leader
        )
        self.round = RoundFactory(season=self.group.season, number=2)
        source = RoundItemFactory(round=self.round, title="Runde", minutes=180)
        self.gathering = GatheringFactory(group=self.group, round=self.round)
        self.item = ProgrammeItemFactory(
            gathering=self.gathering, title="Runde", minutes=180, source=source
        )
        self.client = client
        client.force_login(self.leader)

    def url(self, name):
        return reverse(f"gatherings:{name}", args=[self.gathering.pk])

    def typed(self, **changes):
        fields = {
            "day": weekday(10).isoformat(),
            "starts": "09:00",
            "ends": "12:00",
            "host": str(self.place.pk),
            "place": "",
            "online_url": "",
            "greeting": "Velkommen.",
            "preparation_due_on": "",
            "outside_window_reason": "",
            "version": str(Gathering.objects.get(pk=self.gathering.pk).version),
            "items-TOTAL_FORMS": "1",
            "items-INITIAL_FORMS": "1",
            "items-0-id": str(self.item.pk),
            "items-0-position": "1",
            "items-0-title": "Runde",
            "items-0-minutes": "180",
            "items-0-led_by": "",
            "items-0-questions": "",
        }
        return {**fields, **changes}

    def save(self, button="invite", **changes):
        return self.client.post(self.url("plan"), {**self.typed(**changes), button: "1"})

    def reload(self):
        self.gathering.refresh_from_db()
        return self.gathering


@pytest.fixture
def desk(client):
    return Desk(client)


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

    assert planning.hosts(desk.gathering) == [desk.place, other]
    assert f'value="{desk.place.pk}" selected' in text(desk.client.get(desk.url("plan")))


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


def next_clock_change(month):
    """The last Sunday of March or October to come, within reach of the form."""
    today = timezone.localdate()
    last_days = (date(year, month, 31) for year in (today.year, today.year + 1))
    sundays = (last - timedelta(days=(last.weekday() + 1) % 7) for last in last_days)
    return next(sunday for sunday in sundays if sunday > today)


@pytest.mark.parametrize("month", [3, 10])
def test_half_past_two_on_the_nights_of_the_clock_is_refused_with_a_sentence(desk, month):
    response = desk.save(
        day=next_clock_change(month).isoformat(),
        starts="02:30",
        ends="05:00",
        outside_window_reason="Natt.",
    )

    assert response.status_code == 422
    assert "Klokka stilles rundt 02.30 den natta." in text(response)


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Europe/Copenhagen"])
def test_other_hours_of_those_nights_are_what_was_typed(zone):
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        for clock in (time(1, 59), time(3, 1)):
            assert planning.moment(day, clock, zone).astimezone(ZoneInfo(zone)).time() == clock
        with pytest.raises(ValidationError):
            planning.moment(day, time(2, 30), zone)


def test_v11_a_date_outside_the_window_needs_a_reason(desk):
    outside = weekday(40).isoformat()

    refused = desk.save(day=outside)
    assert refused.status_code == 422
    assert "utenfor perioden" in text(refused)
    assert "Hvorfor utenfor perioden?" in text(refused)

    assert desk.save(day=outside, outside_window_reason="Ferga går ikke.").status_code == 302
    assert desk.reload().outside_window_reason == "Ferga går ikke."
    assert "Ferga går ikke." in text(desk.client.get(desk.url("invite")))


def test_v11_a_date_inside_the_window_forgets_the_reason(desk):
    desk.save(outside_window_reason="Trengs ikke.")

    assert desk.reload().outside_window_reason == ""


def test_lunch_to_lunch_is_planned_over_two_days(desk):
    desk.group.season.rules.gathering_minutes = 1440
    desk.group.season.rules.save()

    refused = desk.save(starts="12:00", ends="11:30", last_day="")
    assert refused.status_code == 422
    assert "Siste dag" in text(refused)

    day_two = weekday(10) + timedelta(days=1)
    desk.save(starts="12:00", ends="11:30", last_day=day_two.isoformat())
    gathering = desk.reload()
    assert gathering.ends_at.astimezone(OSLO).time() == time(11, 30)
    assert gathering.ends_at.astimezone(OSLO).date() == day_two


def test_a_clash_is_a_warning_with_names_and_hinders_nothing(desk):
    other = GroupFactory(season__network__region=desk.leader.region, members=[desk.member])
    start = datetime.combine(weekday(10), time(10), tzinfo=OSLO)
    GatheringFactory(group=other, called=True, starts_at=start, ends_at=start + timedelta(hours=3))

    desk.save()
    page = text(desk.client.get(desk.url("invite")))

    assert f"{desk.member.name}: en annen samling" in page
    assert desk.client.post(desk.url("invite")).status_code == 302
    assert desk.reload().state == Gathering.State.CALLED


@pytest.mark.parametrize(
    ("day", "country", "name"),
    [
        (date(2026, 4, 3), Country.NORWAY, "langfredag"),
        (date(2026, 5, 17), Country.NORWAY, "grunnlovsdagen"),
        (date(2026, 5, 14), Country.DENMARK, "Kristi himmelfartsdag"),
        (date(2026, 5, 17), Country.DENMARK, ""),
        (date(2026, 6, 5), Country.DENMARK, "grunnlovsdagen"),
        (date(2026, 2, 3), Country.NORWAY, ""),
    ],
)
def test_public_holidays_are_known(day, country, name):
    assert planning.holiday(day, country) == name


@pytest.mark.parametrize(
    "easter", [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter_is_where_the_almanac_has_it(easter):
    assert planning.easter_sunday(easter.year) == easter


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


def call(desk):
    desk.save()
    desk.client.post(desk.url("invite"))
    return desk.reload()


def test_four_presses_from_plan_to_sent(desk):
    call(desk)

    assert desk.gathering.state == Gathering.State.CALLED
    assert Letter.objects.count() == 2


def test_the_letter_is_shown_before_it_is_sent_with_every_address(desk):
    shared = PersonFactory(region=desk.leader.region, email=desk.member.email)
    silent = PersonFactory(region=desk.leader.region, email="")
    for person in (shared, silent):
        MembershipFactory(group=desk.group, person=person)
    AssignmentFactory(round=desk.round, title="Les kapittel 3")
    desk.save()

    page = text(desk.client.get(desk.url("invite")))

    for words in [
        "Du er invitert til samling",
        "Les kapittel 3",
        f"{desk.member.email} brukes av flere",
        "mangler e-postadresse",
        "Send til 3",
        desk.leader.email,
    ]:
        assert words in page
    assert not Letter.objects.exists()


def test_sending_what_is_not_ready_is_refused_with_the_reason(desk):
    response = desk.client.post(desk.url("invite"))

    assert response.status_code == 422
    assert "Velg dato." in text(response)
    assert not Letter.objects.exists()


def test_a_greeting_changed_after_the_call_sends_nothing(desk):
    call(desk)
    before = desk.gathering.starts_at

    desk.save(greeting="Ta med kaffekopp.", day=weekday(17).isoformat())

    desk.reload()
    assert desk.gathering.greeting == "Ta med kaffekopp."
    assert desk.gathering.starts_at == before
    assert Letter.objects.count() == 2


def test_the_seconds_to_undo_are_shown_and_undo_works(desk, settings):
    settings.UNDO_SECONDS = 60
    call(desk)

    page = text(desk.client.get(desk.url("gathering")))
    assert "2 brev sendes om" in page
    assert "Angre" in page

    desk.client.post(desk.url("undo"))
    assert desk.reload().state == Gathering.State.DRAFT
    assert not Letter.objects.unsent().exists()


def moved(desk, **changes):
    fields = {
        **{k: v for k, v in desk.typed().items() if not k.startswith("items")},
        "day": weekday(17).isoformat(),
        "preparation_due_on": weekday(10).isoformat(),
        "message": "Veien er stengt.",
        "ask_again": "yes",
    }
    return desk.client.post(desk.url("move"), {**fields, **changes})


def test_moving_on_the_page_writes_a_letter_to_each(desk):
    call(desk)
    Letter.objects.update(state="sent", sent_at=timezone.now())

    assert moved(desk).status_code == 302
    assert desk.reload().sequence == 1
    assert Letter.objects.filter(template="moved").count() == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"day": weekday(10).isoformat()}, "Ingenting er endret."),
        ({"ends": "08:00"}, "slutte etter"),
        ({"ask_again": ""}, "Må alle svare på nytt?"),
        ({"ask_again": "kanskje"}, "alternativene"),
        ({"message": "x" * 200_000}, "høyst 1000 tegn"),
        ({"host": "", "place": ""}, "Velg et sted"),
    ],
)
def test_a_move_that_cannot_be_is_refused(desk, changes, says):
    call(desk)

    response = moved(desk, **changes)

    assert response.status_code == 422
    assert says in text(response)
    assert desk.reload().sequence == 0


def test_moving_what_was_changed_meanwhile_asks_once_more(desk):
    call(desk)

    assert moved(desk, version="1").status_code == 409
    assert desk.reload().sequence == 0


def test_cancelling_on_the_page_leads_on_to_a_new_draft_and_can_be_undone(desk, settings):
    call(desk)
    Letter.objects.update(state="sent", sent_at=timezone.now())
    settings.UNDO_SECONDS = 60
    assert "Du får et nytt utkast" in text(desk.client.get(desk.url("cancel")))

    for _twice in range(2):
        response = desk.client.post(desk.url("cancel"), {"message": ""}, follow=True)

    draft = Gathering.objects.get(state="draft")
    assert reverse("gatherings:plan", args=[draft.pk]) in text(response)
    assert "2 brev sendes om" in text(response)

    desk.client.post(desk.url("undo"))
    assert desk.reload().state == Gathering.State.CALLED
    assert not Letter.objects.unsent().exists()


def test_a_held_gathering_is_neither_planned_nor_called(desk):
    held = timezone.now() - timedelta(days=3)
    Gathering.objects.update(
        state="held", starts_at=held, ends_at=held + timedelta(hours=3), held_at=held
    )

    for name in ("plan", "invite", "move"):
        assert desk.client.get(desk.url(name)).status_code == 403
    with pytest.raises(lifecycle.Settled):
        lifecycle.call(desk.gathering, by=desk.leader)


FIELDS = [
    "day", "starts", "ends", "last_day", "host", "place", "online_url", "greeting",
    "preparation_due_on", "outside_window_reason", "version", "items-TOTAL_FORMS",
    "items-INITIAL_FORMS", "items-0-id", "items-0-position", "items-0-title", "items-0-minutes",
    "items-0-DELETE", "message", "ask_again", "add", "invite",
]  # fmt: skip


def post_nasty(desk, name, changes):
    body = encoded({**desk.typed(), "message": "", "ask_again": "yes", **changes})
    response = desk.client.post(desk.url(name), body, content_type=FORM)
    assert response.status_code in (200, 302, 403, 409, 422)
    if response.status_code == 422:
        assert 'role="alert"' in text(response)


@pytest.mark.parametrize("name", ["plan", "move", "cancel", "invite"])
def test_a_few_nasty_values_are_answered_in_words(desk, name):
    if name != "plan":
        call(desk)
    for nasty in NASTY[:12]:
        post_nasty(desk, name, dict.fromkeys(FIELDS[:10], nasty))


@pytest.mark.hostile
@pytest.mark.parametrize("name", ["plan", "move", "cancel"])
def test_no_value_in_any_field_breaks_a_page(desk, name):
    if name != "plan":
        call(desk)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.dictionaries(
            st.sampled_from(FIELDS), st.sampled_from(NASTY) | st.text(max_size=40), min_size=1
        )
    )
    def attack(changes):
        post_nasty(desk, name, changes)

    attack()


def test_a_leader_is_not_offered_positions_that_ended(desk):
    Position.objects.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert planning.hosts(desk.gathering) == []
