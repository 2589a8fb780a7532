"""An order: a quote first, then a promise with stock, then goods and services that are delivered."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch
from crm_project.kit.search import Normalised
from customers.models import Customer
from inventory.models import Product, Warehouse
from orders import permissions
from orders.clock import branch_today, today_in

AMOUNT: dict[str, Any] = {"max_digits": 16, "decimal_places": 3}  # in the order's currency
QUANTITY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3}
NOTHING = Decimal(0)


class OrderQuerySet(ScopedQuerySet):
    """Reads of orders."""

    view_permission = permissions.VIEW

    def for_list(self) -> "OrderQuerySet":
        """With what a row shows, in the same query."""
        return self.select_related("customer", "owner", "branch")

    def open(self) -> "OrderQuerySet":
        """Promised and not finished: from confirmed to delivered."""
        return self.filter(status__in=Order.UNDER_WAY)

    def overdue(self) -> "OrderQuerySet":
        """Promised for a day that has passed on the clock of its branch, and not delivered."""
        return self.filter(status__in=Order.AWAITED, promised_on__lt=branch_today())

    def sold(self) -> "OrderQuerySet":
        """What counts as revenue: confirmed once, neither cancelled nor returned."""
        return self.filter(status__in=Order.SOLD)


class OrderStatus(models.TextChoices):
    """The states of an order, in their order."""

    QUOTE = "quote", _("Quote")
    CONFIRMED = "confirmed", _("Confirmed")
    IN_PROGRESS = "in_progress", _("In progress")
    READY = "ready", _("Ready")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    INSTALLED = "installed", _("Installed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")


class Order(models.Model):
    """Amounts are exact, in `currency`: total = subtotal − discount + tax;
    balance = total − credited − paid.

    `paid` is kept by the payments' trigger alone (migration 0002).
    """

    Status = OrderStatus
    UNDER_WAY = ("confirmed", "in_progress", "ready", "shipped", "delivered")
    AWAITED = ("confirmed", "in_progress", "ready", "shipped")  # the promise is not kept yet
    SOLD = (*UNDER_WAY, "installed", "closed")

    class Channel(models.TextChoices):
        WHATSAPP = "whatsapp", _("WhatsApp")
        PHONE = "phone", _("Phone")
        WEB = "web", _("Web site")
        SHOWROOM = "showroom", _("Showroom")
        EMAIL = "email", _("E-mail")
        INSPECTION = "inspection", _("Inspection")
        API = "api", _("API")
        OTHER = "other", _("Other")

    number = models.CharField(_("number"), max_length=24, unique=True)
    branch = models.ForeignKey(
        Branch, models.PROTECT, verbose_name=_("branch"), related_name="orders"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        related_name="orders",
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, verbose_name=_("customer"), related_name="orders"
    )
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, verbose_name=_("warehouse"), null=True, related_name="orders"
    )
    status = models.CharField(
        _("status"), max_length=11, choices=OrderStatus, default=OrderStatus.QUOTE
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.OTHER)
    currency = models.CharField(_("currency"), max_length=3, default="SAR")
    subtotal = models.DecimalField(_("subtotal"), **AMOUNT, default=NOTHING, editable=False)
    discount = models.DecimalField(_("discount"), **AMOUNT, default=NOTHING)
    tax = models.DecimalField(_("tax"), **AMOUNT, default=NOTHING, editable=False)
    total = models.DecimalField(_("total"), **AMOUNT, default=NOTHING, editable=False)
    paid = models.DecimalField(_("paid"), **AMOUNT, default=NOTHING, editable=False)
    credited = models.DecimalField(  # worth of what came back
        _("credited"), **AMOUNT, default=NOTHING, editable=False
    )
    balance = models.GeneratedField(  # negative: we owe the customer
        expression=F("total") - F("credited") - F("paid"),
        output_field=models.DecimalField(_("balance"), **AMOUNT),
        db_persist=True,
    )
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    valid_until = models.DateField(_("quote valid until"), null=True, blank=True)
    requires_inspection = models.BooleanField(_("needs an inspection first"), default=False)
    inspection_cleared_at = models.DateTimeField(null=True, editable=False)
    delivery_address = models.CharField(_("delivery address"), max_length=300, blank=True)
    note = models.TextField(_("note for the team"), max_length=4000, blank=True)
    terms = models.TextField(_("terms on the quote"), max_length=4000, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)
    search = models.GeneratedField(
        expression=Normalised(
            Concat("number", Value(" "), "search_text", output_field=models.TextField())
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    search_text = models.TextField(blank=True, default="", editable=False)  # customer, phone
    version = models.PositiveIntegerField(default=1, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)  # one per submit
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="order_newest"),
            models.Index(fields=["branch", "-created_at", "-id"], name="order_branch"),
            models.Index(fields=["owner", "-created_at", "-id"], name="order_owner"),
            models.Index(fields=["status", "-created_at", "-id"], name="order_status"),
            models.Index(fields=["customer", "-created_at", "-id"], name="order_customer"),
            models.Index(fields=["channel"], name="order_channel"),  # the rare ones
            models.Index(fields=["-total", "-id"], name="order_total"),
            models.Index(
                fields=["promised_on", "id"],
                condition=Q(promised_on__isnull=False),
                name="order_first_promised",
            ),
            models.Index(
                fields=["promised_on", "id"],
                condition=Q(
                    status__in=("confirmed", "in_progress", "ready", "shipped", "delivered")
                ),
                name="order_promised",
            ),
            models.Index(
                fields=["-created_at", "-id"],
                condition=Q(balance__gt=0) & ~Q(status__in=("quote", "cancelled", "returned")),
                name="order_owed",
            ),
            models.Index(
                fields=["confirmed_at", "branch", "owner"],
                condition=Q(confirmed_at__isnull=False),
                include=["total", "tax", "status", "channel"],
                name="order_sales",
            ),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="order_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("subtotal") - F("discount") + F("tax")),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("subtotal"), tax__gte=0),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(condition=Q(paid__gte=0), name="order_paid_not_negative"),
            models.CheckConstraint(
                condition=Q(paid__lte=F("total")), name="order_paid_within_total"
            ),
            models.CheckConstraint(
                condition=Q(credited__gte=0, credited__lte=F("total")),
                name="order_credited_within_total",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("quote", "cancelled")) | Q(confirmed_at__isnull=False),
                name="order_confirmed_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(requires_inspection=False)
                | Q(status__in=("quote", "cancelled"))
                | Q(inspection_cleared_at__isnull=False),
                name="order_inspected_before_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:detail", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        """True while it is a quote: lines and prices may change."""
        return self.status == OrderStatus.QUOTE

    @property
    def is_overdue(self) -> bool:
        """True when it was promised for a day that has passed at its branch, and isn't delivered."""
        if self.status not in self.AWAITED or self.promised_on is None:
            return False
        return self.promised_on < today_in(self.branch.time_zone)


class OfOrderQuerySet(ScopedQuerySet):
    """Rows of an order, as visible as the order."""

    view_permission = permissions.VIEW
    owner_path = "order__owner"
    branch_path = "order__branch"


class OrderLine(models.Model):
    """One item. net = round(quantity × unit_price × (1 − discount_percent/100));
    tax = round((net − discount_share) × tax_percent/100), see docs/decisions on rounding.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_lines")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("item"), max_length=300)  # as it was sold
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    unit_price = models.DecimalField(_("price"), max_digits=14, decimal_places=3)
    discount_percent = models.DecimalField(
        _("discount (%)"), max_digits=5, decimal_places=2, default=NOTHING
    )
    tax_percent = models.DecimalField(_("tax (%)"), max_digits=5, decimal_places=2)
    net = models.DecimalField(_("net"), **AMOUNT)
    discount_share = models.DecimalField(**AMOUNT, default=NOTHING)  # of the order's discount
    tax = models.DecimalField(_("tax"), **AMOUNT)
    cost = models.DecimalField(  # of all that left for it, as it cost then; branch's currency
        _("cost"), max_digits=18, decimal_places=6, default=NOTHING, editable=False
    )
    shipped = models.DecimalField(_("shipped"), **QUANTITY, default=NOTHING, editable=False)
    returned = models.DecimalField(_("returned"), **QUANTITY, default=NOTHING, editable=False)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0), name="order_line_positive"
            ),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100)
                & Q(tax_percent__gte=0, tax_percent__lte=100),
                name="order_line_percentages",
            ),
            models.CheckConstraint(
                condition=Q(shipped__gte=0, shipped__lte=F("quantity")),
                name="order_line_shipped_within_order",
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("shipped")),
                name="order_line_returned_within_shipped",
            ),
        ]
        indexes = [models.Index(fields=["product", "-id"], name="order_line_product")]

    def __str__(self) -> str:
        return self.name


class OrderStage(models.Model):
    """One step that an order took, with its time. Append-only."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="stages")
    status = models.CharField(max_length=11, choices=OrderStatus)
    at = models.DateTimeField(_("when"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]


class ExchangeRateQuerySet(models.QuerySet[Any]):
    """Reads of rates."""

    def visible_to(self, user: Any) -> "ExchangeRateQuerySet":
        """Rates are no secret among people who see orders."""
        return self if user.is_authenticated and user.has_perm(permissions.VIEW) else self.none()


class ExchangeRate(models.Model):
    """One unit of `currency` is worth `rate` of the company's currency from this day on."""

    currency = models.CharField(_("currency"), max_length=3)
    on = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "on"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_positive"),
        ]
