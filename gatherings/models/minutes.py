"""Minutes: an open part that may be sent on and a closed part that stays in the group."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gatherings.models.actions import staff_of
from gatherings.models.gatherings import Gathering
from networks.models import Membership, NetworkGroup, Rules
from participants.models import Person


class Agreement(models.Model):
    """«Vi ble enige om»: one sentence the group agreed on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="agreements")
    text = models.CharField(_("We agreed on"), max_length=500)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.text


class MinutesQuerySet(models.QuerySet["Minutes"]):
    """Questions to the minutes."""

    def visible_to(self, person: Person) -> Self:
        """In the group: once sent, the leader also before. Outside it: once approved.

        Outside are those who oversee the group, and managers of today's members where the
        season's rules send them the open part. Which part each sees is `permissions.minutes_part`.
        """
        seats = Membership.objects.in_force().filter(person=person)
        led = Q(gathering__group__in=seats.leaders().values("group_id"))
        own = Q(gathering__group__in=seats.values("group_id")) & ~Q(state=Minutes.State.DRAFT)
        groups = NetworkGroup.objects.all()
        overseen = Q(gathering__group__in=groups.filter(groups.overseen(person)).values("pk"))
        members = Membership.objects.in_force().members()
        taught = members.filter(person__in=staff_of(person).values("person_id"))
        staff = Q(
            gathering__group__in=taught.values("group_id"),
            gathering__group__season__rules__distribution=Rules.Distribution.LEADERS,
        )
        approved = Q(state=Minutes.State.APPROVED)
        return self.filter(led | own | (approved & (overseen | staff)))

    def awaiting_silence(self, day) -> Self:
        """Sent, and the shown date has passed without an objection."""
        return self.filter(state=Minutes.State.SENT, approve_on__lt=day)


class Minutes(models.Model):
    """Draft → sent for reading → approved, by hand or by silence on a shown date."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("for approval")
        APPROVED = "approved", _("approved")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="minutes")
    summary = models.TextField(_("In short"), max_length=8000, blank=True)
    open_part = models.TextField(_("Item by item"), max_length=30_000, blank=True)
    closed_part = models.TextField(_("Only for the group"), max_length=30_000, blank=True)
    to_steering = models.TextField(_("To the steering group"), max_length=4000, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField(null=True, blank=True)
    approve_on = models.DateField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    # What was approved, by part: {"group": facts, "open": …, "overseen": …}. Names may change.
    frozen = models.JSONField(null=True, blank=True)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False),
                name="approved_minutes_have_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False),
                name="sent_minutes_have_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.gathering)
