"""The board's pages: what they show to whom, what they answer, and how much they ask."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from networks.board import read_board
from networks.models import Membership, NetworkGroup, Rules
from office.dates import date_span
from office.models import Letter
from participants.models import Position, Role
from tests.factories import (
    GroupFactory,
    InstitutionFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    RoleFactory,
    SeasonFactory,
)
from tests.networks.conftest import build_place, employ, in_days, seats


@pytest.fixture
def admin(client, sortland):
    client.force_login(sortland.admin)
    return client


def url(town, name="board", **query):
    query = {**town.kommune, **query}
    address = reverse(f"networks:{name}", args=[town.season.pk])
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


def place(client, town, picks, to, **headers):
    data = {"pick": [p if isinstance(p, str) else str(p.pk) for p in picks], "to": to}
    return client.post(url(town, "board_place"), data, headers=headers)


def test_v1_the_board_lists_everybody_without_a_group(admin, sortland):
    sortland.draft(sortland.members[:3])
    board = admin.get(url(sortland)).context["board"]
    assert {card.who.name for card in board.unplaced} == {p.name for p in sortland.members[3:]}


def test_v1_somebody_who_left_or_has_not_begun_is_not_missing(admin, sortland):
    house = sortland.managers[0].positions.get().institution
    gone, coming = employ(house), employ(house)
    gone.positions.update(ends_on=in_days(-1))
    coming.positions.update(starts_on=in_days(5))
    names = {card.who.name for card in admin.get(url(sortland)).context["board"].unplaced}
    assert names == {person.name for person in sortland.members}


def warnings(town):
    board = read_board(town.season, town.municipality, reader=town.admin)
    return {finding.rule for finding in board.findings if finding.level == "broken"}


def test_v5_somebody_from_another_municipality_stands_in_the_rail(sortland):
    stranger = employ(InstitutionFactory(municipality__region=sortland.region))
    sortland.draft([*sortland.members[0:8:2], stranger], sortland.managers[5])
    assert "outsider" in warnings(sortland)


def test_v8_a_manager_of_a_member_stands_in_the_rail(sortland):
    group = sortland.draft(sortland.members[0:10:2], sortland.managers[0])
    assert "own_staff" in warnings(sortland)
    group.memberships.filter(person=sortland.members[0]).delete()
    assert "own_staff" not in warnings(sortland)


def test_v10_two_from_one_house_stand_in_the_rail(sortland):
    sortland.draft(sortland.members[0:6], sortland.managers[5])
    assert "colleagues" in warnings(sortland)
    sortland.season.memberships.all().delete()
    sortland.draft(sortland.members[0::2], sortland.managers[5], name="Nordlys")
    assert "colleagues" not in warnings(sortland)


def test_a_leader_of_two_and_a_leader_who_is_a_member_stand_in_the_rail(sortland):
    kari = sortland.managers[0]
    sortland.draft(leader=kari)
    assert "two_seats" not in warnings(sortland)
    sortland.draft([kari])
    assert "two_seats" in warnings(sortland)


def test_the_database_refuses_two_memberships_in_a_season(sortland):
    ida = sortland.members[0]
    sortland.draft([ida])
    with pytest.raises(IntegrityError), transaction.atomic():
        sortland.draft([ida])


def test_somebody_who_changes_group_next_month_counts_where_she_will_be(sortland):
    first, second = sortland.group(sortland.members[:5]), sortland.group()
    lena = sortland.members[0]
    first.memberships.filter(person=lena).update(ends_on=in_days(20))
    MembershipFactory(group=second, person=lena, starts_on=in_days(21))
    board = read_board(sortland.season, sortland.municipality, reader=sortland.admin)
    columns = {column.group: column for column in board.columns}
    assert [card.who.name for card in columns[first].leaving] == [lena.name]
    assert [card.who.name for card in columns[second].members] == [lena.name]
    assert "two_seats" not in warnings(sortland)


def test_groups_are_made_and_people_moved_without_javascript(admin, sortland):
    answer = admin.post(url(sortland, "board_make"), {"count": "2"})
    assert answer.status_code == 302
    group = sortland.season.groups.first()
    ida, eva = sortland.members[:2]
    answer = place(admin, sortland, [ida, eva], str(group.pk))
    assert answer.url == f"{url(sortland)}#p-{ida.pk}"
    page = admin.get(answer.url)
    assert f"Flyttet til {group}: {ida} og {eva}." in page.content.decode()
    assert {seat[0] for seat in seats(sortland.season)} == {ida, eva}


def test_with_htmx_the_board_comes_back_and_says_what_happened(admin, sortland):
    group = sortland.draft()
    answer = place(admin, sortland, sortland.members[:1], str(group.pk), **{"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert 'hx-swap-oob="innerHTML:#board-said"' in text
    assert f"Flyttet til {group}: {sortland.members[0]}." in text
    assert "brudd igjen" in text
    assert "data-moved" in text


def test_a_leader_is_chosen_from_the_same_menu(admin, sortland):
    group = sortland.draft()
    place(admin, sortland, sortland.managers[:1], f"leads:{group.pk}")
    assert group.memberships.get().role == Membership.Role.LEADER


def test_a_refused_move_says_why_and_keeps_what_was_ticked(admin, sortland):
    group, kari = sortland.draft(), sortland.managers[0]
    answer = place(admin, sortland, [kari], str(group.pk))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in text
    assert "Deltakerne må være" in text
    assert f'value="{kari.pk}" checked' in text
    assert f'value="{group.pk}" selected' in text


def test_nobody_ticked_is_said_in_words(admin, sortland):
    answer = admin.post(url(sortland, "board_place"), {"to": "none"})
    assert answer.status_code == 422
    assert "Kryss av dem du vil flytte." in answer.content.decode()


def test_v9_a_published_group_has_no_boxes_but_a_way_to_move(admin, sortland):
    sortland.group(sortland.members[:5], sortland.managers[5])
    text = admin.get(url(sortland)).content.decode()
    assert "Låst" in text
    assert 'name="pick"' not in text
    assert reverse("networks:move", args=[sortland.season.pk, sortland.members[0].pk]) in text
    answer = place(admin, sortland, sortland.members[:1], "none")
    assert answer.status_code == 422


def test_a_consultant_looks_and_changes_nothing(client, sortland, consultant):
    group = sortland.draft(sortland.members[:3])
    client.force_login(consultant)
    text = client.get(url(sortland)).content.decode()
    assert sortland.members[0].name in text
    assert "<form" not in text.split('id="board"')[1].split("</main>")[0].replace(
        '<form class="compose-main"', ""
    )
    assert 'name="pick"' not in text
    assert place(client, sortland, sortland.members[:1], "none").status_code == 403
    for name in ("board_publish", "board_reason"):
        assert client.get(url(sortland, name)).status_code == 403
    assert client.get(reverse("networks:group_edit", args=[group.pk])).status_code == 403


def test_a_member_sees_no_board(client, sortland):
    sortland.group(sortland.members[:5], sortland.managers[5])
    client.force_login(sortland.members[0])
    assert client.get(url(sortland)).status_code == 403
    assert client.get(reverse("networks:board_index")).status_code == 403


def test_another_organisation_sees_nothing(client, sortland):
    stranger = build_place(1, 1).admin
    client.force_login(stranger)
    assert client.get(url(sortland)).status_code == 404
    group = sortland.group(sortland.members[:5], sortland.managers[5])
    assert client.get(group.get_absolute_url()).status_code == 404


def test_a_consultant_of_one_municipality_sees_that_one(client, sortland):
    other = MunicipalityFactory(region=sortland.region)
    limited = RoleFactory(
        person__region=sortland.region, kind=Role.Kind.CONSULTANT, municipality=other
    ).person
    client.force_login(limited)
    assert client.get(url(sortland)).status_code == 404
    page = client.get(reverse("networks:board", args=[sortland.season.pk]))
    assert page.context["board"].municipality == other


def test_an_unknown_municipality_is_not_found(admin, sortland):
    assert admin.get(url(sortland, kommune="9999")).status_code == 404


def test_across_municipalities_the_whole_network_is_one_board(admin, sortland):
    other = MunicipalityFactory(region=sortland.region)
    liv = employ(InstitutionFactory(municipality=other))
    Rules.objects.update(scope=Rules.Scope.REGION)
    address = reverse("networks:board", args=[sortland.season.pk])
    board = admin.get(address).context["board"]
    assert board.municipality is None
    assert liv.name in {card.who.name for card in board.unplaced}
    admin.post(reverse("networks:board_make", args=[sortland.season.pk]), {"count": 1})
    assert NetworkGroup.objects.get().municipality is None


def test_more_than_sixty_people_are_shown_a_municipality_at_a_time(admin, sortland, monkeypatch):
    Rules.objects.update(scope=Rules.Scope.REGION)
    monkeypatch.setattr("networks.board.MOST_PEOPLE", 11)
    board = admin.get(reverse("networks:board", args=[sortland.season.pk])).context["board"]
    assert board.municipality == sortland.municipality


def test_a_warning_is_lived_with_from_its_own_page(admin, sortland):
    group = sortland.draft(sortland.members[0:8:2], sortland.managers[5])
    address = url(sortland, "board_reason", regel="size", om=f"{group.pk}:4")
    assert "4 deltakere" in admin.get(address).content.decode()
    assert admin.post(address, {"reason": " "}).status_code == 422
    assert admin.post(address, {"reason": "To kommer i januar"}).status_code == 302
    text = admin.get(url(sortland)).content.decode()
    assert "Avvik med grunn: To kommer i januar" in " ".join(text.replace("</span>", "").split())
    admin.post(address, {"withdraw": "yes"})
    assert not sortland.season.exceptions.exists()


def test_a_warning_that_is_mended_needs_no_reason(admin, sortland):
    address = url(sortland, "board_reason", regel="size", om="gone:4")
    assert admin.get(address).status_code == 302


def test_publishing_shows_what_happens_asks_for_reasons_and_does_it(admin, sortland):
    sortland.draft(sortland.members[0::2], sortland.managers[1], name="Nordlys")
    page = admin.get(url(sortland, "board_publish"))
    text = page.content.decode()
    assert "7 personer får e-post" in text
    assert "6 personer er ikke i noen gruppe" in text
    seen = page.context["board"].digest
    refused = admin.post(url(sortland, "board_publish"), {"seen": seen})
    assert refused.status_code == 422
    reasons = dict.fromkeys(refused.context["form"].breaks, "De begynner i januar")
    answer = admin.post(url(sortland, "board_publish"), {"seen": seen, **reasons})
    assert answer.status_code == 302
    assert NetworkGroup.objects.get().published_at
    assert Letter.objects.count() == 7
    assert admin.post(url(sortland, "board_publish"), {"seen": seen}).status_code == 302
    assert Letter.objects.count() == 7


def test_v7_without_leader_there_is_no_button_and_a_post_is_refused(admin, sortland):
    sortland.draft(sortland.members[0::2], name="Nordlys")
    page = admin.get(url(sortland, "board_publish"))
    assert "Nordlys har ingen prosessleder" in page.content.decode()
    seen = page.context["board"].digest
    reasons = dict.fromkeys(page.context["form"].breaks, "Ja")
    answer = admin.post(url(sortland, "board_publish"), {"seen": seen, **reasons})
    assert answer.status_code == 422
    assert "Velg prosessleder for Nordlys først" in answer.content.decode()


def test_moving_from_its_page_asks_for_date_and_reason(admin, sortland):
    first = sortland.group(sortland.members[:5], sortland.managers[5])
    second = sortland.group(sortland.members[5:10], sortland.managers[4])
    lena = sortland.members[0]
    address = reverse("networks:move", args=[sortland.season.pk, lena.pk]) + "?kommune="
    address += sortland.municipality.number
    page = admin.get(address)
    assert f"Flytt {lena}" in page.content.decode()
    seen = str(page.context["seat"].pk)
    data = {"to": str(second.pk), "on": str(in_days(5)), "seen": seen}
    assert admin.post(address, data).status_code == 422
    own = admin.post(address, {**data, "reason": "own"})
    assert "Skriv grunnen med egne ord." in own.content.decode()
    accepted = admin.post(address, {**data, "reason": "too_small"}, follow=True)
    assert accepted.redirect_chain
    told = f"{lena} er i {second} fra {date_span(in_days(5))}. {lena} og prosesslederne får beskjed"
    assert told in accepted.content.decode()
    again = admin.post(address, {**data, "reason": "too_small"})
    assert again.status_code == 422
    assert f"{lena} ble flyttet av" in again.content.decode()
    assert first.memberships.members().filter(ends_on=None).count() == 4


def test_a_new_leader_from_its_page(admin, sortland):
    group = sortland.group(sortland.members[:5], sortland.managers[5])
    address = reverse("networks:group_leader", args=[group.pk])
    seen = str(admin.get(address).context["seat"].pk)
    data = {"leader": str(sortland.managers[4].pk), "on": str(in_days(5)), "seen": seen}
    assert admin.post(address, {**data, "reason": "new_leader"}).status_code == 302
    assert group.memberships.leaders().count() == 2


def test_a_draft_gets_name_leader_and_end(admin, sortland):
    group = sortland.draft()
    edit = reverse("networks:group_edit", args=[group.pk])
    assert admin.post(edit, {"name": "Nordlys"}).status_code == 302
    leader = reverse("networks:group_leader", args=[group.pk])
    assert admin.post(leader, {"leader": str(sortland.managers[0].pk)}).status_code == 302
    remove = reverse("networks:group_remove", args=[group.pk])
    refused = admin.post(remove)
    assert refused.status_code == 422
    assert "Nordlys er ikke tom" in refused.content.decode()
    admin.post(leader, {"leader": ""})
    assert admin.post(remove).status_code == 302
    assert not NetworkGroup.objects.exists()


def test_the_index_counts_people_municipality_by_municipality(admin, sortland):
    sortland.draft(sortland.members[:5], sortland.managers[0])
    standing = admin.get(reverse("networks:board_index")).context["standings"][0]
    row = standing.rows[0]
    assert (row.people, row.placed, row.unplaced, row.drafts, row.published) == (12, 5, 7, 1, 0)


def test_the_index_counts_each_season_on_the_day_its_board_does(admin, sortland):
    coming = SeasonFactory(
        network=sortland.season.network, starts_on=in_days(60), ends_on=in_days(400)
    )
    house = sortland.managers[0].positions.get().institution
    stops, *begin = employ(house), employ(house), employ(house)
    stops.positions.update(ends_on=in_days(10))
    Position.objects.filter(person__in=begin).update(starts_on=in_days(30))
    for season in (sortland.season, coming):
        GroupFactory(season=season, municipality=sortland.municipality, members=[stops, *begin])
    counts = {}
    for standing in admin.get(reverse("networks:board_index")).context["standings"]:
        row = standing.rows[0]
        counts[standing.season] = (row.people, row.placed)
        board = read_board(standing.season, sortland.municipality, reader=sortland.admin)
        assert row.unplaced == len(board.unplaced)
    assert counts == {sortland.season: (13, 1), coming: (14, 2)}


def test_many_groups_are_shown_a_page_at_a_time(admin, sortland):
    admin.post(url(sortland, "board_make"), {"count": "14"})
    first = admin.get(url(sortland))
    names = [column.group.name for column in first.context["view"].columns]
    town = sortland.municipality.name
    assert names == [f"{town} {number}" for number in range(1, 13)]
    assert "page=2" in first.content.decode()
    second = admin.get(url(sortland, page=2)).context["view"].columns
    assert [column.group.name for column in second] == [f"{town} 13", f"{town} 14"]
    last = second[1].group
    answer = admin.post(
        url(sortland, "board_place", page=2),
        {"pick": str(sortland.members[0].pk), "to": str(last.pk)},
    )
    assert answer.url.startswith(f"{url(sortland, page=2)}#p-")


def test_a_person_without_group_is_told_what_comes(client, sortland):
    client.force_login(PersonFactory(region=sortland.region))
    text = client.get(reverse("networks:my_group")).content.decode()
    assert "Når årets grupper publiseres" in text


def test_many_municipalities_come_on_several_pages_each_of_them_once(client, sortland):
    extra = [MunicipalityFactory(region=sortland.region) for _n in range(70)]
    for municipality in extra:
        employ(InstitutionFactory(municipality=municipality))
    client.force_login(sortland.admin)
    address = reverse("networks:board_index")

    pages = [client.get(address, {"page": n}) for n in (1, 2)]

    shown = [
        row.municipality
        for page in pages
        for each in page.context["standings"]
        for row in each.rows
    ]
    assert len(pages[0].context["rows"]) == 60
    assert {m.pk for m in [*extra, sortland.municipality]} == {m.pk for m in shown}
    assert len(shown) == 71
    for number in ("0", "x", "9" * 30):
        assert client.get(address, {"page": number}).status_code == 200


def test_a_consultant_of_one_municipality_sees_how_far_that_one_is(client, sortland):
    other = MunicipalityFactory(region=sortland.region, name="Andøy")
    employ(InstitutionFactory(municipality=other))
    role = RoleFactory(
        person__region=sortland.region, kind="consultant", municipality=sortland.municipality
    )
    client.force_login(role.person)
    page = client.get(reverse("networks:board_index")).content.decode()
    assert sortland.municipality.name in page
    assert other.name not in page
