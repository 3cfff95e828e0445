"""The rules of a season, on plain data: no database."""

from dataclasses import dataclass, replace

import pytest

from networks.effects import effect
from networks.rule_check import (
    ADVICE,
    BROKEN,
    EXCUSED,
    KEPT,
    Group,
    Participant,
    Plan,
    Workplace,
    can_be_divided,
    check,
)


@dataclass
class Limits:
    min_size: int = 5
    max_size: int = 6
    scope: str = "municipality"
    apart_from_colleagues: bool = True
    leader_not_own: bool = True


def works(name: str, house: str, area: str = "sortland") -> Participant:
    return Participant(name, name, (Workplace(house, house, area),))


def manages(name: str, *houses: str) -> Participant:
    return Participant(name, name, manages=frozenset(houses), leads=True)


KARI = manages("Kari", "Fjellheim")
SIX = tuple(works(f"M{n}", f"H{n}") for n in range(6))
S1 = Group("s1", "Sortland 1", "sortland", "Sortland", KARI, SIX)


def found(plan: Plan, rule: str, limits: Limits | None = None, reasons=None):
    findings = check(plan, limits or Limits(), reasons or {})
    return [(f.level, f.sentence) for f in findings if f.rule == rule]


def levels(plan: Plan, rule: str, **limits):
    return [level for level, _sentence in found(plan, rule, Limits(**limits))]


def test_a_group_as_it_should_be_keeps_every_rule():
    assert {f.level for f in check(Plan([S1]), Limits(), {})} == {KEPT}


def test_v1_somebody_in_no_group_is_named():
    plan = Plan([S1], unplaced=[works("Ronja", "H9")])
    assert found(plan, "no_group") == [(BROKEN, "Ronja er ikke i noen gruppe")]


def test_v5_a_member_from_another_municipality_is_named():
    stranger = works("Liv", "Bøstrand", "bo")
    group = replace(S1, members=(*SIX[:5], stranger))
    assert found(Plan([group]), "outsider") == [
        (BROKEN, "Liv i Sortland 1 arbeider ikke i Sortland")
    ]


def test_v5_a_member_who_also_works_here_is_no_stranger():
    both = Participant("Liv", "Liv", (Workplace("B", "B", "bo"), Workplace("S", "S", "sortland")))
    assert levels(Plan([replace(S1, members=(*SIX[:5], both))]), "outsider") == [KEPT]


def test_v5_is_not_asked_where_groups_go_across():
    group = replace(S1, members=(*SIX[:5], works("Liv", "B", "bo")))
    assert levels(Plan([group]), "outsider", scope="region") == []


@pytest.mark.parametrize(("size", "level"), [(4, BROKEN), (5, KEPT), (6, KEPT), (7, BROKEN)])
def test_v6_five_or_six_members_counted_without_the_leader(size, level):
    people = tuple(works(f"M{n}", f"H{n}") for n in range(size))
    waiting = [works(f"W{n}", f"V{n}") for n in range(18 - size)]
    assert levels(Plan([replace(S1, members=people)], waiting), "size") == [level]


def test_v6_is_advice_where_the_municipality_is_too_small_for_the_rule():
    """Lødingen: eight people cannot be dealt into groups of five or six."""
    groups = [
        replace(S1, key=str(n), members=tuple(works(f"{n}{m}", f"H{m}") for m in range(4)))
        for n in range(2)
    ]
    assert levels(Plan(groups), "size") == [ADVICE, ADVICE]


@pytest.mark.parametrize(
    ("people", "fits"), [(4, False), (5, True), (8, False), (10, True), (13, False), (53, True)]
)
def test_people_can_be_divided_into_groups_of_five_and_six(people, fits):
    assert can_be_divided(people, Limits()) is fits


def test_v7_a_group_without_leader_is_broken_and_has_no_excuse():
    plan = Plan([replace(S1, leader=None)])
    reasons = {("no_leader", "s1"): "Vi finner ingen"}
    assert found(plan, "no_leader", reasons=reasons) == [
        (BROKEN, "Sortland 1 har ingen prosessleder")
    ]


def test_v8_a_leader_of_own_staff_is_named():
    group = replace(S1, members=(*SIX[:5], works("Ida", "Fjellheim")))
    plan = Plan([group], could_lead=[KARI, manages("Ola", "H99")])
    assert found(plan, "own_staff") == [(BROKEN, "Kari leder egne ansatte i Sortland 1: Ida")]


def test_v8_is_advice_when_every_possible_leader_would_lead_own_staff():
    members = (works("Ida", "Fjellheim"), works("Eva", "Vik"), *SIX[:3])
    plan = Plan([replace(S1, members=members)], could_lead=[KARI, manages("Ola", "Vik")])
    assert levels(plan, "own_staff") == [ADVICE]


def test_v8_can_be_switched_off():
    group = replace(S1, members=(*SIX[:5], works("Ida", "Fjellheim")))
    assert levels(Plan([group]), "own_staff", leader_not_own=False) == []


def test_v10_two_from_one_house_are_named_when_it_could_be_avoided():
    two = (works("Mona", "Solbakken"), works("Sara", "Solbakken"), *SIX[:4])
    other = replace(S1, key="s2", name="Sortland 2", leader=manages("Ola", "V"), members=SIX[:5])
    assert found(Plan([replace(S1, members=two), other]), "colleagues") == [
        (BROKEN, "2 fra Solbakken i Sortland 1: Mona og Sara")
    ]


def test_v10_is_advice_when_there_are_fewer_groups_than_colleagues():
    """Two houses in one group: somebody must sit with a colleague."""
    people = tuple(works(f"M{n}", f"H{n % 2}") for n in range(6))
    assert set(levels(Plan([replace(S1, members=people)]), "colleagues")) == {ADVICE}


def test_v10_counts_how_many_must_sit_together():
    """Three of a house in two groups: 2 + 1 cannot be avoided, 3 + 0 can."""
    three = [works(f"S{n}", "Solbakken") for n in range(3)]
    rest = [works(f"R{n}", f"H{n}") for n in range(8)]

    def split(first: int) -> Plan:
        left = (*three[:first], *rest[: 6 - first])
        right = (*three[first:], *rest[6 - first :])
        leaders = [KARI, manages("Ola", "V")]
        return Plan(
            [
                replace(S1, key=str(n), leader=leaders[n], members=members)
                for n, members in enumerate((left, right))
            ]
        )

    assert levels(split(2), "colleagues") == [ADVICE]
    assert levels(split(3), "colleagues") == [BROKEN]


def test_leading_two_groups_is_named():
    other = replace(S1, key="s2", name="Sortland 2", members=())
    assert found(Plan([S1, other]), "two_seats") == [
        (BROKEN, "Kari har plass i Sortland 1 og Sortland 2")
    ]


def test_a_seat_on_another_board_counts():
    assert found(Plan([S1], elsewhere={"Kari": ["Bø 1"]}), "two_seats") == [
        (BROKEN, "Kari har plass i Bø 1 og Sortland 1")
    ]


def test_somebody_who_left_the_position_is_advice():
    group = replace(S1, members=(*SIX[:5], Participant("Ida", "Ida")))
    assert found(Plan([group]), "no_longer") == [
        (ADVICE, "Ida i Sortland 1 har ikke lenger stillingen")
    ]


def test_a_recorded_reason_excuses_exactly_what_it_was_written_for():
    four = replace(S1, members=SIX[:4])
    waiting = [works(f"W{n}", f"V{n}") for n in range(8)]
    reasons = {("size", "s1:4"): "To i permisjon"}
    excused = found(Plan([four], waiting), "size", reasons=reasons)
    assert [level for level, _sentence in excused] == [EXCUSED]
    three = found(Plan([replace(S1, members=SIX[:3])], waiting), "size", reasons=reasons)
    assert [level for level, _sentence in three] == [BROKEN]


def test_the_worst_stands_first():
    plan = Plan([replace(S1, leader=None, members=(*SIX[:5], Participant("Ida", "Ida")))])
    assert [f.level for f in check(plan, Limits(), {})][:2] == [BROKEN, ADVICE]


def test_a_choice_says_what_it_mends_and_what_it_breaks():
    mona, sara = works("Mona", "Solbakken"), works("Sara", "Solbakken")
    first = replace(S1, members=(mona, sara, *SIX[:4]))
    five = tuple(works(f"N{n}", f"V{n}") for n in range(5))
    other = replace(S1, key="s2", name="Sortland 2", leader=manages("Ola", "V"), members=five)
    full = replace(other, key="s3", name="Sortland 3", leader=manages("Per", "V"), members=SIX)
    plan = Plan([first, other, full])
    good, bad = (effect(plan, Limits(), {}, mona, key) for key in ("s2", "s3"))
    assert good.words == "blir 6 deltakere, løser 1 brudd"
    assert bad.words == "blir 7 deltakere (regelen er 5–6)"
    assert good.new_warnings < bad.new_warnings
