"""What a move would mean for the rules, said beside each choice. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.rule_check import ADVICE, BROKEN, Finding, Limits, Participant, Plan, Reasons, check


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


def effect(plan: Plan, rules: Limits, reasons: Reasons, person: Participant, to: str) -> str:
    """«will have 6. Mends 1 break.» or what the rules would say."""
    changed = after_move(plan, person, to)
    size = next(len(group.members) for group in changed.groups if group.key == to)
    before = warnings(check(plan, rules, reasons))
    after = warnings(check(changed, rules, reasons))
    words = ngettext("will have %(n)s member", "will have %(n)s members", size) % {"n": size}
    new = [sentence for sentence in after if sentence not in before]
    mended = [s for s, level in before.items() if level == BROKEN and s not in after]
    parts = [words, *new]
    if mended and not new:
        count = len(mended)
        parts.append(ngettext("mends %(n)s break", "mends %(n)s breaks", count) % {"n": count})
    elif not new:
        parts.append(_("no new breaks"))
    return "; ".join(parts)


def warnings(findings: Iterable[Finding]) -> dict[str, str]:
    """Sentences one should think about, with their level."""
    return {f.sentence: f.level for f in findings if f.level in (BROKEN, ADVICE)}
