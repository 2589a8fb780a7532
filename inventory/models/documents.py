"""Documents that move stock between warehouses or correct it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import ScopedQuerySet
from inventory import permissions

from .catalogue import Product
from .stock import COST, QUANTITY, Lot, OfWarehouseQuerySet, Warehouse


class TransferQuerySet(ScopedQuerySet):
    """Reads of transfers: the branches at both ends."""

    view_permission = permissions.VIEW_STOCK

    def visible_to(self, user: object, permission: str | None = None) -> "TransferQuerySet":
        """Transfers from or to the warehouses that the user reads."""
        ends = OfWarehouseQuerySet.places_of(user, permission or self.view_permission)
        return self.filter(Q(origin__in=ends) | Q(destination__in=ends))


class Transfer(models.Model):
    """Stock on its way: taken out when sent, put in when received; the rest is in transit."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("In transit")
        RECEIVED = "received", pgettext_lazy("goods", "Received")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=20, unique=True)
    origin = models.ForeignKey(
        Warehouse, models.PROTECT, verbose_name=_("from"), related_name="transfers_out"
    )
    destination = models.ForeignKey(
        Warehouse, models.PROTECT, verbose_name=_("to"), related_name="transfers_in"
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    received_at = models.DateTimeField(_("received"), null=True, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(origin=F("destination")), name="transfer_between_two_places"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:transfer", args=[self.pk])


class TransferLine(models.Model):
    """One product of a transfer. It left the origin at `unit_cost` and comes in at `arrival_cost`,
    each in the currency of its branch.
    """

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    received = models.DecimalField(_("received"), **QUANTITY, default=Decimal(0))
    unit_cost = models.DecimalField(**COST, null=True, editable=False)
    arrival_cost = models.DecimalField(**COST, null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, received__gte=0, received__lte=F("quantity")),
                name="transfer_line_quantities",
            )
        ]


class StockCount(models.Model):
    """A count of a warehouse: what was expected, what is there; posting writes adjustments."""

    class Status(models.TextChoices):
        OPEN = "open", _("Counting")
        POSTED = "posted", _("Posted")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=20, unique=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="counts")
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.OPEN)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    posted_at = models.DateTimeField(_("posted"), null=True, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfWarehouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock count")
        verbose_name_plural = _("stock counts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:count", args=[self.pk])


class StockCountLine(models.Model):
    """One product (and lot) of a count. `expected` is the stock when it was counted."""

    count = models.ForeignKey(StockCount, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    expected = models.DecimalField(_("expected"), **QUANTITY, null=True, editable=False)
    counted = models.DecimalField(_("counted"), **QUANTITY, null=True, blank=True)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    counted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "product", "lot"],
                nulls_distinct=False,
                name="stock_count_line_once",
            ),
            models.CheckConstraint(
                condition=Q(counted=None) | Q(counted__gte=0), name="stock_count_not_negative"
            ),
        ]
