"""Looking up a figure in a template."""

from django import template

from gatherings import figures
from gatherings.figures import GroupFigures, Tally

register = template.Library()


@register.filter
def tally(group: GroupFigures, number: int) -> Tally | None:
    """The group's gathering in round `number`, or None."""
    return group.tally(number)


@register.filter
def share(count: dict[str, int | None]) -> float | None:
    """A kept count as 0–1 for the takt bar; None where there is nothing to count."""
    return figures.share(count["done"], count["of"])
