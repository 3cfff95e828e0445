"""Regions (the organisations that run networks), municipalities, owners, institutions."""

import uuid
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participants.language import spoken
from participants.organisation_numbers import validate_organisation_number

if TYPE_CHECKING:
    from participants.models.people import Person


class Country(models.TextChoices):
    """Where an organisation keeps its calendar and its numbers."""

    NORWAY = "NO", _("Norway")
    DENMARK = "DK", _("Denmark")


class Region(models.Model):
    """One organisation on the installation; nobody in it sees another one's people.

    REKOM Vesterålen spans six municipalities, Vejen is one: both are a region here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True, db_collation="nordic")
    country = models.CharField(_("country"), max_length=2, choices=Country, default=Country.NORWAY)
    language = models.CharField(_("language"), max_length=5, default="nb")
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    accessibility_url = models.URLField(_("accessibility statement"), blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def speaks(self) -> str:
        """The language of its documents."""
        return spoken(self.language)


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    """Questions to the list of municipalities."""

    def visible_to(self, person: "Person") -> Self:
        """Those of the person's own organisation."""
        return self.filter(region_id=person.region_id)


class Municipality(models.Model):
    """A kommune. Its number is text: Oslo is 0301."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="municipalities")
    number = models.CharField(
        _("municipality number"),
        max_length=4,
        validators=[RegexValidator(r"^\d{3,4}$", _("A municipality number has 3 or 4 digits."))],
    )
    name = models.CharField(_("name"), max_length=80, db_collation="nordic")
    county_number = models.CharField(_("county number"), max_length=4, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=Country, default=Country.NORWAY)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("municipality")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "country", "number"],
                name="municipality_number_once",
                violation_error_message=_("There is already a municipality with this number."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Owner(models.Model):
    """Who owns an institution, and is controller of the data about its staff."""

    class Form(models.TextChoices):
        MUNICIPAL = "municipal", _("municipal")
        PRIVATE = "private", _("private")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="owners")
    name = models.CharField(_("name"), max_length=150, db_collation="nordic")
    organisation_number = models.CharField(
        _("organisation number"),
        max_length=9,
        null=True,
        blank=True,
        validators=[validate_organisation_number],
    )
    form = models.CharField(_("form of ownership"), max_length=10, choices=Form)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["region", "name", "form"], name="owner_once"),
        ]

    def __str__(self) -> str:
        return self.name


class InstitutionQuerySet(models.QuerySet["Institution"]):
    """Questions to the register of institutions."""

    def visible_to(self, person: "Person") -> Self:
        """Those in the person's own organisation."""
        return self.filter(municipality__region_id=person.region_id)


class Institution(models.Model):
    """The place people come from: barnehage, familiebarnehage, dagtilbud, dagpleje, school."""

    class Kind(models.TextChoices):
        KINDERGARTEN = "kindergarten", _("kindergarten")
        FAMILY = "family", _("family day care")
        SCHOOL = "school", _("school")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="institutions", verbose_name=_("municipality")
    )
    owner = models.ForeignKey(
        Owner, models.PROTECT, related_name="institutions", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=150, db_collation="nordic")
    organisation_number = models.CharField(
        _("organisation number"),
        max_length=9,
        null=True,
        blank=True,
        validators=[validate_organisation_number],
    )
    # What Denmark's registers call a place by, instead of an organisation number of its own.
    unit_number = models.CharField(_("unit number"), max_length=12, null=True, blank=True)
    register_number = models.CharField(
        _("institution number"), max_length=12, null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.KINDERGARTEN)
    children = models.PositiveIntegerField(
        _("children"), null=True, blank=True, validators=[MaxValueValidator(2000)]
    )
    staff = models.PositiveIntegerField(
        _("staff"), null=True, blank=True, validators=[MaxValueValidator(2000)]
    )
    address = models.CharField(_("address"), max_length=150, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True)
    postal_place = models.CharField(_("postal place"), max_length=60, blank=True)
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    written_norm = models.CharField(_("written norm"), max_length=1, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("kindergarten")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "name"],
                name="institution_name_once_in_municipality",
                violation_error_message=_(
                    "There is already a kindergarten with this name in the municipality."
                ),
            ),
            models.UniqueConstraint(
                fields=["municipality", "organisation_number"],
                name="institution_number_once",
                violation_error_message=_(
                    "There is already a kindergarten with this organisation number."
                ),
            ),
            models.UniqueConstraint(
                fields=["municipality", "unit_number"],
                name="institution_unit_number_once",
                violation_error_message=_("There is already a kindergarten with this unit number."),
            ),
            models.UniqueConstraint(
                fields=["municipality", "register_number"],
                name="institution_register_number_once",
                violation_error_message=_(
                    "There is already a kindergarten with this institution number."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="institution_has_name",
                violation_error_message=_("Write the name of the kindergarten."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
