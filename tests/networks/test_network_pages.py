"""Networks and years: what they show (V2, V3, V4, V25), and how they are set up (V5, V6)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from networks import themes
from networks.models import Network, Rules, Season, Theme
from tests.factories import GatheringFactory, NetworkFactory, RoundFactory, SeasonFactory
from tests.networks.conftest import in_days

OUTLINE = """Barnehagen som pedagogisk virksomhet
  Ledelse av utviklingsarbeid
    målstyring
    observasjon
Inkluderende miljø
  Voksenrollen
    holdninger og verdier"""


@pytest.fixture
def admin(client, sortland):
    client.force_login(sortland.admin)
    return client


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_v2_purpose_and_goals_are_written_once_and_shown(admin, sortland):
    network = sortland.season.network
    data = {
        "name": "Ped.ledernettverk",
        "purpose": "Vi lærer av hverandre.",
        "goals": "Praksis endrer seg\nPed.lederne får støtte",
        "member_position": "pedagogical_leader",
        "leader_position": "manager",
    }
    answer = admin.post(reverse("networks:network_edit", args=[network.pk]), data)
    assert answer.status_code == 302
    text = text_of(admin.get(network.get_absolute_url()))
    assert "Vi lærer av hverandre." in text
    assert "<li>Praksis endrer seg</li><li>Ped.lederne får støtte</li>" in text


def test_v3_a_tree_of_area_topic_and_keywords_is_typed_as_text(admin, sortland):
    address = reverse("networks:season_themes", args=[sortland.season.pk])
    answer = admin.post(address, {"tree": OUTLINE, "cross_cutting": "verdisyn\nledelse"})
    assert answer.status_code == 302
    keyword = Theme.objects.get(title="observasjon")
    assert keyword.parent.title == "Ledelse av utviklingsarbeid"
    assert keyword.parent.parent.title == "Barnehagen som pedagogisk virksomhet"
    text = text_of(admin.get(sortland.season.network.get_absolute_url()))
    assert "Voksenrollen<ul><li>holdninger og verdier" in text.replace("> <", "><")
    assert text_of(admin.get(address)).count("målstyring") == 1


def test_v4_what_runs_through_the_year_stands_beside_the_tree(admin, sortland):
    address = reverse("networks:season_themes", args=[sortland.season.pk])
    admin.post(address, {"tree": "", "cross_cutting": "verdisyn\norganisasjonskultur"})
    crossing = Theme.objects.filter(is_cross_cutting=True)
    assert [theme.title for theme in crossing] == ["verdisyn", "organisasjonskultur"]
    text = text_of(admin.get(sortland.season.network.get_absolute_url()))
    assert "verdisyn, organisasjonskultur" in text


def test_a_theme_that_stays_keeps_its_row(sortland):
    def write(text):
        themes.write_themes(sortland.season, themes.read_outline(text), [], by=sortland.admin)
        return dict(Theme.objects.values_list("title", "pk"))

    before = write(OUTLINE)
    after = write(OUTLINE.replace("    målstyring\n", "") + "\n    kultur")
    assert {title for title in before if title not in after} == {"målstyring"}
    assert all(before[title] == after[title] for title in after if title in before)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A\n  B\n    C\n      D", "Linje 4, «D», ligger for langt inn."),
        ("A\nA", "Linje 2, «A», står to ganger."),
        ("A" * 151, "Linje 1 er lengre enn 150 tegn."),
        ("A\n - ", "Linje 2 har ingen ord."),
        ("\n".join(f"T{n}" for n in range(301)), "Skriv høyst 300 linjer."),
    ],
)
def test_an_outline_that_cannot_be_read_is_kept_and_explained(admin, sortland, text, sentence):
    address = reverse("networks:season_themes", args=[sortland.season.pk])
    answer = admin.post(address, {"tree": text, "cross_cutting": ""})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert text.split("\n")[0] in answer.content.decode()


def test_tabs_and_bullets_are_an_outline_too():
    tree = themes.read_outline("- A\n\t- B\n\t\t• C\n- D")
    assert themes.write_outline(tree) == "A\n  B\n    C\nD"


def test_v25_rounds_stand_newest_first_with_the_programme_of_my_group(client, sortland):
    season = sortland.season
    group = sortland.group(sortland.members[:5], sortland.managers[5])
    first, second = (RoundFactory(season=season, number=n, theme=f"Tema {n}") for n in (1, 2))
    RoundFactory(season=season, number=3, theme="Tema 3", opened_at=None)
    mine = GatheringFactory(group=group, round=first, held=True)
    theirs = GatheringFactory(group=sortland.group(), round=first, held=True)
    client.force_login(sortland.members[0])
    text = text_of(client.get(season.network.get_absolute_url()))
    assert text.index("Tema 2") < text.index("Tema 1")
    assert "Tema 3" not in text
    assert reverse("gatherings:round", args=[second.pk]) in text
    assert reverse("gatherings:programme_pdf", args=[mine.pk]) in text
    assert reverse("gatherings:programme_pdf", args=[theirs.pk]) not in text


def test_a_member_sees_her_own_group_and_the_consultant_all(client, sortland, consultant):
    mine = sortland.group(sortland.members[:5], sortland.managers[5], name="Nordlys")
    sortland.group(name="Sørlys")
    sortland.draft(name="Kladden")
    client.force_login(sortland.members[0])
    text = text_of(client.get(sortland.season.network.get_absolute_url()))
    assert "Nordlys" in text
    assert "Sørlys" not in text
    client.force_login(consultant)
    text = text_of(client.get(sortland.season.network.get_absolute_url()))
    assert "Nordlys" in text
    assert "Sørlys" in text
    assert "Kladden" not in text
    assert mine.get_absolute_url() in text


def test_an_earlier_year_is_still_there(client, sortland, consultant):
    """V27: what was, stays, whatever the next year's rules are."""
    old = SeasonFactory(
        network=sortland.season.network,
        name="2019/20",
        starts_on=in_days(-700),
        ends_on=in_days(-400),
    )
    sortland.group(name="I år")
    sortland.group(name="Den gang").__class__.objects.filter(name="Den gang").update(season=old)
    client.force_login(consultant)
    address = sortland.season.network.get_absolute_url()
    assert "I år" in text_of(client.get(address))
    text = text_of(client.get(f"{address}?ar={old.pk}"))
    assert "Den gang" in text
    assert "I år" not in text
    assert client.get(f"{address}?ar=%00").status_code == 200


def test_a_group_is_known_before_its_season_begins(client, sortland):
    Season.objects.update(starts_on=in_days(30), ends_on=in_days(300))
    sortland.season.refresh_from_db()
    group = sortland.group(sortland.members[:5], sortland.managers[5])
    client.force_login(sortland.members[0])
    assert client.get(group.get_absolute_url()).status_code == 200
    assert client.get(reverse("networks:my_group")).url == group.get_absolute_url()


def test_who_moves_next_month_does_not_see_the_new_group_yet(client, sortland):
    group = sortland.group(sortland.members[:5], sortland.managers[5])
    group.memberships.filter(person=sortland.members[0]).update(
        starts_on=in_days(20), reason="too_small"
    )
    client.force_login(sortland.members[0])
    assert client.get(group.get_absolute_url()).status_code == 404


def test_the_group_page_has_the_leaders_contact_and_the_year(client, sortland):
    kari = sortland.managers[5]
    kari.mobile = "900 00 000"
    kari.save()
    group = sortland.group(sortland.members[:5], kari)
    gathering = GatheringFactory(group=group, called=True)
    client.force_login(sortland.members[0])
    text = text_of(client.get(group.get_absolute_url()))
    house = sortland.members[1].positions.get().institution
    for words in (kari.name, f"mailto:{kari.email}", "900 00 000", house.name, "Voksenrollen"):
        assert words in text
    assert reverse("gatherings:gathering", args=[gathering.pk]) in text


def test_several_groups_are_a_choice_and_last_year_is_not_one(client, sortland):
    kari = sortland.managers[0]
    first = sortland.group(leader=kari)
    client.force_login(kari)
    old = SeasonFactory(
        network=sortland.season.network, starts_on=in_days(-700), ends_on=in_days(-400)
    )
    earlier = first.__class__.objects.create(
        season=old, name="I fjor", published_at=first.published_at
    )
    earlier.memberships.create(season=old, person=kari, role="leader", starts_on=old.starts_on)
    assert client.get(reverse("networks:my_group")).url == first.get_absolute_url()
    sortland.group(leader=kari, name="Nordlys")
    text = text_of(client.get(reverse("networks:my_group")))
    assert "Nordlys" in text
    assert "I fjor" in text


def test_an_admin_makes_a_network_its_year_and_its_rules(admin, sortland):
    data = {
        "name": "Styrernettverket",
        "member_position": "manager",
        "leader_position": "manager",
    }
    admin.post(reverse("networks:network_new"), data)
    network = Network.objects.get(name="Styrernettverket")
    assert network.region == sortland.region
    first = sortland.season.starts_on
    days = {"starts_on": str(first), "ends_on": str(first + timedelta(days=300))}
    admin.post(reverse("networks:season_new", args=[network.pk]), {"name": "2026/27", **days})
    season = network.seasons.get()
    assert (season.rules.min_size, season.rules.max_size) == (5, 6)


def test_a_new_year_inherits_the_rules_of_the_last(admin, sortland):
    Rules.objects.update(min_size=3, max_size=9, scope=Rules.Scope.REGION)
    days = {"starts_on": str(in_days(250)), "ends_on": str(in_days(500))}
    address = reverse("networks:season_new", args=[sortland.season.network_id])
    answer = admin.post(address, {"name": "neste", **days})
    rules = Rules.objects.get(season__name="neste")
    assert (rules.min_size, rules.max_size, rules.scope) == (3, 9, "region")
    assert answer.url == reverse("networks:season_rules", args=[rules.pk])
    assert Rules.objects.count() == 2


def rules_data(**more):
    return {
        "min_size": 5,
        "max_size": 6,
        "scope": "municipality",
        "gatherings_a_year": 3,
        "gathering_minutes": 180,
        "answers_shown": "after_delivery",
        "approval_days": 7,
        "distribution": "leaders",
        **more,
    }


def test_v5_v6_the_rules_are_data(admin, sortland):
    address = reverse("networks:season_rules", args=[sortland.season.pk])
    assert admin.post(address, rules_data(max_size=7, scope="region")).status_code == 302
    rules = Rules.objects.get()
    assert (rules.max_size, rules.scope, rules.apart_from_colleagues) == (7, "region", False)


def test_rules_that_contradict_each_other_are_refused_in_words(admin, sortland):
    address = reverse("networks:season_rules", args=[sortland.season.pk])
    answer = admin.post(address, rules_data(min_size=8))
    assert answer.status_code == 422
    assert "kan ikke være mindre enn" in answer.content.decode()


def test_names_are_used_once(admin, sortland):
    NetworkFactory(region=sortland.region, name="Finnes")
    data = {"name": "Finnes", "member_position": "manager", "leader_position": "manager"}
    answer = admin.post(reverse("networks:network_new"), data)
    assert "Det finnes alt et nettverk med dette navnet." in answer.content.decode()
    address = reverse("networks:season_new", args=[sortland.season.network_id])
    days = {"starts_on": str(in_days(1)), "ends_on": str(in_days(100))}
    answer = admin.post(address, {"name": sortland.season.name, **days})
    assert "Nettverket har alt et år med dette navnet." in answer.content.decode()


def test_a_year_ends_after_it_begins(admin, sortland):
    address = reverse("networks:season_edit", args=[sortland.season.pk])
    days = {"starts_on": str(in_days(100)), "ends_on": str(in_days(1))}
    answer = admin.post(address, {"name": "x", **days})
    assert answer.status_code == 422
    assert "Siste dag må komme etter første dag." in answer.content.decode()


def test_only_admins_set_up_and_consultants_write_themes(client, sortland, consultant):
    client.force_login(consultant)
    season, network = sortland.season, sortland.season.network
    for name, pk in (
        ("network_edit", network.pk),
        ("season_new", network.pk),
        ("season_edit", season.pk),
        ("season_rules", season.pk),
    ):
        assert client.get(reverse(f"networks:{name}", args=[pk])).status_code == 403
    assert client.get(reverse("networks:season_themes", args=[season.pk])).status_code == 200
    assert client.get(reverse("networks:network_new")).status_code == 403
