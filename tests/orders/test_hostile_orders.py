"""Orders and their stock under figures, rivals and changes that nobody means well."""

from collections import Counter
from decimal import Decimal
from uuid import uuid4

import pytest

from crm_project.kit.errors import BusinessError
from inventory.errors import (
    FigureTooLarge,
    NotStocked,
    SerialIsOnePiece,
    TrackingIsFixed,
    UnknownLot,
    WarehouseClosed,
)
from inventory.models import Inventory, Lot, LotStock, Supplier
from inventory.services import (
    Arrived,
    Counted,
    Entry,
    NewCount,
    NewTransfer,
    PurchaseDraft,
    PurchaseLine,
    cancel_transfer,
    count_line,
    create_purchase,
    create_transfer,
    open_count,
    receive_transfer,
    save_warehouse,
    send_transfer,
    update_product,
)
from orders.amounts import written
from orders.errors import BadFigure, ItemKindChanged, OrderChangedMeanwhile, StillPaid, WrongState
from orders.models import ExchangeRate, Order, Shipment
from orders.services import (
    NewPayment,
    NewShipment,
    OrderInput,
    ParcelLine,
    ReturnedLine,
    add_rate,
    cancel_order,
    change_quote,
    confirm_order,
    copy_order,
    record_payment,
    refund_payment,
    ship_order,
    take_return,
)
from orders.services.reads import line_figures, margin_of
from tests import factories
from tests.inventory.conftest import the_sums_are_right
from tests.parallel import at_once

from .conftest import a_product, a_service, a_warehouse, figures, line_of, receive

URL = "/api/v1/orders/"
LARGEST = "99999999999.999"


def outcome(step):
    """What a step came to: anything but a refusal of the business is an error of the product."""
    try:
        step()
    except BusinessError as error:
        return type(error).__name__
    return "done"


def race(*steps):
    found = at_once(outcome, steps)
    assert the_sums_are_right()
    return found


def all_of(order):
    """A shipment of the whole order."""
    return {"order": order, "new": NewShipment()}


# Figures


def test_an_exchanged_price_beyond_all_money_is_refused_at_its_line(api_of, sales, customer):
    ExchangeRate.objects.create(currency="ZWL", on="2020-01-01", rate=Decimal("0.00000001"))
    dear = a_service(price=Decimal("99999999999"))
    lines = [{"product": dear.pk, "quantity": "1"}]
    body = {"customer": customer.pk, "currency": "ZWL", "lines": lines}
    answer = api_of(sales).post(URL, body)
    assert (answer.status_code, answer.data["code"]) == (400, "bad_figure")
    assert Order.objects.count() == 0


@pytest.mark.parametrize("rate", ["0.000000001", "1.123456789", "9999999999.999999999"])
def test_a_rate_finer_than_is_kept_is_refused(manager, rate):
    with pytest.raises(BadFigure):
        add_rate(currency="USD", on="2026-01-01", rate=Decimal(rate), actor=manager)


def test_absurd_quantities_leave_the_page_readable(client_of, api_of, manager, quote, warehouse):
    dear = a_product(cost=Decimal("99999999999"), price=Decimal("0.001"))
    order = quote((dear, "99999999999"))
    assert margin_of(order, line_figures(order)) is None
    assert client_of(manager).get(order.get_absolute_url()).status_code == 200
    assert api_of(manager).get(f"{URL}{order.pk}/").data["margin"] is None


def test_more_than_the_stock_can_count_is_refused(goods, warehouse):
    item = goods(1)
    with pytest.raises(FigureTooLarge):
        receive(item, warehouse, LARGEST)
    with pytest.raises(FigureTooLarge):
        receive(item, warehouse, "99999999", cost="99999999999")
    assert figures(item) == (1, 0)


def test_back_orders_beyond_what_can_be_counted_are_refused(quote, sales, warehouse):
    item = a_product(allows_backorder=True, price=Decimal(0))
    confirm_order(quote((item, "99999999999")), actor=sales)
    with pytest.raises(FigureTooLarge):
        confirm_order(quote((item, "99999999999")), actor=sales)
    assert figures(item) == (0, Decimal("99999999999"))


@pytest.mark.parametrize(
    ("lines", "rate"),
    [
        ([(LARGEST, LARGEST)], "1"),
        ([("99999999", "99999999")], "1"),
        ([(LARGEST, "1"), (LARGEST, "1")], "1"),
        ([("1", "9999999999")], "9999999999"),
    ],
)
def test_a_purchase_beyond_what_can_be_kept_is_refused(
    branch_manager, warehouse, goods, lines, rate
):
    item = goods(1)
    draft = PurchaseDraft(
        supplier=Supplier.objects.create(name="مصنع"),
        warehouse=warehouse,
        currency="SAR",
        exchange_rate=Decimal(rate),
        lines=[
            PurchaseLine(product=item, quantity=Decimal(quantity), unit_cost=Decimal(cost))
            for quantity, cost in lines
        ],
    )
    with pytest.raises(FigureTooLarge):
        create_purchase(draft, request_id=uuid4(), actor=branch_manager)


def test_a_scan_on_top_of_the_largest_count_is_refused(branch_manager, warehouse, goods):
    item = goods(1)
    count = open_count(NewCount(warehouse=warehouse, request_id=uuid4()), actor=branch_manager)
    count_line(count, Counted(product=item, quantity=Decimal(LARGEST)), actor=branch_manager)
    with pytest.raises(FigureTooLarge):
        one_more = Counted(product=item, quantity=Decimal(1), is_more=True)
        count_line(count, one_more, actor=branch_manager)
    assert count.lines.get().counted == Decimal(LARGEST)


def test_paper_shows_the_price_that_is_reckoned_with():
    for price, currency, shown in (
        ("1.555", "SAR", "1.555"), ("12345.500", "SAR", "12,345.50"), ("90.000", "SAR", "90.00"),
        ("90", "KWD", "90.000"), ("100.5", "JPY", "100.5"), ("100.000", "JPY", "100"),
    ):  # fmt: skip
        assert written(Decimal(price), currency, is_grouped=True) == shown


# Lots, serials


@pytest.mark.parametrize("is_known", [True, False])
def test_a_lot_of_goods_that_have_none_is_refused(api_of, storekeeper, confirmed, goods, is_known):
    order = confirmed((goods(5), 1))
    lot = Lot.objects.create(product=a_product(tracking="lot"), number="L-1").pk
    part = {"line": order.lines.get().pk, "quantity": "1", "lot": lot if is_known else 10**9}
    answer = api_of(storekeeper).post(f"{URL}{order.pk}/ship/", {"lines": [part]})
    assert (answer.status_code, answer.data["code"]) == (UnknownLot.http_status, UnknownLot.code)
    assert Shipment.objects.count() == 0


def test_half_a_piece_with_a_serial_number_stays(confirmed, warehouse, storekeeper):
    item = a_product(tracking="serial")
    lot = Lot.objects.create(product=item, number="S-1", is_serial=True)
    receive(item, warehouse, 1, lot=lot)
    order = confirmed((item, 1))
    part = ParcelLine(line_id=order.lines.get().pk, quantity=Decimal("0.5"), lot_id=lot.pk)
    with pytest.raises(SerialIsOnePiece):
        ship_order(order, NewShipment(lines=(part,)), actor=storekeeper, request_id=uuid4())
    assert LotStock.objects.get(lot=lot).on_hand == 1


# What changes under an open quote


@pytest.mark.parametrize(("before", "after"), [("service", "stocked"), ("stocked", "service")])
def test_an_item_that_became_something_else_is_confirmed_after_another_save(
    quote, sales, manager, warehouse, customer, before, after
):
    item = a_product(kind=before, allows_backorder=True)
    order = quote((item, 2))
    update_product(item, {"kind": after}, actor=manager)
    with pytest.raises(ItemKindChanged):
        confirm_order(order, actor=sales)
    again = OrderInput(customer=customer, lines=(line_of(item, 2),))
    change_quote(order, again, actor=sales, version=1)
    assert confirm_order(order, actor=sales).status == "confirmed"
    assert sum(figures(item)) == (2 if after == "stocked" else 0)


def test_nothing_is_promised_from_or_sent_to_a_closed_warehouse(
    quote, sales, manager, branch_manager, warehouse, riyadh, goods
):
    closed = a_warehouse(riyadh, "old")
    order = quote(line_of(a_product(allows_backorder=True), 1, warehouse_id=closed.pk))
    entries = [Entry(product=goods(5), quantity=Decimal(1))]
    new = NewTransfer(origin=warehouse, destination=closed, entries=entries, request_id=uuid4())
    draft = create_transfer(new, actor=branch_manager)
    closed = save_warehouse(closed, {"is_active": False}, actor=manager)
    with pytest.raises(WarehouseClosed):
        confirm_order(order, actor=sales)
    with pytest.raises(WarehouseClosed):
        send_transfer(draft, actor=branch_manager)
    later = NewTransfer(origin=warehouse, destination=closed, entries=entries, request_id=uuid4())
    with pytest.raises(WarehouseClosed):
        create_transfer(later, actor=branch_manager)


def test_how_a_product_is_tracked_stays_while_it_is_reserved(confirmed, goods, manager):
    item = goods(3)
    confirmed((item, 1))
    for change in ({"tracking": "lot"}, {"kind": "service"}):
        with pytest.raises(TrackingIsFixed):
            update_product(item, change, actor=manager)


def test_confirming_by_the_entry_page_what_was_cancelled_is_refused(client_of, quote, goods, sales):
    order = quote((goods(5), 1))
    cancel_order(order, "x", actor=sales)
    answer = client_of(sales).post(f"/orders/{order.pk}/edit/", {"do": "confirm"})
    assert answer.status_code == WrongState.http_status


def test_a_withdrawn_product_is_not_copied_into_a_new_quote(quote, goods, sales, manager):
    item = goods(5)
    order = quote((item, 1))
    update_product(item, {"is_active": False}, actor=manager)
    assert outcome(lambda: copy_order(order, actor=sales, request_id=uuid4())) == "ProductNotSold"
    assert confirm_order(order, actor=sales).status == "confirmed"  # it was promised on paper


# Rivals


@pytest.mark.django_db(transaction=True)
def test_a_service_never_has_stock_whoever_is_faster(quote, sales, manager, warehouse):
    for _round in range(8):
        item = a_product()
        order = quote((item, 1))
        found = race(
            lambda item=item: update_product(item, {"kind": "service"}, actor=manager),
            lambda item=item: receive(item, warehouse, 5),
            lambda order=order: confirm_order(order, actor=sales),
        )
        item.refresh_from_db()
        assert item.is_stocked or sum(figures(item)) == 0, found
        assert found[0] in ("done", TrackingIsFixed.__name__)
        assert found[1] in ("done", NotStocked.__name__)


@pytest.mark.django_db(transaction=True)
def test_the_first_stock_takes_over_whether_a_product_is_back_ordered(quote, sales, manager):
    a_warehouse(sales.branch, "ruh")
    for _round in range(6):
        item = a_product(allows_backorder=True)
        orders = [quote((item, 1)) for _order in range(2)]
        race(
            lambda item=item: update_product(item, {"allows_backorder": False}, actor=manager),
            *[lambda order=order: confirm_order(order, actor=sales) for order in orders],
        )
        item.refresh_from_db()
        copies = set(Inventory.objects.filter(product=item).values_list("allows_backorder"))
        assert copies <= {(item.allows_backorder,)}


@pytest.mark.django_db(transaction=True)
def test_shipped_or_cancelled_paid_or_cancelled(confirmed, goods, sales, storekeeper):
    for _round in range(3):
        item = goods(10)
        order = confirmed((item, 3))
        race(
            lambda o=order: ship_order(**all_of(o), actor=storekeeper, request_id=uuid4()),
            lambda o=order: cancel_order(o, "x", actor=sales),
        )
        order.refresh_from_db()
        assert figures(item) == ((7, 0) if order.status == "shipped" else (10, 0))
        order, five = confirmed((item, 2)), NewPayment(amount=Decimal(5))
        found = race(
            lambda o=order, p=five: record_payment(o, p, actor=sales, request_id=uuid4()),
            lambda o=order: cancel_order(o, "x", actor=sales),
        )
        order.refresh_from_db()
        assert (order.status == "cancelled") == (order.paid == 0)
        assert set(found) - {"done"} <= {WrongState.__name__, StillPaid.__name__}


@pytest.mark.django_db(transaction=True)
def test_goods_and_money_come_back_once(confirmed, goods, sales, storekeeper, accountant):
    item = goods(10)
    order = confirmed((item, 2))
    ship_order(order, NewShipment(), actor=storekeeper, request_id=uuid4())
    back = [ReturnedLine(line_id=order.lines.get().pk, quantity=Decimal(2))]

    def give_back():
        take_return(order, back, "x", actor=storekeeper, request_id=uuid4())

    assert Counter(race(*[give_back] * 3))["done"] == 1
    assert figures(item) == (10, 0)

    paid = confirmed((item, 2))
    payment = record_payment(paid, NewPayment(amount=Decimal(100)), actor=sales, request_id=uuid4())

    def refund(key=None):
        new = NewPayment(amount=Decimal(60))
        refund_payment(payment, new, actor=accountant, request_id=key or uuid4())

    assert Counter(race(*[refund] * 3))["done"] == 1
    paid.refresh_from_db()
    assert paid.paid == 40


@pytest.mark.django_db(transaction=True)
def test_a_customer_is_merged_while_their_orders_are_confirmed(
    quote, goods, customer, sales, manager
):
    from customers.services.merging import merge_customers

    for _round in range(2):
        twin = factories.make_customer(customer.branch, sales, name="مكرر")
        item = goods(10)
        orders = [quote((item, 1), customer=twin) for _order in range(3)]
        found = race(
            lambda twin=twin: merge_customers(customer, twin, choices={}, actor=manager),
            *[lambda order=order: confirm_order(order, actor=sales) for order in orders],
        )
        assert found[0] == "done"
        assert set(found[1:]) <= {"done", OrderChangedMeanwhile.__name__}
        assert not Order.objects.filter(customer=twin).exists()
        assert figures(item) == (10, found[1:].count("done"))


@pytest.mark.django_db(transaction=True)
def test_a_transfer_arrives_once_or_goes_back(goods, warehouse, riyadh, branch_manager):
    other, item = a_warehouse(riyadh, "zz"), goods(10)
    entries = [Entry(product=item, quantity=Decimal(4))]
    new = NewTransfer(origin=warehouse, destination=other, entries=entries, request_id=uuid4())
    transfer = send_transfer(create_transfer(new, actor=branch_manager), actor=branch_manager)
    four = {transfer.lines.get().pk: Decimal(4)}

    def arrive():
        arrived = Arrived(request_id=uuid4(), quantities=four)
        receive_transfer(transfer, arrived, actor=branch_manager)

    found = race(arrive, arrive, arrive, lambda: cancel_transfer(transfer, actor=branch_manager))
    assert found.count("done") == 1
    assert figures(item) == (10, 0)


def test_a_key_that_is_used_again_much_later_receives_the_other_purchase(
    api_of, branch_manager, warehouse, goods
):
    from accounts.models import IdempotencyRecord

    client, item = api_of(branch_manager), goods(1)
    supplier, url = Supplier.objects.create(name="مصنع"), "/api/v1/purchase-orders/"
    lines = [{"product": item.pk, "quantity": "2", "unit_cost": "5"}]
    body = {"supplier": supplier.pk, "warehouse": warehouse.pk, "lines": lines}
    for _order in range(2):
        made = client.post(url, body).data
        client.post(f"{url}{made['id']}/order/")
        IdempotencyRecord.objects.all().delete()  # as its clean-up does
        items = [{"line": made["lines"][0]["id"], "quantity": "2"}]
        headers = {"Idempotency-Key": "delivery"}
        answer = client.post(f"{url}{made['id']}/receive/", {"items": items}, headers=headers)
        assert (answer.status_code, answer.data["order"]) == (201, made["id"])
    assert figures(item) == (5, 0)
