"""Work before and after: the assignments of a round, and what each person wrote."""

import uuid
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gatherings.models.actions import shared_by_staff
from gatherings.models.rounds import Phase, Round
from networks.models import Membership, NetworkGroup
from participants.models import Person


class Assignment(models.Model):
    """Something to read or write before the gathering, or to do after it; for all groups (V15)."""

    Phase = Phase

    class Kind(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("write")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="assignments")
    phase = models.CharField(_("when"), max_length=6, choices=Phase, default=Phase.BEFORE)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("what to do"), max_length=8000, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"), validators=[MinValueValidator(1), MaxValueValidator(600)]
    )

    class Meta:
        ordering = ["phase", "position"]

    def __str__(self) -> str:
        return self.title


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Questions to what people wrote."""

    def delivered(self) -> Self:
        """Shared with whom the writer chose."""
        return self.filter(delivered_at__isnull=False)

    def visible_to(self, person: Person) -> Self:
        """Own ones; as a leader or member, what was delivered to one's group while one sits in it;
        as a manager, what own staff chose to share with her (V23).

        That members see it only after delivering their own is `submissions.may_read`.
        Admin and consultant see nobody's text (P1, P2).
        """
        seats = Membership.objects.known().filter(person=person)
        led = seats.leaders().values("group_id")
        shared = Q(delivered_at__isnull=False)
        to_group = Q(audience__in=Submission.GROUP_AUDIENCES, group__in=seats.values("group_id"))
        to_leader = Q(audience__in=Submission.LEADER_AUDIENCES, group__in=led)
        staff = shared_by_staff(person, "delivered_at")
        to_manager = Q(audience=Submission.Audience.GROUP_AND_MANAGER) & staff
        return self.filter(Q(person=person) | (shared & (to_group | to_leader | to_manager)))

    def shared_with_manager(self, manager: Person) -> Self:
        """Delivered texts whose writers chose to share them with this manager of theirs."""
        shared = self.delivered().filter(audience=Submission.Audience.GROUP_AND_MANAGER)
        return shared.filter(shared_by_staff(manager, "delivered_at"))


class Submission(models.Model):
    """One person's answer to one assignment; stays in the group where it was written (P15).

    Who comes to another group answers anew there, so there is one for each group she wrote in.
    `version` rises with every save; a save that names an older version is a conflict, and both
    texts are kept.
    """

    class Audience(models.TextChoices):
        ME = "me", _("only me")
        LEADER = "leader", _("the process leader")
        GROUP = "group", _("the group")
        GROUP_AND_MANAGER = "manager", _("the group and my manager")

    LEADER_AUDIENCES = (Audience.LEADER, Audience.GROUP, Audience.GROUP_AND_MANAGER)
    GROUP_AUDIENCES = (Audience.GROUP, Audience.GROUP_AND_MANAGER)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="submissions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="submissions")
    group = models.ForeignKey(NetworkGroup, models.PROTECT, related_name="submissions")
    text = models.TextField(_("your answer"), max_length=50_000, blank=True)
    audience = models.CharField(
        _("visible to"), max_length=8, choices=Audience, default=Audience.GROUP
    )
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "person", "group"], name="one_answer_each"
            )
        ]
        indexes = [models.Index(fields=["group", "assignment"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.assignment}"


class SubmissionVersion(models.Model):
    """An earlier text, or one that lost a conflict; only its writer sees it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=50_000, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    is_conflict = models.BooleanField(default=False)

    class Meta:
        ordering = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.submission} v{self.version}"
