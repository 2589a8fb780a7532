"""Sales: what counts, on which day, in which currency, and compared with what."""

from decimal import Decimal

import pytest

from accounts.roles import RoleCode
from inventory.models import ProductCategory
from orders.models import ExchangeRate
from tests import factories
from tests.reports.conftest import a_sale, custom, gives_back, on, product_of, totals

pytestmark = pytest.mark.django_db
NOVEMBER = custom("2025-11-01", "2025-11-30")


def test_sales_are_confirmed_orders_without_cancelled_ones_and_quotes(manager, sales, report_of):
    a_sale(sales, on(2025, 11, 3), 100)
    a_sale(sales, on(2025, 11, 4), 50, status="closed")
    a_sale(sales, on(2025, 11, 4), 70, status="cancelled")
    a_sale(sales, on(2025, 11, 4), 90, status="quote")
    a_sale(sales, on(2025, 10, 31), 30)

    report = report_of(manager, "sales", **NOVEMBER, by="branch")

    (row,) = report["rows"]
    assert row["values"] | {"change": None} == {
        "orders": 2, "net": "150.00", "tax": "22.50", "total": "172.50", "share": "100.0",
        "change": None, "mean": "86.25", "returned": "0.00", "margin": "0.00",
        "margin_percent": None,
    }  # fmt: skip
    assert report["comparison"] == {"start": "2025-10-01", "end": "2025-10-31"}
    assert row["values"]["change"] == "400.0"


def test_a_day_begins_by_the_clock_of_the_branch(manager, sales, report_of):
    cairo = factories.make_branch("cai", time_zone="Africa/Cairo")
    seller = factories.make_user(RoleCode.SALES, cairo)
    a_sale(sales, on(2025, 11, 1, 0, 30), 10)  # half past midnight in Riyadh …
    a_sale(seller, on(2025, 11, 1, 0, 30), 20)  # … is the evening before in Cairo

    report = report_of(manager, "sales", **custom("2025-10-31", "2025-11-01"), by="period")

    assert totals(report, "net") == {"2025-10-31": Decimal(20), "2025-11-01": Decimal(10)}


def test_amounts_of_other_currencies_are_exchanged_at_the_rate_of_their_day(
    manager, sales, report_of
):
    ExchangeRate.objects.create(currency="USD", on="2025-01-01", rate=4)
    ExchangeRate.objects.create(currency="USD", on="2025-11-10", rate=3)
    a_sale(sales, on(2025, 11, 9), 100, currency="USD")
    a_sale(sales, on(2025, 11, 10), 100, currency="USD")
    a_sale(sales, on(2025, 11, 10), 1000, currency="EUR")  # nobody said what it is worth

    report = report_of(manager, "sales", **NOVEMBER, by="channel")

    assert totals(report, "net") == {"phone": Decimal(700)}
    assert report["rows"][0]["values"]["orders"] == 3
    assert len(report["notes"]) == 1


def test_returns_count_on_the_day_they_came_back(manager, sales, report_of):
    order = a_sale(sales, on(2025, 10, 20), 100, cost=40)
    gives_back(order, on(2025, 11, 5), "57.50")

    october = report_of(manager, "sales", **custom("2025-10-01", "2025-10-31"), by="user")
    november = report_of(manager, "sales", **NOVEMBER, by="user")

    assert october["total"]["returned"] == "0.00"
    assert (november["total"]["total"], november["total"]["returned"]) == ("0.00", "57.50")


@pytest.mark.parametrize("by", ["product", "category"])
def test_lines_of_orders_add_up_to_the_orders_by_product_and_category(
    manager, sales, report_of, by
):
    category = ProductCategory.objects.create(code="ac", name_ar="تكييف", name_en="Cooling")
    split = product_of(category=category)
    a_sale(sales, on(2025, 11, 3), 100, product=split, quantity=4, cost=60)
    order = a_sale(sales, on(2025, 11, 3), 40)
    gives_back(order, on(2025, 11, 5), 23)

    report = report_of(manager, "sales", **NOVEMBER, by=by)

    key = split.pk if by == "product" else category.pk
    row = next(row for row in report["rows"] if row["key"] == key)
    assert Decimal(row["values"]["quantity"]) == 4
    assert row["values"]["margin"] == "40.00"
    assert (report["total"]["net"], report["total"]["returned"]) == ("140.00", "23.00")


def test_a_filter_by_category_holds_what_lies_below_it(manager, sales, report_of):
    above = ProductCategory.objects.create(code="a", name_ar="أ", name_en="A")
    below = ProductCategory.objects.create(code="b", name_ar="ب", name_en="B", parent=above)
    a_sale(sales, on(2025, 11, 3), 100, product=product_of(category=below))
    a_sale(sales, on(2025, 11, 3), 40)

    report = report_of(manager, "sales", **NOVEMBER, by="channel", category=above.pk)

    assert totals(report, "net") == {"phone": Decimal(100)}


def test_each_part_of_a_period_is_compared_with_the_same_part_of_the_period_before(
    manager, sales, report_of
):
    a_sale(sales, on(2025, 11, 2), 150)
    a_sale(sales, on(2024, 11, 2), 100)

    report = report_of(manager, "sales", **NOVEMBER, by="period", compare="year")

    assert [(row["key"], row["values"]["change"]) for row in report["rows"]] == [
        ("2025-11-02", "50.0")
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "moon"}, {"branch": "x"}, {"branch": "99999999999999999999"}, {"period": "age"},
        {"start": "2025-13-01", "period": "custom"}, {"user": "\x00"}, {"category": "-1"},
        {"channel": "\ud800"}, {"start": "0000-00-00"}, {"order": "x" * 31},
    ],
)  # fmt: skip
def test_parameters_that_are_no_choice_are_refused(manager, api_of, client_of, wrong):
    assert api_of(manager).get("/api/v1/reports/sales/", _sendable(wrong)).status_code == 400
    page = client_of(manager).get("/reports/sales/", _sendable(wrong))
    assert page.status_code in (200, 400)  # what no database can hold is refused earlier
    assert page.status_code == 400 or b'role="alert"' in page.content


@pytest.mark.parametrize(
    ("start", "end"), [("0001-01-01", "9999-12-31"), ("2025-03-31", "2025-03-01")]
)
def test_any_days_are_put_in_order_and_in_bounds(manager, sales, report_of, start, end):
    a_sale(sales, on(2025, 3, 5), 10)
    assert report_of(manager, "sales", **custom(start, end), by="period")["total"]["net"] == "10.00"


def _sendable(values: dict) -> dict:
    return {key: value.encode("utf-8", "surrogatepass") for key, value in values.items()}
