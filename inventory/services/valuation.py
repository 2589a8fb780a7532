"""What the stock is worth: at the moving average, with what is on its way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from inventory.models import Inventory, Transfer, TransferLine, Warehouse


@dataclass(frozen=True, kw_only=True)
class Worth:
    """The value of one group of stock, in the currency of its branch."""

    key: Any
    currency: str
    on_hand: Decimal
    in_transit: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """Value with what is on its way there."""
        return self.on_hand + self.in_transit


def by_warehouse(places: Iterable[Warehouse]) -> list[Worth]:
    """Return the value of each of these warehouses (with their branches); goods in transit belong
    to where they go."""
    known = list(places)
    lying = _sums(Inventory.objects.filter(warehouse__in=known), "warehouse", F("value"))
    moving = _sums(_in_transit(known), "transfer__destination", _rest())
    return [
        Worth(
            key=place,
            currency=place.branch.currency,
            on_hand=lying.get(place.pk, Decimal(0)),
            in_transit=moving.get(place.pk, Decimal(0)),
        )
        for place in known
    ]


def by_category(places: Iterable[Warehouse]) -> list[Worth]:
    """Return the value of each category (its id, None for none) and currency in these warehouses."""
    known = list(places)
    lying = _pairs(
        Inventory.objects.filter(warehouse__in=known),
        ("product__category", "warehouse__branch__currency"),
        F("value"),
    )
    moving = _pairs(
        _in_transit(known),
        ("product__category", "transfer__destination__branch__currency"),
        _rest(),
    )
    return [
        Worth(
            key=category,
            currency=currency,
            on_hand=lying.get((category, currency), Decimal(0)),
            in_transit=moving.get((category, currency), Decimal(0)),
        )
        for category, currency in sorted(lying.keys() | moving.keys(), key=str)
    ]


def total_by_currency(worths: Iterable[Worth]) -> dict[str, Decimal]:
    """Return the whole value, one sum a currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for worth in worths:
        sums[worth.currency] += worth.total
    return dict(sums)


def _in_transit(places: list[Warehouse]) -> Any:
    return TransferLine.objects.filter(
        transfer__status=Transfer.Status.SENT, transfer__destination__in=places
    )


def _rest() -> Any:
    return (F("quantity") - F("received")) * Coalesce("arrival_cost", "unit_cost")


def _sums(rows: Any, key: str, value: Any) -> dict[Any, Decimal]:
    found = rows.values(key).annotate(worth=Sum(value)).order_by()
    return {row[key]: row["worth"] or Decimal(0) for row in found}


def _pairs(rows: Any, keys: tuple[str, str], value: Any) -> dict[Any, Decimal]:
    found = rows.values(*keys).annotate(worth=Sum(value)).order_by()
    return {(row[keys[0]], row[keys[1]]): row["worth"] or Decimal(0) for row in found}
