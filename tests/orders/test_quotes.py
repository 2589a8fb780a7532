"""Writing and changing quotes: what is left open is decided, what can't be is refused by name."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Activity
from customers.models import TimelineEntry
from customers.services import update_customer
from orders.errors import (
    BadFigure,
    BranchNotYours,
    CannotTakeOrders,
    CustomerIsBlocked,
    DiscountTooLarge,
    EmptyOrder,
    NoWarehouse,
    OrderChangedMeanwhile,
    ProductNotSold,
    RateMissing,
    TooManyLines,
    WarehouseNotYours,
    WrongState,
)
from orders.models import ExchangeRate, Order
from orders.services import (
    NewPayment,
    OrderInput,
    change_quote,
    confirm_order,
    input_of,
    rate_on,
    record_payment,
    write_quote,
)
from orders.services.following import set_promised_date
from orders.tasks import refresh_order_search

from .conftest import a_product, a_service, line_of


def test_what_is_left_open_comes_from_product_customer_and_branch(quote, goods, sales, warehouse):
    order = quote((goods(price=Decimal("99.5"), tax_percent=Decimal(5)), 2))
    line = order.lines.get()
    assert (line.unit_price, line.tax_percent, line.warehouse) == (Decimal("99.5"), 5, warehouse)
    assert line.name.startswith("مكيف")  # the customer reads Arabic
    assert (order.branch, order.owner, order.currency) == (sales.branch, sales, "SAR")
    assert (order.subtotal, order.tax, order.total) == (199, Decimal("9.95"), Decimal("208.95"))


def test_the_same_submit_writes_one_quote(goods, customer, sales):
    wanted = OrderInput(customer=customer, lines=(line_of(goods(), 1),))
    key = uuid4()
    made = [write_quote(wanted, actor=sales, request_id=key) for _time in range(2)]
    assert made[0] == made[1]
    assert Order.objects.count() == 1


def test_numbers_of_a_branch_have_no_gaps_after_refusals(quote, goods):
    item = goods()
    numbers = [quote((item, 1)).number]
    with pytest.raises(DiscountTooLarge):
        quote((item, 1), discount=Decimal(101))
    with pytest.raises(EmptyOrder):
        quote()
    numbers.append(quote((item, 1)).number)
    assert [number[-5:] for number in numbers] == ["00001", "00002"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("quantity", value) for value in ("0", "-1", "NaN", "Infinity", "1e40", "0.0001")],
        *[("unit_price", value) for value in ("-0.01", "NaN", "1e40", "0.0001")],
        *[("discount_percent", value) for value in ("-1", "100.01", "NaN", "1.001")],
        *[("tax_percent", value) for value in ("-1", "101", "NaN")],
    ],
)
def test_figures_that_cannot_be_are_refused_by_name(quote, goods, field, value):
    fields = {"quantity": "1", field: value}
    item = goods()
    line = line_of(item, fields.pop("quantity"), **{k: Decimal(v) for k, v in fields.items()})
    with pytest.raises(BadFigure) as refusal:
        quote((item, 1), line)
    assert refusal.value.field == f"lines.1.{field}"
    assert not Order.objects.exists()


@pytest.mark.parametrize("value", ["-1", "NaN", "1e40"])
def test_a_discount_that_cannot_be_is_refused(quote, goods, value):
    with pytest.raises(BadFigure) as refusal:
        quote((goods(), 1), discount=Decimal(value))
    assert refusal.value.field == "discount"


def test_sums_beyond_the_column_are_refused(quote, goods):
    line = line_of(goods(), "99999999999", unit_price=Decimal("99999999999"))
    with pytest.raises(BadFigure):
        quote(line)


def test_an_order_holds_at_most_200_items(quote, goods):
    item = goods()
    with pytest.raises(TooManyLines):
        quote(*[(item, 1)] * 201)


def test_only_what_is_sold_can_be_ordered(quote, goods):
    retired, gone = goods(is_active=False), a_product()
    unknown = line_of(gone, 1)
    gone.delete()
    for line in (line_of(retired, 1), unknown):
        with pytest.raises(ProductNotSold) as refusal:
            quote(line)
        assert refusal.value.field == "lines.0.product"


def test_goods_leave_from_a_warehouse_of_the_branch_unless_the_company_decides(
    quote, goods, warehouse_b, manager, riyadh
):
    item = goods()
    line = line_of(item, 1, warehouse_id=warehouse_b.pk)
    with pytest.raises(WarehouseNotYours) as refusal:
        quote(line)
    assert refusal.value.field == "lines.0.warehouse"
    with pytest.raises(WarehouseNotYours) as refusal:
        quote((item, 1), warehouse=warehouse_b)
    assert refusal.value.field == "warehouse"
    order = quote(line, actor=manager, branch=riyadh)
    assert order.lines.get().warehouse == warehouse_b


def test_goods_need_a_warehouse_and_services_none(quote, riyadh):
    with pytest.raises(NoWarehouse):
        quote((a_product(), 1))
    assert quote((a_service(), 1)).lines.get().warehouse is None


def test_an_order_stays_in_the_writers_branch(quote, goods, jeddah):
    with pytest.raises(BranchNotYours):
        quote((goods(), 1), branch=jeddah)


def test_the_owner_can_work_on_orders_of_the_branch(quote, goods, sales_b, auditor, colleague):
    for stranger in (sales_b, auditor):
        with pytest.raises(CannotTakeOrders):
            quote((goods(), 1), owner=stranger)
    assert quote((goods(), 1), owner=colleague).owner == colleague
    assert colleague.notifications.get().kind == "order.assigned"


def test_nothing_is_quoted_to_an_archived_customer(quote, goods, customer):
    customer.archived_at = timezone.now()
    customer.save()
    with pytest.raises(CustomerIsBlocked):
        quote((goods(), 1))


def test_prices_are_exchanged_at_the_rate_of_the_day(quote, goods):
    item = goods(price=Decimal(100), currency="USD")
    with pytest.raises(RateMissing):
        quote((item, 1))
    ExchangeRate.objects.create(currency="USD", on=date(2020, 1, 1), rate=Decimal("3.75"))
    ExchangeRate.objects.create(currency="USD", on=date(2999, 1, 1), rate=Decimal(9))
    assert quote((item, 1)).lines.get().unit_price == 375
    assert quote((goods(), 1), currency="USD").lines.get().unit_price == Decimal("26.67")


def test_the_newest_rate_up_to_the_day_counts(company):
    for day, rate in ((date(2024, 1, 1), 3), (date(2025, 1, 1), 4)):
        ExchangeRate.objects.create(currency="EUR", on=day, rate=Decimal(rate))
    days = [date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2030, 1, 1)]
    assert [rate_on("EUR", day) for day in days] == [3, 3, 4, 4]
    assert rate_on("SAR", date(1990, 1, 1)) == 1
    with pytest.raises(RateMissing):
        rate_on("EUR", date(2023, 12, 31))


def test_a_change_is_logged_before_and_after(quote, goods, sales):
    order = quote((goods(), 1))
    wanted = replace(input_of(order), discount=Decimal(10), note="اتصل قبل الوصول")
    changed = change_quote(order, wanted, actor=sales, version=1)
    assert (changed.version, changed.total) == (2, Decimal("103.50"))
    entry = Activity.objects.get(verb="order.changed", object_id=order.pk)
    assert entry.changes["discount"] == ["0.00", "10.00"]  # the currency's digits
    assert entry.changes["note"] == ["", "اتصل قبل الوصول"]


def test_the_log_writes_amounts_with_the_digits_of_their_currency(quote, goods, sales, customer):
    ExchangeRate.objects.create(currency="KWD", on=date(2020, 1, 1), rate=Decimal(12))
    order = quote((goods(), 2))  # 230.00 SAR
    assert Activity.objects.get(verb="order.quote").changes["total"] == ["", "230.00"]
    there = OrderInput(customer=customer, lines=(line_of(goods(), 1, unit_price=Decimal("5.67")),))
    change_quote(order, replace(there, currency="KWD"), actor=sales, version=1)
    told = Activity.objects.get(verb="order.changed", object_id=order.pk).changes
    assert told["total"] == ["230.00", "6.521"]
    assert [text.rpartition(" @ ")[2] for text in told["lines"]] == ["100.00", "5.670"]
    confirm_order(order, actor=sales)
    paid = NewPayment(amount=Decimal(6))
    record_payment(Order.objects.get(), paid, actor=sales, request_id=uuid4())
    assert Activity.objects.get(verb="order.payment").changes["paid"] == ["0.000", "6.000"]
    assert TimelineEntry.objects.get(kind="order.payment").text.endswith("· 6.000 KWD")


def test_two_writers_do_not_overwrite_each_other_but_a_double_click_is_harmless(
    quote, goods, sales
):
    order = quote((goods(), 1))
    first, second = (replace(input_of(order), note=note) for note in ("a", "b"))
    change_quote(order, first, actor=sales, version=1)
    assert change_quote(order, first, actor=sales, version=1).version == 2
    with pytest.raises(OrderChangedMeanwhile):
        change_quote(order, second, actor=sales, version=1)
    assert Order.objects.get().note == "a"


def test_lines_are_replaced_and_a_kept_product_may_be_out_of_sale(quote, goods, sales):
    item, other = goods(), goods()
    order = quote((item, 1))
    item.is_active = False
    item.save()
    wanted = replace(input_of(order), lines=(line_of(item, 2), line_of(other, 1)))
    changed = change_quote(order, wanted, actor=sales, version=1)
    assert list(changed.lines.values_list("product", "quantity")) == [(item.pk, 2), (other.pk, 1)]
    assert changed.total == Decimal("345.00")


def test_a_confirmed_order_is_not_edited_but_promised_for_another_day(confirmed, goods, sales):
    order = confirmed((goods(), 1))
    with pytest.raises(WrongState):
        change_quote(order, input_of(order), actor=sales, version=2)
    promised = set_promised_date(order, date(2030, 1, 1), actor=sales, version=2)
    assert promised.promised_on == date(2030, 1, 1)


def test_orders_are_found_by_a_customers_new_name(quote, goods, customer, sales):
    order = quote((goods(), 1))
    update_customer(customer, {"name": "هند الشمري"}, actor=sales)
    refresh_order_search.func(customer_id=customer.pk)
    order.refresh_from_db()
    assert "هند الشمري" in order.search_text
    assert "+966551234567" in order.search_text


def test_many_orders_of_a_customer_are_refreshed_in_pieces(
    quote, goods, customer, sales, run_jobs, monkeypatch
):
    monkeypatch.setattr("orders.services.finding.BATCH", 2)
    orders = [quote((goods(), 1)) for _order in range(5)]
    type(customer).objects.filter(pk=customer.pk).update(company="مؤسسة الندى")
    refresh_order_search.func(customer_id=customer.pk)
    run_jobs()
    texts = Order.objects.filter(pk__in=[order.pk for order in orders])
    assert all("مؤسسة الندى" in order.search_text for order in texts)
