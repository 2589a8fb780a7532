"""Kept sums equal the orders, whatever happens to those; what is stale is read from the orders."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import CompanySettings
from customers.models import Customer
from orders.models import ExchangeRate, Order, OrderLine, OrderReturn
from reports.models import BuiltMonth, ProductMonth, SalesDay, StaleMonth
from reports.services import differing_months, due_months, rebuild_due_months
from tests.reports.conftest import (
    a_sale,
    custom,
    customer_of,
    gives_back,
    on,
    product_of,
    totals,
)

pytestmark = pytest.mark.django_db
AUTUMN = custom("2025-09-10", "2025-11-20")
QUESTIONS = [
    (by, part)
    for by in ("period", "branch", "user", "product", "category", "channel")
    for part in ("month", "week")
]


def build_all() -> None:
    while due_months():
        rebuild_due_months()


def test_months_that_are_over_are_kept_and_the_running_one_is_not(sales):
    a_sale(sales, on(2025, 9, 3), 100)
    a_sale(sales, timezone.now(), 100)
    build_all()
    months = set(BuiltMonth.objects.values_list("month", flat=True))
    running = timezone.localdate().replace(day=1)
    assert on(2025, 9, 1).date() in months
    assert all(month < running for month in months)
    assert SalesDay.objects.get().net == 100


@pytest.mark.parametrize(("by", "part"), QUESTIONS)
def test_kept_sums_answer_as_the_orders_do(manager, sales, sales_b, report_of, by, part):
    products = [product_of() for _number in range(3)]
    chance = random.Random(7)
    for number in range(40):
        seller = (sales, sales_b)[number % 2]
        day = on(2025, 9, 1) + timedelta(days=chance.randrange(90), hours=chance.randrange(12))
        order = a_sale(
            seller, day, chance.randrange(1, 900), product=chance.choice(products), cost=5,
            channel=chance.choice(["phone", "web"]),
            status=chance.choice(["closed", "cancelled", "returned", "shipped"]),
        )  # fmt: skip
        if order.status == "returned":
            gives_back(order, day + timedelta(days=chance.randrange(60)), order.total)
    question = {**AUTUMN, "by": by, "part": part}
    live = report_of(manager, "sales", **question)

    build_all()

    assert BuiltMonth.objects.exists()
    assert report_of(manager, "sales", **question) == live


@pytest.mark.parametrize("by", ["source", "branch", "user", "customer"])
@pytest.mark.parametrize("days", [("2025-09-10", "2025-11-20"), ("2025-10-01", "2025-11-30")])
@pytest.mark.parametrize("only", ["", "whatsapp"])
def test_kept_customers_answer_as_the_orders_do(manager, sales, sales_b, report_of, by, days, only):
    chance = random.Random(11)
    known = [customer_of(chance.choice((sales, sales_b))) for _number in range(12)]
    for number, customer in enumerate(known):
        Customer.objects.filter(pk=customer.pk).update(
            created_at=on(2025, 9, 1) + timedelta(days=7 * number),
            source=chance.choice(["whatsapp", "email"]),
        )
    for _number in range(40):
        day = on(2025, 9, 1) + timedelta(days=chance.randrange(90), hours=chance.randrange(12))
        a_sale(
            chance.choice((sales, sales_b)), day, chance.randrange(1, 900),
            customer=chance.choice(known), status=chance.choice(["closed", "closed", "cancelled"]),
        )  # fmt: skip
    question = custom(*days, by=by, **({"source": only} if only else {}))
    live = report_of(manager, "customers", **question)

    build_all()

    assert BuiltMonth.objects.exists()
    assert report_of(manager, "customers", **question) == live


@pytest.mark.parametrize("by", ["source", "branch", "user"])
def test_a_buyer_counts_once_over_months_branches_and_people(
    manager, sales, colleague, sales_b, report_of, by
):
    twice, once = customer_of(sales), customer_of(sales)
    for seller, month in ((sales, 8), (colleague, 9), (sales_b, 10)):
        a_sale(seller, on(2025, month, 5), 10, customer=twice)
    a_sale(sales, on(2025, 9, 5), 10, customer=once)
    build_all()
    total = report_of(manager, "customers", **custom("2025-08-01", "2025-10-31", by=by))["total"]
    assert (total["active"], total["again"], total["orders"]) == (2, 1, 4)


def test_the_largest_customers_are_found_among_single_and_many_orders(manager, sales, report_of):
    many = customer_of(sales)
    for _number in range(5):
        a_sale(sales, on(2025, 10, 5), 30, customer=many)
    singles = [a_sale(sales, on(2025, 10, 6), 40 + number) for number in range(103)]
    report = report_of(manager, "customers", **custom("2025-10-01", "2025-10-31", by="customer"))
    largest = [many.pk if net == 150 else next(o.customer_id for o in singles if o.subtotal == net)
               for net in (150, *range(142, 43, -1))]  # fmt: skip
    assert list(totals(report)) == largest


CUSTOMER_CHANGES = {
    "owner": {"owner": None},
    "source": {"source": "email"},
    "archived": {"archived_at": on(2025, 11, 1)},
    "entered": {"created_at": on(2025, 10, 2)},
}


@pytest.mark.parametrize("change", CUSTOMER_CHANGES)
def test_a_changed_customer_counts_anew_at_once(manager, sales, report_of, change):
    customer = customer_of(sales)
    Customer.objects.filter(pk=customer.pk).update(created_at=on(2025, 9, 1))
    a_sale(sales, on(2025, 9, 3), 100, customer=customer)
    build_all()
    questions = [custom("2025-09-01", "2025-10-31", by=by) for by in ("source", "user")]

    Customer.objects.filter(pk=customer.pk).update(**CUSTOMER_CHANGES[change])

    stale = [report_of(manager, "customers", **question) for question in questions]
    BuiltMonth.objects.all().delete()
    assert [report_of(manager, "customers", **question) for question in questions] == stale
    build_all()
    assert list(differing_months()) == []
    assert [report_of(manager, "customers", **question) for question in questions] == stale


def test_a_changed_customer_leaves_kept_sales_as_they_are(sales):
    customer = customer_of(sales)
    Customer.objects.filter(pk=customer.pk).update(created_at=on(2025, 9, 1))
    a_sale(sales, on(2025, 9, 3), 100, customer=customer)
    build_all()
    Customer.objects.filter(pk=customer.pk).update(owner=None)
    assert not StaleMonth.objects.exclude(is_customers=True).exists()
    Customer.objects.filter(pk=customer.pk).update(name="Other", last_contact_at=timezone.now())
    assert StaleMonth.objects.count() == 1


def test_a_year_of_products_is_read_from_kept_sums_with_what_came_back(manager, sales, report_of):
    order = a_sale(sales, on(2025, 9, 3), 100, cost=5)
    gives_back(order, on(2025, 10, 3), 115)
    build_all()
    question = custom("2025-09-01", "2025-10-31", by="product", compare="none")
    with CaptureQueriesContext(connection) as seen:
        report = report_of(manager, "sales", **question)
    assert Decimal(report["total"]["returned"]) == 115
    read = " ".join(query["sql"] for query in seen)
    assert "reports_productmonth" in read
    assert "orders_orderline" not in read
    assert "orders_orderreturn" not in read


CHANGES = {
    "cancel": lambda order: Order.objects.filter(pk=order.pk).update(status="cancelled"),
    "owner": lambda order: Order.objects.filter(pk=order.pk).update(owner=None),
    "channel": lambda order: Order.objects.filter(pk=order.pk).update(channel="web"),
    "customer": lambda order: Order.objects.filter(pk=order.pk).update(
        customer=customer_of(order.owner)
    ),
    "month": lambda order: Order.objects.filter(pk=order.pk).update(confirmed_at=on(2025, 8, 2)),
    "cost": lambda order: OrderLine.objects.filter(order=order).update(cost=33, shipped=1),
    "return": lambda order: gives_back(order, on(2025, 10, 20), 7),
    "delete": lambda order: order.delete(),
    "add": lambda order: a_sale(order.owner, on(2025, 9, 9), 11),
    "clock": lambda order: type(order.branch).objects.update(time_zone="America/New_York"),
    "company": lambda order: CompanySettings.objects.update(currency="KWD"),
    "rate": lambda order: ExchangeRate.objects.create(currency="USD", on="2025-09-02", rate=9),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_makes_its_month_stale_at_once(manager, sales, report_of, change):
    ExchangeRate.objects.create(currency="USD", on="2025-01-01", rate=4)
    order = a_sale(sales, on(2025, 9, 3), 100, currency="USD")
    a_sale(sales, on(2025, 10, 1, 0, 30), 50)
    build_all()

    CHANGES[change](order)
    CompanySettings.forget()

    assert StaleMonth.objects.exists()
    question = custom("2025-07-01", "2025-11-30", by="period", part="month")
    stale = report_of(manager, "sales", **question)
    BuiltMonth.objects.all().delete()
    assert report_of(manager, "sales", **question) == stale  # read from the orders already
    build_all()
    assert not StaleMonth.objects.exists()
    assert list(differing_months()) == []
    assert report_of(manager, "sales", **question) == stale


RETURN_CHANGES = {
    "channel": lambda made: Order.objects.filter(pk=made.order_id).update(channel="web"),
    "owner": lambda made: Order.objects.filter(pk=made.order_id).update(owner=None),
    "day": lambda made: OrderReturn.objects.filter(pk=made.pk).update(at=on(2025, 11, 2)),
    "credit": lambda made: OrderReturn.objects.filter(pk=made.pk).update(credit=3),
    "lines": lambda made: made.lines.all().delete(),
    "all": lambda made: made.delete(),
}


@pytest.mark.parametrize("change", RETURN_CHANGES)
def test_a_changed_return_counts_anew_at_once(manager, sales, report_of, change):
    order = a_sale(sales, on(2025, 8, 3), 100, cost=5)
    made = gives_back(order, on(2025, 10, 20), 30)
    build_all()

    RETURN_CHANGES[change](made)

    questions = [
        custom("2025-07-01", "2025-11-30", by=by) for by in ("product", "channel", "user", "period")
    ]
    stale = [report_of(manager, "sales", **question) for question in questions]
    BuiltMonth.objects.all().delete()
    assert [report_of(manager, "sales", **question) for question in questions] == stale
    build_all()
    assert list(differing_months()) == []
    assert [report_of(manager, "sales", **question) for question in questions] == stale


def test_the_usual_step_of_an_order_makes_nothing_stale(sales):
    order = a_sale(sales, on(2025, 9, 3), 100)
    a_sale(sales, timezone.now(), 40)
    build_all()
    Order.objects.filter(pk=order.pk).update(status="ready", promised_on="2026-01-01")
    Order.objects.exclude(pk=order.pk).update(status="cancelled")  # of the running month
    assert not StaleMonth.objects.exists()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "sell",
                    "again",
                    "cancel",
                    "hand",
                    "merge",
                    "source",
                    "archive",
                    "ship",
                    "return",
                    "build",
                ]
            ),
            st.integers(0, 99),
            st.decimals(1, 500, places=2),
        ),
        max_size=14,
    )
)
def test_after_any_history_kept_sums_equal_the_orders(sales, colleague, steps):
    for what, number, amount in steps:
        known = list(Order.objects.order_by("pk"))
        if what == "sell" or not known:
            a_sale(sales, on(2025, 8, 15) + timedelta(days=number % 60), amount)
            continue
        order = known[number % len(known)]
        if what == "cancel":
            Order.objects.filter(pk=order.pk).update(status="cancelled")
        elif what == "hand":
            Order.objects.filter(pk=order.pk).update(owner=colleague)
        elif what == "again":
            day = on(2025, 8, 15) + timedelta(days=number % 60)
            a_sale(sales, day, amount, customer=order.customer)
        elif what == "merge":
            Order.objects.filter(pk=order.pk).update(customer=known[0].customer)
        elif what == "source":
            Customer.objects.filter(pk=order.customer_id).update(
                source="email", created_at=order.confirmed_at
            )
        elif what == "archive":
            Customer.objects.filter(pk=order.customer_id).update(archived_at=timezone.now())
        elif what == "return":
            gives_back(order, order.confirmed_at + timedelta(days=number % 60), amount)
        elif what == "ship":
            OrderLine.objects.filter(order=order).update(cost=amount, shipped=1)
        else:
            rebuild_due_months(most=1)
    assert list(differing_months()) == []
    build_all()
    assert list(differing_months()) == []
    sold = Order.objects.exclude(status__in=["cancelled", "quote"])
    kept = sum(SalesDay.objects.values_list("net", flat=True))
    assert kept == sum((order.total - order.tax for order in sold), start=Decimal(0))


def test_the_command_builds_and_its_check_finds_what_is_wrong(sales, capsys):
    a_sale(sales, on(2025, 9, 3), 100)
    call_command("rebuild_reports", "--all")
    call_command("rebuild_reports", "--check")
    assert "equal" in capsys.readouterr().out

    ProductMonth.objects.update(net=1)
    with pytest.raises(CommandError, match="2025-09"):
        call_command("rebuild_reports", "--check")


def test_the_sweep_wakes_one_job_that_builds(sales, queued, run_jobs):
    from reports.tasks import keep_months

    a_sale(sales, on(2025, 9, 3), 100)
    keep_months()
    keep_months()
    assert queued().count("reports.tasks.rebuild_months") == 1
    run_jobs()
    assert not due_months()
    keep_months()
    assert queued() == []
