"""Opening a round: every published group gets its gathering, each leader one letter."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from gatherings import opening
from gatherings.models import Gathering, Round
from office.models import JournalEntry, Letter
from tests.gatherings.pages import text
from tests.gatherings.rounds import a_group, url

pytestmark = pytest.mark.django_db


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


def test_a_round_is_not_seen_by_groups_before_it_is_opened(round_, season, consultant, client):
    group = a_group(season)
    client.force_login(group.memberships.members()[0].person)
    assert client.get(url("round", round_)).status_code == 404

    opening.open_round(round_, by=consultant)

    assert client.get(url("round", round_)).status_code == 200


def test_the_page_before_opening_says_what_follows(round_, season, consultant, client):
    a_group(season)
    client.force_login(consultant)

    page = text(client.get(url("round_open", round_)))
    assert "1 gruppe får samlingen sin" in page
    assert "1 prosessleder får et brev" in page
    assert not Gathering.objects.exists()

    assert client.post(url("round_open", round_)).url == round_.get_absolute_url()
    assert Gathering.objects.count() == 1
