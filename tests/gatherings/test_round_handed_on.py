"""An opplegg edited after it was opened: what reaches a draft, and what of the group's stays."""

import pytest

from gatherings import opening
from gatherings.models import Gathering, ProgrammeItem
from participants.models import Role
from tests.factories import RoleFactory, RoundFactory, RoundItemFactory
from tests.gatherings.pages import text
from tests.gatherings.rounds import a_group, typed, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(season, consultant):
    """A group's draft of an opplegg with the items A, B and C."""
    group = a_group(season)
    round_ = RoundFactory(season=season, number=1, opened_at=None)
    for position, title in enumerate("ABC", start=1):
        RoundItemFactory(round=round_, title=title, position=position)
    opening.open_round(round_, by=consultant)
    return group.gatherings.get()


def arrange(draft, titles):
    """The group's own order; what is new is the group's own."""
    for position, title in enumerate(titles, start=1):
        if not draft.items.filter(title=title).update(position=position):
            ProgrammeItem.objects.create(
                gathering=draft, title=title, minutes=10, position=position
            )


def edit(round_, titles):
    """The opplegg becomes these, in this order."""
    before = opening.opplegg_of(round_)
    round_.items.exclude(title__in=titles).delete()
    for position, title in enumerate(titles, start=1):
        if not round_.items.filter(title=title).update(position=position):
            RoundItemFactory(round=round_, title=title, position=position)
    opening.hand_on(round_, before)


def programme(draft):
    rows = draft.items.order_by("position", "pk").values_list("title", "position")
    assert [position for _title, position in rows] == list(range(1, len(rows) + 1))
    return "".join(title for title, _position in rows)


@pytest.mark.parametrize(
    ("own", "edited", "becomes"),
    [
        ("ABC", "CAB", "CAB"),
        ("ABC", "AXBC", "AXBC"),
        ("ACB", "BCA", "ACB"),
        ("ACB", "XABC", "XACB"),
        ("CBA", "AXBC", "CBAX"),
        ("ACB", "ABXC", "ACBX"),
        ("AoBC", "CAB", "CAoB"),
        ("AoBC", "ABXC", "AoBXC"),
        ("oABC", "XABC", "oXABC"),
        ("CAB", "AB", "AB"),
    ],
)
def test_a_groups_own_order_stays_and_what_is_new_finds_its_place(draft, own, edited, becomes):
    arrange(draft, own)
    edit(draft.round, edited)
    assert programme(draft) == becomes


def test_an_item_the_group_took_out_does_not_come_back(draft):
    draft.items.get(title="B").delete()
    edit(draft.round, "CAB")
    assert programme(draft) == "CA"


def test_only_a_draft_that_became_another_is_a_newer_version(draft):
    edit(draft.round, "ABC")
    assert Gathering.objects.get(pk=draft.pk).version == 1
    edit(draft.round, "ABCD")
    assert Gathering.objects.get(pk=draft.pk).version == 2


def edited_meanwhile(desk, client, consultant, **changes):
    client.force_login(consultant)
    assert client.post(url("round_edit", desk.round), typed(desk.round, **changes)).url
    client.force_login(desk.leader)


@pytest.fixture
def consultant_of(desk):
    return RoleFactory(person__region=desk.leader.region, kind=Role.Kind.CONSULTANT).person


def test_a_plan_opened_before_the_edit_does_not_put_the_old_words_back(desk, client, consultant_of):
    opened = desk.typed(greeting="Min hilsen")
    edited_meanwhile(desk, client, consultant_of, **{"items-0-title": "Runde, ny"})

    answer = client.post(desk.url("plan"), {**opened, "later": "1"})

    assert answer.status_code == 409
    assert "Min hilsen" in text(answer)
    assert "Runde, ny" in text(answer)
    assert desk.gathering.items.get().title == "Runde, ny"


def test_an_item_removed_meanwhile_is_a_conflict_and_what_was_typed_in_it_can_be_kept(
    desk, client, consultant_of
):
    opened = desk.typed(greeting="Min hilsen")
    opened |= {"items-0-questions": "Mine spørsmål"}
    edited_meanwhile(desk, client, consultant_of, **{"items-0-DELETE": "on"})
    assert not desk.gathering.items.exists()

    answer = client.post(desk.url("plan"), {**opened, "later": "1"})

    assert answer.status_code == 409
    page = text(answer)
    for kept in ("Min hilsen", "Mine spørsmål"):
        assert kept in page
    again = {**opened, "items-INITIAL_FORMS": "0", "items-0-id": "", "version": "2"}
    assert 'name="items-INITIAL_FORMS" value="0"' in page
    assert 'name="version" value="2"' in page
    assert client.post(desk.url("plan"), {**again, "later": "1"}).status_code == 302
    assert desk.gathering.items.get().questions == "Mine spørsmål"
