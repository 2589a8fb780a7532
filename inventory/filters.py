"""The filters of products and stock: one FilterSet for page, API and export."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from crm_project.kit.filters import ListFilterSet, visible
from crm_project.kit.search import search_q

from .finding import clean_code, find_products
from .models import (
    Inventory,
    Product,
    ProductCategory,
    PurchaseOrder,
    StockCount,
    StockMovement,
    Supplier,
    Transfer,
    Warehouse,
)
from .services.categories import with_descendants

LONGEST = 200
MOST_PRODUCTS = 200  # that a search of the ledger looks for
ON_SALE = [("", _("For sale")), ("false", _("Not for sale any more"))]
LEVELS = [("low", _("At the reorder point")), ("out", _("Out of stock")), ("in", _("In stock"))]


class StockFilterSet(ListFilterSet):
    """What the filters of this app share."""

    def words(self, field: Any, value: Any) -> str:
        """Yes and no in the words of the field's own list, where it has one."""
        options: Any = getattr(field.widget, "choices", ()) if isinstance(value, bool) else ()
        return str(dict(options).get(str(value).lower()) or super().words(field, value))


class ProductFilter(StockFilterSet):
    """Products by words, category (with all below it), kind and how much there is."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=LONGEST)
    category = django_filters.ModelChoiceFilter(
        label=_("Category"), queryset=visible(ProductCategory), method="by_category"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Product.Kind.choices)
    tracking = django_filters.ChoiceFilter(label=_("Tracking"), choices=Product.Tracking.choices)
    warehouse = django_filters.ModelChoiceFilter(
        label=_("Warehouse"),
        field_name="inventories__warehouse",
        queryset=visible(Warehouse),
        method="by_warehouse",
    )
    level = django_filters.ChoiceFilter(label=_("Stock"), choices=LEVELS, method="by_level")
    is_active = django_filters.BooleanFilter(
        label=_("For sale"), widget=forms.Select(choices=ON_SALE)
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Apply what is set; without a word about it, only what is still sold."""
        rows = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("is_active") is None:
            rows = rows.filter(is_active=True)
        return rows

    def by_words(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        """Names in any spelling, SKU, barcode."""
        return find_products(rows, words)

    def by_category(
        self, rows: QuerySet[Any], _name: str, category: ProductCategory
    ) -> QuerySet[Any]:
        """A category and all below it."""
        return rows.filter(category__in=with_descendants(category))

    def by_warehouse(self, rows: QuerySet[Any], _name: str, place: Warehouse) -> QuerySet[Any]:
        """Products that a warehouse has, or had; with a level, at this level there."""
        if self.form.cleaned_data.get("level"):
            return rows  # by_level() looks at the warehouse too
        return rows.filter(
            Exists(Inventory.objects.filter(product=OuterRef("pk"), warehouse=place))
        )

    def by_level(self, rows: QuerySet[Any], _name: str, level: str) -> QuerySet[Any]:
        """Products at a level somewhere, or in the chosen warehouse."""
        stocks = Inventory.objects.filter(product=OuterRef("pk"))
        if place := self.form.cleaned_data.get("warehouse"):
            stocks = stocks.filter(warehouse=place)
        if level == "low":
            return rows.filter(Exists(stocks.low()))
        if level == "in":
            return rows.filter(Exists(stocks.filter(available__gt=0)))
        return rows.filter(~Exists(stocks.filter(available__gt=0)), kind=Product.Kind.STOCKED)


class ProductApiFilter(ProductFilter):
    """The same filters for programs, where words are called `search` as everywhere in the API."""

    search = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=LONGEST)


class StockFilter(StockFilterSet):
    """Stock by product and warehouse."""

    product = django_filters.ModelChoiceFilter(label=_("Product"), queryset=visible(Product))
    warehouse = django_filters.ModelChoiceFilter(label=_("Warehouse"), queryset=visible(Warehouse))
    low = django_filters.BooleanFilter(label=_("At the reorder point"), method="by_low")

    class Meta:
        model = Inventory
        fields: list[str] = []

    def by_low(self, rows: Any, _name: str, is_low: bool) -> QuerySet[Any]:
        """Only those at their reorder point, or only the others."""
        low = Inventory.objects.low().values("pk")
        return rows.filter(pk__in=low) if is_low else rows.exclude(pk__in=low)


class MovementFilter(StockFilterSet):
    """The ledger by kind, warehouse, product and document."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=LONGEST)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=StockMovement.Kind.choices)
    warehouse = django_filters.ModelChoiceFilter(label=_("Warehouse"), queryset=visible(Warehouse))
    product = django_filters.ModelChoiceFilter(
        label=_("Product"),
        queryset=visible(Product),
        widget=forms.HiddenInput,
        method="by_product",
    )

    class Meta:
        model = StockMovement
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        """Movements of the first two hundred products that hold the words."""
        products = find_products(Product.objects.all(), words).values("pk")[:MOST_PRODUCTS]
        return self._of(rows, Inventory.objects.filter(product__in=products))

    def by_product(self, rows: QuerySet[Any], _name: str, product: Product) -> QuerySet[Any]:
        """Movements of one product in all warehouses that the reader sees."""
        return self._of(rows, Inventory.objects.filter(product=product))

    def _of(self, rows: QuerySet[Any], stocks: QuerySet[Inventory]) -> QuerySet[Any]:
        """By their ids: the database knows how often each of them moved, and plans by it."""
        return rows.filter(inventory__in=list(stocks.values_list("pk", flat=True)))


class SupplierFilter(StockFilterSet):
    """Suppliers by words."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=LONGEST)
    is_active = django_filters.BooleanFilter(
        label=_("Active"),
        widget=forms.Select(choices=[("", _("All")), ("true", _("Yes")), ("false", _("No"))]),
    )

    class Meta:
        model = Supplier
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        """Name or contact person in any spelling."""
        return rows.filter(search_q("search", words))


class _DocumentFilter(StockFilterSet):
    """Documents by the beginning of their number."""

    q = django_filters.CharFilter(label=_("Number"), method="by_number", max_length=LONGEST)

    def by_number(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        """Some part of the number is written so."""
        number = clean_code(words).upper()
        return rows.filter(number__contains=number) if number else rows.none()


class PurchaseFilter(_DocumentFilter):
    """Purchase orders by number, state, supplier and warehouse."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=PurchaseOrder.Status.choices)
    supplier = django_filters.ModelChoiceFilter(label=_("Supplier"), queryset=visible(Supplier))
    warehouse = django_filters.ModelChoiceFilter(label=_("Warehouse"), queryset=visible(Warehouse))

    class Meta:
        model = PurchaseOrder
        fields: list[str] = []


class TransferFilter(_DocumentFilter):
    """Transfers by number, state and ends."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=Transfer.Status.choices)
    origin = django_filters.ModelChoiceFilter(label=_("From"), queryset=visible(Warehouse))
    destination = django_filters.ModelChoiceFilter(label=_("To"), queryset=visible(Warehouse))

    class Meta:
        model = Transfer
        fields: list[str] = []


class CountFilter(_DocumentFilter):
    """Stock counts by number, state and warehouse."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=StockCount.Status.choices)
    warehouse = django_filters.ModelChoiceFilter(label=_("Warehouse"), queryset=visible(Warehouse))

    class Meta:
        model = StockCount
        fields: list[str] = []


def _words(method: str) -> django_filters.CharFilter:
    """The words of a list, called `search` as everywhere in the API."""
    return django_filters.CharFilter(label=_("Search"), method=method, max_length=LONGEST)


class MovementApiFilter(MovementFilter):
    """The same filters for programs."""

    search = _words("by_words")


class SupplierApiFilter(SupplierFilter):
    """The same filters for programs."""

    search = _words("by_words")


class PurchaseApiFilter(PurchaseFilter):
    """The same filters for programs."""

    search = _words("by_number")


class TransferApiFilter(TransferFilter):
    """The same filters for programs."""

    search = _words("by_number")


class CountApiFilter(CountFilter):
    """The same filters for programs."""

    search = _words("by_number")
