"""Low stock that somebody should see to."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory import permissions

from .stock import QUANTITY, Inventory, OfWarehouseQuerySet


class StockAlertQuerySet(OfWarehouseQuerySet):
    """Reads of alerts."""

    view_permission = permissions.VIEW_STOCK
    branch_path = "inventory__warehouse__branch"

    def open(self) -> "StockAlertQuerySet":
        """Not resolved."""
        return self.filter(resolved_at=None)


class StockAlert(models.Model):
    """A product that fell to its reorder point in a warehouse: one until it is resolved."""

    inventory = models.ForeignKey(Inventory, models.CASCADE, related_name="alerts")
    available = models.DecimalField(_("available then"), **QUANTITY)
    reorder_point = models.DecimalField(_("reorder point"), **QUANTITY)
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = StockAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("low stock alert")
        verbose_name_plural = _("low stock alerts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inventory"],
                condition=Q(resolved_at=None),
                name="stock_alert_one_open_per_inventory",
            )
        ]
