"""What a move would mean for the rules, said beside each choice. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.rule_check import (
    ADVICE,
    BROKEN,
    Finding,
    Limits,
    Participant,
    Plan,
    Reasons,
    check,
    sizes,
)


def after_move(plan: Plan, person: Participant, to: str) -> Plan:
    """The plan with `person` as a member of the group with key `to`, and of no other."""
    groups = []
    for group in plan.groups:
        members = tuple(other for other in group.members if other.key != person.key)
        if group.key == to:
            members = (*members, person)
        groups.append(replace(group, members=members))
    unplaced = [other for other in plan.unplaced if other.key != person.key]
    return replace(plan, groups=groups, unplaced=unplaced)


@dataclass(frozen=True)
class Effect:
    """What a choice means: in words, and how many warnings are new (fewest first in a list)."""

    words: str
    new_warnings: int


def effect(plan: Plan, rules: Limits, reasons: Reasons, person: Participant, to: str) -> Effect:
    """«will have 6 members, mends 1 break», or what the rules would say of it."""
    changed = after_move(plan, person, to)
    before = warnings(check(plan, rules, reasons))
    after = warnings(check(changed, rules, reasons))
    new = [finding for key, finding in after.items() if key not in before]
    mended = sum(f.level == BROKEN and key not in after for key, f in before.items())
    size = next(len(group.members) for group in changed.groups if group.key == to)
    words = ngettext("will have %(n)s member", "will have %(n)s members", size) % {"n": size}
    if any(finding.rule == "size" and finding.group == to for finding in new):
        words = _("%(words)s (the rule is %(sizes)s)") % {"words": words, "sizes": sizes(rules)}
    others = [f.sentence for f in new if not (f.rule == "size" and f.group == to)]
    if new:
        return Effect("; ".join([words, *others]), len(new))
    if mended:
        mends = ngettext("mends %(n)s break", "mends %(n)s breaks", mended) % {"n": mended}
        return Effect(f"{words}, {mends}", -mended)
    return Effect(words + ", " + _("no new breaks"), 0)


def warnings(findings: Iterable[Finding]) -> dict[str, Finding]:
    """What one should think about, by sentence."""
    return {f.sentence: f for f in findings if f.level in (BROKEN, ADVICE)}
