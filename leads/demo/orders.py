"""Orders in bulk: quotes to closed orders with items, stock movements, payments and shipments.

Rows go in by COPY with the triggers off, which takes a superuser of the database; what the triggers
would have summed up is written with them. A second run adds only what lacks.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import NumberSeries
from customers.models import Customer, TimelineEntry
from exchange.copying import draw_ids
from inventory.models import Inventory, Product, StockMovement, Warehouse
from orders.models import (
    Order,
    OrderLine,
    OrderReturn,
    OrderStage,
    Payment,
    Shipment,
)

from .company import HISTORY, Company
from .copying import analyze
from .customers import SEED
from .order_rows import FIRST_ID, Ids, Office, Rows, Shelf, write_order
from .trade import Deal, Market, Status

BATCH = 2_000


def count_orders() -> int:
    """Return how many demo orders exist; those that people wrote do not count."""
    made = Order.objects.filter(
        request_id__gte=FIRST_ID, request_id__lt=UUID(int=FIRST_ID.int + 2**48)
    )
    return made.count()


def can_write_orders() -> bool:
    """Return True when this database lets us switch its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def add_orders(company: Company, wanted: int, *, progress: Callable[[int], None]) -> None:
    """Bring the number of demo orders up to `wanted`; each batch is one transaction."""
    start = count_orders()
    products = list(Product.objects.filter(tracking=Product.Tracking.NONE, is_active=True))
    products = [product for product in products if product.price]
    if start >= wanted or not products:
        return
    office = _office(company)
    market = Market(products, timezone.now(), HISTORY)
    buyers = _buyers()
    for first in range(start, wanted, BATCH):
        batch = range(first, min(first + BATCH, wanted))
        deals = [market.deal(index, wanted, SEED) for index in batch]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            _write(office, deals, buyers)
            _save_counters(office)
        progress(len(batch))
    analyze(Order, OrderLine, OrderStage, StockMovement, Payment, Shipment, TimelineEntry)


def _office(company: Company) -> Office:
    branches = {branch.pk: branch for branch in company.branches.values()}
    warehouses: dict[int, Warehouse] = {}
    for place in Warehouse.objects.filter(branch__in=branches).order_by("pk"):
        warehouses.setdefault(place.branch_id, place)
    office = Office(
        branches=branches,
        owners={branch.pk: company.sales_of(code) for code, branch in company.branches.items()},
        warehouses=warehouses,
        zones={branch.pk: branch.clock for branch in branches.values()},
        shelves={
            (row.product_id, row.warehouse_id): Shelf(
                id=row.pk,
                place=row.warehouse_id,
                on_hand=int(row.on_hand),
                reserved=int(row.reserved),
                cost=row.average_cost,
            )
            for row in Inventory.objects.all()
        },
    )
    for series in NumberSeries.objects.all():
        office.numbers[series.kind, series.branch_id, series.year] = series.last
    return office


def _buyers() -> Iterator[list[Any]]:
    """Yield customers in groups, round and round: each group buys the orders of one batch."""
    columns = ("id", "branch_id", "owner_id", "name", "company", "contact_text", "address")
    last = 0
    while True:
        rows = list(
            Customer.objects.open()
            .filter(pk__gt=last)
            .exclude(status=Customer.Status.BLOCKED)
            .order_by("pk")
            .values_list(*columns)[: BATCH * 3 // 4]
        )
        if not rows:
            if last == 0:
                return
            last = 0
            continue
        last = rows[-1][0]
        yield rows


def _write(office: Office, deals: list[Deal], buyers: Iterator[list[Any]]) -> None:
    group = next(buyers, None)
    if group is None:
        return
    ids = draw_ids(Order, len(deals))
    line_ids = iter(draw_ids(OrderLine, sum(len(deal.items) for deal in deals)))
    shipped = [deal for deal in deals if deal.is_shipped]
    shipment_ids = dict(
        zip((deal.index for deal in shipped), draw_ids(Shipment, len(shipped)), strict=True)
    )
    returned = [deal for deal in deals if deal.status == Status.RETURNED]
    return_ids = dict(
        zip((deal.index for deal in returned), draw_ids(OrderReturn, len(returned)), strict=True)
    )
    payment_ids = iter(draw_ids(Payment, sum(len(deal.payments) for deal in deals)))
    rows = Rows()
    for deal, pk in zip(deals, ids, strict=True):
        buyer = deal.random.choice(group)
        write_order(
            office,
            rows,
            deal,
            buyer,
            Ids(
                order=pk,
                lines=[next(line_ids) for _item in deal.items],
                payments=[next(payment_ids) for _payment in deal.payments],
                shipment=shipment_ids.get(deal.index),
                returned=return_ids.get(deal.index),
            ),
        )
    rows.copy()


def _save_counters(office: Office) -> None:
    """Write the sums that the triggers would have kept, and where the numbers have come to."""
    touched = [shelf for shelf in office.shelves.values() if shelf.is_touched]
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE inventory_inventory SET on_hand = %s, reserved = %s, average_cost = %s,"
            " moved_at = %s WHERE id = %s",
            [(one.on_hand, one.reserved, one.cost, now, one.id) for one in touched],
        )
        cursor.executemany(
            "INSERT INTO accounts_numberseries (kind, branch_id, year, last)"
            " VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (kind, branch_id, year) DO UPDATE SET last = EXCLUDED.last",
            [(*key, last) for key, last in office.numbers.items()],
        )
    for shelf in touched:
        shelf.is_touched = False
