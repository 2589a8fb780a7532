"""How goods leave, and how they come back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Lot

from .orders import AMOUNT, QUANTITY, OfOrderQuerySet, Order, OrderLine


class Shipment(models.Model):
    """One consignment of an order: what was packed left the stock when it was sent."""

    class Status(models.TextChoices):
        SENT = "sent", _("Handed to the carrier")
        OUT = "out", _("Out for delivery")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Delivery failed")

    order = models.ForeignKey(Order, models.PROTECT, related_name="shipments")
    number = models.CharField(_("delivery note"), max_length=24, unique=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.SENT)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    tracking_url = models.URLField(_("tracking link"), blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    received_by = models.CharField(_("received by"), max_length=120, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    request_id = models.UUIDField(unique=True)  # one per submit
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["tracking"], name="shipment_tracking")]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """How much of an item a shipment holds, of which lot."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="shipped_lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_positive")
        ]


class OrderReturn(models.Model):
    """Goods that came back."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="returns")
    number = models.CharField(_("number"), max_length=24, unique=True)
    reason = models.CharField(_("reason"), max_length=300)
    credit = models.DecimalField(_("credited"), **AMOUNT)  # worth of what came back, with tax
    request_id = models.UUIDField(unique=True)  # one per submit
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """How much of an item came back; `is_restocked` puts it into the stock again."""

    order_return = models.ForeignKey(OrderReturn, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="returned_lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    is_restocked = models.BooleanField(_("back into stock"), default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_positive")
        ]
