"""From quote to closed: each step by its one door, stock exactly once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Activity
from customers.models import TimelineEntry
from inventory.errors import InsufficientStock, LotNeeded
from inventory.models import Lot, Product, StockMovement
from orders.errors import (
    CustomerIsBlocked,
    GoodsAreOut,
    InspectionMissing,
    NotAllowedHere,
    OrderChangedMeanwhile,
    ReasonNeeded,
    ShipsTooMuch,
    StillPaid,
    WrongState,
)
from orders.models import Order, Shipment
from orders.services import (
    NewPayment,
    NewShipment,
    ParcelLine,
    ReturnedLine,
    advance_order,
    assign_order,
    cancel_order,
    clear_inspection,
    confirm_order,
    copy_order,
    mark_delivered,
    move_shipment,
    record_payment,
    refund_payment,
    ship_order,
    take_return,
)
from orders.services.reads import line_figures, margin_of

from .conftest import a_product, a_service, figures, receive


def stages(order: Order) -> list[str]:
    return list(order.stages.values_list("status", flat=True))


def test_the_whole_way_from_quote_to_closed(quote, goods, sales, storekeeper):
    item, service = goods(10), a_service()
    order = quote((item, 4), (service, 1))
    assert order.number.startswith("RIY-")
    assert order.total == Decimal("575.00")
    assert figures(item) == (10, 0)

    confirmed = confirm_order(order, actor=sales, version=order.version)
    assert (confirmed.status, confirmed.confirmed_at is None) == ("confirmed", False)
    assert figures(item) == (10, 4)

    advance_order(order, "in_progress", actor=sales)
    advance_order(order, "ready", actor=sales, note="packed")
    shipment = ship_order(order, NewShipment(), actor=storekeeper, request_id=uuid4())
    assert figures(item) == (6, 0)
    order.refresh_from_db()
    assert order.status == "shipped"
    costs = dict(order.lines.values_list("product_id", "cost"))
    assert costs == {item.pk: Decimal(240), service.pk: Decimal(0)}
    assert all(line.shipped == line.quantity for line in order.lines.all())

    mark_delivered(shipment, actor=storekeeper, received_by="نورة")
    advance_order(order, "installed", actor=sales)
    done = advance_order(order, "closed", actor=sales)
    assert done.finished_at is not None
    assert stages(order) == [
        "quote", "confirmed", "in_progress", "ready", "shipped", "delivered", "installed", "closed",
    ]  # fmt: skip
    assert Activity.objects.filter(verb="order.closed", object_id=order.pk).count() == 1
    kinds = TimelineEntry.objects.filter(customer=order.customer, kind__startswith="order.")
    assert kinds.count() == 8


def test_a_second_confirmation_answers_as_the_first_and_reserves_nothing_more(quote, goods, sales):
    item = goods(10)
    order = quote((item, 4))
    first = confirm_order(order, actor=sales, version=1)
    again = confirm_order(order, actor=sales, version=1)
    without_version = confirm_order(order, actor=sales)
    assert first.version == again.version == without_version.version == 2
    assert figures(item) == (10, 4)
    with pytest.raises(WrongState):
        confirm_order(order, actor=sales, version=2)


def test_a_stale_confirmation_is_refused(quote, goods, sales):
    with pytest.raises(OrderChangedMeanwhile):
        confirm_order(quote((goods(), 1)), actor=sales, version=7)


def test_confirming_more_than_there_is_changes_nothing(quote, goods, sales, queued):
    plenty, scarce = goods(10), goods(3)
    order = quote((plenty, 1), (scarce, 5))
    jobs = queued()
    with pytest.raises(InsufficientStock) as refusal:
        confirm_order(order, actor=sales)
    assert refusal.value.product_id == scarce.pk
    order.refresh_from_db()
    assert (order.status, order.version, stages(order)) == ("quote", 1, ["quote"])
    assert figures(plenty) == (10, 0)
    assert queued() == jobs


def test_a_demanded_inspection_comes_first(quote, goods, sales):
    order = quote((goods(), 1), requires_inspection=True)
    with pytest.raises(InspectionMissing):
        confirm_order(order, actor=sales)
    clear_inspection(order, actor=sales)
    cleared = clear_inspection(order, actor=sales)
    assert cleared.version == 2
    assert confirm_order(order, actor=sales).status == "confirmed"


def test_nothing_is_sold_to_a_blocked_customer(quote, goods, sales, customer):
    order = quote((goods(), 1))
    customer.status = "blocked"
    customer.save()
    with pytest.raises(CustomerIsBlocked):
        confirm_order(order, actor=sales)


def test_confirming_takes_as_many_queries_for_forty_lines_as_for_two(quote, goods, sales):
    counts = []
    for lines in (2, 40):
        order = quote(*[(goods(), 1) for _line in range(lines)])
        with CaptureQueriesContext(
            connection,
        ) as seen:
            confirm_order(order, actor=sales)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_goods_leave_in_parts_and_the_order_is_shipped_with_the_last(confirmed, goods, storekeeper):
    item = goods(10)
    order = confirmed((item, 4))
    line = order.lines.get()

    def ship(quantity):
        part = ParcelLine(line_id=line.pk, quantity=Decimal(quantity))
        return ship_order(order, NewShipment(lines=(part,)), actor=storekeeper, request_id=uuid4())

    first = ship("1.5")
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert figures(item) == (Decimal("8.5"), Decimal("2.5"))
    with pytest.raises(ShipsTooMuch):
        ship("2.501")
    assert figures(item) == (Decimal("8.5"), Decimal("2.5"))
    second = ship("2.5")
    order.refresh_from_db()
    assert order.status == "shipped"
    assert figures(item) == (6, 0)
    mark_delivered(second, actor=storekeeper)
    order.refresh_from_db()
    assert order.status == "shipped"
    move_shipment(first, to=Shipment.Status.FAILED, actor=storekeeper)
    mark_delivered(first, actor=storekeeper)
    order.refresh_from_db()
    assert order.status == "delivered"


def test_a_repeated_shipment_issues_once(confirmed, goods, storekeeper):
    item = goods(10)
    order = confirmed((item, 4))
    key = uuid4()
    made = [
        ship_order(order, NewShipment(), actor=storekeeper, request_id=key) for _time in range(2)
    ]
    assert made[0] == made[1]
    assert StockMovement.objects.filter(kind="issue").count() == 1


def test_a_tracked_product_leaves_and_returns_with_its_lot(
    confirmed, warehouse, storekeeper, branch_manager
):
    item = a_product(tracking=Product.Tracking.LOT)
    lots = [Lot.objects.create(product=item, number=f"L{n}") for n in (1, 2)]
    for lot in lots:
        receive(item, warehouse, 3, lot=lot)
    order = confirmed((item, 4))
    line = order.lines.get()
    with pytest.raises(LotNeeded):
        ship_order(order, NewShipment(), actor=storekeeper, request_id=uuid4())
    parts = tuple(
        ParcelLine(line_id=line.pk, quantity=Decimal(n), lot_id=lot.pk)
        for n, lot in zip((3, 1), lots, strict=True)
    )
    ship_order(order, NewShipment(lines=parts), actor=storekeeper, request_id=uuid4())
    assert figures(item) == (2, 0)

    def bring_back(quantity, lot):
        part = ReturnedLine(line_id=line.pk, quantity=Decimal(quantity), lot_id=lot.pk)
        return take_return(order, [part], "فائض", actor=branch_manager, request_id=uuid4())

    with pytest.raises(ShipsTooMuch):
        bring_back(2, lots[1])  # only one of this lot left
    bring_back(1, lots[1])
    assert figures(item) == (3, 0)


def test_sales_do_not_ship(confirmed, goods, sales):
    item = goods(10)
    order = confirmed((item, 1))
    with pytest.raises(NotAllowedHere):
        ship_order(order, NewShipment(), actor=sales, request_id=uuid4())
    assert figures(item) == (10, 1)


def test_services_alone_are_delivered_by_a_word(confirmed, sales):
    order = confirmed((a_service(), 2))
    assert advance_order(order, "delivered", actor=sales).status == "delivered"
    assert order.lines.get().shipped == 2


def test_a_service_keeps_what_it_cost_when_it_was_delivered(confirmed, goods, sales, storekeeper):
    service = a_service(cost=Decimal(30))
    mixed, alone = confirmed((goods(10), 1), (service, 2)), confirmed((service, 1))
    assert margin_of(alone, line_figures(alone)).cost == 30  # nothing is done yet: as it would cost

    ship_order(mixed, NewShipment(), actor=storekeeper, request_id=uuid4())
    advance_order(alone, "delivered", actor=sales)
    Product.objects.filter(pk=service.pk).update(cost=99)

    assert alone.lines.get().cost == 30
    assert mixed.lines.get(product=service).cost == 60
    assert margin_of(alone, line_figures(alone)).cost == 30
    assert margin_of(mixed, line_figures(mixed)).cost == 120


def test_goods_are_not_delivered_by_a_word(confirmed, goods, sales):
    order = confirmed((goods(), 2), (a_service(), 1))
    with pytest.raises(WrongState):
        advance_order(order, "delivered", actor=sales)


@pytest.mark.parametrize("to", ["quote", "confirmed", "shipped", "cancelled", "closed", "nonsense"])
def test_no_step_leads_where_the_table_has_none(confirmed, goods, sales, to):
    order = confirmed((goods(), 1))
    advance_order(order, "in_progress", actor=sales)
    with pytest.raises(WrongState):
        advance_order(order, to, actor=sales)


def test_a_step_taken_twice_is_taken_once(confirmed, goods, sales):
    order = confirmed((goods(), 1))
    for _time in range(2):
        advance_order(order, "in_progress", actor=sales, version=2)
    assert stages(order) == ["quote", "confirmed", "in_progress"]


def test_cancelling_frees_the_stock_once(confirmed, goods, sales):
    item = goods(10)
    order = confirmed((item, 4))
    with pytest.raises(ReasonNeeded):
        cancel_order(order, "  ", actor=sales)
    for _time in range(2):
        done = cancel_order(order, "غيّر رأيه", actor=sales)
    assert (done.status, done.cancel_reason) == ("cancelled", "غيّر رأيه")
    assert figures(item) == (10, 0)
    assert stages(order).count("cancelled") == 1
    promises = StockMovement.objects.filter(reference=order.number)
    assert dict(promises.values_list("kind", "url")) == {
        "reservation": order.get_absolute_url(),
        "release": order.get_absolute_url(),
    }


def test_a_paid_order_is_refunded_before_it_is_cancelled(confirmed, goods, sales, accountant):
    order = confirmed((goods(), 1))
    paid = record_payment(order, NewPayment(amount=Decimal(50)), actor=sales, request_id=uuid4())
    with pytest.raises(StillPaid):
        cancel_order(order, "reason", actor=sales)
    refund_payment(paid, NewPayment(amount=Decimal(50)), actor=accountant, request_id=uuid4())
    assert cancel_order(order, "reason", actor=sales).status == "cancelled"


def test_what_was_shipped_comes_back_before_the_rest_is_cancelled(
    confirmed, goods, sales, storekeeper
):
    item = goods(10)
    order = confirmed((item, 4))
    line = order.lines.get()
    part = ParcelLine(line_id=line.pk, quantity=Decimal(1))
    ship_order(order, NewShipment(lines=(part,)), actor=storekeeper, request_id=uuid4())
    with pytest.raises(GoodsAreOut):
        cancel_order(order, "reason", actor=sales)
    back = ReturnedLine(line_id=line.pk, quantity=Decimal(1))
    take_return(order, [back], "reason", actor=storekeeper, request_id=uuid4())
    assert cancel_order(order, "reason", actor=sales).status == "cancelled"
    assert figures(item) == (10, 0)


def test_a_copy_is_a_new_quote_of_its_writer(confirmed, goods, colleague, sales):
    order = confirmed((goods(), 2), discount=Decimal(10), delivery_address="حي الملقا")
    copy = copy_order(order, actor=colleague, request_id=uuid4())
    assert (copy.status, copy.owner, copy.total) == ("quote", colleague, order.total)
    assert copy.number != order.number
    assert copy.delivery_address == "حي الملقا"


def test_a_new_owner_is_told_once(quote, goods, colleague, supervisor):
    order = quote((goods(), 1))
    for _time in range(2):
        assign_order(order, colleague, actor=supervisor)
    assert colleague.notifications.filter(kind="order.assigned").count() == 1
