"""A believable catalogue for the demo: cooling and solar products, warehouses, suppliers, stock.

Always the same, and a second run adds only what lacks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from zlib import crc32

from django.db import transaction
from django.utils import timezone

from accounts.models import Branch
from inventory.models import (
    Inventory,
    Product,
    ProductCategory,
    StockMovement,
    Supplier,
    SupplierProduct,
    Warehouse,
)

from .alerts import refresh_alerts
from .demo_products import CATEGORIES, PRODUCTS, SUPPLIERS, DemoProduct
from .lots import arriving_lot
from .stock import Move, lock_stock, move_stock

SOURCE = "demo:opening"
PLACES = (  # code, Arabic, English, which branch, share of the stock
    ("main", "المستودع الرئيسي", "Main warehouse", 0, Decimal(1)),
    ("parts", "مستودع قطع الغيار", "Spare parts store", 0, Decimal("0.3")),
    ("west", "مستودع المنطقة الغربية", "Western warehouse", 1, Decimal("0.5")),
)
WHOLE = Decimal(1)
HISTORY = timedelta(days=740)  # the stock was there before the first order


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What the demo's orders and inspections build on, by SKU and by code."""

    products: dict[str, Product]
    warehouses: dict[str, Warehouse]
    suppliers: dict[str, Supplier]


@transaction.atomic
def seed_catalogue(branches: Mapping[str, Branch] | Sequence[Branch]) -> Catalogue:
    """Make what is missing: categories, about forty products, three warehouses, suppliers, stock.

    The first branch gets two warehouses, the second (else the first) one. What people changed stays.
    """
    rows = list(branches.values()) if isinstance(branches, Mapping) else list(branches)
    categories = _categories()
    products = _products(categories)
    warehouses = _warehouses(rows)
    suppliers = _suppliers(products)
    _stock(products, warehouses)
    return Catalogue(products=products, warehouses=warehouses, suppliers=suppliers)


def _categories() -> dict[str, ProductCategory]:
    known = {row.code: row for row in ProductCategory.objects.all()}
    for position, (code, parent, arabic, english, icon) in enumerate(CATEGORIES):
        if code not in known:
            known[code] = ProductCategory.objects.create(
                code=code,
                parent=known.get(parent),
                name_ar=arabic,
                name_en=english,
                icon=icon,
                position=position,
            )
    return known


def _products(categories: Mapping[str, ProductCategory]) -> dict[str, Product]:
    wanted = {one.sku: one for one in PRODUCTS}
    known = set(Product.objects.filter(sku__in=wanted).values_list("sku", flat=True))
    Product.objects.bulk_create(
        Product(
            sku=one.sku,
            barcode=_barcode(one.sku),
            name_ar=one.name_ar,
            name_en=one.name_en,
            category=categories[one.category],
            kind=Product.Kind.SERVICE if one.is_service else Product.Kind.STOCKED,
            tracking=one.tracking,
            unit=one.unit,
            price=one.price,
            cost=one.cost,
        )
        for sku, one in wanted.items()
        if sku not in known
    )
    return {row.sku: row for row in Product.objects.filter(sku__in=wanted)}


def _barcode(sku: str) -> str | None:
    """A number in the range that GS1 keeps for use inside a company (prefix 20), check digit too."""
    digits = f"20{crc32(sku.encode()):010d}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"


def _warehouses(branches: list[Branch]) -> dict[str, Warehouse]:
    if not branches:
        return {}
    found = {}
    for code, arabic, english, place, _share in PLACES:
        branch = branches[min(place, len(branches) - 1)]
        defaults = {"name_ar": arabic, "name_en": english, "branch": branch}
        found[code] = Warehouse.objects.get_or_create(code=code, defaults=defaults)[0]
    return found


def _suppliers(products: Mapping[str, Product]) -> dict[str, Supplier]:
    found: dict[str, Supplier] = {}
    for one in SUPPLIERS:
        row = Supplier.objects.filter(name=one.name).first()
        found[one.key] = row or Supplier.objects.create(
            name=one.name,
            contact_name=one.contact,
            phone=one.phone,
            email=one.email,
            currency=one.currency,
            lead_days=one.lead_days,
        )
    stocked = [one for one in PRODUCTS if not one.is_service]
    SupplierProduct.objects.bulk_create(
        (
            SupplierProduct(
                supplier=found[one.supplier],
                product=products[one.sku],
                sku=f"{one.supplier.upper()}-{one.sku}",
                price=_asked(one, found[one.supplier]),
                minimum=WHOLE,
                is_preferred=True,
            )
            for one in stocked
        ),
        ignore_conflicts=True,
    )
    return found


def _asked(one: DemoProduct, supplier: Supplier) -> Decimal:
    """The cost in the supplier's currency; the riyal is pegged at 3.75 to the US dollar."""
    cost = one.cost if supplier.currency == "SAR" else one.cost / Decimal("3.75")
    return cost.quantize(Decimal("0.01"))


def _stock(products: Mapping[str, Product], warehouses: Mapping[str, Warehouse]) -> None:
    """Receive the opening stock where none was received, and set reorder points."""
    shares = {code: share for code, _ar, _en, _place, share in PLACES if code in warehouses}
    places = [
        (products[one.sku], one, warehouses[code], share)
        for one in PRODUCTS
        for code, share in shares.items()
        if not one.is_service and (code != "parts" or one.is_part)
    ]
    stocks = lock_stock((product.pk, place.pk) for product, _one, place, _share in places)
    done = set(
        StockMovement.objects.filter(inventory__in=stocks.values(), source__startswith=SOURCE)
        .order_by()
        .values_list("inventory_id", flat=True)
        .distinct()
    )
    new = [place for place in places if stocks[place[0].pk, place[2].pk].pk not in done]
    moves = [
        move
        for product, one, place, share in new
        for move in _opening(product, place, (one.quantity * share).quantize(WHOLE))
    ]
    if moves:
        move_stock(moves, actor=None)
    _set_levels([(stocks[product.pk, place.pk], one, share) for product, one, place, share in new])


def _opening(product: Product, place: Warehouse, quantity: Decimal) -> Iterable[Move]:
    """One receipt; of serial numbers, one for each of the first pieces."""
    if product.tracking == Product.Tracking.NONE:
        yield _receipt(product, place, quantity, "", None)
    elif product.tracking == Product.Tracking.LOT:
        lot = arriving_lot(product, f"{product.sku}-2601")
        yield _receipt(product, place, quantity, "", lot.pk if lot else None)
    else:
        for number in range(1, int(min(quantity, Decimal(12))) + 1):
            serial = f"{product.sku}-{place.code.upper()}-{number:04}"
            lot = arriving_lot(product, serial)
            yield _receipt(product, place, WHOLE, f":{number}", lot.pk if lot else None)


def _receipt(
    product: Product, place: Warehouse, quantity: Decimal, suffix: str, lot_id: int | None
) -> Move:
    return Move(
        kind=StockMovement.Kind.RECEIPT,
        product_id=product.pk,
        warehouse_id=place.pk,
        quantity=quantity,
        unit_cost=product.cost,
        lot_id=lot_id,
        source=f"{SOURCE}{suffix}",
        reference="OPENING",
        at=timezone.now() - HISTORY,
    )


def _set_levels(rows: list[tuple[Inventory, DemoProduct, Decimal]]) -> None:
    """Reorder at a fifth of the opening stock; each fifth product is low already."""
    for stock, one, share in rows:
        opening = (one.quantity * share).quantize(WHOLE)
        is_low = crc32(f"{one.sku}:{stock.warehouse_id}".encode()) % 5 == 0
        point = opening * 2 if is_low else opening / 5
        stock.reorder_point = max(point.quantize(WHOLE), WHOLE)
        stock.reorder_quantity = max((opening / 2).quantize(WHOLE), WHOLE)
    stocks = [stock for stock, _one, _share in rows]
    Inventory.objects.bulk_update(stocks, ["reorder_point", "reorder_quantity"])
    look_for_low_stock()


def look_for_low_stock() -> None:
    """Open and end the alerts of all stock, as movements that were written in bulk left it."""
    levels = Inventory.objects.filter(reorder_point__isnull=False)
    refresh_alerts(list(levels.values_list("pk", flat=True)))
