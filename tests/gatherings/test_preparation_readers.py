"""Who reads what others wrote before a gathering, from when on, and who never does."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from gatherings.models import Action, Gathering, Minutes, Submission
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
)
from tests.gatherings.preparation import person, save, url

pytestmark = pytest.mark.django_db


def deliver(gathering, task, by, text, audience=Submission.Audience.GROUP):
    return save(gathering, task, by, text, audience=audience, deliver=True).submission


# --- in the group --------------------------------------------------------------------------------


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


# --- whom the writer chose -----------------------------------------------------------------------


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


@pytest.mark.parametrize("moved", ["writer", "manager"])
def test_p1_my_manager_is_the_one_the_writer_had(client, gathering, task, group, moved):
    """Neither a new kindergarten's manager nor the old one's new manager reads an older text."""
    ronja, region = person(group, "Ronja"), group.season.network.region
    old, new = InstitutionFactory.create_batch(2, municipality__region=region)
    works = PositionFactory(person=ronja, institution=old)
    leads, elsewhere = (
        PositionFactory(institution=place, person__region=region, kind=Position.Kind.MANAGER)
        for place in (old, new)
    )
    row = deliver(gathering, task, ronja, "SENTINEL", "manager")
    action = Action.objects.create(
        gathering=gathering, person=ronja, title="SENTINEL", due_on=timezone.localdate()
    )
    pages = [
        reverse("gatherings:submission", args=[row.pk]),
        reverse("gatherings:action", args=[action.pk]),
    ]
    for reader, status in [(leads.person, 200), (elsewhere.person, 404)]:
        client.force_login(reader)
        assert [client.get(page).status_code for page in pages] == [status, status]

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        today = timezone.localdate()
        ended = works if moved == "writer" else leads
        ended.ends_on = today - timedelta(days=1)
        ended.save()
        if moved == "writer":
            PositionFactory(person=ronja, institution=new, starts_on=today)
        newcomer = PositionFactory(
            institution=ended.institution,
            person__region=region,
            kind=Position.Kind.MANAGER,
            starts_on=today,
        )
        for reader in (newcomer.person, elsewhere.person, leads.person):
            client.force_login(reader)
            assert [client.get(page).status_code for page in pages] == [404, 404]
            my_page = client.get(reverse("gatherings:my_page")).content.decode()
            assert pages[0] not in my_page


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


# --- who comes later, and who goes ---------------------------------------------------------------


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
