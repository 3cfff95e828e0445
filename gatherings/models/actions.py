"""An action: one small thing tried at home between two gatherings."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gatherings.models.gatherings import Gathering
from participants.models import Person, Position


def staff_of(manager: Person) -> models.QuerySet[Position]:
    """Positions held today at the institutions the person manages; her own are among them."""
    managed = Position.objects.in_force().filter(person=manager, kind=Position.Kind.MANAGER)
    return Position.objects.in_force().filter(institution__in=managed.values("institution_id"))


def shared_by_staff(manager: Person, when: str) -> Exists:
    """A condition on rows with a `person`: staff of hers today, as on the day of the field `when`.

    «My manager» is the one the writer had: a text follows neither her to a new kindergarten nor the
    position to a new manager.
    """
    day = f"{when}__date"
    managed = Position.objects.in_force().filter(
        person=manager,
        kind=Position.Kind.MANAGER,
        institution=OuterRef("institution"),
        starts_on__lte=OuterRef(OuterRef(day)),
    )
    held = Position.objects.in_force().filter(
        Exists(managed), person=OuterRef("person"), starts_on__lte=OuterRef(day)
    )
    return Exists(held)


class ActionQuerySet(models.QuerySet["Action"]):
    """Questions to the actions."""

    def visible_to(self, person: Person) -> Self:
        """Own ones, those of one's group, and those one's own staff shared with their manager.

        In the group one sees what was due after one came (P14): that is told of when one is there.
        """
        seats = person.memberships.in_force().filter(
            Q(closed_before__isnull=True) | Q(closed_before__lte=OuterRef("due_on")),
            group=OuterRef("gathering__group"),
            group__published_at__isnull=False,
            starts_on__lte=OuterRef("due_on"),
        )
        mine = Q(person=person)
        groups = person.memberships.in_force().values("group_id")
        group = Q(gathering__group__in=groups) & Exists(seats)
        # The keys first: they are looked up once, the rest only for the rows they let through.
        staff = Q(shared_with_manager=True, person__in=staff_of(person).values("person_id"))
        shared = staff & shared_by_staff(person, "created_at")
        return self.filter(mine | group | shared)

    def open(self) -> Self:
        """Promised and neither tried nor put away."""
        return self.filter(state=Action.State.PLANNED)


class Action(models.Model):
    """What, with whom, by when, how shall we see it; then what we learned (V17, V18, V24)."""

    class With(models.TextChoices):
        ME = "me", _("only me")
        DEPARTMENT = "department", _("my department")
        STAFF = "staff", _("the whole staff")

    class State(models.TextChoices):
        PLANNED = "planned", _("under way")
        TRIED = "tried", _("tried")
        LEARNED = "learned", _("tried something else")
        PUT_AWAY = "put_away", _("put away")

    # «We did it» and «We did something else»; «We did not start» is no try.
    WAS_TRIED = (State.TRIED, State.LEARNED)

    class SharedIn(models.TextChoices):
        NOT_YET = "", _("not shared yet")
        STAFF_MEETING = "staff_meeting", _("staff meeting")
        DEPARTMENT_MEETING = "department_meeting", _("department meeting")
        PLANNING_DAY = "planning_day", _("planning day")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="actions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="actions")
    title = models.CharField(_("What will you try?"), max_length=200)
    together_with = models.CharField(
        _("Together with whom?"), max_length=10, choices=With, default=With.DEPARTMENT
    )
    due_on = models.DateField(_("Finished by"))
    sign = models.CharField(_("How will you see that it works?"), max_length=500, blank=True)
    shared_with_manager = models.BooleanField(_("Share with my manager"), default=True)
    state = models.CharField(
        _("How did it go?"), max_length=8, choices=State, default=State.PLANNED
    )
    experience = models.TextField(_("What did you learn?"), max_length=8000, blank=True)
    shared_in = models.CharField(
        _("Shared with the staff"), max_length=18, choices=SharedIn, blank=True, default=""
    )
    shared_on = models.DateField(_("Shared on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "person", "title"],
                name="action_once",
                violation_error_message=_("This action is already written down."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
