"""The pages of orders through HTTP: the list, an order, its steps, and who may."""

import io
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from orders.models import ExchangeRate, Order, OrderReturn, Payment, Shipment
from orders.services import NewPayment, NewShipment, record_payment, ship_order
from tests.orders.conftest import a_service, figures

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def numbers_in(answer: Any) -> list[str]:
    return [row.number for row in answer.context["page"].rows]


def queries_of(client: Any, url: str) -> int:
    client.get(url)  # what one process reads once: settings, content types
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_each_role_sees_the_orders_of_its_scope(
    client_of, sales, colleague, supervisor, sales_b, manager, quote, goods
):
    mine, theirs = quote((goods(), 1)), quote((goods(), 1), actor=colleague)

    def seen(user: Any) -> set[str]:
        return set(numbers_in(client_of(user).get("/orders/")))

    assert seen(sales) == {mine.number}
    assert seen(supervisor) == seen(manager) == {mine.number, theirs.number}
    assert seen(sales_b) == set()
    assert client_of(sales_b).get(f"/orders/{mine.pk}/").status_code == 404


def test_the_tabs_hold_what_they_say(client_of, supervisor, quote, confirmed, goods):
    draft, sold = quote((goods(), 1)), confirmed((goods(), 1))
    Order.objects.filter(pk=sold.pk).update(promised_on="2020-01-01")
    client = client_of(supervisor)

    tabs = {
        query: numbers_in(client.get(f"/orders/?{query}"))
        for query in ("group=quotes", "group=open", "overdue=true", "unpaid=true")
    }

    assert tabs["group=quotes"] == [draft.number]
    assert tabs["group=open"] == tabs["overdue=true"] == tabs["unpaid=true"] == [sold.number]


def test_a_swap_gets_the_table_and_a_visit_the_page(client_of, sales, quote, goods):
    order = quote((goods(), 1))
    client = client_of(sales)
    page, swap = client.get("/orders/"), client.get("/orders/?q=" + order.number[-5:], **HTMX)
    assert b"<html" in page.content
    assert b"<html" not in swap.content
    assert order.number in swap.content.decode()


def test_the_list_costs_eight_queries_at_most(client_of, supervisor, quote, goods):
    for _number in range(3):
        quote((goods(), 1))
    assert queries_of(client_of(supervisor), "/orders/") <= 8
    assert queries_of(client_of(supervisor), "/orders/?group=quotes&overdue=false") <= 8


def test_the_columns_are_the_readers_own(client_of, sales, quote, goods):
    quote((goods(), 1))
    client = client_of(sales)
    client.post("/orders/columns/", {"columns": ["channel", "total"]})
    keys = [head["key"] for head in client.get("/orders/").context["heads"]]
    assert keys == ["channel", "total"]


def test_the_export_holds_the_filtered_rows_and_the_permission_is_asked(
    client_of, sales, supervisor, quote, confirmed, goods
):
    draft, sold = quote((goods(), 1)), confirmed((goods(), 1))
    answer = client_of(supervisor).get("/orders/export/?group=open&format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert sold.number in text
    assert draft.number not in text
    assert client_of(sales).get("/orders/export/?format=csv").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "jsonl"])
def test_an_export_in_every_format_is_harmless(client_of, supervisor, confirmed, goods, kind):
    order = confirmed((goods(), 1))
    order.customer.name = "=cmd()"
    order.customer.save()
    answer = client_of(supervisor).get(f"/orders/export/?format={kind}")
    body = b"".join(answer.streaming_content)
    if kind == "xlsx":
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
        (row,) = [dict(zip(sheet[0], one, strict=True)) for one in sheet[1:]]
        assert row["customer"] == "'=cmd()"
        assert row["total"] == float(order.total)
    elif kind == "csv":
        assert "'=cmd()" in body.decode()
    assert order.number in body.decode("utf-8", "replace") or kind == "xlsx"
    assert client_of(supervisor).get("/orders/export/?format=exe").status_code == 400


def test_an_order_in_a_foreign_currency_reads_each_rate_once(client_of, manager, quote, goods):
    ExchangeRate.objects.create(currency="USD", on="2020-01-01", rate="3.75")
    one = quote((goods(), 1), currency="USD")
    many = quote(*((goods(), 1) for _number in range(9)), currency="USD")
    client = client_of(manager)
    few = queries_of(client, f"/orders/{one.pk}/")
    assert queries_of(client, f"/orders/{many.pk}/") == few <= 15


def test_an_order_costs_fifteen_queries_at_most_whatever_its_history(
    client_of, manager, confirmed, goods, sales, branch_manager
):
    order = confirmed((goods(40), 10), (a_service(), 1))
    client = client_of(manager)
    few = queries_of(client, f"/orders/{order.pk}/")
    for number in range(12):
        record_payment(order, NewPayment(amount=Decimal(5)), actor=sales, request_id=uuid4())
        if number == 0:
            ship_order(order, NewShipment(), actor=branch_manager, request_id=uuid4())
    assert queries_of(client, f"/orders/{order.pk}/") == few <= 15


def test_the_margin_is_for_those_who_may_see_it(client_of, sales, manager, confirmed, goods):
    sales.role.hidden_fields = {"orders.margin": "hidden"}
    sales.role.save()
    order = confirmed((goods(), 2))
    assert client_of(manager).get(f"/orders/{order.pk}/").context["margin"].amount == 80
    assert client_of(sales).get(f"/orders/{order.pk}/").context["margin"] is None


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_state_of_an_order_has_its_page_in_both_languages(
    client_of, manager, confirmed, goods, language
):
    order = confirmed((goods(), 1), (a_service(), 2))
    manager.language = language
    manager.save()
    client = client_of(manager)
    for status in Order.Status.values:
        Order.objects.filter(pk=order.pk).update(status=status)
        answer = client.get(f"/orders/{order.pk}/")
        with override(language):
            assert str(Order.Status(status).label) in answer.content.decode()


def test_confirming_reserves_once_however_often_it_is_pressed(client_of, sales, quote, goods):
    product = goods(10)
    order = quote((product, 4))
    client = client_of(sales)
    body = {"version": order.version}
    answers = [client.post(f"/orders/{order.pk}/confirm/", body, **HTMX) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert figures(product)[1] == 4


def test_a_step_from_an_old_page_is_a_conflict_and_changes_nothing(client_of, sales, quote, goods):
    order = quote((goods(), 1))
    answer = client_of(sales).post(f"/orders/{order.pk}/confirm/", {"version": 99}, **HTMX)
    order.refresh_from_db()
    assert answer.status_code == 409
    assert "toast" in answer["HX-Trigger"]
    assert order.status == "quote"


def test_a_payment_is_suggested_recorded_once_and_never_too_much(
    client_of, sales, confirmed, goods
):
    order = confirmed((goods(), 1))  # 115 with tax
    client = client_of(sales)
    form = client.get(f"/orders/{order.pk}/pay/", **HTMX).context["form"]
    assert form["amount"].value() == "115"
    body = {"amount": "١٠٠", "method": "card", "request_id": str(uuid4())}

    answers = [client.post(f"/orders/{order.pk}/pay/", body, **HTMX) for _turn in range(2)]
    more = client.post(f"/orders/{order.pk}/pay/", {**body, "request_id": str(uuid4())}, **HTMX)

    assert [answer.status_code for answer in answers] == [204, 204]
    assert Payment.objects.get().amount == 100
    assert more.status_code == 422
    assert "SAR 15" in more.content.decode()


@pytest.mark.parametrize(
    "amount", ["", "-5", "0", "NaN", "Infinity", "1e400", "9" * 40, "5.555", "x", "1,2,3"]
)
def test_an_impossible_amount_is_an_error_beside_its_field(
    client_of, sales, confirmed, goods, amount
):
    order = confirmed((goods(), 1))
    body = {"amount": amount, "method": "cash", "request_id": str(uuid4())}
    answer = client_of(sales).post(f"/orders/{order.pk}/pay/", body, **HTMX)
    assert answer.status_code == 422
    assert answer.context["form"].errors["amount"]
    assert not Payment.objects.exists()


def test_a_refund_goes_up_to_what_is_left_of_its_payment(
    client_of, accountant, sales, confirmed, goods
):
    order = confirmed((goods(), 1))
    paid = record_payment(order, NewPayment(amount=Decimal(50)), actor=sales, request_id=uuid4())
    url = f"/orders/{order.pk}/payments/{paid.pk}/refund/"
    body = {"amount": "60", "method": "cash", "request_id": str(uuid4())}
    client = client_of(accountant)

    refused = client.post(url, body, **HTMX)
    taken = client.post(url, {**body, "amount": "20"}, **HTMX)

    assert refused.status_code == 422
    assert "50" in refused.context["form"].errors["amount"][0]
    assert taken.status_code == 204
    order.refresh_from_db()
    assert order.paid == 30
    assert client_of(sales).post(url, body, **HTMX).status_code == 403


def test_shipping_parts_then_delivering_moves_the_order_along(
    client_of, storekeeper, confirmed, goods
):
    product = goods(10)
    order = confirmed((product, 3))
    line = order.lines.get()
    client = client_of(storekeeper)
    page = client.get(f"/orders/{order.pk}/ship/", **HTMX)
    assert page.context["parcels"][0].typed == "3"

    def ship(quantity: str) -> int:
        body = {f"parcel-{line.pk}": quantity, "request_id": str(uuid4()), "carrier": "Naqel"}
        return client.post(f"/orders/{order.pk}/ship/", body, **HTMX).status_code

    assert [ship("9"), ship(""), ship("1"), ship("2")] == [422, 422, 204, 204]
    for shipment in Shipment.objects.all():
        url = f"/orders/{order.pk}/shipments/{shipment.pk}/move/"
        client.post(url, {"to": "delivered", "received_by": "نورة"}, **HTMX)
    order.refresh_from_db()
    assert order.status == "delivered"
    assert figures(product) == (7, 0)


def test_goods_come_back_once_with_a_reason(
    client_of, storekeeper, branch_manager, confirmed, goods
):
    product = goods(10)
    order = confirmed((product, 2))
    ship_order(order, NewShipment(), actor=branch_manager, request_id=uuid4())
    line, client = order.lines.get(), client_of(storekeeper)
    body = {f"parcel-{line.pk}": "1", f"parcel-{line.pk}-restock": "on", "request_id": str(uuid4())}

    silent = client.post(f"/orders/{order.pk}/return/", body, **HTMX)
    taken = [
        client.post(f"/orders/{order.pk}/return/", {**body, "reason": "broken"}, **HTMX)
        for _turn in range(2)
    ]

    assert silent.status_code == 422
    assert [answer.status_code for answer in taken] == [204, 204]
    assert OrderReturn.objects.get().credit == 115
    assert figures(product)[0] == 9


def test_cancelling_asks_why_and_frees_the_stock(client_of, sales, confirmed, goods):
    product = goods(5)
    order = confirmed((product, 5))
    client = client_of(sales)
    url = f"/orders/{order.pk}/cancel/"
    assert client.post(url, {"version": order.version}, **HTMX).status_code == 422
    assert client.post(url, {"version": order.version, "reason": "x"}, **HTMX).status_code == 204
    assert figures(product)[1] == 0


def test_handing_over_many_orders_can_be_taken_back(
    client_of, supervisor, sales, colleague, quote, goods
):
    orders = [quote((goods(), 1)) for _number in range(2)]
    client = client_of(supervisor)
    body = {"ids": ",".join(str(one.pk) for one in orders), "scope": "ids"}
    asked = client.post("/orders/bulk/assign/", body, **HTMX)
    assert asked.status_code == 200
    done = client.post(
        "/orders/bulk/assign/", {**body, "confirmed": "1", "owner": colleague.pk}, **HTMX
    )
    assert done.status_code == 204
    assert set(Order.objects.values_list("owner", flat=True)) == {colleague.pk}
    client.post("/orders/bulk/undo/", **HTMX)
    assert set(Order.objects.values_list("owner", flat=True)) == {sales.pk}


def test_a_copy_is_a_new_quote_once(client_of, sales, confirmed, goods):
    order = confirmed((goods(), 2))
    body = {"request_id": str(uuid4())}
    client = client_of(sales)
    places = {client.post(f"/orders/{order.pk}/copy/", body)["Location"] for _turn in range(2)}
    copy = Order.objects.exclude(pk=order.pk).get()
    assert places == {f"/orders/{copy.pk}/edit/"}


def test_the_neighbours_of_an_order_are_those_that_the_reader_sees(
    client_of, sales, colleague, quote, goods
):
    first, _hidden, last = (
        quote((goods(), 1)),
        quote((goods(), 1), actor=colleague),
        quote((goods(), 1)),
    )
    client = client_of(sales)
    assert client.get(f"/orders/{last.pk}/next/older/")["Location"] == f"/orders/{first.pk}/"
    assert client.get(f"/orders/{first.pk}/next/newer/")["Location"] == f"/orders/{last.pk}/"


def test_payments_have_a_list_with_their_receipts(client_of, accountant, sales, confirmed, goods):
    order = confirmed((goods(), 1))
    paid = record_payment(order, NewPayment(amount=Decimal(50)), actor=sales, request_id=uuid4())
    page = client_of(accountant).get("/orders/payments/?refund=false&method=cash")
    assert paid.number in (shown := page.content.decode())
    assert ">50.00<" in shown  # amounts under each other have the same digits
    assert not client_of(accountant).get("/orders/payments/?refund=true").context["page"].rows
    assert queries_of(client_of(accountant), "/orders/payments/") <= 8


def test_the_customers_panel_and_the_home_tiles_show_what_the_reader_sees(
    client_of, sales, sales_b, customer, confirmed, goods
):
    order = confirmed((goods(), 1))
    Order.objects.filter(pk=order.pk).update(promised_on="2020-01-01")
    client = client_of(sales)
    panel = client.get(f"/orders/customer/{customer.pk}/").content.decode()
    assert order.number in panel
    assert "115" in panel
    for name in ("mine", "overdue"):
        assert order.number in client.get(f"/orders/home/{name}/").content.decode()
        assert order.number not in client_of(sales_b).get(f"/orders/home/{name}/").content.decode()
    assert client.get("/orders/home/today/").context["sums"][0]["total"] == order.total


def test_rates_are_added_by_those_who_set_the_company_up(client_of, manager, sales):
    body = {"currency": "usd", "on": "2026-01-01", "rate": "3.75"}
    client = client_of(manager)
    assert client.post("/orders/rates/", body).status_code == 302
    assert client.post("/orders/rates/", body).status_code == 422
    assert client.post("/orders/rates/", {**body, "currency": "SAR"}).status_code == 422
    assert "3.75" in client.get("/orders/rates/").content.decode()
    assert client_of(sales).get("/orders/rates/").status_code == 403


def test_masked_phones_stay_masked_on_the_page(client_of, sales, confirmed, goods):
    sales.role.hidden_fields = {"customers.phone": "masked"}
    sales.role.save()
    order = confirmed((goods(), 1))
    page = client_of(sales).get(f"/orders/{order.pk}/").content.decode()
    assert not re.search(r"55[ -]?123", page)
    assert "•••• 67" in page


def test_who_may_only_read_finds_no_step(client_of, auditor, confirmed, goods):
    order = confirmed((goods(), 1))
    client = client_of(auditor)
    assert client.get(f"/orders/{order.pk}/").status_code == 200
    for step in ("confirm", "advance", "cancel", "ship", "return", "pay", "copy", "assign"):
        assert client.post(f"/orders/{order.pk}/{step}/", {}, **HTMX).status_code == 403
    order.refresh_from_db()
    assert order.status == "confirmed"
