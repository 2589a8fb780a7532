"""Which goods leave or come back: a quantity for each line, and for each lot of a tracked one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.http import QueryDict

from inventory.models import LotStock, Product
from orders.models import Order, OrderLine, ReturnLine, ShipmentLine

from .fields import NOT_A_NUMBER, bare, read_figure

MOST_LOTS = 60  # offered for one line, those that expire first


@dataclass
class Parcel:
    """One field of the form: so much of a line at most, of one lot where it is tracked."""

    line: OrderLine
    most: Decimal
    lot_id: int | None = None
    lot_number: str = ""
    is_serial: bool = False
    typed: str = ""
    problem: str = ""
    is_restocked: bool = True

    @property
    def name(self) -> str:
        """The field's name; unique in its form."""
        return f"parcel-{self.line.pk}" + (f"-{self.lot_id}" if self.lot_id else "")

    @property
    def quantity(self) -> Decimal | None:
        """What was typed; None for nothing or for what is no number."""
        try:
            return read_figure(self.typed)
        except ValueError:
            return None


def read_parcels(parcels: Iterable[Parcel], data: QueryDict) -> list[Parcel]:
    """Return the parcels with something in them; what is no number is left in `problem`."""
    found = []
    for parcel in parcels:
        parcel.typed = data.get(parcel.name, "")[:40]
        parcel.is_restocked = f"{parcel.name}-restock" in data
        try:
            wanted = read_figure(parcel.typed)
        except ValueError:
            parcel.problem = str(NOT_A_NUMBER)
            continue
        if wanted is not None and wanted != 0:
            found.append(parcel)
    return found


def parcels_of(order: Order, *, is_return: bool = False) -> list[Parcel]:
    """Return what can leave, or come back: three queries at most.

    A line without tracking suggests all of it; of lots and serial numbers nothing is suggested
    for a return, and the first to expire for a shipment.
    """
    lines = list(order.lines.select_related("product", "warehouse"))
    if is_return:
        left = [(line, line.shipped - line.returned) for line in lines]
        lots = _lots_that_left(order)
    else:
        left = [(line, line.quantity - line.shipped) for line in lines if line.warehouse_id]
        lots = _lots_in_stock(lines)
    return [
        parcel
        for line, most in left
        if most > 0
        for parcel in _of_line(line, most, lots.get(line.pk, []), is_return=is_return)
    ]


def _of_line(
    line: OrderLine, most: Decimal, lots: Sequence[tuple[int, str, Decimal]], *, is_return: bool
) -> list[Parcel]:
    tracking = line.product.tracking
    if tracking == Product.Tracking.NONE or not line.warehouse_id:
        return [Parcel(line=line, most=most, typed="" if is_return else bare(most))]
    parcels, rest = [], Decimal(0) if is_return else most
    for lot_id, number, there in lots[:MOST_LOTS]:
        suggested = min(rest, there)
        rest -= suggested
        parcels.append(
            Parcel(
                line=line,
                most=min(most, there),
                lot_id=lot_id,
                lot_number=number,
                is_serial=tracking == Product.Tracking.SERIAL,
                typed=bare(suggested) if suggested else "",
            )
        )
    return parcels


def _lots_in_stock(lines: Sequence[OrderLine]) -> dict[int, list[tuple[int, str, Decimal]]]:
    """Lots by line, those that expire first in front."""
    tracked = [line for line in lines if line.product.tracking != Product.Tracking.NONE]
    if not tracked:
        return {}
    rows: Any = LotStock.objects.filter(
        on_hand__gt=0,
        inventory__product__in=[line.product_id for line in tracked],
        inventory__warehouse__in=[line.warehouse_id for line in tracked],
    ).order_by("lot__expires_on", "lot_id")
    places: dict[tuple[int, int], list[tuple[int, str, Decimal]]] = defaultdict(list)
    names = ("inventory__product_id", "inventory__warehouse_id", "lot_id", "lot__number", "on_hand")
    for product, place, lot, number, there in rows.values_list(*names)[: 50 * MOST_LOTS]:
        places[product, place].append((lot, number, there))
    return {line.pk: places[line.product_id, line.warehouse_id or 0] for line in tracked}


def _lots_that_left(order: Order) -> dict[int, list[tuple[int, str, Decimal]]]:
    """Lots by line, with how much of each is still with the customer."""
    out: dict[tuple[int, int, str], Decimal] = defaultdict(Decimal)
    for rows, sign in ((ShipmentLine.objects, 1), (ReturnLine.objects, -1)):
        sums = rows.filter(line__order=order, lot__isnull=False)
        values = sums.values_list("line_id", "lot_id", "lot__number").annotate(Sum("quantity"))
        for line_id, lot_id, number, quantity in values.order_by():
            out[line_id, lot_id, number] += sign * quantity
    found: dict[int, list[tuple[int, str, Decimal]]] = defaultdict(list)
    for (line_id, lot_id, number), quantity in sorted(out.items()):
        if quantity > 0:
            found[line_id].append((lot_id, number, quantity))
    return found
