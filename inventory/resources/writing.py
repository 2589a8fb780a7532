"""Products of a chunk: added in bulk, changed one by one through their service."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from django.db.models import Max
from django.utils.text import slugify

from crm_project.kit.text import whole_number
from exchange.resource import Change, Context, Row
from inventory import permissions
from inventory.models import Inventory, Product, ProductCategory, Warehouse
from inventory.models.stock import OfWarehouseQuerySet
from inventory.services import (
    Entry,
    ReorderLevel,
    Sheet,
    category_named,
    receive_stock,
    set_reorder_level,
    update_product,
)

OWN = (
    *("sku", "barcode", "name_ar", "name_en", "description_ar", "description_en", "category_id"),
    *("kind", "tracking", "unit", "currency", "price", "cost", "tax_percent"),
    *("allows_backorder", "is_active"),
)


def warehouse_of(context: Context) -> Warehouse | None:
    """Return where opening stock and reorder points belong, as chosen and allowed."""
    chosen = whole_number(str(context.options.get("warehouse") or "")) or 0
    mine = OfWarehouseQuerySet.places_of(context.actor, permissions.MOVE_STOCK)
    return mine.filter(pk=chosen, is_active=True).select_related("branch").first()


def add_categories(rows: Sequence[Row], context: Context) -> None:
    """Make the categories that the rows name and nobody made."""
    known: dict[str, int] = context.memory.setdefault("made_categories", {})
    for row in rows:
        name = row.values.get("new_category")
        if not name:
            continue
        key = name.casefold()
        if key not in known:
            number = (ProductCategory.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
            code = f"{slugify(name)[:28] or 'category'}-{number}"
            known[key] = category_named(name, code=code, actor=context.actor).pk
        row.values["category_id"] = known[key]


FIXED = ("sku", "kind", "tracking", "allows_backorder")  # of a product that may have moved


def create(rows: Sequence[Row], context: Context) -> list[Change]:
    """Add products, then their opening stock and reorder points."""
    products = Product.objects.bulk_create([_product(row.values) for row in rows])
    pairs = list(zip(rows, products, strict=True))
    _open_stock(pairs, context)
    return [
        Change(row=row.number, object_id=product.pk, is_new=True, version=product.version)
        for row, product in pairs
    ]


def _product(values: dict[str, Any]) -> Product:
    given = {name: values[name] for name in OWN if name in values}
    given["name_ar"] = given.get("name_ar") or given["name_en"]
    return Product(**given)


def _open_stock(pairs: list[tuple[Row, Product]], context: Context) -> None:
    place = warehouse_of(context)
    if place is None:
        return
    entries = [
        Entry(product=product, quantity=row.values["opening"])
        for row, product in pairs
        if row.values.get("opening")
    ]
    if entries:
        name = f"import:{context.batch_id}:{pairs[0][0].number}"
        sheet = Sheet(warehouse=place, entries=entries, request_id=uuid5(NAMESPACE_OID, name))
        receive_stock(sheet, actor=context.actor)
    for row, product in pairs:
        _set_level(product, row.values.get("reorder_point"), place, context)


def _set_level(product: Product, point: Decimal | None, place: Warehouse, context: Context) -> None:
    """Set the reorder point; how much is ordered and the shelf stay."""
    may = context.actor.has_perm(permissions.CHANGE_WAREHOUSE)
    if point is None or not product.is_stocked or not may:
        return
    stock = Inventory.objects.filter(product=product, warehouse=place).first()
    kept = {"quantity": stock.reorder_quantity, "bin": stock.bin} if stock else {}
    set_reorder_level(product, place, ReorderLevel(point=point, **kept), actor=context.actor)


def update(rows: Sequence[Row], context: Context) -> list[Change]:
    """Fill known products in: a cell that says something wins. How they are stocked stays."""
    ids = {row.same_as for row in rows if row.same_as}
    known = {one.pk: one for one in Product.objects.filter(pk__in=ids).select_related("category")}
    place = warehouse_of(context)
    categories = {one.pk: one for one in ProductCategory.objects.all()}
    changes = []
    for row in rows:
        product = known.get(row.same_as or 0)
        if product is None:
            continue
        given = {name: row.values[name] for name in OWN if name in row.values and name not in FIXED}
        before = {
            name: _stored(getattr(product, name))
            for name, value in given.items()
            if getattr(product, name) != value
        }
        if place:
            _set_level(product, row.values.get("reorder_point"), place, context)
        if not before:
            continue
        if "category_id" in given:
            given["category"] = categories.get(given.pop("category_id"))
        saved = update_product(product, given, actor=context.actor)
        known[product.pk] = saved
        changes.append(
            Change(
                row=row.number,
                object_id=product.pk,
                is_new=False,
                before=before,
                version=saved.version,
            )
        )
    return changes


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def put_back(product: Product, before: dict[str, Any], context: Context) -> Product:
    """Give a product its values of before."""
    values = dict(before)
    if "category_id" in values:
        values["category"] = ProductCategory.objects.filter(pk=values.pop("category_id")).first()
    for name in ("price", "cost", "tax_percent"):
        if name in values:
            values[name] = Decimal(values[name])
    return update_product(product, values, actor=context.actor)


def forget_levels(ids: Sequence[int]) -> None:
    """Remove the stock rows of new products that only hold a reorder point."""
    rows = Inventory.objects.filter(product__in=ids, movements=None, on_hand=0, reserved=0)
    rows.delete()
