"""A file on its way into the register: read and checked, then applied or left."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participants.models.places import Region

if TYPE_CHECKING:
    from participants.models.people import Person

FILES_ARE_KEPT = timedelta(days=7)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Questions to past and waiting imports."""

    def visible_to(self, person: "Person") -> Self:
        """Admins see the imports of their organisation."""
        return self.filter(region_id=person.region_id) if person.is_admin else self.none()


class ImportRun(models.Model):
    """One upload as it was sent; the check is worked out anew each time it is shown or applied.

    `marks` has one short fingerprint a row, as the rows stood when the files came in: a row
    whose fingerprint is another now was touched in the register meanwhile.
    """

    class Kind(models.TextChoices):
        MUNICIPALITIES = "municipalities", _("municipalities")
        INSTITUTIONS = "institutions", _("kindergartens")
        PEOPLE = "people", _("people")

    class State(models.TextChoices):
        CHECKED = "checked", _("waiting for you")
        APPLIED = "applied", _("applied")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.CHECKED)
    marks = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def kept_files(self) -> models.QuerySet["ImportFile"]:
        """Its files for as long as they may be kept, though the clock has not taken them yet."""
        over = self.created_at < timezone.now() - FILES_ARE_KEPT
        return self.files.none() if over else self.files.all()


class ImportFile(models.Model):
    """One file of an upload, byte for byte."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="import_file_has_its_place")
        ]

    def __str__(self) -> str:
        return self.name
