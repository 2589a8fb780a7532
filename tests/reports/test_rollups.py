"""Kept sums equal the orders, whatever happens to those; what is stale is read from the orders."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import CompanySettings
from orders.models import ExchangeRate, Order, OrderLine
from reports.models import BuiltMonth, ProductMonth, SalesDay, StaleMonth
from reports.services import differing_months, due_months, rebuild_due_months
from tests.reports.conftest import a_sale, custom, on, product_of

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
        a_sale(
            seller, day, chance.randrange(1, 900), product=chance.choice(products), cost=5,
            channel=chance.choice(["phone", "web"]),
            status=chance.choice(["closed", "cancelled", "returned", "shipped"]),
        )  # fmt: skip
    question = {**AUTUMN, "by": by, "part": part}
    live = report_of(manager, "sales", **question)

    build_all()

    assert BuiltMonth.objects.exists()
    assert report_of(manager, "sales", **question) == live


CHANGES = {
    "cancel": lambda order: Order.objects.filter(pk=order.pk).update(status="cancelled"),
    "owner": lambda order: Order.objects.filter(pk=order.pk).update(owner=None),
    "branch": lambda order: Order.objects.filter(pk=order.pk).update(channel="web"),
    "month": lambda order: Order.objects.filter(pk=order.pk).update(confirmed_at=on(2025, 8, 2)),
    "cost": lambda order: OrderLine.objects.filter(order=order).update(cost=33, shipped=1),
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
            st.sampled_from(["sell", "cancel", "hand", "ship", "build"]),
            st.integers(0, 99),
            st.decimals(1, 500, places=2),
        ),
        max_size=12,
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
