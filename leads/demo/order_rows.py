"""The rows of one demo order, table by table, with the sums that triggers would keep."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Branch, User
from accounts.services.numbers import SERIES_PREFIX
from customers.models import TimelineEntry
from exchange.copying import copy_rows
from inventory.models import Inventory, Product, Reservation, StockMovement, Warehouse
from orders.models import (
    Order,
    OrderLine,
    OrderReturn,
    OrderStage,
    Payment,
    ReturnLine,
    Shipment,
    ShipmentLine,
)

from .company import HISTORY
from .trade import Deal, Item, Status

FIRST_ID = UUID("de400000-0000-4000-8000-000000000000")  # + the order's number
PAYMENT_ID = UUID("de500000-0000-4000-8000-000000000000")
SHIPMENT_ID = UUID("de600000-0000-4000-8000-000000000000")
RETURN_ID = UUID("de700000-0000-4000-8000-000000000000")
DELIVERY = 400  # pieces that come in at once when a shelf runs empty
CARRIERS = ("توصيل الشركة", "ناقل الخليج", "شحن سريع")
RESERVED = (Status.CONFIRMED, Status.IN_PROGRESS, Status.READY)
ORDER = (
    "id", "number", "branch", "owner", "customer", "warehouse", "status", "channel", "currency",
    "subtotal", "discount", "tax", "total", "paid", "credited", "promised_on", "valid_until",
    "requires_inspection", "delivery_address", "note", "terms", "cancel_reason", "search_text",
    "version", "request_id", "created_by", "created_at", "confirmed_at", "finished_at",
)  # fmt: skip
LINE = (
    "id", "order", "position", "product", "warehouse", "name", "quantity", "unit_price",
    "discount_percent", "tax_percent", "net", "discount_share", "tax", "cost", "shipped",
    "returned",
)  # fmt: skip
MOVEMENT = (
    "inventory", "warehouse", "lot", "kind", "quantity", "reserved_change", "unit_cost",
    "on_hand_after", "source", "reference", "url", "note", "actor", "at",
)  # fmt: skip


@dataclass(kw_only=True)
class Shelf:
    """One stock row as it goes along."""

    id: int
    place: int  # its warehouse
    on_hand: int
    reserved: int
    cost: Decimal
    is_touched: bool = False


@dataclass(kw_only=True)
class Office:
    """What the orders of one run refer to, and the counters that go on through all of it."""

    branches: dict[int, Branch]
    owners: dict[int, list[User]]  # by branch
    warehouses: dict[int, Warehouse]  # by branch
    shelves: dict[tuple[int, int], Shelf]  # by product and warehouse
    zones: dict[int, ZoneInfo]
    numbers: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def number(self, kind: str, branch: int, at: datetime) -> str:
        """Draw the next number of a series."""
        key = (kind, branch, at.astimezone(self.zones[branch]).year)
        self.numbers[key] = self.numbers.get(key, 0) + 1
        code = self.branches[branch].code.upper()
        return f"{SERIES_PREFIX.get(kind, '')}{code}-{key[2]}-{self.numbers[key]:05}"


@dataclass(frozen=True, kw_only=True)
class Ids:
    order: int
    lines: list[int]
    payments: list[int]
    shipment: int | None
    returned: int | None


class Rows:
    """What a batch writes, table by table."""

    def __init__(self) -> None:
        self.of: dict[tuple[type[Any], tuple[str, ...]], list[tuple[Any, ...]]] = defaultdict(list)

    def add(self, model: type[Any], columns: tuple[str, ...], row: tuple[Any, ...]) -> None:
        """Remember a row."""
        self.of[model, columns].append(row)

    def copy(self) -> None:
        """Write them all."""
        for (model, columns), rows in self.of.items():
            copy_rows(model, columns, rows)


def write_order(office: Office, rows: Rows, deal: Deal, buyer: Any, ids: Ids) -> None:
    customer, branch, owner, name, firm, contacts, address = buyer
    owner = owner or office.owners[branch][0].pk
    place = office.warehouses[branch].pk
    number = office.number("order", branch, deal.created_at)
    paid = sum(payment.amount for payment in deal.payments)
    confirmed, last = deal.at(Status.CONFIRMED), deal.steps[-1]
    is_over = last[0] in (Status.CLOSED, Status.CANCELLED, Status.RETURNED)
    is_returned = deal.status == Status.RETURNED
    rows.add(
        Order,
        ORDER,
        (
            ids.order, number, branch, owner, customer, place, deal.status, deal.channel, "SAR",
            _riyals(deal.subtotal), "0", _riyals(deal.tax), _riyals(deal.total), _riyals(paid),
            _riyals(deal.total if is_returned else 0), _promised(deal), _valid(deal), False,
            address, "", "", "العميل أجّل المشروع" if deal.status == Status.CANCELLED else "",
            " ".join(filter(None, (name, firm, contacts))), len(deal.steps),
            UUID(int=FIRST_ID.int + deal.index), owner, deal.created_at, confirmed,
            last[1] if is_over else None,
        ),
    )  # fmt: skip
    for status, at in deal.steps:
        rows.add(
            OrderStage, ("order", "status", "at", "actor", "note"),
            (ids.order, status, at, owner, ""),
        )  # fmt: skip
    url = f"/orders/{ids.order}/"
    rows.add(
        TimelineEntry, ("customer", "at", "kind", "text", "url", "actor", "source"),
        (customer, last[1], f"order.{last[0]}", number, url, owner, f"order:{ids.order}:{last[0]}"),
    )  # fmt: skip
    shipment = _ship(office, rows, deal, branch, owner, address, ids)
    back = _give_back(office, rows, deal, branch, owner, ids)
    for position, (item, pk) in enumerate(zip(deal.items, ids.lines, strict=True)):
        _write_line(
            office, rows, deal, item, (pk, position, place, owner, number, url), ids, shipment, back
        )
    _pay(office, rows, deal, branch, owner, ids)


def _ship(
    office: Office, rows: Rows, deal: Deal, branch: int, owner: int, address: str, ids: Ids
) -> str:
    at = deal.at(Status.SHIPPED)
    if at is None:
        return ""
    number = office.number("delivery", branch, at)
    delivered = deal.at(Status.DELIVERED)
    rows.add(
        Shipment,
        ("id", "order", "number", "status", "carrier", "tracking", "tracking_url", "address",
         "received_by", "sent_at", "delivered_at", "request_id", "actor"),
        (ids.shipment, ids.order, number, "delivered" if delivered else "out",
         deal.random.choice(CARRIERS), f"TRK-{8_000_000 + deal.index}", "", address, "", at,
         delivered, UUID(int=SHIPMENT_ID.int + deal.index), owner),
    )  # fmt: skip
    return number


def _give_back(office: Office, rows: Rows, deal: Deal, branch: int, owner: int, ids: Ids) -> str:
    at = deal.at(Status.RETURNED)
    if at is None:
        return ""
    number = office.number("return", branch, at)
    rows.add(
        OrderReturn, ("id", "order", "number", "reason", "credit", "request_id", "actor", "at"),
        (ids.returned, ids.order, number, "المقاس غير مناسب", _riyals(deal.total),
         UUID(int=RETURN_ID.int + deal.index), owner, at),
    )  # fmt: skip
    return number


def _write_line(
    office: Office,
    rows: Rows,
    deal: Deal,
    item: Item,
    of: tuple[int, int, int, int, str, str],
    ids: Ids,
    shipment: str,
    back: str,
) -> None:
    pk, position, place, owner, number, url = of
    product, quantity = item.product, item.quantity
    is_shipped, is_back = bool(shipment), bool(back)
    cost = product.cost * quantity if is_shipped else Decimal(0)
    if product.is_stocked:
        shelf = office.shelves.get((product.pk, place)) or _new_shelf(office, product, place)
        cost = shelf.cost * quantity if is_shipped and not is_back else Decimal(0)
        if is_shipped:
            _issue(rows, shelf, deal, quantity, pk, ids, (shipment, url, owner))
        elif deal.status in RESERVED:
            _reserve(rows, shelf, deal, quantity, pk, (number, url, owner))
        if is_back:
            _restock(rows, shelf, deal, quantity, pk, ids, (back, url, owner))
    rows.add(
        OrderLine, LINE,
        (pk, ids.order, position, product.pk, place if product.is_stocked else None,
         product.name_ar, quantity, _riyals(item.price), item.discount_percent, 15,
         _riyals(item.net), "0", _riyals(item.tax), cost,
         quantity if is_shipped else 0, quantity if is_back else 0),
    )  # fmt: skip
    if is_shipped:
        rows.add(
            ShipmentLine, ("shipment", "line", "lot", "quantity"),
            (ids.shipment, pk, None, quantity),
        )  # fmt: skip
    if is_back:
        rows.add(
            ReturnLine, ("order_return", "line", "lot", "quantity", "is_restocked"),
            (ids.returned, pk, None, quantity, product.is_stocked),
        )  # fmt: skip


def _issue(
    rows: Rows, shelf: Shelf, deal: Deal, quantity: int, line: int, ids: Ids, words: Any
) -> None:
    at = deal.at(Status.SHIPPED)
    if shelf.on_hand - shelf.reserved < quantity:
        _deliver(rows, shelf, deal)
    shelf.on_hand -= quantity
    reference, url, owner = words
    source = f"order_line:{line}:shipment:{ids.shipment}"
    _move(rows, shelf, ("issue", -quantity, 0, source, reference, url, owner, at))


def _restock(
    rows: Rows, shelf: Shelf, deal: Deal, quantity: int, line: int, ids: Ids, words: Any
) -> None:
    shelf.on_hand += quantity
    reference, url, owner = words
    source = f"order_line:{line}:return:{ids.returned}"
    _move(rows, shelf, ("return", quantity, 0, source, reference, url, owner, deal.steps[-1][1]))


def _reserve(rows: Rows, shelf: Shelf, deal: Deal, quantity: int, line: int, words: Any) -> None:
    if shelf.on_hand - shelf.reserved < quantity:
        _deliver(rows, shelf, deal)
    shelf.reserved += quantity
    number, url, owner = words
    at = deal.at(Status.CONFIRMED)
    source = f"order_line:{line}"
    _move(rows, shelf, ("reservation", 0, quantity, source, number, url, owner, at))
    rows.add(
        Reservation, ("inventory", "quantity", "source", "reference", "url", "actor", "created_at"),
        (shelf.id, quantity, source, number, url, owner, at),
    )  # fmt: skip


def _deliver(rows: Rows, shelf: Shelf, deal: Deal) -> None:
    shelf.on_hand += DELIVERY
    source = f"demo:delivery:{deal.index}"
    move = ("receipt", DELIVERY, 0, source, "توريد دوري", "", None, deal.created_at)
    _move(rows, shelf, move)


def _move(rows: Rows, shelf: Shelf, move: tuple[Any, ...]) -> None:
    kind, quantity, reserved, source, reference, url, owner, at = move
    shelf.is_touched = True
    rows.add(
        StockMovement, MOVEMENT,
        (shelf.id, shelf.place, None, kind, quantity, reserved, shelf.cost, shelf.on_hand, source,
         reference, url, "", owner, at),
    )  # fmt: skip


def _new_shelf(office: Office, product: Product, place: int) -> Shelf:
    row = Inventory.objects.create(product=product, warehouse_id=place)
    shelf = Shelf(id=row.pk, place=place, on_hand=0, reserved=0, cost=product.cost)
    office.shelves[product.pk, place] = shelf
    return shelf


def _pay(office: Office, rows: Rows, deal: Deal, branch: int, owner: int, ids: Ids) -> None:
    for position, (payment, pk) in enumerate(zip(deal.payments, ids.payments, strict=True)):
        rows.add(
            Payment,
            ("id", "order", "number", "amount", "method", "reference", "note", "refund_of",
             "request_id", "actor", "at"),
            (pk, ids.order, office.number("receipt", branch, payment.at), _riyals(payment.amount),
             payment.method, "", "", ids.payments[0] if payment.amount < 0 else None,
             UUID(int=PAYMENT_ID.int + deal.index * 8 + position), owner, payment.at),
        )  # fmt: skip


def _promised(deal: Deal) -> Any:
    confirmed = deal.at(Status.CONFIRMED)
    if confirmed is None:
        return None
    return (confirmed + (deal.random.choice((2, 4, 7, 10)) * ONE_DAY)).date()


def _valid(deal: Deal) -> Any:
    return (deal.created_at + 14 * ONE_DAY).date()


def _riyals(halalas: int) -> str:
    sign, whole = ("-", -halalas) if halalas < 0 else ("", halalas)
    return f"{sign}{whole // 100}.{whole % 100:02}"


ONE_DAY = HISTORY / HISTORY.days
