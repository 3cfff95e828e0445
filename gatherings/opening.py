"""Opening a round: every published group gets its gathering, filled in from the opplegg (V13)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from gatherings.models import Gathering, ProgrammeItem, Round, RoundItem
from gatherings.models.rounds import groups_of
from gatherings.planning import CONTENT
from networks.models import Membership, NetworkGroup
from office import journal, mail
from office.models import Letter
from participants.models import Person


@transaction.atomic
def open_round(round_: Round, *, by: Person | None, now: datetime | None = None) -> int:
    """Give each published group that has none its draft, and tell its leader; returns how many.

    Can be done again: groups published later get theirs then. `by` is None for the clock.
    """
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    now = now or timezone.now()
    first_time = round_.opened_at is None
    if first_time:
        round_.opened_at = now
        round_.save(update_fields=["opened_at"])
    groups = list(groups_without(round_))
    for group in groups:
        draft_of(round_, group)
    tell_leaders(round_, now)
    if first_time or groups:
        journal.record(by=by, did="round.opened", on=round_, at=now, groups=len(groups))
    return len(groups)


def groups_without(round_: Round):
    """Published groups of the season that have no gathering in this round yet."""
    theirs = Gathering.objects.in_use().filter(round=round_)
    return groups_of(round_).exclude(pk__in=theirs.values("group_id"))


def catch_up(now: datetime | None = None) -> int:
    """What the clock does: groups published after a round was opened get theirs.

    Who has come to lead a group since then is told of what she has to call.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    rounds = Round.objects.opened().filter(window_to__gte=today, season__ends_on__gte=today)
    late = [round_ for round_ in rounds if groups_without(round_).exists()]
    opened = sum(open_round(round_, by=None, now=now) for round_ in late)
    for round_ in rounds:
        tell_leaders(round_, now)
    return opened


def draft_of(round_: Round, group: NetworkGroup) -> Gathering:
    """The group's gathering in this round; made, with the opplegg's items, if there is none."""
    held = Gathering.objects.in_use().filter(round=round_, group=group)
    if gathering := held.first():
        return gathering
    try:
        with transaction.atomic():
            gathering = Gathering.objects.create(round=round_, group=group)
    except IntegrityError:
        # Somebody else made it at the same moment.
        return held.get()
    copies = [_copy(item, gathering) for item in round_.items.all()]
    ProgrammeItem.objects.bulk_create(copies)
    return gathering


def replace(cancelled: Gathering) -> Gathering:
    """A fresh draft in place of a cancelled gathering, with the programme the group had made."""
    draft = Gathering.objects.create(
        round=cancelled.round,
        group=cancelled.group,
        host=cancelled.host,
        place=cancelled.place,
        online_url=cancelled.online_url,
        greeting=cancelled.greeting,
    )
    ProgrammeItem.objects.bulk_create(
        ProgrammeItem(
            gathering=draft,
            source_id=item.source_id,
            position=item.position,
            is_closed=item.is_closed,
            **_content(item),
        )
        for item in cancelled.items.all()
    )
    return draft


class InUse(Exception):
    """The new draft has been worked on already."""


def take_away(round_: Round, group: NetworkGroup) -> None:
    """Remove the untouched draft that came in place of a cancelled gathering. Raises InUse."""
    drafts = Gathering.objects.select_for_update().in_use().filter(round=round_, group=group)
    for draft in drafts:
        # Its version says less: an edited opplegg raises it too, and that is nobody's work here.
        if draft.state != Gathering.State.DRAFT or journal.history(draft).exists():
            raise InUse
        draft.delete()


def leaders(round_: Round, now: datetime | None = None):
    """Seats of those who lead the season's groups; before August, of those who are to lead them."""
    day = round_.season.day_within(timezone.localdate(now))
    seats = Membership.objects.in_force(day).leaders()
    return seats.filter(group__season=round_.season_id, person__is_active=True)


@transaction.atomic
def tell_leaders(round_: Round, now: datetime) -> None:
    """«New opplegg» to who leads a group that has not called yet: once per leader and group."""
    drafts = Gathering.objects.filter(round=round_, state=Gathering.State.DRAFT)
    plans = {gathering.group_id: gathering.get_absolute_url() for gathering in drafts}
    seats = leaders(round_, now).filter(group__in=plans).select_related("person", "group")
    occasions = {seat: f"round-{round_.pk}-opened-{seat.group_id}" for seat in seats}
    told = Letter.objects.filter(
        to__in=[seat.person_id for seat in seats], occasion__in=occasions.values()
    )
    told = set(told.values_list("to_id", "occasion"))
    network = round_.season.network
    for seat, occasion in occasions.items():
        if (seat.person_id, occasion) in told:
            continue
        mail.post(
            seat.person,
            occasion=occasion,
            template="round_opened",
            facts={
                "round": round_,
                "group": seat.group,
                "network": network,
                "organisation": network.region,
                "plan_path": plans[seat.group_id],
            },
            sender_name=network.name,
            now=now,
        )


def opplegg_of(round_: Round) -> dict[Any, dict[str, Any]]:
    """The content of each item by id, in order: taken before an edit, for `hand_on`."""
    return {item.pk: _content(item) for item in round_.items.all()}


@transaction.atomic
def hand_on(round_: Round, before: dict[Any, dict[str, Any]]) -> int:
    """Give an edited opplegg to groups that have not called yet; returns to how many.

    What a group has changed itself is left as it is. A draft that became another is a newer
    version: a plan page opened before does not save the old words over the new ones.
    """
    drafts = list(
        Gathering.objects.select_for_update()
        .filter(round=round_, state=Gathering.State.DRAFT)
        .prefetch_related("items")
    )
    items = list(round_.items.all())
    changed = [draft.pk for draft in drafts if _refill(draft, items, before)]
    Gathering.objects.filter(pk__in=changed).update(version=F("version") + 1)
    return len(drafts)


def _refill(
    gathering: Gathering, items: list[RoundItem], before: dict[Any, dict[str, Any]]
) -> bool:
    """Items untouched by the group follow the opplegg; its own and changed ones stay.

    Returns whether the programme became another.
    """
    stored = sorted(gathering.items.all(), key=lambda copy: (copy.position, copy.pk))
    was = [_whole(copy) for copy in stored]
    theirs = _without_removed(stored, items, before)
    copies = {copy.source_id: copy for copy in theirs if copy.source_id}
    following = []
    for item in items:
        copy = copies.get(item.pk)
        if copy is not None:
            _follow(copy, item, before.get(item.pk, {}))
        elif item.pk not in before:
            copy = _copy(item, gathering)
        else:
            continue  # the group has taken it out
        following.append(copy)
    programme = _in_order(theirs, following, before)
    if [_whole(copy) for copy in programme] == was:
        return False
    for position, copy in enumerate(programme, start=1):
        copy.position = position
        copy.save()
    return True


def _without_removed(
    copies: list[ProgrammeItem], items: list[RoundItem], before: dict[Any, dict[str, Any]]
) -> list[ProgrammeItem]:
    """The copies that stay when items were removed from the opplegg; deletes the others.

    A copy of a removed item has lost its source by now; an untouched one is known by its content.
    """
    now = {item.pk for item in items}
    removed = [content for pk, content in before.items() if pk not in now]
    stay = []
    for copy in copies:
        if copy.source_id is None and _content(copy) in removed:
            copy.delete()
        else:
            stay.append(copy)
    return stay


def _follow(copy: ProgrammeItem, item: RoundItem, old: dict[str, Any]) -> None:
    """Let each field the group has not changed be as it is in the opplegg now."""
    for name in CONTENT:
        if getattr(copy, name) == old.get(name):
            setattr(copy, name, getattr(item, name))
    copy.is_closed = copy.kind in RoundItem.CLOSED_KINDS


def _in_order(
    theirs: list[ProgrammeItem], following: list[ProgrammeItem], before: dict[Any, dict[str, Any]]
) -> list[ProgrammeItem]:
    """The order of the opplegg, or the group's own where it has made one.

    What only the other order knows (new in the opplegg, the group's own) stands behind what it
    stood behind there.
    """
    copied = [copy.source_id for copy in theirs if copy.source_id in before]
    reordered = copied != [pk for pk in before if pk in set(copied)]
    leading, other = (theirs, following) if reordered else (following, theirs)
    programme = list(leading)
    for at, copy in enumerate(other):
        if copy not in programme:
            programme.insert(programme.index(other[at - 1]) + 1 if at else 0, copy)
    return programme


def _whole(copy: ProgrammeItem) -> tuple[Any, ...]:
    return copy.pk, copy.is_closed, *_content(copy).values()


def _content(item: RoundItem | ProgrammeItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in CONTENT}


def _copy(item: RoundItem, gathering: Gathering) -> ProgrammeItem:
    return ProgrammeItem(
        gathering=gathering,
        source=item,
        position=item.position,
        is_closed=item.kind in RoundItem.CLOSED_KINDS,
        **_content(item),
    )
