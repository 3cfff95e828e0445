"""A round: the window, theme and ready-made opplegg all groups of a season share."""

import uuid
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from networks.models import Network, NetworkGroup, Season, Theme
from participants.models import Person

if TYPE_CHECKING:
    from gatherings.models.assignments import Assignment


class RoundQuerySet(models.QuerySet["Round"]):
    """Questions to the rounds."""

    def opened(self) -> Self:
        """Rounds whose gatherings the groups have."""
        return self.filter(opened_at__isnull=False)

    def visible_to(self, person: Person) -> Self:
        """Admin and consultant: the organisation's; others: opened ones of their own network."""
        theirs = self.filter(season__network__in=Network.objects.visible_to(person).values("pk"))
        return theirs if person.roles_today else theirs.opened()


class Phase(models.TextChoices):
    """When a task of a round is to be done."""

    BEFORE = "before", _("before")
    AFTER = "after", _("after")


class Round(models.Model):
    """Samling 1, 2, 3: all groups meet in the window (V11), with the same opplegg (V13, V15)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    theme = models.CharField(_("theme"), max_length=150)
    # Which of the season's cross-cutting elements this samling takes up (V4).
    cross_cutting = models.ManyToManyField(
        Theme, blank=True, related_name="rounds", verbose_name=_("cross-cutting elements")
    )
    aims = models.TextField(_("aims, one a line"), max_length=2000, blank=True)
    window_from = models.DateField(_("first day of the window"))
    window_to = models.DateField(_("last day of the window"))
    preparation_days = models.PositiveSmallIntegerField(
        _("days before the gathering that preparation is due"),
        default=7,
        validators=[MaxValueValidator(60)],
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    # Rises with every edit, so that two who write at once are told.
    version = models.PositiveIntegerField(default=1)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["season", "number"]
        verbose_name = _("round")
        constraints = [
            models.CheckConstraint(
                condition=Q(window_to__gte=F("window_from")),
                name="round_window_ends_after_it_starts",
                violation_error_message=_("The window's last day cannot be before its first day."),
            ),
            models.UniqueConstraint(
                fields=["season", "number"],
                name="round_number_once",
                violation_error_message=_("The season already has a round with this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.theme}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("gatherings:round", args=[self.pk])

    @property
    def tasks_before(self) -> list["Assignment"]:
        """What is to be done before its gatherings, of its tasks as they are read already."""
        return [task for task in self.assignments.all() if task.phase == Phase.BEFORE]

    @property
    def aim_list(self) -> list[str]:
        """The aims, one sentence each."""
        return [line.strip(" •-") for line in self.aims.splitlines() if line.strip(" •-")]


class Item(models.Model):
    """What a programme item is, in the round's opplegg and in a group's own programme alike."""

    class Kind(models.TextChoices):
        COMMON = "common", _("together")
        ROUND = "round", _("go-round")
        INPUT = "input", _("input")
        REFLECTION = "reflection", _("reflection")
        PEER_COACHING = "peer_coaching", _("peer coaching")
        ACTION = "action", _("choose an action")
        BREAK = "break", _("break")

    # Closed by default: what is said stays in the group (P5).
    CLOSED_KINDS = {Kind.ROUND, Kind.PEER_COACHING}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.COMMON)
    led_by = models.CharField(_("led by"), max_length=80, blank=True)
    questions = models.TextField(_("process questions"), max_length=4000, blank=True)
    guide = models.TextField(_("for the process leader"), max_length=4000, blank=True)

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class RoundItem(Item):
    """A programme item of the opplegg; each group gets its copy when the round opens."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="items")


def groups_of(round_: Round) -> models.QuerySet[NetworkGroup]:
    """The published groups a round is for."""
    return NetworkGroup.objects.published().filter(season_id=round_.season_id)
