"""Orders by API: the same rules, access by declaration, repeated and stale calls harmless."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import RoleCode
from inventory.models import StockMovement
from orders.models import ExchangeRate, Order, Payment, Shipment
from tests import factories

from .conftest import a_service, figures, receive

URL = "/api/v1/orders/"


@pytest.fixture
def wanted(goods, customer):
    """A quote of two pieces: 230.00."""

    def make(**fields: Any) -> dict[str, Any]:
        item = fields.pop("item", None) or goods()
        lines = [{"product": item.pk, "quantity": "2"}]
        return {"customer": customer.pk, "lines": lines, **fields}

    return make


def hide_margins(user) -> None:
    """As the built-in role of this person has it in a real company."""
    user.role.hidden_fields = {"orders.margin": "hidden"}
    user.role.save()


def post(client, path, data=None, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{URL}{path}", data or {}, headers=headers)


def test_a_quote_is_written_read_and_changed(api_of, sales, wanted):
    client = api_of(sales)
    made = post(client, "", wanted(discount="30", note="عاجل"))
    assert made.status_code == 201, made.data
    body = made.data
    assert (body["status"], body["total"], body["channel"]) == ("quote", "195.500", "api")
    assert body["lines"][0]["name"].startswith("مكيف")
    assert [step["door"] for step in body["steps"]] == ["confirm", "cancel"]

    change = {"discount": "0", "version": body["version"]}
    changed = client.patch(f"{URL}{body['id']}/", change)
    assert (changed.status_code, changed.data["total"]) == (200, "230.000")
    stale = client.patch(f"{URL}{body['id']}/", {"note": "x", "version": 1})
    assert (stale.status_code, stale.data["code"]) == (409, "edit_conflict")


def test_an_order_is_in_a_currency_that_the_company_deals_in(api_of, sales, wanted):
    client = api_of(sales)
    priced = wanted(currency="XQZ")
    priced["lines"][0]["unit_price"] = "10"
    refused = post(client, "", priced)
    assert (refused.status_code, refused.data["code"]) == (400, "unknown_currency")
    assert list(refused.data["errors"]) == ["currency"]
    assert not Order.objects.exists()
    ExchangeRate.objects.create(currency="USD", on="2020-01-01", rate="3.75")
    assert post(client, "", {**priced, "currency": "USD"}).status_code == 201


def test_another_currency_never_keeps_the_numbers_of_the_old_one(api_of, sales, wanted):
    ExchangeRate.objects.create(currency="USD", on="2020-01-01", rate="4")
    client = api_of(sales)
    body = post(client, "", wanted(discount="30")).data
    url, lines = f"{URL}{body['id']}/", [{"product": body["lines"][0]["product"], "quantity": "2"}]
    for change in ({"currency": "USD"}, {"currency": "USD", "lines": lines}):
        refused = client.patch(url, change)
        assert (refused.status_code, refused.data["code"]) == (400, "currency_needs_prices")
        assert list(refused.data["errors"]) == ["currency"]
    assert client.patch(url, {"currency": "SAR"}).status_code == 200
    changed = client.patch(url, {"currency": "USD", "lines": lines, "discount": "0"})
    assert changed.status_code == 200, changed.data
    assert (changed.data["currency"], changed.data["total"]) == ("USD", "57.500")


def test_if_match_guards_a_change(api_of, sales, wanted):
    client = api_of(sales)
    number = post(client, "", wanted()).data["id"]
    tag = client.get(f"{URL}{number}/")["ETag"]
    headers = {"If-Match": tag}
    first = client.patch(f"{URL}{number}/", {"note": "a"}, headers=headers)
    assert first.status_code == 200, first.data
    second = client.patch(f"{URL}{number}/", {"note": "b"}, headers=headers)
    assert (second.status_code, second.data["code"]) == (409, "edit_conflict")
    assert Order.objects.get().note == "a"


def test_the_same_key_answers_as_the_first_time(api_of, sales, wanted):
    client, body = api_of(sales), wanted()
    first, again = (post(client, "", body, "key-1") for _time in range(2))
    assert first.status_code == again.status_code == 201
    assert json.loads(json.dumps(first.data, default=str)) == again.data
    assert Order.objects.count() == 1


def test_an_order_goes_its_way_by_api(api_of, sales, storekeeper, accountant, goods, wanted):
    item = goods(10)
    client, store = api_of(sales), api_of(storekeeper)
    number = post(client, "", wanted(item=item)).data["id"]
    for _time in range(2):
        confirmed = post(client, f"{number}/confirm/", {"version": 1})
        assert (confirmed.status_code, confirmed.data["status"]) == (200, "confirmed")
    assert figures(item) == (10, 2)
    assert post(client, f"{number}/advance/", {"to": "ready"}).data["status"] == "ready"

    assert post(client, f"{number}/ship/").status_code == 403
    for _time in range(2):
        shipped = post(store, f"{number}/ship/", {"carrier": "سمسا"}, "ship-1")
        assert (shipped.status_code, shipped.data["status"]) == (201, "shipped"), shipped.data
    assert figures(item) == (8, 0)
    assert StockMovement.objects.filter(kind="issue").count() == 1
    parcel = shipped.data["shipments"][0]["id"]
    moved = post(store, f"{number}/shipments/", {"shipment": parcel, "received_by": "نورة"})
    assert (moved.status_code, moved.data["status"]) == (200, "delivered"), moved.data

    for _time in range(2):
        paid = post(client, f"{number}/payments/", {"amount": "230", "method": "cash"}, "pay-1")
        assert (paid.status_code, paid.data["balance"]) == (201, "0.000"), paid.data
    line = shipped.data["lines"][0]["id"]
    back = {"lines": [{"line": line, "quantity": "1"}], "reason": "لون خاطئ"}
    returned = post(store, f"{number}/returns/", back, "back-1")
    assert (returned.status_code, returned.data["credited"]) == (201, "115.000"), returned.data
    assert figures(item) == (9, 0)
    payment = paid.data["payments"][0]["id"]
    refund = {"payment": payment, "amount": "115", "method": "cash"}
    for _time in range(2):
        answer = post(api_of(accountant), f"{number}/refunds/", refund, "refund-1")
        assert (answer.status_code, answer.data["balance"]) == (201, "0.000"), answer.data
    assert Payment.objects.count() == 2
    listed = client.get("/api/v1/payments/", {"order": number}).data["results"]
    assert [row["amount"] for row in listed] == ["-115.000", "230.000"]
    assert post(client, f"{number}/copy/", key="copy").data["status"] == "quote"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"lines": []}, "lines"),
        ("", {"lines": [{"product": 1}]}, "lines.0.quantity"),
        ("", {"lines": [{"product": 2**62, "quantity": 1}]}, "lines.0.product"),
        ("", {"lines": [{"product": "x", "quantity": 1}]}, "lines.0.product"),
        ("", {"lines": {"product": 1}}, "lines"),
        ("", {"lines": None}, "lines"),
        ("", {"lines": [7]}, "lines.0"),
        *[("", {"discount": value}, "discount") for value in ("-1", "NaN", "1e99", "Infinity", [])],
        *[("", {"currency": value}, "currency") for value in ("SARS", "sar", "\u0660")],
        ("", {"total": "1"}, "total"),
        ("", {"customer": 2**62}, "customer"),
        ("", {"customer": True}, "customer"),
        ("", {"promised_on": "tomorrow"}, "promised_on"),
        ("", {"warehouse": 10**9}, "warehouse"),
    ],
)
def test_what_cannot_be_is_refused_by_field(api_of, sales, wanted, path, body, field):
    answer = post(api_of(sales), path, {**wanted(), **body})
    assert answer.status_code == 400, answer.data
    assert field in answer.data["errors"]
    assert not Order.objects.exists()


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "1e30", "0.0001", None, "٣x", {}])
def test_a_quantity_that_cannot_be_is_refused(api_of, sales, wanted, quantity):
    body = wanted()
    body["lines"][0]["quantity"] = quantity
    answer = post(api_of(sales), "", body)
    assert answer.status_code == 400
    assert "lines.0.quantity" in answer.data["errors"]


def test_rules_of_the_business_answer_with_their_code(api_of, sales, wanted, goods, customer):
    client = api_of(sales)
    too_much = post(client, "", wanted(discount="230.01"))
    assert (too_much.status_code, too_much.data["code"]) == (409, "discount_too_large")
    scarce = post(client, "", wanted(item=goods(1))).data["id"]
    short = post(client, f"{scarce}/confirm/")
    assert (short.status_code, short.data["code"]) == (409, "insufficient_stock")
    needs = post(client, "", wanted(requires_inspection=True)).data["id"]
    assert post(client, f"{needs}/confirm/").data["code"] == "inspection_missing"
    assert post(client, f"{scarce}/cancel/", {"reason": ""}).status_code == 400
    wrong = post(client, f"{scarce}/advance/", {"to": "closed"})
    assert (wrong.status_code, wrong.data["code"]) == (409, "wrong_state")
    early = post(client, f"{scarce}/payments/", {"amount": "1", "method": "cash"})
    assert (early.status_code, early.data["code"]) == (409, "wrong_state")


def test_another_branch_and_a_colleagues_order_do_not_exist(
    api_of, sales, sales_b, colleague, wanted, jeddah
):
    number = post(api_of(sales), "", wanted()).data["id"]
    for stranger in (sales_b, colleague):
        client = api_of(stranger)
        assert client.get(f"{URL}{number}/").status_code == 404
        assert post(client, f"{number}/confirm/").status_code == 404
        assert client.patch(f"{URL}{number}/", {"note": "x"}).status_code == 404
        assert client.get(URL).data["results"] == []
    theirs = factories.make_customer(jeddah, sales_b)
    refused = post(api_of(sales), "", wanted(customer=theirs.pk))
    assert (refused.status_code, list(refused.data["errors"])) == (400, ["customer"])
    assert post(api_of(sales), "", wanted(branch=jeddah.pk)).status_code == 400


def test_a_payment_or_shipment_of_another_order_is_refused(
    api_of, branch_manager, confirmed, goods
):
    client = api_of(branch_manager)
    first, second = (confirmed((goods(), 1)).pk for _order in range(2))
    post(client, f"{first}/payments/", {"amount": "5", "method": "cash"})
    post(client, f"{first}/ship/")
    refund = {"payment": Payment.objects.get().pk, "amount": "5", "method": "cash"}
    assert post(client, f"{second}/refunds/", refund).status_code == 400
    move = {"shipment": Shipment.objects.get().pk}
    assert post(client, f"{second}/shipments/", move).status_code == 400
    line = Order.objects.get(pk=first).lines.get().pk
    back = {"lines": [{"line": line, "quantity": "1"}], "reason": "x"}
    assert post(client, f"{second}/returns/", back).data["code"] == "unknown_line"


def test_only_who_may_assign_names_another_owner(api_of, sales, supervisor, colleague, wanted):
    answer = post(api_of(sales), "", wanted(owner=colleague.pk))
    assert (answer.status_code, list(answer.data["errors"])) == (400, ["owner"])
    made = post(api_of(supervisor), "", wanted(owner=colleague.pk))
    assert made.data["owner"] == colleague.pk
    handed = post(api_of(supervisor), f"{made.data['id']}/assign/", {"owner": sales.pk})
    assert (handed.status_code, handed.data["owner"]) == (200, sales.pk)


def test_costs_and_margins_are_for_those_who_see_them(api_of, sales, supervisor, confirmed, goods):
    number = confirmed((goods(10, cost="60"), 2)).pk
    hide_margins(sales)
    hidden, shown = (api_of(user).get(f"{URL}{number}/").data for user in (sales, supervisor))
    assert (hidden["margin"], hidden["lines"][0]["cost"]) == (None, None)
    assert (shown["margin"]["amount"], shown["margin"]["percent"]) == ("80.000", "40.0")
    assert shown["lines"][0]["cost"] is not None


def test_the_integrator_writes_orders_with_its_key(api_with_key, wanted, integrator):
    hide_margins(integrator)
    made = post(api_with_key, "", wanted(), "shop-77")
    assert made.status_code == 201, made.data
    assert made.data["owner"] is None
    assert made.data["margin"] is None


def test_the_auditor_reads_and_changes_nothing(api_of, auditor, confirmed, goods):
    client, number = api_of(auditor), confirmed((goods(), 1)).pk
    assert client.get(f"{URL}{number}/").status_code == 200
    for path in ("confirm", "cancel", "advance", "ship", "returns", "payments", "refunds", "copy"):
        assert post(client, f"{number}/{path}/").status_code == 403
    assert client.patch(f"{URL}{number}/", {"note": "x"}).status_code == 403


def test_lists_are_filtered_as_on_the_page(api_of, sales, quote, confirmed, goods, customer):
    small, large = quote((goods(), 1)), confirmed((goods(), 5))
    late = confirmed((goods(), 2), promised_on="2020-01-01")
    other = factories.make_customer(customer.branch, sales, name="شركة الأفق")
    theirs = quote((a_service(), 1), customer=other)
    client = api_of(sales)

    def found(**query: Any) -> set[int]:
        answer = client.get(URL, query)
        assert answer.status_code == 200, answer.data
        return {row["id"] for row in answer.data["results"]}

    everything = {small.pk, large.pk, late.pk, theirs.pk}
    assert found() == everything
    assert found(status="quote") == {small.pk, theirs.pk}
    assert found(group="open") == found(unpaid="true") == {large.pk, late.pk}
    assert found(overdue="true") == {late.pk}
    assert found(overdue="false") == everything - {late.pk}
    assert found(customer=other.pk) == {theirs.pk}
    assert found(total_min="200", total_max="300") == {late.pk}
    assert found(promised_to="2020-01-01") == {late.pk}
    assert found(created_from="2999-01-01") == set()
    assert found(search="افق") == {theirs.pk}
    assert found(search=large.number) == {large.pk}
    assert found(search="0551234567") == everything - {theirs.pk}
    for wrong in (
        {"total_min": "NaN"}, {"total_min": "1e999999"}, {"customer": "x"}, {"status": "x"},
        {"created_from": "31/31/31"}, {"branch": 10**30}, {"ordering": "x"},
    ):  # fmt: skip
        assert client.get(URL, wrong).status_code == 400, wrong


def test_the_dearest_come_first_page_by_page(api_of, sales, quote, goods):
    totals = [quote((goods(), number)).total for number in (1, 3, 2)]
    client, seen, url = api_of(sales), [], f"{URL}?ordering=total&page_size=1"
    while url:
        page = client.get(url).data
        seen += [Decimal(row["total"]) for row in page["results"]]
        url = page["next"]
    assert seen == sorted(totals, reverse=True)
    wrong = client.get(URL, {"ordering": "total", "cursor": "WyIxZTk5OTk5OSIsIDFd"})  # 1e99999
    assert wrong.status_code == 400


def test_who_sees_no_phones_finds_by_a_whole_one_only(api_of, sales, quote, goods, riyadh):
    quote((goods(), 1))
    role = factories.make_role(RoleCode.SUPERVISOR)
    role.hidden_fields = {"customers.phone": "masked"}
    role.save()
    masked = factories.make_user(RoleCode.SUPERVISOR, riyadh)
    client = api_of(masked)
    for part in ("055123", "4567", "+96655123456"):
        assert client.get(URL, {"search": part}).data["results"] == []
    for known in ("0551234567", "+966 55 123 4567", "نوره"):
        assert len(client.get(URL, {"search": known}).data["results"]) == 1


def test_a_list_and_a_record_take_few_queries_whatever_they_hold(
    api_of, supervisor, sales, confirmed, goods, quote
):
    client = api_of(supervisor)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    order = confirmed((goods(), 1))
    few = queries(URL), queries(f"{URL}{order.pk}/")
    for _order in range(5):
        quote((goods(), 1))
    large = confirmed(*[(goods(), 1) for _line in range(30)])
    for _payment in range(5):
        post(api_of(sales), f"{large.pk}/payments/", {"amount": "1", "method": "cash"})
    assert (queries(URL), queries(f"{URL}{large.pk}/")) == few
    assert few[0] <= 8
    assert few[1] <= 15


def test_rates_are_added_by_those_who_keep_the_settings(api_of, manager, sales):
    rate = {"currency": "USD", "on": "2026-01-01", "rate": "3.75"}
    assert api_of(sales).post("/api/v1/exchange-rates/", rate).status_code == 403
    made = api_of(manager).post("/api/v1/exchange-rates/", rate)
    assert made.status_code == 201, made.data
    again = api_of(manager).post("/api/v1/exchange-rates/", rate)
    assert (again.status_code, again.data["code"]) == (409, "exchange_rate_taken")
    for wrong in ("0", "-1", "NaN", "1e50"):
        assert (
            api_of(manager).post("/api/v1/exchange-rates/", {**rate, "rate": wrong}).status_code
            == 400
        )
    assert len(api_of(sales).get("/api/v1/exchange-rates/").data["results"]) == 1


def test_a_confirmed_orders_promise_moves_by_patch(api_of, sales, confirmed, goods):
    order = confirmed((goods(), 1))
    client = api_of(sales)
    moved = client.patch(f"{URL}{order.pk}/", {"promised_on": "2030-05-01", "version": 2})
    assert (moved.status_code, moved.data["promised_on"]) == (200, "2030-05-01")
    refused = client.patch(f"{URL}{order.pk}/", {"discount": "1", "version": 3})
    assert (refused.status_code, refused.data["code"]) == (409, "wrong_state")


def test_more_stock_is_needed_and_comes(api_of, sales, wanted, goods, warehouse):
    item = goods(1)
    client = api_of(sales)
    number = post(client, "", wanted(item=item)).data["id"]
    assert post(client, f"{number}/confirm/", key="c").status_code == 409
    receive(item, warehouse, 5)
    assert post(client, f"{number}/confirm/", key="c").status_code == 200  # refusals are not kept
    assert figures(item) == (6, Decimal(2))


def test_a_wrong_line_is_named_by_its_path_whoever_refuses_it(
    api_of, storekeeper, confirmed, goods
):
    """Every value of `errors` is a list of sentences: of the reader of the body, of the business."""
    order = confirmed((goods(), 3))
    client, line = api_of(storekeeper), order.lines.get().pk
    one = {"line": line, "quantity": "1"}
    for lines, path, code in (
        ([one, {"line": line}], "lines.1.quantity", "invalid"),
        ([one, {"line": line, "quantity": "9"}], "lines.1.line", "line_twice"),
        ([{"line": 2**40, "quantity": "1"}], "lines.0.line", "unknown_line"),
        ([{"line": line, "quantity": "9"}], "lines.0.quantity", "ships_too_much"),
    ):
        answer = post(client, f"{order.pk}/ship/", {"lines": lines})
        assert (answer.status_code // 100, answer.data["code"]) == (4, code), answer.data
        ((named, sentences),) = answer.data["errors"].items()
        assert (named, len(sentences), type(sentences[0] + "")) == (path, 1, str)
    post(client, f"{order.pk}/ship/", {"lines": [one]})
    back = {"lines": [one, one], "reason": "x"}
    answer = post(client, f"{order.pk}/returns/", back)
    assert (answer.data["code"], list(answer.data["errors"])) == ("line_twice", ["lines.1.line"])


def test_writing_forty_lines_takes_as_many_queries_as_two(api_of, sales, customer, goods):
    client, counts = api_of(sales), []
    for number in (2, 40):
        lines = [{"product": goods().pk, "quantity": "1"} for _line in range(number)]
        with CaptureQueriesContext(connection) as seen:
            made = post(client, "", {"customer": customer.pk, "lines": lines})
        assert made.status_code == 201, made.data
        counts.append(len(seen))
    assert counts[0] == counts[1]
