"""Looking up a figure in a template."""

from django import template

from gatherings.figures import Count, GroupFigures, Tally

register = template.Library()


@register.filter
def tally(group: GroupFigures, number: int) -> Tally | None:
    """The group's gathering in round `number`, or None."""
    return group.tally(number)


@register.filter
def counted(kept: dict[str, int]) -> Count:
    """A kept count as one the takt bar can draw."""
    return Count(kept["done"], kept["of"])
