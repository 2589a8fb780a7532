"""Where products lie and how they move. The database keeps the sums (migration 0002).

A row of `StockMovement` is the only way to change `Inventory`: its trigger adds the movement up.
A row of `Reservation` is the only way to reserve: its trigger writes the movement.
"""

from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch
from accounts.models.company import Bilingual
from accounts.roles import Scope
from inventory import permissions

from .catalogue import CatalogueQuerySet, Product

QUANTITY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3}
COST: dict[str, Any] = {
    "max_digits": 18,
    "decimal_places": 6,
}  # of one unit, in the warehouse's currency


class OfWarehouseQuerySet(ScopedQuerySet):
    """Rows of a warehouse: read by its branch, or by the whole company."""

    view_permission = permissions.VIEW_STOCK
    branch_path = "warehouse__branch"

    def _within(self, scope: Scope, user: Any) -> Self:
        """A warehouse has no owner: narrower than the branch reaches nothing."""
        narrow = scope in (Scope.OWN, Scope.DEPARTMENT)
        return self.none() if narrow else super()._within(scope, user)

    @staticmethod
    def places_of(user: Any, permission: str) -> "models.QuerySet[Warehouse]":
        """Return the warehouses in which the user holds the permission."""
        scope = user.scope_of(permission) if user.is_authenticated else Scope.NONE
        if scope == Scope.COMPANY:
            return Warehouse.objects.all()
        if scope == Scope.BRANCH:
            return Warehouse.objects.filter(branch_id=user.branch_id or 0)
        return Warehouse.objects.none()


class Warehouse(Bilingual):
    """A place with stock, of one branch."""

    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name=_("branch"), related_name="warehouses"
    )
    code = models.SlugField(_("code"), max_length=12, unique=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["code"]


class InventoryQuerySet(CatalogueQuerySet):
    """Reads of stock figures; who sells must see what lies in every warehouse."""

    def low(self) -> "InventoryQuerySet":
        """At or below their reorder point, in warehouses in use."""
        return self.filter(
            reorder_point__isnull=False, available__lte=F("reorder_point"), is_open=True
        )


class Inventory(models.Model):
    """One product in one warehouse. `on_hand` = Σ movements, `reserved` = Σ open reservations."""

    product = models.ForeignKey(  # found by the constraint's index
        Product, models.PROTECT, related_name="inventories", db_index=False
    )
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="inventories")
    on_hand = models.DecimalField(_("on hand"), **QUANTITY, default=Decimal(0), editable=False)
    reserved = models.DecimalField(_("reserved"), **QUANTITY, default=Decimal(0), editable=False)
    available = models.GeneratedField(
        expression=F("on_hand") - F("reserved"),
        output_field=models.DecimalField(**QUANTITY),
        db_persist=True,
    )
    average_cost = models.DecimalField(
        _("average cost"), **COST, default=Decimal(0), editable=False
    )
    value = models.GeneratedField(
        expression=F("on_hand") * F("average_cost"),
        output_field=models.DecimalField(max_digits=24, decimal_places=6),
        db_persist=True,
    )
    allows_backorder = models.BooleanField(default=False, editable=False)  # copied from the product
    is_open = models.BooleanField(  # copied from the warehouse (migration 0004)
        default=True, db_default=True, editable=False
    )
    reorder_point = models.DecimalField(_("reorder point"), **QUANTITY, null=True, blank=True)
    reorder_quantity = models.DecimalField(
        _("quantity to reorder"), **QUANTITY, null=True, blank=True
    )
    bin = models.CharField(_("shelf"), max_length=40, blank=True)
    moved_at = models.DateTimeField(_("last moved"), null=True, editable=False)

    objects = InventoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "warehouse"], name="inventory_once_per_warehouse"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0), name="inventory_reserved_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(allows_backorder=True) | Q(on_hand__gte=F("reserved")),
                name="inventory_available_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(reorder_point=None) | Q(reorder_point__gte=0),
                name="inventory_reorder_point_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(is_open=True) | Q(on_hand=0, reserved=0),
                name="inventory_closed_is_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["warehouse", "product"],
                condition=Q(reorder_point__isnull=False, available__lte=F("reorder_point")),
                name="inventory_low",
            )
        ]


class Lot(models.Model):
    """A lot, or one piece with its serial number."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots")
    number = models.CharField(_("lot or serial number"), max_length=60)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    is_serial = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="lot_once_per_product"),
            models.CheckConstraint(condition=~Q(number=""), name="lot_has_a_number"),
        ]
        indexes = [models.Index(fields=["number"], name="lot_number")]

    def __str__(self) -> str:
        return self.number


class LotStock(models.Model):
    """How much of a lot lies in a warehouse; kept by the movements' trigger alone."""

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="stocks")
    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="lots")
    on_hand = models.DecimalField(**QUANTITY, default=Decimal(0), editable=False)
    is_serial = models.BooleanField(default=False, editable=False)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "inventory"], name="lot_stock_once"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="lot_stock_not_negative"),
            models.CheckConstraint(
                condition=Q(is_serial=False) | Q(on_hand__lte=1), name="serial_is_one_piece"
            ),
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(is_serial=True, on_hand__gt=0),
                name="serial_is_in_one_place",
            ),
        ]


class Reservation(models.Model):
    """Stock promised to one purpose; `quantity` is what is still promised, 0 when settled."""

    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="reservations")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    source = models.CharField(max_length=64)  # what it is for, "order_line:42"
    reference = models.CharField(
        _("for"), max_length=64, blank=True
    )  # for people, "RUH-2026-00042"
    url = models.CharField(max_length=120, blank=True, default="", db_default="")  # where it is
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class ReservationQuerySet(OfWarehouseQuerySet):
        """Reads of reservations."""

        branch_path = "inventory__warehouse__branch"

        def open(self) -> "Reservation.ReservationQuerySet":
            """Still promised."""
            return self.filter(quantity__gt=0)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(fields=["source"], name="reservation_once_per_source"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="reservation_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["inventory", "id"], condition=Q(quantity__gt=0), name="reservation_open"
            )
        ]


class StockMovement(models.Model):
    """One change of stock. Append-only: a mistake is corrected by a second movement.

    `quantity` changes what is on hand (positive in, negative out), `reserved_change` what is
    reserved. The trigger fills `on_hand_after`, `warehouse`, and for what goes out `unit_cost`.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        ISSUE = "issue", _("Issue")
        TRANSFER = "transfer", _("Transfer")
        ADJUSTMENT = "adjustment", _("Adjustment")
        RETURN = "return", _("Return")
        RESERVATION = "reservation", _("Reservation")
        RELEASE = "release", _("Release")

    # Found by the indexes below; each more is written ten times for an order of ten lines.
    inventory = models.ForeignKey(
        Inventory, models.PROTECT, related_name="movements", db_index=False
    )
    warehouse = models.ForeignKey(  # copied from the stock (migration 0007), whose key checks it
        Warehouse,
        models.PROTECT,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, blank=True, related_name="movements", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    quantity = models.DecimalField(_("quantity"), **QUANTITY, default=Decimal(0))
    reserved_change = models.DecimalField(_("reserved"), **QUANTITY, default=Decimal(0))
    unit_cost = models.DecimalField(_("unit cost"), **COST, null=True, blank=True)
    on_hand_after = models.DecimalField(_("on hand after"), **QUANTITY, default=Decimal(0))
    source = models.CharField(max_length=64)  # what caused it, "order_line:42:ship:7"
    reference = models.CharField(_("reference"), max_length=64, blank=True)  # for people
    url = models.CharField(max_length=120, blank=True)  # where a person finds the cause
    note = models.CharField(_("note"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class MovementQuerySet(OfWarehouseQuerySet):
        """Reads of the ledger."""

        def _within(self, scope: Scope, user: Any) -> Self:
            """By the ids of a branch's warehouses: the database knows how busy each of them is."""
            if scope != Scope.BRANCH:
                return super()._within(scope, user)
            mine = Warehouse.objects.filter(branch_id=user.branch_id or 0)
            return self.filter(warehouse__in=list(mine.values_list("pk", flat=True)))

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(quantity=0, reserved_change=0), name="stock_movement_moves_something"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["reservation", "release"], quantity=0)
                | (~Q(kind__in=["reservation", "release"]) & Q(reserved_change=0)),
                name="stock_movement_changes_one_thing",
            ),
            models.UniqueConstraint(
                fields=["inventory", "source"],
                condition=~Q(kind__in=["reservation", "release"]),
                name="stock_movement_once_per_source",
            ),
        ]
        indexes = [
            models.Index(fields=["inventory", "-at", "-id"], name="stock_movement_newest"),
            models.Index(fields=["-at", "-id"], name="stock_movement_all"),
            models.Index(fields=["warehouse", "-at", "-id"], name="stock_movement_place"),
            models.Index(fields=["kind", "-at", "-id"], name="stock_movement_kind"),
            models.Index(
                fields=["lot", "-id"], condition=Q(lot__isnull=False), name="stock_movement_lot"
            ),
            models.Index(  # from a document back to the lots that moved with it
                fields=["reference", "-id"],
                condition=Q(lot__isnull=False),
                name="stock_movement_lot_reference",
            ),
        ]
