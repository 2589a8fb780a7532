"""What is sold: the tree of categories, products, their pictures."""

from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.company import Bilingual, CompanySettings
from crm_project.kit.search import Normalised
from inventory import permissions


def company_currency() -> str:
    """Return the currency in which amounts are where nobody says otherwise."""
    return CompanySettings.current().currency


class CatalogueQuerySet(models.QuerySet[Any]):
    """What the whole company sells: everybody who sees products reads it."""

    def visible_to(self, user: Any, permission: str | None = None) -> Self:
        """All rows for people who hold the permission (default: seeing products)."""
        code = permission or permissions.VIEW_PRODUCT
        return self if user.is_authenticated and user.has_perm(code) else self.none()


class ProductCategory(Bilingual):
    """A branch of the tree of products. At most five deep, never its own ancestor (services)."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("belongs under"),
        null=True,
        blank=True,
        related_name="children",
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    icon = models.CharField(_("icon"), max_length=40, default="package")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("pk")), name="product_category_not_its_own_parent"
            ),
            *(
                models.UniqueConstraint(  # pumps of cooling and pumps of heating are two
                    models.F("parent"),
                    Lower(name),
                    condition=~Q(**{name: ""}),
                    nulls_distinct=False,
                    name=f"product_category_{name}_once",
                    violation_error_message=_("There is one with this name here already."),
                )
                for name in ("name_ar", "name_en")
            ),
        ]


class ProductQuerySet(CatalogueQuerySet):
    """Reads of products."""

    def active(self) -> "ProductQuerySet":
        """Still sold."""
        return self.filter(is_active=True)

    def for_list(self) -> "ProductQuerySet":
        """With what a row shows, in the same query."""
        return self.select_related("category", "cover")


class Product(models.Model):
    """A thing or service that is sold. Prices exclude tax and are in `currency`."""

    class Kind(models.TextChoices):
        STOCKED = "stocked", _("Stocked")
        SERVICE = "service", _("Service")

    class Tracking(models.TextChoices):
        NONE = "none", _("Not tracked")
        LOT = "lot", _("By lot")
        SERIAL = "serial", _("By serial number")

    class Unit(models.TextChoices):
        PIECE = "piece", _("piece")
        SET = "set", _("set")
        BOX = "box", _("box")
        METRE = "metre", _("metre")
        SQUARE_METRE = "m2", _("m²")
        KILOGRAM = "kg", _("kg")
        LITRE = "litre", _("litre")
        HOUR = "hour", _("hour")
        VISIT = "visit", _("visit")

    sku = models.CharField(_("SKU"), max_length=40, unique=True)
    barcode = models.CharField(_("barcode"), max_length=48, null=True, blank=True, unique=True)
    name_ar = models.CharField(_("Arabic name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    description_ar = models.TextField(_("Arabic description"), max_length=4000, blank=True)
    description_en = models.TextField(_("English description"), max_length=4000, blank=True)
    category = models.ForeignKey(
        ProductCategory,
        models.PROTECT,
        verbose_name=_("category"),
        null=True,
        blank=True,
        related_name="products",
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.STOCKED)
    tracking = models.CharField(
        _("tracking"), max_length=6, choices=Tracking, default=Tracking.NONE
    )
    unit = models.CharField(_("unit"), max_length=6, choices=Unit, default=Unit.PIECE)
    currency = models.CharField(_("currency"), max_length=3, default=company_currency)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=3, default=Decimal(0))
    cost = models.DecimalField(
        _("standard cost"), max_digits=14, decimal_places=3, default=Decimal(0)
    )
    tax_percent = models.DecimalField(
        _("tax (%)"), max_digits=5, decimal_places=2, default=Decimal(15)
    )
    allows_backorder = models.BooleanField(_("may be sold without stock"), default=False)
    is_active = models.BooleanField(_("for sale"), default=True)
    cover = models.ForeignKey(
        "ProductImage", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    search = models.GeneratedField(
        expression=Normalised(
            Concat(
                "name_ar",
                Value(" "),
                "name_en",
                Value(" "),
                "sku",
                Value(" "),
                models.functions.Coalesce("barcode", Value("")),
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    request_id = models.UUIDField(null=True, unique=True, editable=False)  # one per submit
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["sku"]
        indexes = [
            models.Index(fields=["name_ar", "id"], name="product_name"),
            models.Index(fields=["category", "sku", "id"], name="product_category"),
            models.Index(fields=["-created_at", "-id"], name="product_newest"),
            models.Index(fields=["price", "id"], name="product_price"),
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="product_search"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(sku=""), name="product_has_a_sku"),
            models.CheckConstraint(condition=~Q(barcode=""), name="product_barcode_or_none"),
            models.CheckConstraint(
                condition=Q(price__gte=0, cost__gte=0), name="product_prices_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(tax_percent__gte=0, tax_percent__lte=100),
                name="product_tax_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(kind="stocked") | Q(tracking="none"),
                name="product_service_is_not_tracked",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        names = (self.name_en, self.name_ar)
        return next(filter(None, names if get_language() == "en" else names[::-1]), "")

    @property
    def is_stocked(self) -> bool:
        """True when it lies in warehouses."""
        return self.kind == self.Kind.STOCKED

    def get_absolute_url(self) -> str:
        return reverse("inventory:product", args=[self.pk])


class ProductImage(models.Model):
    """A picture of a product, re-encoded at upload; `thumbnail` is at most 320 px wide."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="images")
    image = models.ImageField(_("picture"), upload_to="products/")
    thumbnail = models.ImageField(upload_to="products/", editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "pk"]
