"""A gathering: one meeting of one group in one round, and its programme."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gatherings.models.rounds import Item, Round, RoundItem
from networks.models import NetworkGroup
from participants.models import Institution, Person


class GatheringQuerySet(models.QuerySet["Gathering"]):
    """Questions to the gatherings."""

    def visible_to(self, person: Person) -> Self:
        """Those of visible groups."""
        return self.filter(group__in=NetworkGroup.objects.visible_to(person).values("pk"))

    def with_surroundings(self) -> Self:
        """With the round, group, season, rules, network and place a page about it names."""
        return self.select_related(
            "round", "group__season__network__region", "group__season__rules", "host"
        )

    def in_use(self) -> Self:
        """Without the cancelled ones."""
        return self.exclude(state=Gathering.State.CANCELLED)

    def upcoming(self) -> Self:
        """Called and not over, soonest first."""
        return self.filter(state=Gathering.State.CALLED, ends_at__gte=timezone.now()).order_by(
            "starts_at"
        )


class Gathering(models.Model):
    """Draft (no date yet, or not sent) → called → held; or cancelled.

    `sequence` and the id make the calendar entry: the UID never changes, the sequence rises when
    time, place or state changes (RFC 5545). `version` guards against two people editing at once.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("not called yet")
        CALLED = "called", _("called")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="gatherings")
    group = models.ForeignKey(NetworkGroup, models.PROTECT, related_name="gatherings")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    host = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("host")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    online_url = models.URLField(_("link for digital participation"), max_length=500, blank=True)
    greeting = models.TextField(_("greeting"), max_length=1000, blank=True)
    preparation_due_on = models.DateField(_("preparation due"), null=True, blank=True)
    outside_window_reason = models.CharField(
        _("why outside the window"), max_length=300, blank=True
    )
    sequence = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    called_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("gathering")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "group"],
                condition=~Q(state="cancelled"),
                name="one_gathering_a_round_and_group",
                violation_error_message=_("The group already has a gathering in this round."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"))
                | Q(starts_at__isnull=True, ends_at__isnull=True),
                name="gathering_ends_after_it_starts",
                violation_error_message=_("The gathering must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="cancelled") | Q(starts_at__isnull=False),
                name="called_gathering_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["group", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.group}, {self.round}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("gatherings:gathering", args=[self.pk])

    @property
    def where(self) -> str:
        """The place in words: the host, the room, the host's address."""
        parts = [self.place]
        if self.host:
            parts = [str(self.host), self.place, self.host.address, self.host.postal_place]
        return ", ".join(part for part in parts if part)

    @property
    def has_started(self) -> bool:
        """Whether answers and preparation are closed by time."""
        return self.starts_at is not None and self.starts_at <= timezone.now()

    @property
    def preparation_closed(self) -> str:
        """Why what is done before it can no longer be done, or ""."""
        if self.state == self.State.CANCELLED:
            return str(_("The gathering is cancelled"))
        begun = self.state == self.State.HELD or self.has_started
        return str(_("Closed: the gathering has started")) if begun else ""

    @property
    def day_has_come(self) -> bool:
        """Whether its day is today or behind us: one may be there, and choose an action."""
        if self.starts_at is None:
            return False
        return timezone.localdate(self.starts_at) <= timezone.localdate()


class ProgrammeItem(Item):
    """An item of a group's own programme; knows the opplegg's item it was copied from."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="items")
    source = models.ForeignKey(RoundItem, models.SET_NULL, null=True, related_name="copies")
    notes = models.TextField(_("notes for the minutes"), max_length=8000, blank=True)
    is_closed = models.BooleanField(_("stays in the group"), default=False)
