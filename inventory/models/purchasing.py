"""Suppliers and what is ordered from them."""

from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm_project.kit.crypto import EncryptedTextField
from crm_project.kit.search import Normalised
from inventory import permissions

from .catalogue import Product, company_currency
from .stock import QUANTITY, OfWarehouseQuerySet, Warehouse


class SupplierQuerySet(models.QuerySet[Any]):
    """Suppliers belong to the company."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """All rows for people who see purchasing."""
        code = permission or permissions.VIEW_PURCHASE
        return self if user.is_authenticated and user.has_perm(code) else self.none()


class Supplier(models.Model):
    """A company that we buy from. `lead_days` is from order to arrival, in days."""

    name = models.CharField(_("name"), max_length=200)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    currency = models.CharField(_("currency"), max_length=3, default=company_currency)
    lead_days = models.PositiveSmallIntegerField(_("delivers within (days)"), default=7)
    tax_id = EncryptedTextField(_("tax number"), null=True, blank=True)
    bank_account = EncryptedTextField(_("bank account"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    search = models.GeneratedField(
        expression=Normalised(
            Concat("name", Value(" "), "contact_name", output_field=models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)  # one per submit
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name", "pk"]
        indexes = [GinIndex(OpClass("search", name="gin_trgm_ops"), name="supplier_search")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("inventory:supplier", args=[self.pk])


class SupplierProduct(models.Model):
    """What a supplier asks for a product; `lead_days` overrides the supplier's."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="products")
    product = models.ForeignKey(Product, models.CASCADE, related_name="suppliers")
    sku = models.CharField(_("supplier's SKU"), max_length=60, blank=True)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=3, default=Decimal(0))
    minimum = models.DecimalField(_("orders at least"), **QUANTITY, default=Decimal(1))
    lead_days = models.PositiveSmallIntegerField(_("delivers within (days)"), null=True, blank=True)
    is_preferred = models.BooleanField(_("preferred"), default=False)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "product"], name="supplier_product_once"),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(is_preferred=True),
                name="supplier_product_one_preferred",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, minimum__gt=0), name="supplier_product_positive"
            ),
        ]


class PurchaseOrder(models.Model):
    """An order to a supplier, for one warehouse, received in one or more parts."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ORDERED = "ordered", _("Ordered")
        PARTIAL = "partial", _("Partly received")
        RECEIVED = "received", pgettext_lazy("goods", "Received")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=24, unique=True)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="orders")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="purchases")
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    currency = models.CharField(_("currency"), max_length=3, default=company_currency)
    exchange_rate = models.DecimalField(  # of one unit of `currency`, in the branch's currency
        _("exchange rate"), max_digits=18, decimal_places=8, default=Decimal(1)
    )
    total = models.DecimalField(
        _("total"), max_digits=16, decimal_places=3, default=Decimal(0), editable=False
    )
    expected_on = models.DateField(_("expected"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    ordered_at = models.DateTimeField(_("ordered"), null=True, editable=False)
    received_at = models.DateTimeField(_("received"), null=True, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class PurchaseQuerySet(OfWarehouseQuerySet):
        """Reads of purchase orders."""

        view_permission = permissions.VIEW_PURCHASE

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(exchange_rate__gt=0), name="purchase_order_rate_positive"
            )
        ]
        indexes = [models.Index(fields=["status", "-id"], name="purchase_order_status")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("inventory:purchase", args=[self.pk])


class PurchaseOrderLine(models.Model):
    """One product of a purchase order; `unit_cost` in the order's currency, before tax."""

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="purchase_lines")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    received = models.DecimalField(_("received"), **QUANTITY, default=Decimal(0), editable=False)
    unit_cost = models.DecimalField(_("unit cost"), max_digits=14, decimal_places=3)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="purchase_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_cost__gte=0), name="purchase_line_positive"
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("quantity")),
                name="purchase_line_received_within_order",
            ),
        ]


class PurchaseReceipt(models.Model):
    """One delivery of a purchase order; its movements have the source "receipt:<id>:…"."""

    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="receipts")
    reference = models.CharField(_("supplier's delivery note"), max_length=60, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    request_id = models.UUIDField(unique=True)  # one per submit

    class Meta:
        ordering = ["-pk"]
