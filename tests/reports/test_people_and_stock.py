"""Staff, customers and stock: figures and the rows behind them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Role
from inspections.models import Inspection, InspectionEvent, InspectionType
from inventory.models import StockMovement, Transfer, TransferLine, Warehouse
from inventory.services import Move, move_stock
from leads.models import Lead
from tests import factories
from tests.reports.conftest import a_sale, custom, on, product_of, totals

pytestmark = pytest.mark.django_db
NOVEMBER = custom("2025-11-01", "2025-11-30")


def test_staff_figures_of_orders_quotes_and_delays(manager, sales, colleague, report_of):
    a_sale(sales, on(2025, 11, 10), 100, created_at=on(2025, 11, 6))
    a_sale(sales, on(2025, 11, 12), 300, created_at=on(2025, 11, 10))
    a_sale(
        sales, on(2025, 11, 11), 50, status="quote", created_at=on(2025, 11, 11), confirmed_at=None
    )
    a_sale(colleague, on(2025, 11, 3), 40, created_at=on(2025, 11, 2),
           promised_on="2025-11-05")  # fmt: skip

    report = report_of(manager, "staff", **NOVEMBER)

    values = {row["key"]: row["values"] for row in report["rows"]}
    mine = values[sales.pk]
    assert (mine["orders"], mine["total"], mine["mean"]) == (2, "460.00", "230.00")
    assert (mine["quotes"], mine["won"], mine["conversion"]) == (3, 2, "66.7")
    assert mine["days"] == "3.00"
    assert (mine["overdue"], values[colleague.pk]["overdue"]) == (0, 1)
    assert report["total"]["days"] == "2.33"


def test_staff_figures_of_inspections_and_leads(manager, sales, inspector, report_of, client_of):
    visit = _visit(inspector, sales)
    InspectionEvent.objects.create(
        inspection=visit, status="no_show", now_at=on(2025, 11, 3), inspector=inspector
    )
    lead = factories.make_lead(factories.make_channel(sales.branch))
    Lead.objects.update(
        owner=sales, received_at=on(2025, 11, 4), accepted_at=on(2025, 11, 4), status="converted"
    )

    report = report_of(manager, "staff", **NOVEMBER)

    values = {row["key"]: row["values"] for row in report["rows"]}
    assert (values[inspector.pk]["visits"], values[inspector.pk]["no_shows"]) == (1, 1)
    theirs = values[sales.pk]
    assert (theirs["leads"], theirs["accepted"], theirs["converted"]) == (1, 1, 1)
    browser = client_of(manager)
    for what, person, shown in (
        ("visits", inspector, visit.number), ("no_shows", inspector, visit.number),
        ("leads", sales, lead.code), ("converted", sales, lead.code),
    ):  # fmt: skip
        question = {**NOVEMBER, "what": what, "key": person.pk}
        assert shown in browser.get("/reports/staff/rows/", question).content.decode()


def test_staff_columns_need_the_permission_of_what_they_count(supervisor, report_of, client_of):
    role = Role.objects.get(pk=supervisor.role_id)
    role.grants = {**role.grants, "leads.view_lead": "none", "inspections.view_inspection": "none"}
    role.save()
    supervisor.refresh_from_db()
    columns = {one["key"] for one in report_of(supervisor, "staff", **NOVEMBER)["columns"]}
    assert not columns & {"leads", "converted", "visits", "no_shows"}
    browser = client_of(supervisor)
    assert browser.get("/reports/staff/rows/", {"what": "leads"}).status_code == 403
    assert browser.get("/reports/staff/rows/", {"what": "visits"}).status_code == 403


@pytest.mark.parametrize("what", ["sales", "quotes", "won", "overdue"])
def test_the_orders_behind_staff_figures(manager, sales, colleague, client_of, what):
    mine = a_sale(sales, on(2025, 11, 10), 100, promised_on="2025-11-12")
    other = a_sale(colleague, on(2025, 11, 10), 100, promised_on="2025-11-12")
    question = {**NOVEMBER, "what": what, "key": sales.pk}
    page = client_of(manager).get("/reports/staff/rows/", question).content.decode()
    assert mine.number in page
    assert other.number not in page


def test_customers_new_active_and_returning(manager, sales, report_of):
    loyal = _customer(sales, on(2025, 5, 1), "referral")
    fresh = _customer(sales, on(2025, 11, 5), "whatsapp")
    _customer(sales, on(2025, 10, 5), "whatsapp")
    for day in (3, 4, 5):
        a_sale(sales, on(2025, 11, day), 100, customer=loyal)
    a_sale(sales, on(2025, 11, 6), 50, customer=fresh)

    report = report_of(manager, "customers", **NOVEMBER, by="source")

    values = {row["key"]: row["values"] for row in report["rows"]}
    assert values["whatsapp"] == {
        "new": 1, "change": "0.0", "active": 1, "again": 0, "repeat": "0.0", "orders": 1
    }  # fmt: skip
    assert values["referral"]["again"] == 1
    assert (report["total"]["active"], report["total"]["repeat"]) == (2, "50.0")

    largest = report_of(manager, "customers", **NOVEMBER, by="customer")
    assert list(totals(largest).items()) == [(loyal.pk, Decimal(345)), (fresh.pk, Decimal("57.5"))]
    branches = report_of(manager, "customers", **NOVEMBER, by="branch")
    assert branches["total"]["each"] == "201.25"


def test_last_contacts_fall_into_exactly_one_bucket_each(manager, sales, report_of, client_of):
    for days in (0, 7, 20, 60, 100, 300, 900):
        customer = _customer(sales, on(2025, 1, 1))
        type(customer).objects.filter(pk=customer.pk).update(
            last_contact_at=timezone.now() - timedelta(days=days, seconds=60)
        )
    report = report_of(manager, "customers", by="contact")
    assert list(totals(report, "count").values()) == [1, 2, 1, 1, 1, 1]
    for key, count in totals(report, "count").items():
        page = client_of(manager).get(
            "/reports/customers/rows/", {"by": "contact", "what": "contact", "key": key}
        )
        assert page.context["count"] == count


@pytest.mark.parametrize(("by", "what"), [("source", "new"), ("user", "new"), ("customer", "sales"),
                                      ("source", "sales"), ("branch", "sales")])  # fmt: skip
def test_the_rows_behind_customer_figures(manager, sales, sales_b, client_of, by, what):
    wanted = _customer(sales, on(2025, 11, 5), "whatsapp")
    other = _customer(sales_b, on(2025, 11, 5), "email")
    orders = [
        a_sale(one.owner, on(2025, 11, 6), 10, customer=one, branch=one.branch)
        for one in (wanted, other)
    ]
    key = {"source": "whatsapp", "user": sales.pk, "customer": wanted.pk,
           "branch": wanted.branch_id}[by]  # fmt: skip
    page = client_of(manager).get(
        "/reports/customers/rows/", {**NOVEMBER, "by": by, "what": what, "key": key}
    )
    shown = [wanted.code, other.code] if what == "new" else [one.number for one in orders]
    assert shown[0] in page.content.decode()
    assert shown[1] not in page.content.decode()


def test_stock_value_movement_and_slow_movers(manager, sales, riyadh, report_of, client_of):
    place = Warehouse.objects.create(code="ruh", name_ar="م", name_en="Main", branch=riyadh)
    there = Warehouse.objects.create(code="two", name_ar="ث", name_en="Second", branch=riyadh)
    quick, slow = product_of(), product_of()
    _move(quick, place, 10, "receipt", cost=6)
    _move(slow, place, 5, "receipt", cost=4)
    _move(quick, place, -4, "issue")
    sent = Transfer.objects.create(
        number="T-1", origin=place, destination=there, status="sent", created_by=manager,
        sent_at=timezone.now(),
    )  # fmt: skip
    TransferLine.objects.create(
        transfer=sent, product=quick, quantity=3, received=1, unit_cost=6, arrival_cost=6
    )

    report = report_of(manager, "stock", period="month", by="product")

    values = {row["key"]: row["values"] for row in report["rows"]}
    assert (values[quick.pk]["on_hand"], values[quick.pk]["value"]) == ("6.000", "36.00")
    assert (values[quick.pk]["came"], values[quick.pk]["left"]) == ("10.000", "4.000")
    assert (values[quick.pk]["left_value"], values[quick.pk]["transit"]) == ("24.00", "12.00")
    assert (values[slow.pk]["turnover"], values[slow.pk]["lasts"]) == ("0.00", None)
    assert report["total"]["value"] == "56.00"
    assert "20.00" in [kpi["value"] for kpi in report["kpis"]]  # slow movers

    browser = client_of(manager)
    for what, key, shown in (
        ("lying", quick.pk, quick.sku), ("slow", "", slow.sku), ("came", quick.pk, quick.name_en),
        ("left", quick.pk, quick.name_en), ("transit", quick.pk, "T-1"),
    ):  # fmt: skip
        question = {"period": "month", "by": "product", "what": what, "key": key}
        page = browser.get("/reports/stock/rows/", question).content.decode()
        assert shown in page
        assert (slow if what != "slow" else quick).sku not in page or what in ("came", "left")


def test_kept_movements_answer_as_the_ledger_does(manager, riyadh, report_of):
    from reports.models import MovementMonth
    from reports.services import differing_months, due_months, rebuild_due_months

    place = Warehouse.objects.create(code="ruh", name_ar="م", name_en="Main", branch=riyadh)
    product = product_of()
    for number, day in enumerate((on(2025, 9, 3), on(2025, 10, 4), on(2025, 11, 5))):
        _move(product, place, 10, "receipt", cost=6 + number, at=day)
        _move(product, place, -3, "issue", at=day + timedelta(days=1))
    question = custom("2025-09-01", "2025-11-20", by="product", part="month")
    live = report_of(manager, "stock", **question)
    while due_months():
        rebuild_due_months()
    assert MovementMonth.objects.count() == 3
    assert list(differing_months()) == []
    assert report_of(manager, "stock", **question) == live
    _move(product, place, -1, "issue", at=on(2025, 9, 20))
    assert report_of(manager, "stock", **question)["total"]["left"] == "10.000"


def _move(product, place, quantity, kind, *, cost=None, at=None):
    move = Move(
        kind=StockMovement.Kind(kind), product_id=product.pk, warehouse_id=place.pk,
        quantity=Decimal(quantity), unit_cost=None if cost is None else Decimal(cost),
        source=f"test:{product.pk}:{StockMovement.objects.count()}",
    )  # fmt: skip
    if at is None:
        move_stock([move], actor=None)
        return
    from inventory.models import Inventory

    stock, _is_new = Inventory.objects.get_or_create(product=product, warehouse=place)
    StockMovement.objects.create(
        inventory=stock, kind=kind, quantity=quantity, unit_cost=cost, source=move.source, at=at
    )


def _customer(owner, at, source="other"):
    customer = factories.make_customer(owner.branch, owner)
    type(customer).objects.filter(pk=customer.pk).update(created_at=at, source=source)
    customer.refresh_from_db()
    return customer


def _visit(inspector, owner):
    kind = InspectionType.objects.create(name_ar="قياس", name_en="Measure")
    return Inspection.objects.create(
        number="V-1", type=kind, branch=owner.branch, owner=owner, inspector=inspector,
        customer=factories.make_customer(owner.branch, owner), status="completed",
        starts_at=on(2025, 11, 3), ends_at=on(2025, 11, 3, 14), is_outside_hours_allowed=True,
    )  # fmt: skip
