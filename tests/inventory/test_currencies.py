"""Between branches and suppliers of different currencies costs are exchanged, or the step is refused."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import CompanySettings
from inventory.models import Inventory, PurchaseOrder, SupplierProduct, Transfer, Warehouse
from inventory.services import by_category, by_warehouse, total_by_currency
from tests.factories import make_branch
from tests.inventory.conftest import a_product, lines_of, receive, the_sums_are_right


@pytest.fixture
def cairo(company):
    """A warehouse whose branch counts in Egyptian pounds."""
    branch = make_branch("cai", name_ar="القاهرة", name_en="Cairo", currency="EGP")
    return Warehouse.objects.create(code="cai", name_ar="القاهرة", name_en="Cairo", branch=branch)


def at(place: Warehouse) -> tuple[Decimal, Decimal]:
    row = Inventory.objects.filter(warehouse=place).first()
    return (row.on_hand, row.average_cost) if row else (Decimal(0), Decimal(0))


def written(client, origin, destination, product, quantity) -> Transfer:
    data = {
        "origin": origin.pk, "destination": destination.pk, "request_id": str(uuid.uuid4()),
        **lines_of({"product": product.pk, "quantity": quantity}),
    }  # fmt: skip
    assert client.post("/inventory/transfers/new/", data).status_code == 302
    return Transfer.objects.latest("pk")


def step(client, transfer, name, **data):
    url = reverse(f"inventory:transfer_{name}", args=[transfer.pk])
    return client.post(url, data, follow=True)


def arrive(client, transfer, quantity):
    line = transfer.lines.get()
    data = {f"quantity-{line.pk}": quantity, "request_id": str(uuid.uuid4())}
    return step(client, transfer, "receive", **data)


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_goods_arrive_at_their_cost_in_the_currency_of_the_destination(
    client_of, manager, stock, warehouse, cairo, rates
):
    rates(EGP="0.08")
    item, client = stock(on_hand=10, cost="50"), client_of(manager)
    transfer = written(client, warehouse, cairo, item.product, 6)
    step(client, transfer, "send")
    places = Warehouse.objects.select_related("branch")
    assert total_by_currency(by_warehouse(places)) == {"SAR": 200, "EGP": 3750}
    assert {one.currency: one.total for one in by_category(places)} == {"SAR": 200, "EGP": 3750}

    rates(EUR="4")  # an unrelated rate, and a newer one of ours, change nothing on the way
    arrive(client, transfer, "2")
    arrive(client, transfer, "4")
    assert (at(warehouse), at(cairo)) == ((4, 50), (6, 625))
    assert total_by_currency(by_warehouse(places)) == {"SAR": 200, "EGP": 3750}
    assert the_sums_are_right()


def test_what_comes_back_comes_back_at_what_it_left_at(
    client_of, manager, stock, warehouse, cairo, rates
):
    rates(EGP="0.08")
    item, client = stock(on_hand=10, cost="50"), client_of(manager)
    transfer = written(client, warehouse, cairo, item.product, 6)
    step(client, transfer, "send")
    arrive(client, transfer, "2")
    step(client, transfer, "cancel")
    assert (at(warehouse), at(cairo)) == ((8, 50), (2, 625))


def test_without_a_rate_nothing_is_sent(client_of, manager, stock, warehouse, cairo, rates):
    item, client = stock(on_hand=10), client_of(manager)
    transfer = written(client, warehouse, cairo, item.product, 6)
    words = said(step(client, transfer, "send"))
    assert "SAR" in words
    assert "EGP" in words
    transfer.refresh_from_db()
    assert (transfer.status, at(warehouse)) == ("draft", (10, 50))
    rates(EGP="0.08")
    step(client, transfer, "send")
    assert at(warehouse) == (4, 50)


def test_the_api_refuses_in_words_too(api_of, client_of, manager, stock, warehouse, cairo, rates):
    item = stock(on_hand=10)
    transfer = written(client_of(manager), warehouse, cairo, item.product, 6)
    answer = api_of(manager).post(f"/api/v1/transfers/{transfer.pk}/send/")
    assert (answer.status_code, answer.json()["code"]) == (409, "exchange_rate_unknown")
    assert at(warehouse) == (10, 50)


def purchase(client, supplier, warehouse, product, **more):
    data = {
        "supplier": supplier.pk, "warehouse": warehouse.pk, "currency": "USD", "exchange_rate": "",
        "request_id": str(uuid.uuid4()),
        **lines_of({"product": product.pk, "quantity": 10, "cost": 20}), **more,
    }  # fmt: skip
    return client.post("/inventory/purchases/new/", data)


def received(client, order):
    client.post(reverse("inventory:purchase_order", args=[order.pk]))
    line = order.lines.get()
    data = {f"quantity-{line.pk}": "10", "request_id": str(uuid.uuid4())}
    client.post(reverse("inventory:purchase_receive", args=[order.pk]), data)


def test_a_purchase_in_another_currency_takes_the_companys_rate(
    client_of, keeper, supplier, warehouse, rates
):
    rates(USD="3.75")
    client, product = client_of(keeper), a_product()
    assert purchase(client, supplier, warehouse, product).status_code == 302
    order = PurchaseOrder.objects.get()
    assert order.exchange_rate == Decimal("3.75")
    received(client, order)
    assert at(warehouse) == (10, 75)


def test_the_rate_that_was_agreed_comes_first(client_of, keeper, supplier, warehouse, rates):
    rates(USD="3.75")
    client = client_of(keeper)
    purchase(client, supplier, warehouse, a_product(), exchange_rate="3.8")
    received(client, PurchaseOrder.objects.get())
    assert at(warehouse) == (10, 76)


def test_a_purchase_without_a_rate_is_not_written(client_of, keeper, supplier, warehouse, rates):
    answer = purchase(client_of(keeper), supplier, warehouse, a_product())
    assert answer.status_code == 422
    assert "USD" in str(answer.context["form"].errors["exchange_rate"])
    assert not PurchaseOrder.objects.exists()


def test_an_order_in_the_branchs_currency_has_no_other_rate(
    client_of, keeper, supplier, warehouse, rates
):
    client, product = client_of(keeper), a_product()
    wrong = purchase(client, supplier, warehouse, product, currency="SAR", exchange_rate="3.75")
    assert wrong.status_code == 422
    assert purchase(client, supplier, warehouse, product, currency="SAR").status_code == 302
    assert PurchaseOrder.objects.get().exchange_rate == 1


def test_the_api_takes_the_companys_rate_too(api_of, keeper, supplier, warehouse, rates):
    line = {"product": a_product().pk, "quantity": "1", "unit_cost": "20"}
    body = {"supplier": supplier.pk, "warehouse": warehouse.pk, "currency": "USD", "lines": [line]}
    api = api_of(keeper)
    refused = api.post("/api/v1/purchase-orders/", body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "exchange_rate_unknown")
    rates(USD="3.75")
    made = api.post("/api/v1/purchase-orders/", body, format="json")
    assert made.status_code == 201
    assert PurchaseOrder.objects.get().exchange_rate == Decimal("3.75")


def test_low_stock_is_ordered_at_the_suppliers_price_in_its_currency(
    client_of, keeper, stock, supplier, warehouse, rates
):
    supplier.currency = "USD"
    supplier.save()
    item = stock(on_hand=1, cost="75")
    item.reorder_point = 5
    item.save()
    SupplierProduct.objects.create(supplier=supplier, product=item.product, price=20)
    client, data = client_of(keeper), {"stock": [item.pk], "request_id": str(uuid.uuid4())}
    refused = client.post("/inventory/low/order/", data, follow=True)
    assert "USD" in said(refused)
    assert not PurchaseOrder.objects.exists()
    rates(USD="3.75")
    client.post("/inventory/low/order/", data)
    order = PurchaseOrder.objects.get()
    assert (order.currency, order.exchange_rate) == ("USD", Decimal("3.75"))


def test_goods_without_a_cost_come_at_the_standard_cost_in_the_warehouses_currency(
    client_of, manager, cairo, rates
):
    product, client = a_product(cost=50, currency="SAR"), client_of(manager)
    data = {
        "warehouse": cairo.pk, "request_id": str(uuid.uuid4()), "reason": "x",
        **lines_of({"product": product.pk, "quantity": 4}),
    }  # fmt: skip
    refused = client.post("/inventory/receive/", data)
    assert refused.status_code == 422
    assert at(cairo) == (0, 0)
    rates(EGP="0.08")
    assert client.post("/inventory/receive/", data).status_code == 302
    assert at(cairo) == (4, 625)


def test_a_cost_is_proposed_only_where_it_can_be_in_one_currency(client_of, manager, warehouse):
    product, client = a_product(cost=50, barcode="628", currency="SAR"), client_of(manager)

    def proposed() -> set[str]:
        scanned = client.post("/inventory/lines/receive/", {"code": "628"})
        opened = client.get("/inventory/receive/", {"product": product.pk})
        return {line.cost for answer in (scanned, opened) for line in answer.context["lines"]}

    assert proposed() == {"50"}
    branch = make_branch("cai", currency="EGP")
    Warehouse.objects.create(code="cai", name_ar="ق", name_en="C", branch=branch)
    assert proposed() == {""}


def test_a_purchase_without_a_cost_takes_what_the_supplier_asks_else_the_standard_cost(
    client_of, keeper, supplier, warehouse, rates
):
    rates(USD="4", EGP="0.08")
    supplier.currency = "EGP"
    supplier.save()
    offered, other = a_product(cost=7), a_product(cost=60)
    SupplierProduct.objects.create(supplier=supplier, product=offered, price=1000)
    lines = [{"product": one.pk, "quantity": 1, "cost": ""} for one in (offered, other)]
    purchase(client_of(keeper), supplier, warehouse, offered, **lines_of(*lines))
    costs = dict(PurchaseOrder.objects.get().lines.values_list("product_id", "unit_cost"))
    assert costs == {offered.pk: 20, other.pk: 15}


def test_a_surplus_found_by_a_count_comes_in_the_warehouses_currency(
    client_of, manager, cairo, rates
):
    rates(EGP="0.08")
    product, client = a_product(cost=50, barcode="628"), client_of(manager)
    client.post("/inventory/counts/new/", {"warehouse": cairo.pk, "request_id": str(uuid.uuid4())})
    from inventory.models import StockCount

    sheet = StockCount.objects.get()
    client.post(reverse("inventory:count_scan", args=[sheet.pk]), {"code": "628"})
    client.post(reverse("inventory:count_post", args=[sheet.pk]))
    assert Inventory.objects.get(product=product).average_cost == 625


def test_lists_and_files_never_add_amounts_of_two_currencies(
    client_of, manager, stock, warehouse, cairo
):
    item = stock(on_hand=2, cost="50")
    receive(item.product, cairo, 3, cost="1000")
    client = client_of(manager)
    rows = b"".join(client.get("/inventory/products/export/").streaming_content).decode()
    assert "100.0" in rows
    assert "3000.0" in rows
    assert "3100" not in rows
    page = client.get("/inventory/products/?cols=value,sku").content.decode()
    assert "3,100" not in page


def test_a_company_that_counts_in_another_currency_is_not_asked_for_riyals(
    client_of, api_of, manager, supplier, rates
):
    company = CompanySettings.current()
    company.currency = "EGP"
    company.save()
    client = client_of(manager)
    for page in ("products", "suppliers"):
        form = client.get(f"/inventory/{page}/new/").context["form"]
        assert form["currency"].value() == "EGP"
    made = api_of(manager).post(
        "/api/v1/products/", {"sku": "X", "name_ar": "س", "price": "1"}, format="json"
    )
    assert made.json()["currency"] == "EGP"


def test_a_purchase_without_a_currency_is_in_the_suppliers(
    client_of, keeper, supplier, warehouse, rates
):
    rates(USD="3.75")
    supplier.currency = "USD"
    supplier.save()
    purchase(client_of(keeper), supplier, warehouse, a_product(), currency="")
    order = PurchaseOrder.objects.get()
    assert (order.currency, order.exchange_rate) == ("USD", Decimal("3.75"))


def test_a_branch_keeps_its_currency_once_its_stock_has_moved(
    client_of, manager, stock, warehouse, cairo
):
    branch, url = cairo.branch, reverse("accounts:branch_edit", args=[cairo.branch_id])
    client = client_of(manager)

    def change(currency: str):
        branch.refresh_from_db()
        shown = client.get(url).context["form"]
        data = {name: shown[name].value() for name in shown.fields} | {"currency": currency}
        data = {name: value for name, value in data.items() if value not in (None, "", False)}
        return client.post(url, data)

    assert change("SAR").status_code == 302  # nothing is there that the currency would rename
    assert change("EGP").status_code == 302

    item = stock(on_hand=10, cost="50", place=cairo)
    refused = change("SAR")
    assert (refused.status_code, branch.currency) == (409, "EGP")
    assert "transfer the stock there" in refused.content.decode()
    item.refresh_from_db()
    assert item.value == 500
    assert change("EGP").status_code == 302
