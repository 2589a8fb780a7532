"""What stock refuses, in words of the business."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from crm_project.kit.text import isolate
from inventory.errors import (
    FigureTooLarge,
    InsufficientStock,
    LotNeeded,
    NotStocked,
    SerialInTransit,
    SerialTaken,
    WarehouseClosed,
)
from inventory.models import Inventory, Lot

TOO_LARGE = "22003"  # numeric_value_out_of_range, PostgreSQL's appendix A
_REFUSALS: dict[str, type[BusinessError]] = {
    "serial_is_one_piece": SerialTaken,
    "serial_is_in_one_place": SerialTaken,
    "serial_is_not_in_transit": SerialInTransit,
    "lot_stock_not_negative": InsufficientStock,
    "inventory_available_not_negative": InsufficientStock,
    "inventory_closed_is_empty": WarehouseClosed,
    "stock_movement_of_stocked": NotStocked,
    "stock_movement_names_its_lot": LotNeeded,
}


def refuse_shortage(stock: Inventory, quantity: Decimal) -> None:
    """Raise InsufficientStock with the product, the place and the figures where too little is free."""
    missing = quantity - stock.available
    if missing > 0 and not stock.allows_backorder:
        raise InsufficientStock(
            _("%(product)s: %(available)s available in %(warehouse)s, %(quantity)s needed.")
            % {
                "product": stock.product.name,
                "available": f"{max(stock.available, Decimal(0)).normalize():f}",
                "warehouse": stock.warehouse.name,
                "quantity": f"{quantity.normalize():f}",
            },
            product_id=stock.product_id,
            missing=missing,
        )


def refuse_lot_shortage(
    stock: Inventory, lot_id: int | None, *, on_hand: Decimal, quantity: Decimal
) -> None:
    """Raise InsufficientStock, as refuse_shortage(), where less of a lot lies in the place."""
    if quantity <= on_hand:
        return
    lot = Lot.objects.filter(pk=lot_id or 0).first()
    raise InsufficientStock(
        _("%(product)s, %(lot)s: %(available)s available in %(warehouse)s, %(quantity)s needed.")
        % {
            "product": stock.product.name,
            "lot": isolate(lot.number if lot else ""),
            "available": f"{on_hand.normalize():f}",
            "warehouse": stock.warehouse.name,
            "quantity": f"{quantity.normalize():f}",
        },
        product_id=stock.product_id,
        missing=quantity - on_hand,
    )


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """What only the database can see: a rival was faster, a sum has more digits than its column."""
    try:
        yield
    except DataError as error:
        if getattr(error.__cause__, "sqlstate", "") != TOO_LARGE:
            raise
        raise FigureTooLarge from error
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = _REFUSALS.get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal from error
