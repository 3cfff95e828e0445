"""Do the groups keep the season's rules? Findings in words, from plain data; rules never block.

Pure: no database, no clock. A finding is *broken* when it could be avoided, *advice* when the
numbers leave no way round it (two barnehager cannot fill a group with people of six), *excused*
when somebody has written down why, and *kept* when there is nothing to say.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

BROKEN, ADVICE, EXCUSED, KEPT = LEVELS = ("broken", "advice", "excused", "kept")


class Limits(Protocol):
    """The rules of a season; `networks.models.Rules` is one."""

    min_size: int
    max_size: int
    scope: str
    apart_from_colleagues: bool
    leader_not_own: bool


@dataclass(frozen=True)
class Workplace:
    """An institution, by key and name, and the municipality it lies in, by key."""

    key: str
    name: str
    municipality: str


@dataclass(frozen=True)
class Participant:
    """Somebody who sits or could sit in a group.

    `workplaces` are those where she holds the members' position; `manages` are keys of institutions
    she is the manager of; `leads` says whether she holds the leaders' position.
    """

    key: str
    name: str
    workplaces: tuple[Workplace, ...] = ()
    manages: frozenset[str] = frozenset()
    leads: bool = False

    def works_in(self, municipality: str) -> bool:
        return any(place.municipality == municipality for place in self.workplaces)


@dataclass(frozen=True)
class Group:
    """A group as the rules see it; `area` is the key of its municipality, "" when across."""

    key: str
    name: str
    area: str = ""
    area_name: str = ""
    leader: Participant | None = None
    members: tuple[Participant, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One line of the check.

    `subject` is what a reason is recorded for, `group` the key of the group it stands at, `who` the
    name of the one without a group.
    """

    rule: str
    level: str
    sentence: str
    subject: str = ""
    group: str = ""
    reason: str = ""
    who: str = ""

    @property
    def can_be_excused(self) -> bool:
        """A group without leader cannot be lived with: it cannot be published (V7)."""
        return self.level != KEPT and self.rule != "no_leader"


@dataclass(frozen=True)
class Plan:
    """All that the rules look at together.

    `unplaced` are people of the network in no group; `could_lead` everybody who may lead;
    `elsewhere` names groups outside this plan a person sits in, by person key.
    """

    groups: Sequence[Group]
    unplaced: Sequence[Participant] = ()
    could_lead: Collection[Participant] = ()
    elsewhere: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def crowd(self, area: str) -> list[Participant]:
        """Everybody who is or should be a member in this area, once each."""
        placed = [p for group in self.groups if group.area == area for p in group.members]
        waiting = [p for p in self.unplaced if not area or p.works_in(area)]
        return list({person.key: person for person in (*placed, *waiting)}.values())

    def groups_in(self, area: str) -> list[Group]:
        return [group for group in self.groups if group.area == area]


Reasons = Mapping[tuple[str, str], str]


def check(plan: Plan, rules: Limits, reasons: Reasons) -> list[Finding]:
    """Every rule's findings, worst first; a rule nothing was found for gives one `kept` line.

    `reasons` are recorded exceptions by (rule, subject).
    """
    found: list[Finding] = []
    for rule, look in RULES.items():
        if not applies(rule, rules):
            continue
        findings = [excuse(finding, reasons) for finding in look(plan, rules)]
        if not findings and plan.groups and rule in KEPT_WORDS:
            findings = [Finding(rule, KEPT, KEPT_WORDS[rule](rules))]
        found += findings
    return sorted(found, key=lambda finding: LEVELS.index(finding.level))


def applies(rule: str, rules: Limits) -> bool:
    """Whether the season has this rule at all."""
    asked = {
        "colleagues": rules.apart_from_colleagues,
        "own_staff": rules.leader_not_own,
        "outsider": rules.scope == "municipality",
    }
    return asked.get(rule, True)


def excuse(finding: Finding, reasons: Reasons) -> Finding:
    """The finding, lived with when a reason is recorded for exactly this."""
    reason = reasons.get((finding.rule, finding.subject))
    if not reason or not finding.can_be_excused:
        return finding
    return replace(finding, level=EXCUSED, reason=reason)


# --- the rules, one function each ---------------------------------------------------------------


def without_group(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """Somebody the network is for sits nowhere (V1)."""
    for person in plan.unplaced:
        sentence = _("%(name)s is in no group") % {"name": person.name}
        yield Finding("no_group", BROKEN, sentence, subject=person.key, who=person.name)


def without_leader(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """A group has no process leader (V7)."""
    for group in plan.groups:
        if group.leader is None:
            sentence = _("%(group)s has no process leader") % {"group": group.name}
            yield Finding("no_leader", BROKEN, sentence, subject=group.key, group=group.key)


def wrong_size(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """Too few or too many members, counted without the leader (V6)."""
    areas = {group.area for group in plan.groups}
    divides = {area: can_be_divided(len(plan.crowd(area)), rules) for area in areas}
    for group in plan.groups:
        size = len(group.members)
        if rules.min_size <= size <= rules.max_size:
            continue
        sentence = ngettext(
            "%(group)s has %(n)s member, the rule is %(sizes)s",
            "%(group)s has %(n)s members, the rule is %(sizes)s",
            size,
        ) % {"group": group.name, "n": size, "sizes": sizes(rules)}
        level = BROKEN if divides[group.area] else ADVICE
        yield Finding("size", level, sentence, subject=f"{group.key}:{size}", group=group.key)


def can_be_divided(people: int, rules: Limits) -> bool:
    """Whether so many people can be dealt into groups of allowed sizes."""
    most_groups = people // rules.min_size
    return any(
        rules.min_size * groups <= people <= rules.max_size * groups
        for groups in range(1, most_groups + 1)
    )


def colleagues_together(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """Two from one institution in a group (V10); broken only while it could be avoided."""
    for area in dict.fromkeys(group.area for group in plan.groups):
        groups = plan.groups_in(area)
        crowd = plan.crowd(area)
        rooms = max(len(groups), len(crowd) // rules.min_size, 1)
        all_in = Counter(place.key for person in crowd for place in person.workplaces)
        together = [(group, *both) for group in groups for both in shared_workplaces(group)]
        too_close = Counter[str]()
        for _group, place, people in together:
            too_close[place.key] += len(people) - 1
        for group, place, people in together:
            avoidable = too_close[place.key] > max(0, all_in[place.key] - rooms)
            yield Finding(
                "colleagues",
                BROKEN if avoidable else ADVICE,
                _("%(n)s from %(place)s in %(group)s: %(names)s")
                % {
                    "n": len(people),
                    "place": place.name,
                    "group": group.name,
                    "names": listed([person.name for person in people]),
                },
                subject=f"{group.key}:{place.key}:{len(people)}",
                group=group.key,
            )


def shared_workplaces(group: Group) -> list[tuple[Workplace, list[Participant]]]:
    """Workplaces more than one member of the group comes from, with those members."""
    at: dict[Workplace, list[Participant]] = {}
    for person in group.members:
        for place in person.workplaces:
            at.setdefault(place, []).append(person)
    return [(place, people) for place, people in at.items() if len(people) > 1]


def own_staff(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """The leader is the manager of a member (V8); advice when every possible leader would be."""
    for group in plan.groups:
        leader = group.leader
        own = [person for person in group.members if leader and manages(leader, person)]
        if not leader or not own:
            continue
        avoidable = any(
            not any(manages(other, person) for person in group.members) for other in plan.could_lead
        )
        yield Finding(
            "own_staff",
            BROKEN if avoidable else ADVICE,
            _("%(leader)s leads own staff in %(group)s: %(names)s")
            % {
                "leader": leader.name,
                "group": group.name,
                "names": listed([person.name for person in own]),
            },
            subject=f"{group.key}:{leader.key}:{len(own)}",
            group=group.key,
        )


def manages(leader: Participant, person: Participant) -> bool:
    """Whether `leader` is the manager where `person` works."""
    return any(place.key in leader.manages for place in person.workplaces)


def outsiders(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """A member works in another municipality than the group's (V5)."""
    for group in plan.groups:
        if not group.area:
            yield from mixed(group)
            continue
        for person in group.members:
            if not person.workplaces or person.works_in(group.area):
                continue
            facts = {"name": person.name, "group": group.name, "area": group.area_name}
            sentence = _("%(name)s in %(group)s does not work in %(area)s") % facts
            subject = f"{group.key}:{person.key}"
            yield Finding("outsider", BROKEN, sentence, subject=subject, group=group.key)


def mixed(group: Group) -> Iterator[Finding]:
    """A group across municipalities where groups should stay within one."""
    areas = [{place.municipality for place in person.workplaces} for person in group.members]
    areas = [area for area in areas if area]
    if areas and not set.intersection(*areas):
        sentence = _("%(group)s goes across municipalities") % {"group": group.name}
        yield Finding("outsider", BROKEN, sentence, subject=group.key, group=group.key)


def two_seats(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """Somebody leads two groups, or leads and is a member; the database refuses the rest."""
    seats: dict[Participant, list[str]] = {}
    for group in plan.groups:
        for person in (group.leader, *group.members):
            if person:
                seats.setdefault(person, []).append(group.name)
    for person, names in seats.items():
        names = [*names, *plan.elsewhere.get(person.key, ())]
        if len(names) > 1:
            sentence = _("%(name)s has a seat in %(groups)s") % {
                "name": person.name,
                "groups": listed(sorted(names)),
            }
            yield Finding("two_seats", BROKEN, sentence, subject=f"{person.key}:{len(names)}")


def no_longer(plan: Plan, rules: Limits) -> Iterator[Finding]:
    """Somebody sits in a group but no longer holds the position the seat is for."""
    for group in plan.groups:
        seated = [(person, bool(person.workplaces)) for person in group.members]
        if group.leader:
            seated.append((group.leader, group.leader.leads))
        for person, holds_position in seated:
            if not holds_position:
                facts = {"name": person.name, "group": group.name}
                sentence = _("%(name)s in %(group)s no longer has the position") % facts
                subject = f"{group.key}:{person.key}"
                yield Finding("no_longer", ADVICE, sentence, subject=subject, group=group.key)


RULES: dict[str, Callable[[Plan, Limits], Iterator[Finding]]] = {
    "no_leader": without_leader,
    "no_group": without_group,
    "two_seats": two_seats,
    "size": wrong_size,
    "outsider": outsiders,
    "colleagues": colleagues_together,
    "own_staff": own_staff,
    "no_longer": no_longer,
}

KEPT_WORDS: dict[str, Callable[[Limits], str]] = {
    "no_leader": lambda rules: _("Every group has a process leader"),
    "no_group": lambda rules: _("Everybody has a group"),
    "two_seats": lambda rules: _("Nobody has two seats"),
    "size": lambda rules: _("%(sizes)s in every group") % {"sizes": sizes(rules)},
    "outsider": lambda rules: _("All members work in the group's municipality"),
    "colleagues": lambda rules: _("No colleagues in the same group"),
    "own_staff": lambda rules: _("No leader leads own staff"),
}


def together(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings one answers for one by one; people without a group all at once."""
    found: list[list[Finding]] = []
    for (rule, _level), same in groupby(findings, key=lambda each: (each.rule, each.level)):
        if rule == "no_group":
            found.append(list(same))
        else:
            found += [[finding] for finding in same]
    return found


def in_one(findings: list[Finding]) -> str:
    """The sentence for findings that go together."""
    count = len(findings)
    if count == 1:
        return findings[0].sentence
    sentence = ngettext("%(n)s person is in no group", "%(n)s people are in no group", count)
    return sentence % {"n": count}


def sizes(rules: Limits) -> str:
    """«5–6», or «6» when there is only one size."""
    if rules.min_size == rules.max_size:
        return str(rules.min_size)
    return f"{rules.min_size}–{rules.max_size}"


def listed(names: Sequence[str]) -> str:
    """«Ida», «Ida and Tone», «Ida, Eva and Tone»."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
