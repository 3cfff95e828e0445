"""Network groups, who sits in them from when to when, and exceptions from the rules."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.models.networks import Season
from participants.models import Municipality, Person
from participants.models.people import ENDS_AFTER_START, in_force


class NetworkGroupQuerySet(models.QuerySet["NetworkGroup"]):
    """Questions to the groups."""

    def published(self) -> Self:
        """Groups their members know of."""
        return self.filter(published_at__isnull=False)

    def visible_to(self, person: Person) -> Self:
        """Published groups one sits in or will sit in; those one oversees."""
        if person.oversees_all:
            # Her own seats lie in the same organisation; one condition less is a better plan.
            return self.filter(self.overseen(person))
        mine = Q(
            pk__in=Membership.objects.known().filter(person=person).values("group_id"),
            published_at__isnull=False,
        )
        return self.filter(mine | self.overseen(person) if person.roles_today else mine)

    def overseen(self, person: Person) -> Q:
        """A condition: groups the person follows as admin or consultant."""
        if not person.roles_today:
            return Q(pk__in=[])
        ours = Q(season__network__region_id=person.region_id)
        if person.oversees_all:
            return ours
        return ours & Q(municipality_id__in=person.overseen_municipalities)


class NetworkGroup(models.Model):
    """Five to seven people who meet all year, with a styrer as prosessleder."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.CASCADE, related_name="groups")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="groups"
    )
    name = models.CharField(_("name"), max_length=80, db_collation="nordic")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = NetworkGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("network group")
        constraints = [
            models.UniqueConstraint(
                fields=["season", "name"],
                name="group_name_once",
                violation_error_message=_("There is already a group with this name this season."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The group's own page."""
        return reverse("networks:group", args=[self.pk])

    @property
    def is_published(self) -> bool:
        """Its members know of it, and nobody is moved without date and reason (V9)."""
        return self.published_at is not None


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions to who sits where."""

    def in_force(self, day=None) -> Self:
        """Seats held on `day` (today)."""
        return self.filter(in_force(day or timezone.localdate()))

    def reading(self, day) -> Self:
        """Seats that open what the group wrote for `day`: held then, and registered by then."""
        registered = Q(closed_before__isnull=True) | Q(closed_before__lte=day)
        return self.in_force(day).filter(registered)

    def known(self) -> Self:
        """Seats held today, and first seats still to begin: one may know one's group before August.

        A seat from a move in mid-year has a reason and is known from its first day only. One from
        the season's first day is a first seat, also when it was decided anew before.
        """
        today = timezone.localdate()
        first = Q(reason="") | Q(starts_on__lte=F("season__starts_on"))
        return self.filter(in_force(today) | Q(first, starts_on__gt=today))

    def not_over(self) -> Self:
        """Seats of seasons that are not over: a seat has no last day of its own when the year ends.

        What one wrote and read last year stays one's own; only what is asked of people ends.
        """
        return self.filter(season__ends_on__gte=timezone.localdate())

    def members(self) -> Self:
        """Without the leader: the people the size rule counts (V6)."""
        return self.filter(role=Membership.Role.MEMBER)

    def leaders(self) -> Self:
        """The process leaders."""
        return self.filter(role=Membership.Role.LEADER)


class Membership(models.Model):
    """A seat in a group, from and to. A move ends one and begins another; nothing is rewritten."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        LEADER = "leader", _("process leader")

    class Reason(models.TextChoices):
        """Words about the move, never about the person (P16)."""

        TOO_SMALL = "too_small", _("The group had become too small")
        TOO_LARGE = "too_large", _("The group had become too large")
        COLLEAGUES = "colleagues", _("Colleagues from the same kindergarten sat together")
        NEW_POSITION = "new_position", _("New in the position")
        NEW_WORKPLACE = "new_workplace", _("Works in another kindergarten now")
        LEFT_POSITION = "left_position", _("No longer has the position")
        NEW_LEADER = "new_leader", _("The group gets a new process leader")
        AGREED = "agreed", _("Agreed with the one who moves")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.CASCADE, related_name="memberships")
    group = models.ForeignKey(NetworkGroup, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # Registered on this day, later than it is dated: older texts of the group stay closed (P14).
    closed_before = models.DateField(null=True, blank=True, editable=False)
    # Why a seat began, and why it ended, in mid-year (V9): a Reason, or words about the move.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    end_reason = models.CharField(_("reason for ending"), max_length=300, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["role", "person__last_name", "person__first_name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_message=ENDS_AFTER_START,
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(role="leader", ends_on__isnull=True),
                name="group_has_one_leader",
                violation_error_message=_("The group already has a process leader."),
            ),
            models.UniqueConstraint(
                fields=["season", "person"],
                condition=Q(role="member", ends_on__isnull=True),
                name="member_of_one_group_a_season",
                violation_error_message=_("The person is already a member of a group this season."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.group}"

    @property
    def why(self) -> str:
        """Why it began, in words."""
        return reason_in_words(self.reason)

    @property
    def why_ended(self) -> str:
        """Why it ended, in words."""
        return reason_in_words(self.end_reason)


def reason_in_words(reason: str) -> str:
    """The sentence of a Reason in the reader's language; own words as they are."""
    return str(dict(Membership.Reason.choices).get(reason, reason))


class RuleException(models.Model):
    """A warning somebody decided to live with, and why. `subject` says what it is about."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="exceptions")
    rule = models.CharField(max_length=30)
    subject = models.CharField(max_length=120)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "rule", "subject"], name="one_reason_for_each_warning"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"
