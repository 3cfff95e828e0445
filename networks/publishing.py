"""Publishing: the draft groups of a board become known, locked for the year, and told (V9)."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from networks import letters
from networks.board import Board, Column, read_board
from networks.models import NetworkGroup, Season
from networks.placing import Refused, lock, record_reason
from networks.rule_check import listed
from office.journal import record
from participants.models import Municipality, Person

Reasons = Mapping[tuple[str, str], str]


@transaction.atomic
def publish(
    season: Season,
    municipality: Municipality | None,
    *,
    seen: str,
    reasons: Reasons,
    by: Person,
) -> list[NetworkGroup]:
    """Publish the drafts of this part of the season, tell everybody in them, return the groups.

    `seen` is the digest of the board that was looked over, `reasons` why each remaining break is
    lived with, by (rule, subject). Nothing left to publish: nothing happens, [] (pressing twice is
    harmless). Raises Refused when the board has changed, a group has no leader (V7), or a reason is
    missing.
    """
    lock(season)
    board = read_board(season, municipality, reader=by)
    if not board.drafts:
        return []
    if board.digest != seen:
        raise Refused(_("The groups were changed while you looked. Look them over once more."))
    refuse_leaderless(board)
    for finding in board.to_answer_for():
        reason = reasons.get((finding.rule, finding.subject), "").strip()
        if not reason:
            raise Refused(_("Write why you live with this: %(what)s.") % {"what": finding.sentence})
        record_reason(season, finding, reason, by=by)
    settle_first_day(season, board)
    groups = [column.group for column in board.drafts]
    NetworkGroup.objects.filter(pk__in=[g.pk for g in groups]).update(published_at=timezone.now())
    for column in board.drafts:
        tell(column, by)
    return groups


def refuse_leaderless(board: Board) -> None:
    """Raise Refused, naming them, when drafts have no process leader (V7)."""
    names = [column.group.name for column in board.drafts if column.leader is None]
    if names:
        sentence = _("Choose a process leader for %(groups)s first.")
        raise Refused(sentence % {"groups": listed(names)})


def settle_first_day(season: Season, board: Board) -> None:
    """Seats begin with the season, or today if it has begun; never before an earlier one ends."""
    first = max(season.starts_on, timezone.localdate())
    drafts = [column.group.pk for column in board.drafts]
    seats = season.memberships.filter(group__in=drafts)
    seats.update(starts_on=first)
    members = seats.members()
    earlier = (
        season.memberships.members()
        .filter(person__in=members.values("person_id"), ends_on__gte=first)
        .values_list("person_id", "ends_on")
    )
    last_days: dict[object, date] = {}
    for person, ends_on in earlier:
        last_days[person] = max(ends_on, last_days.get(person, ends_on))
    for person, ends_on in last_days.items():
        members.filter(person=person).update(starts_on=ends_on + timedelta(days=1))


def tell(column: Column, by: Person) -> None:
    """The journal, and one letter to each in the group, the leader among them."""
    group = column.group
    facts = letters.facts_of(group)
    for seat in letters.seats_of(group):
        letters.welcome(seat, facts, by=by)
    record(
        by=by,
        did="group.published",
        on=group,
        members=len(column.members),
        leader=column.leader.who.key if column.leader else "",
    )
