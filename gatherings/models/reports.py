"""The season's report: figures from the system, three short texts from people."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.models import Season
from participants.models import Person


class ReportQuerySet(models.QuerySet["Report"]):
    """Questions to the reports."""

    def visible_to(self, person: Person) -> Self:
        """Admin and consultant of the organisation."""
        if not person.roles_today:
            return self.none()
        ours = self.filter(season__network__region_id=person.region_id)
        return ours.select_related("season__network__region", "season__rules", "approved_by")


class Report(models.Model):
    """Draft until the consultant approves it; the approved figures are kept as they were."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.OneToOneField(Season, models.CASCADE, related_name="report")
    summary = models.TextField(_("In short"), max_length=4000, blank=True)
    learned = models.TextField(_("What we have learned"), max_length=8000, blank=True)
    recommendation = models.TextField(_("Recommendation"), max_length=8000, blank=True)
    comment = models.TextField(_("The consultant's comment"), max_length=4000, blank=True)
    archive_number = models.CharField(_("archive number"), max_length=60, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    figures = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-season__starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(approved_at__isnull=False, figures__isnull=False),
                name="approved_report_keeps_its_figures",
            )
        ]

    def __str__(self) -> str:
        return str(self.season)
