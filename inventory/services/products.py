"""Making and changing products."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import EVERYBODY, tell
from inventory.errors import (
    BarcodeTaken,
    ProductChangedMeanwhile,
    SkuTaken,
    StockBelowZero,
    TrackingIsFixed,
)
from inventory.models import Inventory, Product

from .alerts import refresh_alerts
from .once import earlier
from .stock import wait_for_first_stocks

CHANGEABLE = frozenset(
    {
        *("sku", "barcode", "name_ar", "name_en", "description_ar", "description_en", "category"),
        *("kind", "tracking", "unit", "currency", "price", "cost", "tax_percent"),
        *("allows_backorder", "is_active"),
    }
)
_HIDDEN = frozenset({"cost"})  # who may not see costs may read the log
# What the stock and its alerts rely on.
_OF_STOCK = frozenset({"kind", "tracking", "allows_backorder", "is_active"})
_TRACKING = ("product_tracking_is_fixed", "product_service_is_not_tracked")


@transaction.atomic
def create_product(values: Mapping[str, Any], *, request_id: UUID, actor: User) -> Product:
    """Add a product; `values` are of CHANGEABLE. Errors: SkuTaken, BarcodeTaken."""
    if known := earlier(Product, request_id):
        return known  # type: ignore[no-any-return]
    given = {name: value for name, value in values.items() if name in CHANGEABLE}
    product = Product(**given, request_id=request_id)
    _save(product)
    record(actor, "product.created", product)
    _announce()
    return product


@transaction.atomic
def update_product(
    product: Product, values: Mapping[str, Any], *, actor: User, version: int | None = None
) -> Product:
    """Save what differs, audited before → after; `version` is the one that the editor saw.

    Errors: ProductChangedMeanwhile, SkuTaken, BarcodeTaken, TrackingIsFixed, StockBelowZero.
    """
    locked = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    if version is not None and version != locked.version:
        raise ProductChangedMeanwhile
    changes = {
        name: (getattr(locked, name), value)
        for name, value in values.items()
        if name in CHANGEABLE and getattr(locked, name) != value
    }
    if not changes:
        return locked
    if changes.keys() & _OF_STOCK:
        _queue_with_movers(locked)
    for name, (_before, after) in changes.items():
        setattr(locked, name, after)
    locked.version += 1
    _save(locked, [*changes, "version"])
    if "is_active" in changes:
        levels = Inventory.objects.filter(product=locked, reorder_point__isnull=False)
        refresh_alerts(list(levels.values_list("pk", flat=True)))
    words = {name: _words(name, *pair) for name, pair in changes.items()}
    seen = {**words, "version": [locked.version - 1, locked.version]}
    record(actor, "product.changed", locked, changes=seen)
    _announce()
    return locked


def _queue_with_movers(product: Product) -> None:
    """Wait for those who move the product, and let its next mover wait: its first stock is not made
    meanwhile, and the stock that is there does not move."""
    wait_for_first_stocks()
    stocks = Inventory.objects.filter(product=product).order_by("pk")
    list(stocks.select_for_update().values_list("pk", flat=True))


def _save(product: Product, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            product.save(update_fields=fields)
    except IntegrityError as error:
        raise _refusal(error) from error


def _refusal(error: IntegrityError) -> Exception:
    """The database's refusal in the business's words; what is not ours stays what it is."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", "") or ""
    if "sku" in name:
        return SkuTaken(field="sku")
    if "barcode" in name:
        return BarcodeTaken(field="barcode")
    if name == "inventory_available_not_negative":
        return StockBelowZero(field="allows_backorder")
    if name in _TRACKING:
        return TrackingIsFixed(field="tracking")
    return error


def _words(name: str, before: Any, after: Any) -> list[Any]:
    if name in _HIDDEN:
        return ["•••", "•••"]
    return [str(value) if isinstance(value, Model) else _plain(value) for value in (before, after)]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | str) else str(value)


def _announce() -> None:
    """Everybody reads the catalogue."""
    tell(EVERYBODY, "stock-changed")
