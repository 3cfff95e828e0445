"""People, what they work as, what they may do here, and how they get in."""

import uuid
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.language import offered, spoken
from participants.models.places import Institution, Municipality, Region

ENDS_AFTER_START = _("The last day cannot be before the first day.")


def in_force(day, prefix: str = "") -> Q:
    """Rows with `starts_on` and `ends_on` that hold on `day` (both ends included)."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def shares_address(region: Any, address: Any, but: Any) -> Q:
    """People in use with the address in the region, whoever else they are than `but`.

    Values of one person, or columns of a question about many. Other organisations are none of it.
    """
    same = Exact(Lower("email"), Lower(address))
    return Q(same, region=region, is_active=True) & ~Q(email="") & ~Q(pk=but)


class PersonQuerySet(models.QuerySet["Person"]):
    """Questions to the register of people."""

    def visible_to(self, person: "Person") -> Self:
        """Herself; the whole organisation for admin and consultant; own staff for a manager."""
        if person.is_admin or person.is_consultant:
            return self.filter(region_id=person.region_id)
        today = timezone.localdate()
        managed = Position.objects.filter(
            in_force(today), person=person, kind=Position.Kind.MANAGER
        ).values("institution_id")
        staff = Position.objects.filter(in_force(today), institution__in=managed)
        return self.filter(Q(pk=person.pk) | Q(pk__in=staff.values("person_id")))

    def working_as(self, kind: str, day=None) -> Self:
        """People who hold such a position on `day` (today)."""
        held = Position.objects.filter(in_force(day or timezone.localdate()), kind=kind)
        return self.filter(is_active=True, pk__in=held.values("person_id"))

    def sharing_address(self, person: "Person") -> Self:
        """Others in use at her address."""
        return self.filter(shares_address(person.region_id, Value(person.email), person.pk))

    def at_address(self, address: str) -> Self:
        """Those whom a code sent to `address` (in small letters) lets in."""
        known = Exact(Lower("email"), address)
        return self.filter(known, is_active=True, invited_at__isnull=False)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):
    """Finds people; `create_user` is what Django expects, and `first_admin` uses."""

    def create_user(self, email: str = "", password: str | None = None, **fields) -> "Person":
        """A person without a password: a code by mail opens the door."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_unusable_password()
        person.save()
        return person


class Person(AbstractBaseUser):
    """A human. Not an address: several people may share one mailbox (decision 13)."""

    class Language(models.TextChoices):
        """What a register may say; `Person.languages` are those one may choose."""

        BOKMAL = "nb", _("Norwegian Bokmål")
        NYNORSK = "nn", _("Norwegian Nynorsk")
        DANISH = "da", _("Danish")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="people")
    first_name = models.CharField(_("first name"), max_length=80, db_collation="nordic")
    last_name = models.CharField(_("last name"), max_length=80, db_collation="nordic")
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=Language, default=Language.BOKMAL
    )
    is_active = models.BooleanField(_("in use"), default=True)
    # An import never opens the door; an admin does, from a page that shows whom (Vigilo).
    invited_at = models.DateTimeField(_("invited to log in"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        ordering = ["last_name", "first_name"]
        verbose_name = _("person")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "email", "first_name", "last_name"],
                condition=~Q(email=""),
                name="person_once_per_address",
                violation_error_message=_("This person is already registered with this e-mail."),
            ),
            models.CheckConstraint(
                condition=~Q(first_name="") & ~Q(last_name=""),
                name="person_has_name",
                violation_error_message=_("Write first name and last name."),
            ),
        ]
        indexes = [models.Index(Lower("email"), name="person_by_address")]

    def __str__(self) -> str:
        return self.name

    @property
    def speaks(self) -> str:
        """The language of her pages and letters."""
        return spoken(self.language)

    @property
    def languages(self) -> list[tuple[str, Any]]:
        """What she may choose on a form: the languages offered, and the one that is stored."""
        known = {**dict(offered()), self.language: ""}
        return [(code, label) for code, label in Person.Language.choices if code in known]

    @property
    def name(self) -> str:
        """First and last name, as the person is greeted."""
        return f"{self.first_name} {self.last_name}".strip()

    get_full_name = name.fget
    is_staff = False

    def get_short_name(self) -> str:
        """The first name."""
        return self.first_name

    @cached_property
    def roles_today(self) -> list["Role"]:
        """Roles in force today, read once a request."""
        return list(self.roles.in_force())

    @property
    def is_admin(self) -> bool:
        """Administers the register and the groups of the whole organisation."""
        return any(role.kind == Role.Kind.ADMIN for role in self.roles_today)

    @property
    def is_consultant(self) -> bool:
        """Follows up networks: sees counts, never texts (P2)."""
        return any(role.kind == Role.Kind.CONSULTANT for role in self.roles_today)

    @property
    def oversees_all(self) -> bool:
        """Admin or consultant without a municipality: the whole organisation."""
        return any(role.municipality_id is None for role in self.roles_today)

    @property
    def overseen_municipalities(self) -> set[uuid.UUID]:
        """Municipalities a limited role covers; meaningless when `oversees_all`."""
        return {r.municipality_id for r in self.roles_today if r.municipality_id}


class PositionQuerySet(models.QuerySet["Position"]):
    """Questions to who works where."""

    def in_force(self, day=None) -> Self:
        """Positions held on `day` (today)."""
        return self.filter(in_force(day or timezone.localdate()))

    def visible_to(self, person: Person) -> Self:
        """Positions of the people she may see."""
        return self.filter(person__in=Person.objects.visible_to(person))


class Position(models.Model):
    """Who works where as what, from and to."""

    class Kind(models.TextChoices):
        MANAGER = "manager", _("manager")
        PEDAGOGICAL_LEADER = "pedagogical_leader", _("pedagogical leader")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="positions")
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="positions", verbose_name=_("kindergarten")
    )
    kind = models.CharField(_("position"), max_length=20, choices=Kind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["person", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="position_ends_after_it_starts",
                violation_error_message=ENDS_AFTER_START,
            ),
            models.UniqueConstraint(
                fields=["person", "institution", "kind", "starts_on"],
                name="position_once",
                violation_error_message=_("The person already has this position from this day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.institution}"


class RoleQuerySet(models.QuerySet["Role"]):
    """Questions to who may do what."""

    def in_force(self, day=None) -> Self:
        """Roles that hold on `day` (today)."""
        return self.filter(in_force(day or timezone.localdate()))

    def visible_to(self, person: Person) -> Self:
        """Admins see the roles of their organisation."""
        return self.filter(region_id=person.region_id) if person.is_admin else self.none()


class Role(models.Model):
    """What a person may do in the organisation, from and to; leading a group is a membership."""

    class Kind(models.TextChoices):
        ADMIN = "admin", _("administrator")
        CONSULTANT = "consultant", _("consultant")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    region = models.ForeignKey(Region, models.CASCADE, related_name="roles")
    municipality = models.ForeignKey(
        Municipality,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("only for this municipality"),
    )
    kind = models.CharField(_("role"), max_length=12, choices=Kind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["person", "kind", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_ends_after_it_starts",
                violation_error_message=ENDS_AFTER_START,
            ),
            models.CheckConstraint(
                condition=Q(kind="consultant") | Q(municipality__isnull=True),
                name="role_admin_is_for_all",
                violation_error_message=_("An administrator works for the whole organisation."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class SignInCode(models.Model):
    """One attempt to get in: a code sent to an address, usable in the browser that asked.

    A row exists for unknown addresses too, so that both are counted and answered alike.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.EmailField(db_index=True)
    ip = models.GenericIPAddressField(db_index=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code for {self.address}"


class SignInTry(models.Model):
    """One code typed in: written before it is compared, so that no try goes uncounted."""

    code = models.ForeignKey(SignInCode, models.CASCADE, related_name="tries")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.code} tried {self.at}"


class SignInLink(models.Model):
    """A link that lets one person in once: the first administrator, or an invitation."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link for {self.person}"
