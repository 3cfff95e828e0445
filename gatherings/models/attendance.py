"""Invitation, answer and attendance of one person at one gathering: one row."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from gatherings.models.gatherings import Gathering
from participants.models import Person


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Questions to who comes and who came."""

    def present(self) -> Self:
        """Those who took part."""
        return self.filter(presence__in=Attendance.TOOK_PART)


class Attendance(models.Model):
    """No reason for absence is ever asked or stored (P11)."""

    class Answer(models.TextChoices):
        NONE = "", _("has not answered")
        YES = "yes", _("is coming")
        NO = "no", _("cannot come")
        ONLINE = "online", _("takes part digitally")

    class Presence(models.TextChoices):
        UNKNOWN = "", _("not noted")
        PRESENT = "present", _("present")
        ONLINE = "online", _("digitally")
        ABSENT = "absent", _("absent")

    COMING = (Answer.YES, Answer.ONLINE)
    TOOK_PART = (Presence.PRESENT, Presence.ONLINE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    # Led the gathering: kept here, since leaders change; figures count the members only.
    as_leader = models.BooleanField(default=False)
    answer = models.CharField(max_length=6, choices=Answer, blank=True, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)
    presence = models.CharField(
        _("presence"), max_length=7, choices=Presence, blank=True, default=Presence.UNKNOWN
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["person__last_name", "person__first_name"]
        constraints = [models.UniqueConstraint(fields=["gathering", "person"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_answer_display()}"
