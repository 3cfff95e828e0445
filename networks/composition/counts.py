"""How many groups there can be, and the least number of like pairs any division can have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SizePlan:
    """A possible number of groups, and how many people each would have, largest first."""

    groups: int
    sizes: tuple[int, ...]


def group_counts(people: int, smallest: int, largest: int) -> list[SizePlan]:
    """Every number of groups that fits so many people; ValueError unless 1 <= smallest <= largest.

    Empty when nothing fits, as with 13 people in groups of five or six.
    """
    if not 1 <= smallest <= largest:
        raise ValueError("A group has at least one member, and at most no fewer than at least.")
    return [
        SizePlan(groups, even_spread(people, groups))
        for groups in range(max(1, -(-people // largest)), people // smallest + 1)
    ]


def even_spread(people: int, groups: int) -> tuple[int, ...]:
    """Sizes as equal as whole people allow, largest first."""
    share, over = divmod(people, groups)
    return (share + 1,) * over + (share,) * (groups - over)


def pairs(count: int) -> int:
    """How many pairs there are among so many people."""
    return count * (count - 1) // 2


def least_pairs(count: int, groups: int) -> int:
    """The fewest pairs inside groups when so many people share a value.

    Pairs grow faster than counts (C(n, 2) is convex), so nothing beats the even spread.
    """
    return sum(map(pairs, even_spread(count, groups)))
