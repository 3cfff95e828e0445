"""What is to be put together: people, groups, leaders, rules and weights, as frozen plain data.

The words are those of `shared/data/composition`: a value is a pair (attribute, value); a tag is the
value («tag:lek», "ja"), so that covering a competence is the same as spreading a value evenly.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

SPREAD, NEVER, FREE = SAME_BARNEHAGE = ("spread", "never", "free")
TAG = "tag:"

Value = tuple[str, str]
Pair = tuple[str, str]
Where = Mapping[str, str]
"""Id of a person -> id of the group she is placed in."""
Led = Mapping[str, str]
"""Id of a group -> id of the leader."""


@dataclass(frozen=True)
class Person:
    """Somebody to place. `current` is the id of today's group; `locked` keeps her there."""

    id: str
    barnehage: str
    values: tuple[Value, ...] = ()
    current: str = ""
    locked: bool = False
    kommune: str = ""


@dataclass(frozen=True)
class Group:
    """A group with the fewest and most members it may have; its leader is not one of them."""

    id: str
    least: int = 5
    most: int = 7
    leader: str = ""
    place: str = ""
    kommune: str = ""


@dataclass(frozen=True)
class Leader:
    """Somebody who leads or may lead; `barnehage` is where she is the manager."""

    id: str
    barnehage: str


@dataclass(frozen=True)
class Rules:
    """Which hard rules hold. A pair `apart` may not share a group, a pair `together` must."""

    same_barnehage: str = SPREAD
    leader_not_own: bool = True
    leader_required: bool = False
    local: bool = False
    apart: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Travel:
    """Minutes from a barnehage to a place; `weight` points for every ten of them."""

    minutes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    weight: int = 0


@dataclass(frozen=True)
class Problem:
    """Everything the engine may know. `weights` by attribute, those of all tags under "tags"."""

    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    leaders: tuple[Leader, ...] = ()
    rules: Rules = Rules()
    weights: Mapping[str, int] = field(default_factory=dict)
    travel: Travel = Travel()
    met_before: Mapping[Pair, int] = field(default_factory=dict)

    @cached_property
    def person(self) -> dict[str, Person]:
        """People by id."""
        return {person.id: person for person in self.people}

    @cached_property
    def group(self) -> dict[str, Group]:
        """Groups by id."""
        return {group.id: group for group in self.groups}

    @cached_property
    def staff(self) -> dict[str, list[Person]]:
        """People by barnehage."""
        found: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            found[person.barnehage].append(person)
        return dict(found)

    @cached_property
    def values(self) -> Counter[Value]:
        """How many people have each value."""
        return Counter(value for person in self.people for value in person.values)

    @cached_property
    def barnehage_of(self) -> dict[str, str]:
        """Id of a leader -> her barnehage."""
        return {leader.id: leader.barnehage for leader in self.leaders}

    @cached_property
    def to_choose(self) -> tuple[Leader, ...]:
        """Leaders who lead no group yet, when every group must have one and some have none."""
        taken = {group.leader for group in self.groups}
        if not self.rules.leader_required or "" not in taken:
            return ()
        return tuple(leader for leader in self.leaders if leader.id not in taken)

    def weight(self, attribute: str) -> int:
        """Points for one pair too many; an attribute without a weight costs nothing."""
        return self.weights.get("tags" if attribute.startswith(TAG) else attribute, 0)

    def share(self, barnehage: str) -> int:
        """The most people of one barnehage a group may hold under `same_barnehage`."""
        count = len(self.staff.get(barnehage, ()))
        if self.rules.same_barnehage == FREE:
            return count
        if self.rules.same_barnehage == NEVER:
            return 1
        return -(-count // len(self.groups))

    def leads_own(self, group: Group, person: Person) -> bool:
        """Whether the group's named leader is the person's own manager, and may not be."""
        return bool(
            self.rules.leader_not_own
            and group.leader
            and self.barnehage_of.get(group.leader) == person.barnehage
        )

    def is_elsewhere(self, group: Group, person: Person) -> bool:
        """Whether the group is for another kommune, and groups are local."""
        return bool(self.rules.local and group.kommune and group.kommune != person.kommune)

    def is_barred(self, group: Group, person: Person) -> bool:
        """Whether a rule keeps the person out of the group, whoever else sits there."""
        return self.leads_own(group, person) or self.is_elsewhere(group, person)

    def sits(self, person: Person) -> bool:
        """Whether she sits in one of these groups today."""
        return person.current in self.group

    def travel_points(self, person: Person, group: Group) -> int:
        """Points for her way to the group's place."""
        if not (self.travel.weight and group.place):
            return 0
        return self.travel.weight * self.travel.minutes[person.barnehage][group.place] // 10

    def with_leaders(self, led: Led) -> Self:
        """The same problem with these leaders named (those already named stay)."""
        groups = (replace(g, leader=g.leader or led.get(g.id, "")) for g in self.groups)
        return replace(self, groups=tuple(groups))
