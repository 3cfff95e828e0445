"""Actions between two gatherings: chosen at the end of one, told about at the next (V17, V18)."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from gatherings.conflicts import Conflict
from gatherings.models import Action, Gathering, Round
from networks.models import NetworkGroup
from office import journal
from participants.models import Person

BEFORE_NEXT = timedelta(days=14)
OTHERWISE = timedelta(weeks=6)

MINE, GROUP, STAFF = 0, 1, 2


def usual_due_day(gathering: Gathering) -> date:
    """Two weeks before the next round's window; without one, six weeks after the gathering."""
    today = timezone.localdate()
    following = (
        Round.objects.filter(
            season_id=gathering.round.season_id,
            number__gt=gathering.round.number,
            window_from__gt=today + BEFORE_NEXT,
        )
        .order_by("number")
        .first()
    )
    if following:
        return following.window_from - BEFORE_NEXT
    met = timezone.localdate(gathering.starts_at) if gathering.starts_at else today
    return max(met, today) + OTHERWISE


@transaction.atomic
def choose(action: Action, *, by: Person) -> Action:
    """Store a new, validated action; pressing twice gives the first one."""
    try:
        with transaction.atomic():
            action.save(force_insert=True)
    except IntegrityError:
        return Action.objects.get(
            gathering=action.gathering, person=action.person, title=action.title
        )
    journal.record(by=by, did="action.chosen", on=action)
    return action


@transaction.atomic
def tell(action: Action, *, by: Person, changed: list[str], shown: dict[str, str]) -> Action:
    """Store what one window changed, field by field, so that another window's fields stay.

    `shown` holds the texts among them as the window showed them. Raises Conflict when another
    window has changed one of these meanwhile.
    """
    current = Action.objects.select_for_update().get(pk=action.pk)
    for name, before in shown.items():
        if getattr(current, name) not in (before, getattr(action, name)):
            raise Conflict(current)
    if changed:
        action.save(update_fields=changed)
        journal.record(by=by, did="action.told", on=action, fields=changed)
    return action


def listed(person: Person) -> QuerySet[Action]:
    """Every action a person may see; `whose` says whose: own first, the group's, own staff's."""
    groups = NetworkGroup.objects.published().filter(memberships__in=person.memberships.in_force())
    whose = Case(
        When(Q(person=person), then=Value(MINE)),
        When(Q(gathering__group__in=groups.values("pk")), then=Value(GROUP)),
        default=Value(STAFF),
        output_field=IntegerField(),
    )
    return (
        Action.objects.visible_to(person)
        .select_related("person", "gathering__round", "gathering__group")
        .annotate(whose=whose)
        .order_by("whose", "-gathering__starts_at", "person__last_name", "due_on")
    )
