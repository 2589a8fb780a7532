"""What was understood of a message: fields with evidence, results per stage, duplicates."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from customers.models import Customer
from leads import permissions
from messaging.models import Message

from .leads import Lead


class OfLeadQuerySet(ScopedQuerySet):
    """Rows of a lead, as visible as the lead."""

    view_permission = permissions.VIEW
    owner_path = "lead__owner"
    branch_path = "lead__branch"


class ExtractedField(models.Model):
    """One value found in a message, with its evidence; a person's decision is the ground truth."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        ACCEPTED = "accepted", _("Accepted")
        CORRECTED = "corrected", _("Corrected")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="fields")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    name = models.CharField(_("field"), max_length=24)
    value = models.JSONField(_("value"), null=True)
    raw = models.CharField(_("as written"), max_length=300, blank=True)
    confidence = models.FloatField(_("confidence"))  # 0 to 1
    start = models.PositiveIntegerField(null=True)  # character offsets into the message's text
    end = models.PositiveIntegerField(null=True)
    extractor = models.CharField(_("found by"), max_length=60)
    version = models.CharField(max_length=20)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SUGGESTED)
    corrected = models.JSONField(_("corrected value"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = OfLeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("extracted field")
        verbose_name_plural = _("extracted fields")
        ordering = ["pk"]
        indexes = [models.Index(fields=["name", "extractor"], name="field_by_extractor")]

    def __str__(self) -> str:
        return f"{self.name}: {self.raw or self.value}"


class StageResult(models.Model):
    """What one stage made of one message with one version of its rules; replays add rows."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="stages")
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="stages")
    stage = models.CharField(max_length=16)  # normalise, interpret, deduplicate, route
    version = models.CharField(max_length=20)
    result = models.JSONField()
    run = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)

    objects = OfLeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage result")
        verbose_name_plural = _("stage results")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "stage", "run"], name="stage_result_once_per_run"
            )
        ]


class DuplicateSuggestion(models.Model):
    """A lead or customer that may be the same person; joined by a person only."""

    class State(models.TextChoices):
        OPEN = "open", _("To be decided")
        LINKED = "linked", _("The same")
        DISMISSED = "dismissed", _("Somebody else")

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="duplicates")
    other_lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    score = models.FloatField()  # 0 to 1
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = OfLeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("duplicate suggestion")
        verbose_name_plural = _("duplicate suggestions")
        ordering = ["-score", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other_lead__isnull=True) ^ Q(customer__isnull=True),
                name="duplicate_is_a_lead_or_a_customer",
            ),
            models.UniqueConstraint(
                fields=["lead", "other_lead"], name="duplicate_lead_suggested_once"
            ),
            models.UniqueConstraint(
                fields=["lead", "customer"], name="duplicate_customer_suggested_once"
            ),
        ]
