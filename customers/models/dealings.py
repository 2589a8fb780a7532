"""What was agreed, noted and done with a customer."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from customers import permissions

from .customers import Customer
from .points import ContactPoint


class OfCustomerQuerySet(ScopedQuerySet):
    """Rows of a customer, as visible as the customer."""

    view_permission = permissions.VIEW
    owner_path = "customer__owner"
    branch_path = "customer__branch"


class Consent(models.Model):
    """One entry of the consent ledger: append-only, the newest per point and purpose counts."""

    class Purpose(models.TextChoices):
        TRANSACTIONAL = "transactional", _("About their own business")
        MARKETING = "marketing", _("Offers")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    point = models.ForeignKey(ContactPoint, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=13, choices=Purpose)
    is_granted = models.BooleanField(_("granted"))
    source = models.CharField(_("source"), max_length=60)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["point", "purpose", "-id"], name="consent_newest")]


class Note(models.Model):
    """What a colleague wrote about a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=5000)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-is_pinned", "-pk"]


class TimelineEntry(models.Model):
    """One line of a customer's history, fed by every app through `add_to_timeline`."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="timeline")
    at = models.DateTimeField(_("when"), default=timezone.now)
    kind = models.CharField(max_length=40)  # "message.in", "lead.converted", "note"
    text = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=60)  # what caused it, "message:42"

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "source"], name="timeline_entry_once_per_source"
            )
        ]
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="timeline_newest")]
