"""What was found at a visit. Every piece has an id made on the phone, so that sending twice is once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .checklists import ChecklistItem
from .visits import Inspection, OfInspectionQuerySet


class InspectionAnswer(models.Model):
    """The answer to one item. `answered_at` is the phone's clock: the latest answer wins."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers")
    number = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    text = models.CharField(
        max_length=2000, blank=True
    )  # choice, check ("ok", "fault", "na"), text
    note = models.CharField(_("note"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = OfInspectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="answer_once_per_item")
        ]


class InspectionPhoto(models.Model):
    """A photo, re-encoded (at most 1,600 px) without its metadata; `thumbnail` at most 320 px."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="photos")
    item = models.ForeignKey(
        ChecklistItem, models.PROTECT, null=True, blank=True, related_name="photos"
    )
    client_id = models.UUIDField(unique=True)
    image = models.ImageField(_("photo"), upload_to="inspections/")
    thumbnail = models.ImageField(upload_to="inspections/")
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    taken_at = models.DateTimeField(_("taken"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = OfInspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["taken_at", "pk"]


class InspectionSignature(models.Model):
    """The customer's signature, or why there is none."""

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="signature")
    image = models.ImageField(_("signature"), upload_to="inspections/", blank=True)
    signed_by = models.CharField(_("name of the signer"), max_length=120, blank=True)
    missing_reason = models.CharField(_("why there is none"), max_length=200, blank=True)
    signed_at = models.DateTimeField(_("signed"), default=timezone.now)

    objects = OfInspectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(image="") | ~Q(missing_reason=""), name="signature_or_reason"
            )
        ]
