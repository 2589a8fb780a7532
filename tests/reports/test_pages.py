"""Pages, files, tiles and the rows behind figures."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity, SavedView
from orders.models import Order
from reports.catalogue import REPORTS
from tests.reports.conftest import a_sale, custom, gives_back, on, product_of

pytestmark = pytest.mark.django_db
NOVEMBER = custom("2025-11-01", "2025-11-30")
KINDS = [(code, kind) for code, report in REPORTS.items() for kind in report.kinds]
MOST_QUERIES = {"sales": 22, "staff": 36, "customers": 34, "stock": 24}


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("code", "by"), KINDS)
def test_every_report_has_a_page_in_both_languages(
    manager, sales, client_of, code, by, language, django_assert_max_num_queries
):
    a_sale(sales, on(2025, 11, 3), 100, cost=3)
    manager.language = language
    manager.save()
    browser = client_of(manager)
    browser.get(f"/reports/{code}/", {"period": "today"})  # warm: company, content types
    with django_assert_max_num_queries(MOST_QUERIES[code]):
        page = browser.get(f"/reports/{code}/", {**NOVEMBER, "by": by})
    assert page.status_code == 200
    assert b"report-result" in page.content


def test_queries_do_not_grow_with_the_rows(manager, sales, client_of):
    browser = client_of(manager)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            browser.get("/reports/sales/", {**NOVEMBER, "by": "product"})
        return len(caught)

    a_sale(sales, on(2025, 11, 3), 100)
    count()
    few = count()
    for _number in range(5):
        a_sale(sales, on(2025, 11, 3), 100)
    assert count() == few


def test_a_long_report_shows_its_largest_rows_and_the_rest_as_one(manager, sales, client_of):
    for number in range(1, 54):
        a_sale(sales, on(2025, 11, 3), number * 100)
    browser = client_of(manager)
    question = {**NOVEMBER, "by": "product"}

    first = browser.get("/reports/sales/", question)
    page = first.content.decode()
    assert page.count('class="report-name"') == 50 + 2  # the others as one, and the total
    assert "The other 3 rows" in page
    others = page[page.index("The other 3 rows") : page.index("Total</bdi>")]
    assert ">690.00<" in others  # 100, 200 and 300 with tax
    assert "href" not in others

    last = browser.get(f"/reports/sales/{first.context['window'].next_url}").content.decode()
    assert last.count('class="report-name"') == 3 + 2
    assert "The other 50 rows" in last
    everything = browser.get("/reports/sales/", {**question, "rows": "all"}).content.decode()
    assert everything.count('class="report-name"') == 53 + 1
    assert "The other" not in everything


@pytest.mark.parametrize("start", ["x", "-1", "9" * 30, "٣", "7", "1000"])
def test_rows_from_nowhere_are_the_first_rows(manager, sales, client_of, start):
    a_sale(sales, on(2025, 11, 3), 100)
    question = {**NOVEMBER, "by": "product", "from": start}
    page = client_of(manager).get("/reports/sales/", question)
    assert page.content.count(b'class="report-name"') == 2


def test_only_a_running_report_says_that_its_figures_may_be_old(manager, client_of):
    browser = client_of(manager)
    assert b"data-stale-after" in browser.get("/reports/sales/", {"period": "month"}).content
    assert b"data-stale-after" not in browser.get("/reports/sales/", NOVEMBER).content


def test_htmx_gets_the_result_alone(manager, client_of):
    page = client_of(manager).get("/reports/sales/", NOVEMBER, headers={"HX-Request": "true"})
    assert page.content.strip().startswith(b'<div id="report-result"')
    assert "HX-Request" in page["Vary"]


def test_the_last_parameters_are_remembered(manager, client_of):
    browser = client_of(manager)
    browser.get("/reports/sales/", {"period": "year", "by": "user"})
    again = browser.get("/reports/sales/")
    assert again.status_code == 302
    assert again["Location"] == "/reports/sales/?period=year&by=user"
    assert browser.get("/reports/staff/").status_code == 200


def test_a_question_can_be_kept_as_a_favourite(manager, client_of):
    browser = client_of(manager)
    kept = {"page": "reports:sales", "query": "period=year&by=user", "name": "Mine"}
    assert browser.post(reverse("accounts:saved_view_new"), kept).status_code in (204, 302)
    assert SavedView.objects.get().page == "reports:sales"
    page = browser.get("/reports/sales/?period=year&by=user").content.decode()
    assert "Mine" in page
    assert 'aria-current="page"' in page


@pytest.mark.parametrize(
    ("by", "key_of"),
    [
        ("channel", lambda order: order.channel), ("branch", lambda order: order.branch_id),
        ("user", lambda order: order.owner_id), ("period", lambda _order: "2025-11-03"),
        ("product", lambda order: order.lines.get().product_id),
        ("category", lambda _order: "none"),
    ],
)  # fmt: skip
def test_the_rows_behind_a_figure_are_exactly_its_rows(manager, sales, client_of, by, key_of):
    order = a_sale(sales, on(2025, 11, 3), 100)
    other = a_sale(None, on(2025, 11, 4), 50, branch=_other_branch(), channel="web",
                   product=product_of(category=_category()))  # fmt: skip
    cancelled = a_sale(sales, on(2025, 11, 3), 70, status="cancelled")
    october = a_sale(sales, on(2025, 10, 3), 70)
    browser = client_of(manager)
    question = {**NOVEMBER, "by": by, "part": "day"}
    link = f"key={key_of(order)}"

    report = browser.get("/reports/sales/", question).content.decode()
    rows = browser.get("/reports/sales/rows/", {**question, "what": "sales", "key": key_of(order)})

    assert link in report
    page = rows.content.decode()
    assert order.number in page
    for wrong in (other, cancelled, october):
        assert f">{wrong.number}<" not in page


def test_the_customers_who_bought_again_are_behind_their_figure(manager, sales, client_of):
    once, twice = a_sale(sales, on(2025, 11, 3)), a_sale(sales, on(2025, 11, 3))
    a_sale(sales, on(2025, 11, 9), customer=twice.customer)
    a_sale(sales, on(2025, 10, 9), customer=once.customer)
    browser, question = client_of(manager), {**NOVEMBER, "by": "source"}
    link = f"what=again&amp;key={twice.customer.source}"
    assert link in browser.get("/reports/customers/", question).content.decode()
    Order.objects.filter(customer=twice.customer).update(owner=None)
    for by, key in (("source", twice.customer.source), ("source", ""), ("user", "none")):
        rows = browser.get(
            "/reports/customers/rows/", {**NOVEMBER, "by": by, "what": "again", "key": key}
        ).content.decode()
        assert twice.customer.code in rows
        assert once.customer.code not in rows
    for by, key in (("user", sales.pk), ("branch", 0), ("source", "email")):
        rows = browser.get(
            "/reports/customers/rows/", {**NOVEMBER, "by": by, "what": "again", "key": key}
        ).content.decode()
        assert twice.customer.code not in rows


def test_bars_of_two_periods_stand_side_by_side(manager, sales, client_of):
    a_sale(sales, on(2025, 11, 3))
    a_sale(sales, on(2025, 10, 3))
    browser = client_of(manager)
    for by, is_stacked in (("product", False), ("channel", True)):
        page = browser.get("/reports/sales/", {**NOVEMBER, "by": by})
        assert page.context["chart_data"]["stacked"] is is_stacked


def test_a_figure_says_whether_there_is_anything_to_compare_it_with(manager, sales, client_of):
    manager.language = "en"
    manager.save()
    browser = client_of(manager)
    a_sale(sales, on(2025, 11, 3))
    for words in ("nothing to compare with", "against the period before"):
        figure = browser.get("/reports/sales/", NOVEMBER).context["kpis"][0]
        assert figure["context"] == words
        a_sale(sales, on(2025, 10, 3))


def test_the_returns_behind_a_figure(manager, sales, client_of):
    order = a_sale(sales, on(2025, 10, 3), 100)
    made = gives_back(order, on(2025, 11, 5), 115)
    page = client_of(manager).get(
        "/reports/sales/rows/", {**NOVEMBER, "by": "product", "what": "returns",
                                 "key": order.lines.get().product_id}
    )  # fmt: skip
    assert made.number in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "moon"}, {"what": "sales", "key": "x", "by": "user"}, {"what": ""},
        {"what": "sales", "key": "2025-11-03", "by": "period", "part": "age"},
        {"what": "sales", "key": "2024-01-01", "by": "period", "part": "day"},
        {"what": "sales", "after": "bad"}, {"what": "sales", "by": "moon"},
        {"what": "sales", "key": "9" * 40, "by": "product"},
    ],
)  # fmt: skip
def test_rows_that_belong_to_no_figure_are_not_there(manager, client_of, wrong):
    answer = client_of(manager).get("/reports/sales/rows/", {**NOVEMBER, **wrong})
    assert answer.status_code == 404


def test_rows_come_page_by_page(manager, sales, client_of):
    for _number in range(55):
        a_sale(sales, on(2025, 11, 3), 1)
    browser = client_of(manager)
    first = browser.get("/reports/sales/rows/", {**NOVEMBER, "what": "sales"})
    assert first.content.count(b'<a class="name"') == 50
    second = browser.get(first.context["next_url"], headers={"HX-Request": "true"})
    assert second.content.count(b'<a class="name"') == 5
    assert b"<html" not in second.content


def test_files_hold_exactly_what_is_shown(manager, sales, client_of):
    product = product_of(name_ar="=cmd()", name_en="=cmd()")
    a_sale(sales, on(2025, 11, 3), "1234.56", product=product)
    browser = client_of(manager)
    question = {**NOVEMBER, "by": "product"}

    sheet = browser.get("/reports/sales/export/csv/", question).content.decode("utf-8-sig")
    head, row, total = csv.reader(StringIO(sheet))
    assert row[0] == "'=cmd()"
    assert Decimal(row[head.index("Net (SAR)")]) == Decimal("1234.56")
    assert total[head.index("Tax (SAR)")] == "185.18"

    book = browser.get("/reports/sales/export/xlsx/", question).content
    with ZipFile(BytesIO(book)) as package:
        cells = package.read("xl/worksheets/sheet1.xml").decode()
    assert "1234.56" in cells
    assert "<f>" not in cells

    paper = browser.get("/reports/sales/export/pdf/", question).content
    assert paper.startswith(b"%PDF")
    assert Activity.objects.filter(verb="report.exported").count() == 3
    assert browser.get("/reports/sales/export/exe/", question).status_code == 404
    assert browser.get("/reports/sales/export/csv/", {"by": "moon"}).status_code == 400


def test_exports_are_counted(manager, client_of):
    browser = client_of(manager)
    answers = [browser.get("/reports/stock/export/csv/").status_code for _turn in range(11)]
    assert answers == [200] * 10 + [429]


def test_home_figures_follow_the_role_and_the_button_counts_now(
    manager, sales, inspector, client_of
):
    a_sale(sales, timezone.now(), 100, promised_on="2025-01-01")
    browser = client_of(sales)
    first = browser.get("/reports/home/figures/").content.decode()
    assert "115" in first
    assert "Overdue orders" in first
    Order.objects.update(status="cancelled")
    assert "115" in browser.get("/reports/home/figures/").content.decode()
    assert "115" not in browser.get("/reports/home/figures/?fresh=1").content.decode()
    other = client_of(inspector).get("/reports/home/figures/").content.decode()
    assert "Sales today" not in other
    cache.clear()
    assert "Low stock" in client_of(manager).get("/reports/home/figures/").content.decode()


def test_the_list_of_reports_shows_what_may_be_opened(manager, sales, inspector, client_of):
    assert client_of(manager).get("/reports/").content.count(b"report-card") == 4
    assert client_of(sales).get("/reports/")["Location"] == "/reports/sales/"
    assert b"report-card" not in client_of(inspector).get("/reports/").content


def _other_branch():
    from tests import factories

    return factories.make_branch("oth")


def _category():
    from inventory.models import ProductCategory

    return ProductCategory.objects.create(code="c", name_ar="ف", name_en="C")
