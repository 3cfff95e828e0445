"""Preparation: nothing typed is lost, and nobody reads what is not for her."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from gatherings import submissions
from gatherings.models import Assignment, Gathering, Minutes, Submission
from gatherings.permissions import minutes_part
from networks import moving
from networks.models import Rules
from office.models import JournalEntry
from participants.models import Position
from tests.factories import (
    AssignmentFactory,
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


@pytest.fixture
def group():
    season = SeasonFactory()
    region = season.network.region
    kari, ronja, mona = (
        PersonFactory(region=region, first_name=name) for name in ("Kari", "Ronja", "Mona")
    )
    return GroupFactory(season=season, leader=kari, members=[ronja, mona])


@pytest.fixture
def gathering(group):
    return GatheringFactory(group=group, called=True)


@pytest.fixture
def task(gathering):
    return AssignmentFactory(round=gathering.round, title="Skriv om én episode")


def person(group, name):
    return group.memberships.get(person__first_name=name).person


def save(gathering, task, by, text, version=0, **more):
    more.setdefault("audience", Submission.Audience.GROUP)
    return submissions.save(gathering, task, by=by, text=text, version=version, **more)


def url(gathering, task=None, name="assignment"):
    return reverse(f"gatherings:{name}", args=[gathering.pk, *([task.pk] if task else [])])


# --- versions ---------------------------------------------------------------------------------


def test_each_save_raises_the_version(gathering, task, group):
    ronja = person(group, "Ronja")
    assert save(gathering, task, ronja, "én").submission.version == 1
    assert save(gathering, task, ronja, "én to", 1).submission.version == 2
    assert Submission.objects.get().text == "én to"


def test_a_save_over_an_older_version_is_a_conflict_and_both_texts_are_kept(gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "fra telefonen")
    outcome = save(gathering, task, ronja, "fra PC-en", 0)
    assert outcome.conflict.text == "fra PC-en"
    assert outcome.submission.text == Submission.objects.get().text == "fra telefonen"
    assert Submission.objects.get().versions.get(is_conflict=True).text == "fra PC-en"


def test_a_lost_answer_is_no_conflict(gathering, task, group):
    """The save arrived, its answer did not: the page sends on from what it knows."""
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "en setning")
    outcome = save(gathering, task, ronja, "en setning til", 0, known=["en setning"])
    assert outcome.conflict is None
    assert Submission.objects.get().text == "en setning til"


def test_the_same_text_from_two_windows_is_no_conflict(gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "likt")
    assert save(gathering, task, ronja, "likt", 0).conflict is None


def test_a_text_that_shrinks_is_kept_as_an_earlier_version(gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "lang tekst " * 30)
    save(gathering, task, ronja, "i", 1)
    assert [v.text for v in Submission.objects.get().versions.all()] == ["lang tekst " * 30]


def test_twenty_earlier_versions_are_kept_and_every_text_that_lost_a_conflict(
    gathering, task, group
):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "0")
    save(gathering, task, ronja, "tapte", 99)
    for n in range(1, 40):
        save(gathering, task, ronja, f"{n}", n, keep=True)
    row = Submission.objects.get()
    assert row.versions.filter(is_conflict=False).count() == submissions.VERSIONS_KEPT
    assert row.versions.get(is_conflict=True).text == "tapte"


def test_an_earlier_version_comes_back_and_the_present_one_is_kept(client, gathering, task, group):
    ronja = person(group, "Ronja")
    save(gathering, task, ronja, "første")
    save(gathering, task, ronja, "andre", 1, keep=True)
    client.force_login(ronja)
    old = Submission.objects.get().versions.get()
    client.post(url(gathering, task), {"text": "andre", "version": 2, "restore": old.pk})
    row = Submission.objects.get()
    assert row.text == "første"
    assert "andre" in {v.text for v in row.versions.all()}


def test_nobody_brings_back_another_persons_version(client, gathering, task, group):
    ronja, mona = person(group, "Ronja"), person(group, "Mona")
    save(gathering, task, ronja, "hemmelig")
    save(gathering, task, ronja, "annet", 1, keep=True)
    client.force_login(mona)
    theirs = Submission.objects.get().versions.get()
    client.post(url(gathering, task), {"text": "mitt", "version": 0, "restore": theirs.pk})
    assert Submission.objects.get(person=mona).text == "mitt"


# --- delivering -------------------------------------------------------------------------------


def test_delivering_asks_for_a_text_and_a_draft_does_not(client, gathering, task, group):
    client.force_login(person(group, "Ronja"))
    refused = client.post(url(gathering, task), {"text": "  ", "version": 0, "deliver": "1"})
    assert refused.status_code == 422
    assert "Skriv noe før du leverer." in refused.content.decode()
    assert client.post(url(gathering, task), {"text": "", "version": 0}).status_code == 302


def test_one_delivers_late_but_not_after_the_start(client, gathering, task, group):
    ronja = person(group, "Ronja")
    Gathering.objects.update(preparation_due_on=timezone.localdate() - timedelta(days=3))
    client.force_login(ronja)
    client.post(url(gathering, task), {"text": "sent", "version": 0, "deliver": "1"})
    assert Submission.objects.get().delivered_at
    Gathering.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    late = client.post(url(gathering, task), {"text": "enda senere", "version": 1, "deliver": "1"})
    row = Submission.objects.get()
    assert late.status_code == 423
    assert row.text == "sent"
    assert [v.text for v in row.versions.all()] == ["enda senere"]
    assert "enda senere" in late.content.decode()


def test_a_cancelled_gathering_keeps_what_was_typed(client, gathering, task, group):
    Gathering.objects.update(state=Gathering.State.CANCELLED)
    client.force_login(person(group, "Ronja"))
    answer = client.post(url(gathering, task), {"text": "skrevet", "version": 0})
    assert answer.status_code == 423
    assert Submission.objects.get().versions.get().text == "skrevet"


@pytest.mark.parametrize("number", ["01010112356", "010101 12356", "010203-1234"])
def test_a_national_identity_number_is_stopped_and_stays_in_the_box(
    client, gathering, task, group, number, caplog
):
    client.force_login(person(group, "Ronja"))
    answer = client.post(url(gathering, task), {"text": f"Barnet {number}.", "version": 0})
    assert answer.status_code == 422
    assert number in answer.content.decode()
    assert not Submission.objects.exists()
    assert number not in caplog.text


def test_reading_is_ticked_off_by_post_only(client, gathering, group):
    task = AssignmentFactory(round=gathering.round, kind=Assignment.Kind.READ)
    client.force_login(person(group, "Ronja"))
    client.get(url(gathering, task))
    assert not Submission.objects.exists()
    client.post(url(gathering, task))
    assert Submission.objects.get().delivered_at


def test_the_journal_knows_who_ticked_off_reading_once(client, gathering, group):
    task = AssignmentFactory(round=gathering.round, kind=Assignment.Kind.READ)
    ronja = person(group, "Ronja")
    client.force_login(ronja)
    for _twice in range(2):
        client.post(url(gathering, task))
    entry = JournalEntry.objects.get(did="submission.read")
    assert (entry.by, entry.object_id) == (ronja, str(Submission.objects.get().pk))


@pytest.mark.parametrize("value", NASTY)
def test_the_writing_form_takes_or_refuses_anything_and_keeps_it(
    client, gathering, task, group, value
):
    client.force_login(person(group, "Ronja"))
    for field in ("text", "audience", "version", "known", "restore", "keep"):
        body = encoded({"text": "tekst", "version": 0, field: value})
        for address in (url(gathering, task), url(gathering, task, "save_assignment")):
            answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (200, 302, 409, 422), (field, answer.status_code)
            if answer.status_code == 422 and address == url(gathering, task):
                assert 'role="alert"' in answer.content.decode()


# --- who reads --------------------------------------------------------------------------------


def deliver(gathering, task, by, text, audience=Submission.Audience.GROUP):
    return save(gathering, task, by, text, audience=audience, deliver=True).submission


def test_members_see_each_others_answers_when_they_have_delivered_their_own(
    client, gathering, task, group
):
    ronja, mona = person(group, "Ronja"), person(group, "Mona")
    deliver(gathering, task, mona, "Monas tekst")
    client.force_login(ronja)
    page = url(gathering, name="group_preparation")
    assert "Monas tekst" not in client.get(page).content.decode()
    deliver(gathering, task, ronja, "Ronjas tekst")
    shown = client.get(page).content.decode()
    assert "Monas tekst" in shown
    assert "2 av 2 har levert" in shown


def test_who_has_not_delivered_is_a_number_and_no_name(client, gathering, task, group):
    deliver(gathering, task, person(group, "Ronja"), "tekst")
    client.force_login(person(group, "Ronja"))
    shown = client.get(url(gathering, name="group_preparation")).content.decode()
    assert "1 har ikke levert ennå." in shown
    assert person(group, "Mona").last_name not in shown


@pytest.mark.parametrize(
    ("rule", "started", "open_"),
    [
        (Rules.AnswersShown.FROM_START, False, False),
        (Rules.AnswersShown.FROM_START, True, True),
        (Rules.AnswersShown.LEADER_ONLY, True, False),
    ],
)
def test_the_season_decides_when_answers_open(client, gathering, task, group, rule, started, open_):
    deliver(gathering, task, person(group, "Mona"), "Monas tekst")
    Rules.objects.update(answers_shown=rule)
    if started:
        Gathering.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    client.force_login(person(group, "Ronja"))
    shown = client.get(url(gathering, name="group_preparation")).content.decode()
    assert ("Monas tekst" in shown) is open_


def test_v16_the_leader_has_all_answers_on_one_page_by_question(client, gathering, task, group):
    second = AssignmentFactory(round=gathering.round, title="Sammen med styrer")
    for name in ("Ronja", "Mona"):
        for each in (task, second):
            deliver(gathering, each, person(group, name), f"{name} om {each.title}")
    client.force_login(person(group, "Kari"))
    for query in ("", "?stor=1"):
        shown = client.get(url(gathering, name="group_preparation") + query).content.decode()
        told = [f"{name} om {each.title}" for each in (task, second) for name in ("Mona", "Ronja")]
        places = [shown.index(text) for text in told]
        assert places == sorted(places)


@pytest.mark.parametrize("audience", Submission.Audience.values)
def test_p1_only_those_the_writer_chose_read_it(client, gathering, task, group, audience):
    """Leader, other member, own manager, consultant, admin, former member."""
    ronja, mona = person(group, "Ronja"), person(group, "Mona")
    region = group.season.network.region
    place = InstitutionFactory(municipality__region=region)
    PositionFactory(person=ronja, institution=place)
    manager = PersonFactory(region=region)
    PositionFactory(person=manager, institution=place, kind=Position.Kind.MANAGER)
    consultant = RoleFactory(person=PersonFactory(region=region), kind="consultant").person
    admin = RoleFactory(person=PersonFactory(region=region)).person
    yesterday = timezone.localdate() - timedelta(days=1)
    former = MembershipFactory(group=group, ends_on=yesterday).person
    row = deliver(gathering, task, ronja, "SENTINEL", audience)
    deliver(gathering, task, mona, "Monas")
    readers = set()
    for each in (person(group, "Kari"), mona, manager, consultant, admin, former):
        client.force_login(each)
        texts = [
            client.get(url(gathering, name="group_preparation")),
            client.get(reverse("gatherings:submission", args=[row.pk])),
            client.get(reverse("gatherings:my_page")),
            client.get(url(gathering, task)),
        ]
        if any("SENTINEL" in answer.content.decode() for answer in texts):
            readers.add(each)
    leader = person(group, "Kari")
    assert (
        readers
        == {
            "me": set(),
            "leader": {leader},
            "group": {leader, mona},
            "manager": {leader, mona, manager},
        }[audience]
    )


def test_a_draft_is_nobody_elses(client, gathering, task, group):
    row = save(gathering, task, person(group, "Ronja"), "UTKAST").submission
    deliver(gathering, task, person(group, "Mona"), "Monas")
    for name in ("Kari", "Mona"):
        client.force_login(person(group, name))
        assert "UTKAST" not in client.get(url(gathering, name="group_preparation")).content.decode()
        assert client.get(reverse("gatherings:submission", args=[row.pk])).status_code == 404


def test_changing_the_audience_works_backwards_too(client, gathering, task, group):
    ronja, mona = person(group, "Ronja"), person(group, "Mona")
    deliver(gathering, task, ronja, "Ronjas")
    deliver(gathering, task, mona, "Monas")
    save(gathering, task, ronja, "Ronjas", 1, audience=Submission.Audience.ME)
    client.force_login(mona)
    assert "Ronjas" not in client.get(url(gathering, name="group_preparation")).content.decode()


def test_the_journal_knows_who_changed_the_audience_and_to_what_but_no_text(gathering, task, group):
    ronja, audience = person(group, "Ronja"), Submission.Audience
    save(gathering, task, ronja, "Ronjas")
    save(gathering, task, ronja, "Ronjas egen", 1)
    save(gathering, task, ronja, "Ronjas egen", 2, audience=audience.GROUP_AND_MANAGER)

    entry = JournalEntry.objects.get(did="submission.audience_changed")
    assert entry.by == ronja
    assert entry.details == {"before": audience.GROUP, "now": audience.GROUP_AND_MANAGER}


def a_new_leader(group):
    yesterday = timezone.localdate() - timedelta(days=1)
    group.memberships.leaders().update(ends_on=yesterday)
    return MembershipFactory(group=group, role="leader", starts_on=timezone.localdate()).person


def test_p14_who_joins_later_does_not_read_what_the_group_wrote_before(client, group):
    held = GatheringFactory(group=group, held=True)
    task = AssignmentFactory(round=held.round)
    Submission.objects.create(
        assignment=task,
        person=person(group, "Mona"),
        group=group,
        text="fra før",
        delivered_at=timezone.now(),
    )
    new = MembershipFactory(group=group, starts_on=timezone.localdate() - timedelta(days=2)).person
    client.force_login(new)
    assert client.get(url(held, name="group_preparation")).status_code == 403
    # Nor by the text's own address, though she delivered the same task in another group.
    text = Submission.objects.get()
    Submission.objects.create(
        assignment=task,
        person=new,
        group=GroupFactory(season=group.season),
        text="mitt",
        delivered_at=timezone.now(),
    )
    for reader in (new, a_new_leader(group)):
        client.force_login(reader)
        answer = client.get(reverse("gatherings:submission", args=[text.pk]))
        assert answer.status_code == 302


def moved_back_in_time(group, days):
    """Somebody new, whose seat is registered today and dated `days` back."""
    region = group.season.network.region
    new = PersonFactory(region=region, works_at=InstitutionFactory(municipality__region=region))
    day = timezone.localdate() - timedelta(days=days)
    moving.move(group.season, new, to=group, on=day, reason="agreed", seen="", by=new)
    return new


def test_p14_a_move_dated_back_keeps_its_date_and_opens_no_text_written_before_today(client, group):
    ago = timezone.now() - timedelta(days=5)
    held = GatheringFactory(group=group, held=True, starts_at=ago, ends_at=ago + timedelta(hours=3))
    task = AssignmentFactory(round=held.round)
    text = Submission.objects.create(
        assignment=task,
        person=person(group, "Mona"),
        group=group,
        text="fra før",
        delivered_at=ago,
    )
    minutes = Minutes(gathering=held, state=Minutes.State.SENT)

    new = moved_back_in_time(group, days=10)

    assert new.memberships.get().starts_on == timezone.localdate() - timedelta(days=10)
    client.force_login(new)
    assert client.get(url(held, name="group_preparation")).status_code == 403
    answer = client.get(reverse("gatherings:submission", args=[text.pk]))
    assert answer.status_code == 302
    assert minutes_part(new, minutes) == "open"


def test_who_was_moved_back_in_time_reads_what_is_written_from_then_on(client, group):
    new = moved_back_in_time(group, days=10)
    ahead = GatheringFactory(group=group, called=True)
    with time_machine.travel(ahead.ends_at + timedelta(days=1)):
        client.force_login(new)
        assert client.get(url(ahead, name="group_preparation")).status_code == 200


def test_p15_a_move_leaves_delivered_texts_where_they_were(gathering, task, group):
    ronja = person(group, "Ronja")
    deliver(gathering, task, ronja, "levert i den gamle")
    other = GroupFactory(season=group.season)
    ronja.memberships.update(group=other)
    elsewhere = GatheringFactory(group=other, round=gathering.round, called=True)
    save(elsewhere, task, ronja, "levert i den gamle, rettet", 1)
    assert Submission.objects.get().group == group


def test_v15_all_groups_of_a_round_get_the_same_preparation(client, gathering, task, group):
    other = GroupFactory(
        season=group.season, members=[PersonFactory(region=group.season.network.region)]
    )
    elsewhere = GatheringFactory(group=other, round=gathering.round, called=True)
    for each in (gathering, elsewhere):
        member = each.group.memberships.members().first().person
        client.force_login(member)
        shown = client.get(url(each, name="preparation")).content.decode()
        assert task.title in shown
        assert "ca. 20 min" in shown


def test_v21_the_list_tells_how_long_the_preparation_takes(client, gathering, task, group):
    AssignmentFactory(round=gathering.round, minutes=25, kind=Assignment.Kind.READ)
    client.force_login(person(group, "Ronja"))
    assert "ca. 45 min" in client.get(url(gathering, name="preparation")).content.decode()


def test_an_assignment_of_another_round_is_not_found(client, gathering, group):
    other = AssignmentFactory(round=RoundFactory(season=group.season))
    client.force_login(person(group, "Ronja"))
    assert client.get(url(gathering, other)).status_code == 404
