"""What pages read of orders: next steps, the palette, the file, the admin."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from orders.export import order_head, order_rows
from orders.models import Order
from orders.search import find_orders
from orders.services import NewShipment, advance_order, ship_order
from orders.services.reads import line_figures, newest_payments, next_steps

from .conftest import a_service, line_of


def doors(order: Order, user: User) -> list[str]:
    return [f"{step.door}:{step.to}" for step in next_steps(order, user)]


def test_the_next_steps_are_those_that_this_person_may_take(
    quote, confirmed, goods, sales, colleague, storekeeper, supervisor
):
    order = quote((goods(), 1))
    assert doors(order, sales) == ["confirm:confirmed", "cancel:cancelled"]
    assert doors(order, colleague) == doors(order, storekeeper) == []
    held = quote((goods(), 1), requires_inspection=True)
    assert doors(held, sales) == ["cancel:cancelled"]
    sold = confirmed((goods(), 1))
    assert doors(sold, storekeeper) == ["ship:shipped"]
    assert "ship:shipped" in doors(sold, supervisor)
    served = confirmed((a_service(), 1))
    assert "advance:delivered" in doors(served, sales)


def test_after_shipping_it_is_returned_not_cancelled(confirmed, goods, supervisor):
    order = confirmed((goods(), 1))
    ship_order(order, NewShipment(), actor=supervisor, request_id=uuid4())
    order.refresh_from_db()
    assert doors(order, supervisor) == ["deliver:delivered", "return:returned"]


def test_figures_take_the_same_queries_for_any_history(confirmed, goods):
    def queries(order: Order) -> int:
        with CaptureQueriesContext(connection) as seen:
            line_figures(order)
            newest_payments(order)
        return len(seen)

    small = confirmed((goods(), 1))
    large = confirmed(*[(goods(), 1) for _line in range(20)])
    assert queries(small) == queries(large) <= 5


def test_what_is_reserved_for_the_line_is_not_missing(confirmed, quote, goods):
    item = goods(5)
    (line,) = line_figures(confirmed((item, 4)))
    assert (line.available, line.reserved, line.missing) == (1, 4, 0)
    (line,) = line_figures(quote((item, 3)))
    assert line.missing == 2


def test_the_palette_finds_numbers_and_names_within_reach(quote, goods, sales, sales_b):
    order = quote((goods(), 1))
    for words in (order.number, "العتيبي", "0551234567"):
        assert [hit.url for hit in find_orders(sales, words)] == [order.get_absolute_url()]
        assert find_orders(sales_b, words) == []
    assert find_orders(sales, "  ") == []


def test_the_file_has_the_lists_rows_and_no_cost_for_who_must_not_see_it(quote, goods, confirmed):
    order = confirmed((goods(), 2), discount=Decimal(10))
    quote((goods(), 1))
    rows = Order.objects.filter(pk=order.pk)
    (cells,) = order_rows(rows, with_cost=False)
    row = dict(zip(order_head(with_cost=False), cells, strict=True))
    assert (row["number"], row["status"], row["total"]) == (order.number, "confirmed", 218.5)
    assert row["customer"] == "نورة العتيبي"
    assert "cost" not in row
    (cells,) = order_rows(rows, with_cost=True)
    assert (order_head(with_cost=True)[-1], cells[-1]) == ("cost", 0)


@pytest.mark.parametrize("page", ["order", "payment", "shipment", "exchangerate"])
def test_the_admin_lists_for_support(client_of, manager, confirmed, goods, page):
    manager.is_staff = True
    manager.save()
    order = confirmed((goods(), 1))
    client = client_of(manager)
    assert client.get(f"/admin/orders/{page}/").status_code == 200
    shown = client.get(f"/admin/orders/order/{order.pk}/change/")
    assert shown.status_code == 200
    assert client.post(f"/admin/orders/order/{order.pk}/delete/").status_code == 403


def test_overdue_is_a_promise_that_has_passed(confirmed, goods, sales):
    order = confirmed((goods(), 1), promised_on="2020-01-01")
    order.refresh_from_db()
    assert order.is_overdue
    assert list(Order.objects.overdue()) == [order]
    advance_order(order, "in_progress", actor=sales)
    assert Order.objects.overdue().exists()


@pytest.mark.parametrize(("zone", "is_late"), [("Pacific/Kiritimati", True), ("Etc/GMT+12", False)])
def test_overdue_follows_the_clock_of_the_branch(
    client_of, api_of, supervisor, confirmed, goods, riyadh, zone, is_late
):
    riyadh.time_zone = zone  # 26 hours apart: never the same day
    riyadh.save()
    promised = timezone.now().astimezone(ZoneInfo("Etc/GMT+12")).date()
    order = Order.objects.get(pk=confirmed((goods(), 1), promised_on=promised).pk)
    assert order.is_overdue is is_late
    assert Order.objects.overdue().exists() is is_late
    client = client_of(supervisor)
    rows = client.get("/orders/?overdue=true").context["page"].rows
    assert bool(rows) is is_late
    assert ("st st-bad" in client.get("/orders/?order=promised").content.decode()) is is_late
    assert (order.number in client.get("/orders/home/overdue/").content.decode()) is is_late
    assert api_of(supervisor).get(f"/api/v1/orders/{order.pk}/").data["is_overdue"] is is_late


def test_what_is_delivered_is_not_overdue(confirmed, sales):
    order = confirmed((a_service(), 1), promised_on="2020-01-01")
    order = advance_order(order, "delivered", actor=sales)
    assert not Order.objects.get(pk=order.pk).is_overdue
    assert not Order.objects.overdue().exists()


@pytest.mark.parametrize(("ago", "is_today"), [(timedelta(0), True), (timedelta(hours=25), False)])
def test_sold_today_means_the_day_of_the_branch(
    client_of, supervisor, confirmed, goods, ago, is_today
):
    order = confirmed((goods(), 1))
    Order.objects.filter(pk=order.pk).update(confirmed_at=timezone.now() - ago)
    sums = client_of(supervisor).get("/orders/home/today/").context["sums"]
    assert bool(sums) is is_today


def test_lines_keep_their_order(quote, goods):
    items = [goods() for _item in range(5)]
    order = quote(*[line_of(item, number + 1) for number, item in enumerate(items)])
    assert [line.product_id for line in order.lines.all()] == [item.pk for item in items]
