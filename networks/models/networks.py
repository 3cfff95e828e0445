"""A network, its seasons (barnehageår), and the rules of each season as data."""

import uuid
from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models import Person, Position, Region


class NetworkQuerySet(models.QuerySet["Network"]):
    """Questions to the networks."""

    def visible_to(self, person: Person) -> Self:
        """Those of the organisation for admin and consultant; else where one sits in a group."""
        ours = self.filter(region_id=person.region_id)
        if person.is_admin or person.is_consultant:
            return ours
        return ours.filter(
            seasons__groups__memberships__in=person.memberships.known(),
            seasons__groups__published_at__isnull=False,
        ).distinct()


class Network(models.Model):
    """The whole: «Ped.ledernettverk Vesterålen»."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="networks")
    name = models.CharField(_("name"), max_length=120, db_collation="nordic")
    purpose = models.TextField(_("purpose"), max_length=4000, blank=True)
    goals = models.TextField(_("goals, one a line"), max_length=4000, blank=True)
    # Whom the network is for, and who leads its groups (V1, V7).
    member_position = models.CharField(
        _("members are"),
        max_length=20,
        choices=Position.Kind,
        default=Position.Kind.PEDAGOGICAL_LEADER,
    )
    leader_position = models.CharField(
        _("leaders are"), max_length=20, choices=Position.Kind, default=Position.Kind.MANAGER
    )

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("network")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                name="network_name_once",
                violation_error_message=_("There is already a network with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The network's own page."""
        return reverse("networks:network", args=[self.pk])

    @property
    def goal_list(self) -> list[str]:
        """The goals, one sentence each (V2)."""
        return [line.strip(" •-") for line in self.goals.splitlines() if line.strip(" •-")]


class SeasonQuerySet(models.QuerySet["Season"]):
    """Questions to the seasons."""

    def visible_to(self, person: Person) -> Self:
        """Seasons of visible networks."""
        theirs = self.filter(network__in=Network.objects.visible_to(person).values("pk"))
        return theirs.select_related("network", "rules")

    def current(self, day=None) -> Self:
        """Seasons that run on `day` (today)."""
        today = day or timezone.localdate()
        return self.filter(starts_on__lte=today, ends_on__gte=today)


class Season(models.Model):
    """One barnehageår (August to July) or calendar year of a network."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, models.CASCADE, related_name="seasons")
    name = models.CharField(_("name"), max_length=30)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = SeasonQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("season")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="season_ends_after_it_starts",
                violation_error_message=_("The last day must come after the first day."),
            ),
            models.UniqueConstraint(
                fields=["network", "name"],
                name="season_name_once",
                violation_error_message=_("The network already has a season with this name."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.name}"

    def day_within(self, day: date | None = None) -> date:
        """`day` (today), or the season's nearest day: next year's groups are seen as of August."""
        return min(max(day or timezone.localdate(), self.starts_on), self.ends_on)

    @property
    def cross_cutting(self) -> models.QuerySet["Theme"]:
        """The elements that run through the year, to be ticked on each round (V4)."""
        return self.themes.filter(is_cross_cutting=True)


class Rules(models.Model):
    """How this season's groups are made and meet. Rules warn; people decide (decision 5)."""

    class Scope(models.TextChoices):
        MUNICIPALITY = "municipality", _("within the municipality")
        REGION = "region", _("across municipalities")

    class AnswersShown(models.TextChoices):
        AFTER_DELIVERY = "after_delivery", _("when one has delivered one's own")
        FROM_START = "from_start", _("when the gathering starts")
        LEADER_ONLY = "leader_only", _("only the process leader sees them")

    class Distribution(models.TextChoices):
        GROUP_ONLY = "group_only", _("the group only")
        LEADERS = "leaders", _("the open part also goes to the members' managers")

    season = models.OneToOneField(Season, models.CASCADE, primary_key=True, related_name="rules")
    min_size = models.PositiveSmallIntegerField(
        _("fewest members"), default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    max_size = models.PositiveSmallIntegerField(
        _("most members"), default=6, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    scope = models.CharField(
        _("groups are put together"), max_length=12, choices=Scope, default=Scope.MUNICIPALITY
    )
    gatherings_a_year = models.PositiveSmallIntegerField(
        _("gatherings a year"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    gathering_minutes = models.PositiveSmallIntegerField(
        _("minutes a gathering"),
        default=180,
        validators=[MinValueValidator(15), MaxValueValidator(2880)],
    )
    apart_from_colleagues = models.BooleanField(
        _("members come from different kindergartens"), default=True
    )
    leader_not_own = models.BooleanField(_("nobody is led by her own manager"), default=True)
    answers_shown = models.CharField(
        _("members see each other's preparation"),
        max_length=14,
        choices=AnswersShown,
        default=AnswersShown.AFTER_DELIVERY,
    )
    share_actions = models.BooleanField(
        _("sharing an action with one's own manager is suggested"), default=True
    )
    approval_days = models.PositiveSmallIntegerField(
        _("days until minutes are approved by silence"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    distribution = models.CharField(
        _("minutes are sent to"),
        max_length=12,
        choices=Distribution,
        default=Distribution.LEADERS,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(max_size__gte=F("min_size")),
                name="rules_most_not_below_fewest",
                violation_error_message=_("«Most members» cannot be less than «fewest members»."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.min_size}–{self.max_size}"


class Theme(models.Model):
    """A node in the season's tree of themes: area → topic → keyword (V3); or cross-cutting (V4)."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="themes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    title = models.CharField(_("theme"), max_length=150)
    position = models.PositiveSmallIntegerField(default=0)
    is_cross_cutting = models.BooleanField(_("runs through the whole year"), default=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
