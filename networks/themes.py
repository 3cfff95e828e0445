"""The year's themes as an outline one can type: area → topic → keyword, by indent (V3, V4)."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from networks.models import Season, Theme
from office.journal import record
from participants.models import Person

DEEPEST = 3
LONGEST = 150
MOST_LINES = 300
BULLETS = "•-*–— \t"


@dataclass
class Node:
    """A theme and what lies under it."""

    title: str
    children: list["Node"] = field(default_factory=list)


def read_outline(text: str, deepest: int = DEEPEST) -> list[Node]:
    """The tree an indented text describes. Raises ValidationError that names the line."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValidationError(_("Write at most %(n)s lines.") % {"n": MOST_LINES})
    roots: list[Node] = []
    above: list[tuple[int, Node]] = []
    for number, line in lines:
        indent, node = indentation(line), Node(line.strip().strip(BULLETS))
        above = [(step, parent) for step, parent in above if step < indent]
        siblings = above[-1][1].children if above else roots
        refuse_line(number, node, depth=len(above) + 1, deepest=deepest, siblings=siblings)
        siblings.append(node)
        above.append((indent, node))
    return roots


def indentation(line: str) -> int:
    """How far in a line begins; a tab counts as four spaces."""
    spread = line.replace("\t", "    ")
    return len(spread) - len(spread.lstrip())


def refuse_line(number: int, node: Node, *, depth: int, deepest: int, siblings: list[Node]) -> None:
    """Raise ValidationError for a line that is empty, too long, too deep, or there already."""
    facts = {"line": number, "title": node.title[:60], "n": LONGEST}
    if not node.title:
        raise ValidationError(_("Line %(line)s has no words.") % facts)
    if len(node.title) > LONGEST:
        raise ValidationError(_("Line %(line)s is longer than %(n)s characters.") % facts)
    if depth > deepest:
        raise ValidationError(_("Line %(line)s, «%(title)s», lies too far in.") % facts)
    if any(other.title == node.title for other in siblings):
        raise ValidationError(_("Line %(line)s, «%(title)s», is there twice.") % facts)


def write_outline(nodes: list[Node], depth: int = 0) -> str:
    """The text `read_outline` reads."""
    lines = []
    for node in nodes:
        lines.append("  " * depth + node.title)
        if node.children:
            lines.append(write_outline(node.children, depth + 1))
    return "\n".join(lines)


def theme_trees(season: Season) -> tuple[list[Node], list[Node]]:
    """The season's tree, and its cross-cutting elements; one statement."""
    rows = list(season.themes.all())
    nodes = {row.pk: Node(row.title) for row in rows}
    tree, cross_cutting = [], []
    for row in rows:
        if row.parent_id in nodes:
            nodes[row.parent_id].children.append(nodes[row.pk])
        else:
            (cross_cutting if row.is_cross_cutting else tree).append(nodes[row.pk])
    return tree, cross_cutting


@transaction.atomic
def write_themes(
    season: Season, tree: list[Node], cross_cutting: list[Node], *, by: Person
) -> None:
    """Make the season's themes these; what keeps its place and words keeps its row."""
    Season.objects.select_for_update(no_key=True).get(pk=season.pk)
    kept: set[int] = set()
    there = {(t.parent_id, t.title, t.is_cross_cutting): t for t in season.themes.all()}
    for nodes, crosses in ((tree, False), (cross_cutting, True)):
        keep(season, nodes, None, crosses, there, kept)
    season.themes.exclude(pk__in=kept).delete()
    record(by=by, did="themes.written", on=season, count=len(kept))


def keep(
    season: Season,
    nodes: list[Node],
    parent: int | None,
    crosses: bool,
    there: dict[tuple[int | None, str, bool], Theme],
    kept: set[int],
) -> None:
    """Find or make a row for each node under `parent`, in order; notes their ids in `kept`."""
    for position, node in enumerate(nodes):
        theme = there.get((parent, node.title, crosses))
        if theme is None:
            theme = Theme(
                season=season, parent_id=parent, title=node.title, is_cross_cutting=crosses
            )
        if theme.pk is None or theme.position != position:
            theme.position = position
            theme.save()
        kept.add(theme.pk)
        keep(season, node.children, theme.pk, crosses, there, kept)
