"""REKOM Vesterålen, invented: about 40 kindergartens, 190 people and 26 groups, around today."""

from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from gatherings import lifecycle, opening
from gatherings.demo import people, year
from gatherings.demo.texts import OBSERVATIONS
from gatherings.models import Attendance, Gathering, Round
from networks.models import Membership, NetworkGroup


@transaction.atomic
def build(today: date | None = None, seed: int = 1) -> None:
    """Build the demo. The same `today` and `seed` give the same, whenever it is built."""
    cast = people.build_register(today or timezone.localdate(), Random(seed))
    season = people.build_network(cast)
    groups = people.build_groups(cast, season)
    first, second, third = year.build_rounds(season, cast.today)
    year.hold_first(cast, first, groups)
    _call_second(cast, second, groups)
    opening.open_round(third, by=cast.consultant, now=cast.now)
    year.write_report(cast, season)


def _call_second(cast: people.Cast, round_: Round, groups: list[NetworkGroup]) -> None:
    """Samling 2: opened for all, called for about eleven days ahead by all but two groups."""
    opening.open_round(round_, by=cast.consultant, now=cast.now)
    for turn, group in enumerate(groups):
        if group.name in year.WITHOUT_DATE:
            continue
        gathering = Gathering.objects.get(round=round_, group=group)
        day = year.workday(cast.today + timedelta(days=year.CALLED_IN_DAYS + turn % 4))
        start = people.at(day, 9 if turn % 2 else 12)
        seats = list(group.memberships.select_related("person"))
        leader = next(s.person for s in seats if s.role == Membership.Role.LEADER)
        gathering.starts_at, gathering.ends_at = start, start + timedelta(hours=3)
        gathering.host = cast.workplace[leader.pk]
        gathering.place = "personalrommet"
        gathering.greeting = "Gleder meg til å høre hva dere har prøvd."
        gathering.preparation_due_on = day - timedelta(days=7)
        gathering.save()
        lifecycle.call(gathering, by=leader, now=cast.now)
        _answers(cast, gathering, [s.person for s in seats if s.role == Membership.Role.MEMBER])


def _answers(cast: people.Cast, gathering: Gathering, members: list) -> None:
    """Most have answered, about half have delivered; the first member has done neither."""
    gathering.refresh_from_db()
    for person in members[1:]:
        if cast.luck.random() < 0.75:
            answer = cast.luck.choices(["yes", "online", "no"], [85, 8, 7])[0]
            Attendance.objects.filter(gathering=gathering, person=person).update(
                answer=answer, answered_at=cast.now
            )
    year.deliver(cast, gathering, members[1:], OBSERVATIONS, share=0.45)
