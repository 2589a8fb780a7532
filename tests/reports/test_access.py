"""Reports show what the reader may see, and nothing of others: canaries of another branch."""

from decimal import Decimal

import pytest

from accounts.models import Role
from inventory.models import Inventory, StockMovement, Warehouse
from inventory.services import Move, move_stock
from orders.models import Order
from reports.catalogue import REPORTS
from tests import factories
from tests.reports.conftest import a_sale, custom, gives_back, on, product_of, totals

pytestmark = pytest.mark.django_db
NOVEMBER = custom("2025-11-01", "2025-11-30")
CANARY = Decimal("7654321.00")
KINDS = [(code, kind) for code, report in REPORTS.items() for kind in report.kinds]


@pytest.fixture
def canaries(sales, colleague, sales_b, jeddah, inspector):
    """One sale of the reader, one of a colleague, and loud ones of another branch."""
    a_sale(sales, on(2025, 11, 3), 100)
    a_sale(colleague, on(2025, 11, 3), 200)
    product = product_of(name_ar="كناري", name_en="Canary")
    order = a_sale(sales_b, on(2025, 11, 3), CANARY, product=product, cost=1)
    gives_back(order, on(2025, 11, 4), "654321.98")
    place = Warehouse.objects.create(code="jed", name_ar="كناري", name_en="Canary", branch=jeddah)
    move = Move(
        kind=StockMovement.Kind.RECEIPT, product_id=product.pk, warehouse_id=place.pk,
        quantity=Decimal(54321), unit_cost=Decimal(7), source="test:canary",
    )  # fmt: skip
    move_stock([move], actor=None)
    return order


def test_each_scope_adds_up_only_its_own_rows(canaries, sales, supervisor, manager, report_of):
    assert report_of(sales, "sales", **NOVEMBER)["total"]["net"] == "100.00"
    assert report_of(supervisor, "sales", **NOVEMBER)["total"]["net"] == "300.00"
    assert report_of(manager, "sales", **NOVEMBER)["total"]["net"] == str(300 + CANARY)


@pytest.mark.parametrize(("code", "by"), KINDS)
def test_nothing_of_another_branch_reaches_a_branch(canaries, branch_manager, api_of, code, by):
    answer = api_of(branch_manager).get(f"/api/v1/reports/{code}/", {**NOVEMBER, "by": by})
    assert answer.status_code == 200, answer.content
    body = answer.content.decode()
    for canary in ("7654321", "654321", "54321", "380247", "Canary", "كناري"):
        assert canary not in body


@pytest.mark.parametrize("what", ["sales", "returns"])
def test_the_rows_behind_a_figure_keep_to_the_branch_too(canaries, supervisor, client_of, what):
    for key in ("", str(canaries.branch_id)):
        query = {**NOVEMBER, "what": what, "by": "branch", "key": key}
        page = client_of(supervisor).get("/reports/sales/rows/", query)
        assert canaries.number not in page.content.decode()


def test_a_foreign_branch_or_person_is_no_choice(canaries, supervisor, sales, api_of):
    for who, wanted in (
        (supervisor, {"branch": canaries.branch_id}),
        (supervisor, {"user": canaries.owner_id}),
        (sales, {"user": canaries.owner_id}),
    ):
        assert api_of(who).get("/api/v1/reports/sales/", wanted).status_code == 400


def test_the_narrower_of_report_and_orders_decides(canaries, supervisor, report_of):
    role = Role.objects.get(pk=supervisor.role_id)
    role.grants = {**role.grants, "reports.view_sales": "company"}
    role.save()
    supervisor.refresh_from_db()
    assert report_of(supervisor, "sales", **NOVEMBER)["total"]["net"] == "300.00"


@pytest.mark.parametrize("code", REPORTS)
def test_who_lacks_the_permission_is_refused_everywhere(inspector, client_of, api_of, code):
    browser = client_of(inspector)
    for path in ("", "rows/?what=sales", "export/csv/"):
        assert browser.get(f"/reports/{code}/{path}").status_code == 403
    assert api_of(inspector).get(f"/api/v1/reports/{code}/").status_code == 403


def test_a_permission_for_the_report_alone_is_not_enough(sales, api_of, client_of):
    role = Role.objects.get(pk=sales.role_id)
    role.grants = {**role.grants, "orders.view_order": "none"}
    role.save()
    sales.refresh_from_db()
    assert api_of(sales).get("/api/v1/reports/sales/").status_code == 403
    assert client_of(sales).get("/reports/sales/").status_code == 403


def test_exporting_needs_its_own_permission(sales, supervisor, client_of):
    for person in (sales, supervisor):
        assert client_of(person).get("/reports/sales/").status_code == 200
        assert client_of(person).get("/reports/sales/export/csv/").status_code == 403


def test_an_unknown_report_is_not_found(manager, client_of):
    assert client_of(manager).get("/reports/salaries/rows/").status_code == 404


def test_margins_are_for_those_who_see_them(canaries, sales, manager, report_of, client_of):
    role = Role.objects.get(pk=sales.role_id)
    role.hidden_fields = {"orders.margin": "hidden"}
    role.save()
    sales.refresh_from_db()
    columns = {one["key"] for one in report_of(sales, "sales", **NOVEMBER)["columns"]}
    assert not columns & {"margin", "margin_percent"}
    assert "margin" in report_of(manager, "sales", **NOVEMBER)["total"]
    assert b"Margin" not in client_of(sales).get("/reports/sales/", NOVEMBER).content


def test_stock_value_is_hidden_with_the_cost(canaries, storekeeper, riyadh, report_of):
    place = Warehouse.objects.create(code="ruh", name_ar="م", name_en="W", branch=riyadh)
    product = product_of()
    move = Move(
        kind=StockMovement.Kind.RECEIPT, product_id=product.pk, warehouse_id=place.pk,
        quantity=Decimal(5), unit_cost=Decimal("12.34"), source="test:1",
    )  # fmt: skip
    move_stock([move], actor=None)
    seen = report_of(storekeeper, "stock", period="today")
    assert totals(seen, "value") == {place.pk: Decimal("61.70")}

    role = Role.objects.get(pk=storekeeper.role_id)
    role.hidden_fields = {"inventory.cost": "hidden"}
    role.save()
    storekeeper.refresh_from_db()

    hidden = report_of(storekeeper, "stock", period="today")
    assert totals(hidden, "on_hand") == {place.pk: Decimal(5)}
    assert "61.7" not in str(hidden)
    assert "12.34" not in str(hidden)


def test_stock_of_a_narrower_scope_than_a_branch_is_nothing(storekeeper, report_of):
    product, place = product_of(), None
    place = Warehouse.objects.create(
        code="ruh", name_ar="م", name_en="W", branch=storekeeper.branch
    )
    Inventory.objects.create(product=product, warehouse=place)
    role = Role.objects.get(pk=storekeeper.role_id)
    role.grants = {**role.grants, "reports.view_stock": "own"}
    role.save()
    storekeeper.refresh_from_db()
    assert report_of(storekeeper, "stock")["rows"] == []


@pytest.mark.parametrize("scope", ["own", "department", "branch", "company", "none"])
def test_a_reach_holds_exactly_the_rows_that_are_visible(canaries, colleague, scope):
    from reports.reach import reach_of
    from reports.rows import in_reach

    factories.make_department(colleague.branch)
    colleague.department = factories.make_department(colleague.branch)
    colleague.save()
    role = Role.objects.get(pk=colleague.role_id)
    role.grants = {**role.grants, "orders.view_order": scope}
    role.save()
    colleague.refresh_from_db()

    reached = Order.objects.filter(in_reach(reach_of(colleague, ["orders.view_order"])))

    assert set(reached) == set(Order.objects.visible_to(colleague))
