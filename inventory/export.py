"""Products and stock as rows of a file: exactly the list, costs only for those who see them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from .models import Warehouse

CHUNK = 2_000  # rows read at a time
Line = list[str | Decimal]


def product_head(*, with_cost: bool) -> list[str]:
    """Names of the columns of a product file, in the reader's language."""
    head = [
        _("SKU"), _("Barcode"), _("Arabic name"), _("English name"), _("Category"), _("Kind"),
        _("Tracking"), _("Unit"), _("Price"), _("Currency"), _("Tax (%)"), _("For sale"),
        _("On hand"), _("Reserved"), _("Available"),
    ]  # fmt: skip
    values = [_("Value (%(currency)s)") % {"currency": currency} for currency in _currencies()]
    return [*head, _("Standard cost"), *values] if with_cost else head


def _currencies() -> list[str]:
    """In which currencies stock is counted; amounts of two are never added."""
    found = Warehouse.objects.order_by().values_list("branch__currency", flat=True).distinct()
    return sorted(found)


def product_rows(products: QuerySet[Any], *, with_cost: bool) -> Iterator[Line]:
    """Yield a line for each product with its stock in all warehouses."""
    worth = {
        f"value_{currency}": Sum(
            "inventories__value", filter=Q(inventories__warehouse__branch__currency=currency)
        )
        for currency in (_currencies() if with_cost else ())
    }
    rows = products.annotate(
        all_on_hand=Sum("inventories__on_hand"),
        all_reserved=Sum("inventories__reserved"),
        **worth,
    ).select_related("category")
    for one in rows.iterator(chunk_size=CHUNK):
        on_hand, reserved = one.all_on_hand or Decimal(0), one.all_reserved or Decimal(0)
        line: Line = [
            one.sku, one.barcode or "", one.name_ar, one.name_en,
            one.category.name if one.category else "", one.get_kind_display(),
            one.get_tracking_display(), one.get_unit_display(), one.price, one.currency,
            one.tax_percent, _("Yes") if one.is_active else _("No"),
            on_hand, reserved, on_hand - reserved,
        ]  # fmt: skip
        values = [getattr(one, name) or Decimal(0) for name in worth]
        yield [*line, one.cost, *values] if with_cost else line


def stock_head(*, with_cost: bool) -> list[str]:
    """Names of the columns of a stock file, in the reader's language."""
    head = [
        _("SKU"), _("Product"), _("Warehouse"), _("Shelf"), _("On hand"), _("Reserved"),
        _("Available"), _("Reorder point"), _("Quantity to reorder"),
    ]  # fmt: skip
    return [*head, _("Average cost"), _("Value"), _("Currency")] if with_cost else head


def stock_rows(stocks: QuerySet[Any], *, with_cost: bool) -> Iterator[Line]:
    """Yield a line for each product in each warehouse."""
    rows = stocks.select_related("product", "warehouse").annotate(
        currency=F("warehouse__branch__currency")
    )
    for one in rows.iterator(chunk_size=CHUNK):
        line: Line = [
            one.product.sku, one.product.name, one.warehouse.name, one.bin, one.on_hand,
            one.reserved, one.available,
            "" if one.reorder_point is None else one.reorder_point,
            "" if one.reorder_quantity is None else one.reorder_quantity,
        ]  # fmt: skip
        yield [*line, one.average_cost, one.value, one.currency] if with_cost else line
