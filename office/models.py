"""Letters, documents, the journal and signs of life."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """A PDF: the facts it is made of, and its bytes once the worker has made it.

    The digest of template, language and facts is unique, so the same content is made once.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    title = models.CharField(max_length=300)
    filename = models.CharField(max_length=150)
    facts = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    pdf = models.BinaryField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(pdf__isnull=False), name="document_ready_has_bytes"
            )
        ]

    def __str__(self) -> str:
        return self.title


class LetterQuerySet(models.QuerySet["Letter"]):
    """Questions to the outbox."""

    def unsent(self) -> Self:
        """Letters that have not left the house and still may."""
        return self.filter(state__in=[Letter.State.WAITING, Letter.State.SENDING])

    def due(self, now) -> Self:
        """What a drain may take now: waiting and ripe, or claimed by a worker that died."""
        return self.filter(state=Letter.State.WAITING, not_before__lte=now) | self.lapsed(now)

    def lapsed(self, now) -> Self:
        """Claimed by a worker that died, or stalls."""
        return self.filter(state=Letter.State.SENDING, lease_until__lt=now)

    def end(self, state: str, **more: Any) -> int:
        """They are sent, failed or withdrawn; in the same breath the secret ones lose their words.

        `more` are other fields to store. Returns how many.
        """
        words = {
            name: Case(
                When(is_secret=True, then=Value("")),
                default=F(name),
                output_field=self.model._meta.get_field(name),
            )
            for name in ("subject", "text", "html")
        }
        return self.update(state=state, **words, **more)


class Letter(models.Model):
    """One mail to one person for one occasion: the row is the promise, the worker keeps it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be delivered")
        DROPPED = "dropped", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    address = models.EmailField()
    occasion = models.CharField(max_length=120)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    sender_name = models.CharField(max_length=120, blank=True)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="letters")
    is_secret = models.BooleanField(default=False)
    message_id = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    # The occasion that had it withdrawn; undone, it lets the letter go after all.
    stopped_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["to", "occasion"], name="letter_once_per_occasion"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="letter_sent_has_time"
            ),
            models.CheckConstraint(
                condition=Q(is_secret=False)
                | Q(state__in=["waiting", "sending"])
                | Q(subject="", text="", html=""),
                name="letter_secret_ends_without_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="letter_to_send",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["occasion"], name="letter_occasion"),
            models.Index(fields=["stopped_by"], name="letter_stopped", condition=~Q(stopped_by="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.address}"


class ReceivedMail(models.Model):
    """What the demo mailbox received, byte for byte."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=300)
    raw = models.BinaryField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.subject


class JournalEntry(models.Model):
    """Who did what to what, when. Rows are added, never changed."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    did = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=36)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["kind", "object_id"], name="journal_of_object")]

    def __str__(self) -> str:
        return f"{self.did} {self.kind} {self.object_id}"


class Heartbeat(models.Model):
    """When a part of the house last showed a sign of life."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} {self.at}"
