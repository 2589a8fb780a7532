"""Lots and serial numbers: made on receipt, found again when goods leave, traced both ways."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from inventory.errors import LotNeeded, SerialInTransit, SerialTaken, UnknownLot
from inventory.models import Lot, LotStock, Product, StockMovement, Transfer, TransferLine

MOST = 60  # characters of a number


def arriving_lot(product: Product, number: str, expires_on: date | None = None) -> Lot | None:
    """Return the lot of what comes in, made where it is new; None for a product without tracking.

    Errors: LotNeeded; SerialTaken and SerialInTransit for a piece that is elsewhere.
    """
    lot, is_new = _found(product, number, expires_on)
    if lot and lot.is_serial and not is_new:
        _refuse_in_stock(lot)
        _refuse_in_transit(lot)
    return lot


def counted_lot(product: Product, number: str) -> Lot | None:
    """Return the lot of what was found on a shelf, as arriving_lot(); it may lie in stock.

    Errors: LotNeeded, SerialInTransit.
    """
    lot, is_new = _found(product, number)
    if lot and lot.is_serial and not is_new:
        _refuse_in_transit(lot)
    return lot


def _found(
    product: Product, number: str, expires_on: date | None = None
) -> tuple[Lot | None, bool]:
    if product.tracking == Product.Tracking.NONE:
        return None, False
    number = _checked(number)
    is_serial = product.tracking == Product.Tracking.SERIAL
    lot, is_new = Lot.objects.get_or_create(
        product=product,
        number=number,
        defaults={"is_serial": is_serial, "expires_on": expires_on},
    )
    if not is_new and expires_on and lot.expires_on is None:
        lot.expires_on = expires_on
        lot.save(update_fields=["expires_on"])
    return lot, is_new


def _refuse_in_stock(lot: Lot) -> None:
    row = LotStock.objects.filter(lot=lot, on_hand__gt=0).select_related("inventory__warehouse")
    if found := row.first():
        words = _("Serial number %(number)s is in stock already, in %(place)s.")
        raise SerialTaken(words % {"number": lot.number, "place": found.inventory.warehouse.name})


def _refuse_in_transit(lot: Lot) -> None:
    moving = TransferLine.objects.filter(
        lot=lot, transfer__status=Transfer.Status.SENT, received__lt=F("quantity")
    )
    if line := moving.select_related("transfer__origin", "transfer__destination").first():
        ends = line.transfer
        words = _("Serial number %(number)s is on its way from %(origin)s to %(destination)s.")
        raise SerialInTransit(
            words
            % {
                "number": lot.number,
                "origin": ends.origin.name,
                "destination": ends.destination.name,
            }
        )


def known_lot(product: Product, number: str) -> Lot | None:
    """Return the lot of what leaves; None for a product without tracking.

    Errors: LotNeeded, UnknownLot.
    """
    if product.tracking == Product.Tracking.NONE:
        return None
    lot = Lot.objects.filter(product=product, number=_checked(number)).first()
    if lot is None:
        raise UnknownLot
    return lot


def _checked(number: str) -> str:
    number = number.strip()
    if not number or len(number) > MOST:
        raise LotNeeded
    return number


def movements_of(lot: Lot) -> "QuerySet[StockMovement]":
    """Return every movement of a lot, newest first: where it came from and to whom it went.

    `reference` and `url` of a movement lead to its receipt, transfer or order.
    """
    rows = StockMovement.objects.filter(lot=lot)
    return rows.select_related("inventory__warehouse", "actor").order_by("-pk")


def places_of_lot(lot: Lot) -> "QuerySet[LotStock]":
    """Return where pieces of a lot lie now."""
    rows = LotStock.objects.filter(lot=lot, on_hand__gt=0)
    return rows.select_related("inventory__warehouse").order_by("pk")


def find_lots(words: str, *, limit: int = 50) -> list[Lot]:
    """Return lots by their number, or by the number of a document that they moved with."""
    words = words.strip()[:MOST]
    if not words:
        return []
    rows: Any = Lot.objects.select_related("product").order_by("number", "pk")
    exact = list(rows.filter(number__in={words, words.upper(), words.lower()})[:limit])
    found = {lot.pk: lot for lot in exact or rows.filter(number__istartswith=words)[:limit]}
    moved = StockMovement.objects.filter(lot__isnull=False, reference=words).select_related(
        "lot__product"
    )
    for movement in moved.order_by("-pk")[:limit]:
        assert movement.lot is not None  # filtered above
        found.setdefault(movement.lot.pk, movement.lot)
    return list(found.values())[:limit]
