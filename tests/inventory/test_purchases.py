"""Purchase orders: written, ordered, received in parts, each delivery once, at the right cost."""

import uuid

import pytest
from django.urls import reverse

from inventory.models import Inventory, LotStock, PurchaseOrder, PurchaseReceipt, StockMovement
from tests.inventory.conftest import a_product, lines_of, the_sums_are_right

NEW = "/inventory/purchases/new/"


def draft(client, supplier, warehouse, *lines, **more) -> PurchaseOrder:
    data = {
        "supplier": supplier.pk, "warehouse": warehouse.pk, "currency": "SAR",
        "exchange_rate": "1", "request_id": str(uuid.uuid4()), **lines_of(*lines), **more,
    }  # fmt: skip
    answer = client.post(NEW, data)
    assert answer.status_code == 302, answer.context["form"].errors
    return PurchaseOrder.objects.latest("pk")


def step(client, order, name):
    return client.post(reverse(f"inventory:purchase_{name}", args=[order.pk]), follow=True)


def deliver(client, order, quantities, request_id=None, **more):
    data = {"request_id": str(request_id or uuid.uuid4()), **more}
    for product, quantity in quantities.items():
        line = order.lines.get(product=product)
        data[f"quantity-{line.pk}"] = quantity
    return client.post(reverse("inventory:purchase_receive", args=[order.pk]), data)


@pytest.fixture
def ordered(client_of, keeper, supplier, warehouse):
    """Ten pieces at 20, ordered."""
    client = client_of(keeper)
    order = draft(
        client, supplier, warehouse, {"product": a_product().pk, "quantity": 10, "cost": 20}
    )
    step(client, order, "order")
    order.refresh_from_db()
    return order


def product_of(order):
    return order.lines.get().product


def on_hand(order) -> int:
    row = Inventory.objects.filter(product=product_of(order)).first()
    return row.on_hand if row else 0


def test_an_order_gets_the_next_number_of_its_branch_once(client_of, keeper, supplier, warehouse):
    client, key = client_of(keeper), str(uuid.uuid4())
    line = {"product": a_product().pk, "quantity": 1, "cost": 5}
    for _twice in range(2):
        draft(client, supplier, warehouse, line, request_id=key)
    second = draft(client, supplier, warehouse, line)
    first = PurchaseOrder.objects.earliest("pk")
    assert PurchaseOrder.objects.count() == 2
    assert first.number.startswith("PO-RIY-")
    assert (first.number[-5:], second.number[-5:]) == ("00001", "00002")


def test_an_ordered_one_is_expected_after_the_lead_time(ordered):
    assert ordered.status == "ordered"
    assert (ordered.expected_on - ordered.ordered_at.date()).days in (9, 10, 11)


def test_deliveries_come_in_parts_until_all_is_there(client_of, keeper, ordered):
    client, product = client_of(keeper), product_of(ordered)
    deliver(client, ordered, {product: "4"})
    ordered.refresh_from_db()
    assert (ordered.status, on_hand(ordered)) == ("partial", 4)
    deliver(client, ordered, {product: "٦"}, reference="DN-7")
    ordered.refresh_from_db()
    assert (ordered.status, on_hand(ordered)) == ("received", 10)
    assert Inventory.objects.get().average_cost == 20
    movement = StockMovement.objects.latest("pk")
    assert (movement.reference, movement.url) == (ordered.number, ordered.get_absolute_url())
    assert the_sums_are_right()


def test_the_same_delivery_twice_is_one(client_of, keeper, ordered):
    client, key = client_of(keeper), uuid.uuid4()
    for _twice in range(2):
        assert deliver(client, ordered, {product_of(ordered): "10"}, key).status_code == 302
    assert on_hand(ordered) == 10
    assert PurchaseReceipt.objects.count() == 1


@pytest.mark.parametrize("quantity", ["11", "-1", "NaN", "x", "0", "", "1.0001", "9" * 40])
def test_more_than_ordered_and_senseless_deliveries_are_refused(
    client_of, keeper, ordered, quantity
):
    assert deliver(client_of(keeper), ordered, {product_of(ordered): quantity}).status_code == 422
    ordered.refresh_from_db()
    assert (ordered.status, on_hand(ordered)) == ("ordered", 0)
    assert not PurchaseReceipt.objects.exists()


def test_a_draft_receives_nothing(client_of, keeper, supplier, warehouse):
    client, product = client_of(keeper), a_product()
    order = draft(client, supplier, warehouse, {"product": product.pk, "quantity": 3, "cost": 1})
    assert deliver(client, order, {product: "1"}).status_code == 422
    assert not StockMovement.objects.exists()


def test_foreign_money_becomes_the_branchs_cost(client_of, keeper, supplier, warehouse):
    client, product = client_of(keeper), a_product()
    line = {"product": product.pk, "quantity": 4, "cost": "10.5"}
    order = draft(client, supplier, warehouse, line, currency="usd", exchange_rate="3.75")
    assert (order.currency, order.total) == ("USD", 42)
    step(client, order, "order")
    deliver(client, order, {product: "4"})
    assert Inventory.objects.get().average_cost == pytest.approx(39.375)


def test_serial_numbers_come_with_the_delivery(client_of, keeper, supplier, warehouse):
    client, product = client_of(keeper), a_product(tracking="serial")
    order = draft(client, supplier, warehouse, {"product": product.pk, "quantity": 2, "cost": 9})
    step(client, order, "order")
    line = order.lines.get()
    assert deliver(client, order, {product: "2"}).status_code == 422
    both = {f"lot-{line.pk}": "S-1\nS-2"}
    assert deliver(client, order, {product: "2"}, **both).status_code == 302
    assert LotStock.objects.filter(on_hand=1).count() == 2


def test_a_draft_is_rewritten_but_not_over_anothers_change(client_of, keeper, supplier, warehouse):
    client, product = client_of(keeper), a_product()
    order = draft(client, supplier, warehouse, {"product": product.pk, "quantity": 3, "cost": 10})
    url = reverse("inventory:purchase_edit", args=[order.pk])
    data = {
        "supplier": supplier.pk, "warehouse": warehouse.pk, "currency": "SAR", "version": "1",
        "exchange_rate": "1", "request_id": str(uuid.uuid4()),
        **lines_of({"product": product.pk, "quantity": 5, "cost": 10}),
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 422  # the version is 2 now
    order.refresh_from_db()
    assert (order.total, order.version) == (50, 2)


def test_a_cancelled_order_comes_no_more_and_a_partly_received_one_closes(
    client_of, keeper, ordered
):
    client = client_of(keeper)
    deliver(client, ordered, {product_of(ordered): "4"})
    step(client, ordered, "cancel")
    ordered.refresh_from_db()
    assert (ordered.status, on_hand(ordered)) == ("received", 4)
    assert deliver(client, ordered, {product_of(ordered): "1"}).status_code == 422
    assert on_hand(ordered) == 4


def test_lines_of_one_product_become_one_at_their_average(client_of, keeper, supplier, warehouse):
    product = a_product()
    lines = [{"product": product.pk, "quantity": q, "cost": c} for q, c in ((1, 10), (3, 20))]
    order = draft(client_of(keeper), supplier, warehouse, *lines)
    line = order.lines.get()
    assert (line.quantity, line.unit_cost, order.total) == (4, 17.5, 70)


@pytest.mark.parametrize(
    "change",
    [
        {"exchange_rate": "0"}, {"exchange_rate": "-1"}, {"currency": "£"}, {"supplier": "99999"},
        {"line-quantity": ["-3"]}, {"line-cost": ["-1"]}, {"line-product": []},
        {"expected_on": "tomorrow"}, {"exchange_rate": "NaN"},
    ],
)  # fmt: skip
def test_a_senseless_order_is_not_written(client_of, keeper, supplier, warehouse, change):
    data = {
        "supplier": supplier.pk, "warehouse": warehouse.pk, "currency": "SAR",
        "exchange_rate": "1", "request_id": str(uuid.uuid4()),
        **lines_of({"product": a_product().pk, "quantity": 1, "cost": 1}),
    }  # fmt: skip
    assert client_of(keeper).post(NEW, {**data, **change}).status_code == 422
    assert not PurchaseOrder.objects.exists()


def test_who_may_not_buy_orders_nothing(client_of, sales, supervisor, ordered):
    for user in (sales, supervisor):
        client = client_of(user)
        assert client.get(NEW).status_code == 403
        assert step(client, ordered, "cancel").status_code == 403
    ordered.refresh_from_db()
    assert ordered.status == "ordered"


def test_who_buys_without_seeing_costs_keeps_those_of_the_draft(
    client_of, keeper, supplier, warehouse
):
    product = a_product(cost=9)
    order = draft(
        client_of(keeper), supplier, warehouse, {"product": product.pk, "quantity": 2, "cost": 20}
    )
    keeper.role.hidden_fields = {"inventory.cost": "hidden"}
    keeper.role.save()
    data = {
        "supplier": supplier.pk, "warehouse": warehouse.pk, "currency": "SAR", "exchange_rate": "1",
        "request_id": str(uuid.uuid4()), "version": order.version,
        **lines_of({"product": product.pk, "quantity": 3}),
    }  # fmt: skip
    answer = client_of(keeper).post(reverse("inventory:purchase_edit", args=[order.pk]), data)
    assert answer.status_code == 302
    line = order.lines.get()
    assert (line.quantity, line.unit_cost) == (3, 20)


def test_the_log_keeps_what_changed_in_a_draft_but_no_costs(client_of, keeper, supplier, warehouse):
    from accounts.models import Activity

    one, other = a_product(sku="ONE"), a_product(sku="OTHER")
    client = client_of(keeper)
    order = draft(client, supplier, warehouse, {"product": one.pk, "quantity": 2, "cost": 7391})
    data = {
        "supplier": supplier.pk, "warehouse": warehouse.pk, "currency": "SAR", "exchange_rate": "1",
        "request_id": str(uuid.uuid4()), "version": order.version,
        **lines_of(
            {"product": one.pk, "quantity": 3, "cost": 7391},
            {"product": other.pk, "quantity": 1, "cost": 7391},
        ),
    }  # fmt: skip
    client.post(reverse("inventory:purchase_edit", args=[order.pk]), data)
    changes = Activity.objects.get(verb="purchase.changed").changes
    assert changes["lines"] == ["ONE × 2", "ONE × 3, OTHER × 1"]
    assert "7391" not in str(changes)
    assert "29564" not in str(changes)
