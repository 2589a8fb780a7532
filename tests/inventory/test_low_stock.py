"""Low stock: one alert until it is resolved, told once; what to order, and "order these"."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from crm_project.kit import events
from inventory import tasks
from inventory.errors import NothingGiven
from inventory.events import StockFellLow
from inventory.models import (
    Inventory,
    PurchaseOrder,
    StockAlert,
    StockMovement,
    Supplier,
    SupplierProduct,
)
from inventory.services import (
    Move,
    Want,
    move_stock,
    order_low_stock,
    release_stock,
    reserve_stock,
    suggest,
)
from tests.inventory.conftest import a_product, messages_of, receive
from tests.parallel import at_once

ORDER = "/inventory/low/order/"


@pytest.fixture(autouse=True)
def subscribed():
    """The job that tells, as the wiring connects it."""
    known = dict(events._SUBSCRIBERS)
    events.connect({StockFellLow: [tasks.tell_about_low_stock]})
    yield
    events._SUBSCRIBERS.clear()
    events._SUBSCRIBERS.update(known)


def set_level(client, item, point, quantity=""):
    url = reverse("inventory:reorder_level", args=[item.product_id, item.warehouse_id])
    return client.post(url, {"point": point, "quantity": quantity})


def reserve(item, quantity, source):
    wanted = Want(
        product_id=item.product_id, warehouse_id=item.warehouse_id, quantity=quantity, source=source
    )
    reserve_stock([wanted], reference=source, actor=None)


def told(user) -> int:
    return Notification.objects.filter(user=user, kind="stock.low").count()


def test_one_alert_is_told_once_until_it_is_resolved(
    client_of, head, keeper, keeper_b, sales, stock, warehouse, run_jobs
):
    item = stock(on_hand=10)
    set_level(client_of(head), item, "5")
    assert not StockAlert.objects.exists()
    reserve(item, 6, "a")  # falls to 4
    reserve(item, 1, "b")  # falls further
    run_jobs()
    assert (told(keeper), told(head), told(sales), told(keeper_b)) == (1, 1, 0, 0)
    assert StockAlert.objects.open().count() == 1

    release_stock(["a"])
    assert not StockAlert.objects.open().exists()
    reserve(item, 7, "c")
    run_jobs()
    assert told(keeper) == 2
    assert StockAlert.objects.count() == 2


def test_telling_twice_tells_once_and_a_resolved_alert_tells_nobody(
    client_of, head, keeper, stock, warehouse, run_jobs
):
    item = stock(on_hand=3)
    set_level(client_of(head), item, "5")
    alert = StockAlert.objects.get()
    run_jobs()
    tasks.tell_about_low_stock.func(alert_id=alert.pk)
    assert told(keeper) == 1
    receive(item.product, warehouse, 10)
    Notification.objects.all().delete()
    tasks.tell_about_low_stock.func(alert_id=alert.pk)
    tasks.tell_about_low_stock.func(alert_id=0)
    assert told(keeper) == 0


def test_a_level_can_be_taken_back(client_of, head, stock):
    item, client = stock(on_hand=3), client_of(head)
    set_level(client, item, "5")
    set_level(client, item, "")
    item.refresh_from_db()
    assert item.reorder_point is None
    assert not StockAlert.objects.open().exists()


def test_only_who_sets_up_warehouses_of_the_branch_sets_levels(
    client_of, keeper, head, stock, warehouse_b
):
    mine, other = stock(on_hand=3), stock(on_hand=3, place=warehouse_b)
    assert set_level(client_of(keeper), mine, "5").status_code == 403
    assert set_level(client_of(head), other, "5").status_code in (403, 404)
    assert set_level(client_of(head), mine, "-5").status_code == 422
    assert not Inventory.objects.filter(reorder_point__isnull=False).exists()


def low(stock, supplier, *, point=10, quantity=None, on_hand=4, price=30, **fields) -> Inventory:
    item = stock(on_hand=on_hand, **fields)
    item.reorder_point, item.reorder_quantity = point, quantity
    item.save(update_fields=["reorder_point", "reorder_quantity"])
    if supplier:
        SupplierProduct.objects.create(supplier=supplier, product=item.product, price=price)
    return item


def sold(item, quantity, days_ago):
    """An issue in the past: the ledger's `at` is given, never changed."""
    StockMovement.objects.create(
        inventory=item, kind="issue", quantity=-quantity, source=f"s:{uuid.uuid4().hex}",
        at=timezone.now() - timedelta(days=days_ago),
    )  # fmt: skip


def test_up_to_the_point_and_the_demand_until_it_arrives(stock, supplier, warehouse):
    item = low(stock, supplier, on_hand=94)
    sold(item, 90, days_ago=30)  # one a day over 90 days
    sold(item, 500 - 500 + 1, days_ago=100)  # too long ago to count
    item.refresh_from_db()
    (one,) = suggest([item])
    assert one.daily_demand == 1
    assert one.quantity == 10 - 3 + 1 * 10  # point − available + ten days of demand


def test_the_quantity_that_was_set_comes_first_and_the_minimum_holds(stock, supplier, warehouse):
    fixed = low(stock, supplier, quantity=40)
    least = low(stock, supplier, quantity=2)
    SupplierProduct.objects.filter(product=least.product).update(minimum=25)
    assert [one.quantity for one in suggest([fixed, least])] == [40, 25]


def test_the_preferred_supplier_comes_before_the_cheapest(stock, supplier):
    item = low(stock, supplier, price=10)
    dear = Supplier.objects.create(name="B", lead_days=1)
    offer = SupplierProduct.objects.create(supplier=dear, product=item.product, price=99)
    assert suggest([item])[0].offer.supplier == supplier
    offer.is_preferred = True
    offer.save()
    assert suggest([item])[0].offer.supplier == dear


def test_order_these_writes_one_draft_for_each_supplier_and_warehouse(
    client_of, head, manager, stock, supplier, warehouse_b, rates
):
    rates(USD="3.75")
    other = Supplier.objects.create(name="B", currency="USD")
    one, two = low(stock, supplier), low(stock, supplier)
    theirs = low(stock, other)
    far = low(stock, supplier, place=warehouse_b)
    nobody = low(stock, None)
    rows = [one, two, theirs, far, nobody]
    data = {"stock": [row.pk for row in rows], "request_id": str(uuid.uuid4())}
    client = client_of(manager)
    for _twice in range(2):
        assert client.post(ORDER, data).status_code == 302
    orders = {
        (order.supplier_id, order.warehouse_id): sorted(
            order.lines.values_list("product_id", flat=True)
        )
        for order in PurchaseOrder.objects.filter(status="draft")
    }
    assert PurchaseOrder.objects.count() == 3
    assert orders == {
        (supplier.pk, one.warehouse_id): sorted([one.product_id, two.product_id]),
        (other.pk, one.warehouse_id): [theirs.product_id],
        (supplier.pk, warehouse_b.pk): [far.product_id],
    }
    # what is coming is not ordered again
    client.post(ORDER, {**data, "request_id": str(uuid.uuid4())})
    assert PurchaseOrder.objects.count() == 3


def test_a_supplier_without_a_rate_is_left_out_by_name_and_the_rest_is_ordered(
    client_of, head, stock, supplier, rates
):
    rates(EUR="4.1")
    abroad = Supplier.objects.create(name="Osaka Cooling", currency="JPY")
    one, theirs = low(stock, supplier), low(stock, abroad)
    data = {"stock": [one.pk, theirs.pk], "request_id": str(uuid.uuid4())}
    client = client_of(head)
    said = messages_of(client.post(ORDER, data, follow=True))
    assert "Osaka Cooling is left out: There is no exchange rate from JPY to SAR." in said
    assert "“Exchange rates”" in said
    assert "1 draft purchase order is written." in said
    assert [order.supplier for order in PurchaseOrder.objects.all()] == [supplier]
    rates(JPY="0.025")
    client.post(ORDER, data)  # sent again, after the mend: only what was left out is added
    assert [order.supplier for order in PurchaseOrder.objects.order_by("pk")] == [supplier, abroad]


def test_other_branches_stock_is_not_ordered(client_of, keeper, stock, supplier, warehouse_b):
    far = low(stock, supplier, place=warehouse_b)
    answer = client_of(keeper).post(ORDER, {"stock": [far.pk, "x", "9" * 40]}, follow=True)
    assert answer.status_code == 200
    assert not PurchaseOrder.objects.exists()


def test_the_list_shows_only_the_own_warehouses(client_of, keeper, stock, supplier, warehouse_b):
    mine = low(stock, supplier)
    low(stock, supplier, place=warehouse_b)
    page = client_of(keeper).get("/inventory/low/")
    assert [row["one"].stock for row in page.context["suggestions"]] == [mine]
    assert 'only-m fs-12 muted">' in page.content.decode()  # a phone names the warehouse too


def test_a_long_list_comes_page_by_page_and_says_how_many_there_are(
    client_of, keeper, stock, supplier, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("inventory.views.low.PAGE_SIZE", 2)
    items = [low(stock, supplier, on_hand=left) for left in (5, 1, 3)]
    client = client_of(keeper)
    with django_assert_max_num_queries(8):
        first = client.get("/inventory/low/")
    assert [row["one"].stock for row in first.context["suggestions"]] == [items[1], items[2]]
    assert first.context["count"] == 3
    assert first.context["next_url"] in first.content.decode()
    second = client.get(first.context["next_url"])
    assert [row["one"].stock for row in second.context["suggestions"]] == [items[0]]
    assert not second.context["next_url"]


def test_an_issue_below_the_point_opens_the_alert_in_its_transaction(stock):
    item = stock(on_hand=10)
    item.reorder_point = 5
    item.save(update_fields=["reorder_point"])
    move = Move(
        kind=StockMovement.Kind.ISSUE, product_id=item.product_id, warehouse_id=item.warehouse_id,
        quantity=-6, source="x",
    )  # fmt: skip
    move_stock([move], actor=None)
    assert StockAlert.objects.open().get().available == 4


def test_a_service_has_no_level(client_of, head, warehouse):
    service = a_product(kind="service")
    url = reverse("inventory:reorder_level", args=[service.pk, warehouse.pk])
    assert client_of(head).post(url, {"point": "5"}).status_code == 409
    assert not Inventory.objects.exists()


def test_a_supplier_that_delivers_on_the_same_day_needs_no_demand_ahead(stock, supplier):
    item = low(stock, supplier, on_hand=94)
    SupplierProduct.objects.update(lead_days=0)
    sold(item, 90, days_ago=30)
    item.refresh_from_db()
    assert suggest([item])[0].quantity == 10 - 4


def test_a_product_out_of_sale_is_low_nowhere_until_it_is_sold_again(client_of, manager, stock):
    item, client = stock(on_hand=3), client_of(manager)
    set_level(client, item, "5")
    active = reverse("inventory:product_active", args=[item.product_id])
    client.post(active)
    assert not StockAlert.objects.open().exists()
    client.post(ORDER, {"stock": [item.pk]})
    client.post(active, {"is_active": "1"})
    assert StockAlert.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_order_the_same_low_stock_at_once_order_it_once(
    head, keeper, stock, supplier, warehouse
):
    items = [low(stock, supplier) for _turn in range(3)]

    def order(person):
        try:
            return len(order_low_stock(items, request_id=uuid.uuid4(), actor=person)[0])
        except NothingGiven:
            return 0

    assert sorted(at_once(order, [head, keeper])) == [0, 1]
    assert PurchaseOrder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rivals_who_fall_below_the_point_together_open_one_alert(stock, warehouse):
    item = stock(on_hand=20)
    item.reorder_point = 15
    item.save(update_fields=["reorder_point"])
    at_once(lambda number: reserve(item, 2, f"r:{number}"), range(6))
    assert StockAlert.objects.count() == 1
