"""With a scanner in hand: it types a code and Enter, and the field is ready for the next."""

import pytest
from playwright.sync_api import expect

from accounts.roles import RoleCode
from inventory.models import Inventory, StockCount
from tests.factories import make_branch, make_company, make_user
from tests.inventory.conftest import a_product, receive

pytestmark = pytest.mark.browser


@pytest.fixture
def place(site):
    """A warehouse with three pieces of a product that has a barcode, and its storekeeper."""
    from inventory.models import Warehouse

    make_company()
    branch = make_branch("riy", name_ar="الرياض", name_en="Riyadh")
    place = Warehouse.objects.create(code="m", name_ar="م", name_en="Main", branch=branch)
    product = a_product(sku="AC-18", barcode="6281000000014", name_en="Split unit", cost=50)
    receive(product, place, 3)
    return place


def scanned(page, code: str) -> None:
    page.keyboard.type(code)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")


def test_two_scans_of_one_code_are_one_line_with_two_pieces(site, page_of, place):
    keeper = make_user(RoleCode.STOREKEEPER, place.branch, email="k@demo.example")
    page = page_of(keeper)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{site.url}/inventory/receive/")
    page.locator("#scan-code:focus").wait_for()
    scanned(page, "6281000000014")
    page.get_by_role("status").get_by_text("Split unit").wait_for()
    page.locator("#scan-code:focus").wait_for()
    scanned(page, "ac-18")
    page.wait_for_function("document.querySelector('[name=line-quantity]')?.value === '2'")
    assert page.locator("[name=line-quantity]").count() == 1
    expect(page.locator("#scan-code")).to_have_value("")
    page.get_by_role("button", name="Receive").click()
    page.wait_for_url("**/inventory/")
    page.get_by_text("Received.").wait_for()
    assert Inventory.objects.get().on_hand == 5
    assert not problems


def test_a_count_by_scanner_shows_each_piece_at_once(site, page_of, place):
    keeper = make_user(RoleCode.STOREKEEPER, place.branch, email="k@demo.example")
    page = page_of(keeper, width=360, height=780)
    page.goto(f"{site.url}/inventory/counts/new/")
    page.get_by_role("button", name="Start counting").click()
    page.locator("#scan-code:focus").wait_for()
    for expected in ("1", "2"):
        scanned(page, "6281000000014")
        page.wait_for_function(
            "wanted => document.querySelector('[name=counted]')?.value === wanted", arg=expected
        )
        page.locator("#scan-code:focus").wait_for()
    page.locator("#count-sums").get_by_text("Different").wait_for()
    page.get_by_role("button", name="Post").click()
    page.locator("#ask").get_by_role("button").last.click()
    page.get_by_text("Posted. The stock is what you counted.").wait_for()
    assert StockCount.objects.get().status == "posted"
    assert Inventory.objects.get().on_hand == 2


def test_what_a_count_did_not_list_is_there_as_soon_as_it_is_scanned(site, page_of, place):
    keeper = make_user(RoleCode.STOREKEEPER, place.branch, email="k@demo.example")
    found = a_product(sku="FOUND", barcode="7777", name_en="Found filter", cost=20)
    page = page_of(keeper)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(f"{site.url}/inventory/counts/new/")
    page.get_by_role("button", name="Start counting").click()
    page.locator("#scan-code:focus").wait_for()
    rows = page.locator("tr[id^=count-line]")
    assert rows.count() == 1
    for counted in ("1", "2"):
        scanned(page, "7777")
        page.locator("#scan-code:focus").wait_for()
        page.wait_for_function(
            "wanted => document.querySelector('#count-added [name=counted]')?.value === wanted",
            arg=counted,
        )
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text(found.name_en)
    typed = rows.first.locator("[name=counted]")
    with page.expect_response(lambda answer: "/lines/" in answer.url):
        typed.fill("5")
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Post").click()
    page.locator("#ask").get_by_role("button").last.click()
    page.get_by_text("Posted. The stock is what you counted.").wait_for()
    assert Inventory.objects.get(product=found).on_hand == 5
    assert not problems


def test_a_scanned_product_of_a_later_page_is_brought_up_once(site, page_of, place):
    keeper = make_user(RoleCode.STOREKEEPER, place.branch, email="k@demo.example")
    for number in range(55):
        receive(a_product(sku=f"Z-{number:02}", barcode=f"88{number:02}", cost=1), place, 1)
    page = page_of(keeper)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(f"{site.url}/inventory/counts/new/")
    page.get_by_role("button", name="Start counting").click()
    page.locator("#scan-code:focus").wait_for()
    last = page.locator("tr[id^=count-line]", has_text="Z-54")
    assert last.count() == 0
    for counted in ("1", "2"):
        scanned(page, "8854")
        page.wait_for_function(
            "wanted => document.querySelector('#count-brought [name=counted]')?.value === wanted",
            arg=counted,
        )
        page.locator("#scan-code:focus").wait_for()
    expect(last).to_be_in_viewport()
    page.locator(".more-row").scroll_into_view_if_needed()
    expect(page.locator("tr[id^=count-line]", has_text="Z-53")).to_have_count(1)
    expect(last).to_have_count(1)
    expect(page.locator("tr[id^=count-line]")).to_have_count(56)
    assert not problems


def test_an_empty_count_fills_by_scanning(site, page_of, place):
    keeper = make_user(RoleCode.STOREKEEPER, place.branch, email="k@demo.example")
    from inventory.models import ProductCategory

    ProductCategory.objects.create(name_ar="فارغ", name_en="Empty", code="empty")
    page = page_of(keeper)
    page.goto(f"{site.url}/inventory/counts/new/")
    page.get_by_label("Only this category").select_option(label="Empty")
    page.get_by_role("button", name="Start counting").click()
    page.get_by_text("Nothing is expected here").wait_for()
    page.locator("#scan-code:focus").wait_for()
    scanned(page, "6281000000014")
    page.locator("#count-added tr").wait_for()
    assert not page.get_by_text("Nothing is expected here").count()


def test_a_delivery_is_received_with_the_keyboard_alone(site, page_of, place):
    from inventory.models import Lot, PurchaseOrder, PurchaseOrderLine, Supplier

    keeper = make_user(RoleCode.STOREKEEPER, place.branch, email="k@demo.example")
    plain = Inventory.objects.get().product
    serial = a_product(sku="METER", barcode="7777", name_en="Meter", tracking="serial")
    order = PurchaseOrder.objects.create(
        number="P-1", supplier=Supplier.objects.create(name="S"), warehouse=place,
        status="ordered", created_by=keeper,
    )  # fmt: skip
    for product in (plain, serial):
        PurchaseOrderLine.objects.create(order=order, product=product, quantity=3, unit_cost=5)
    page = page_of(keeper)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{site.url}/inventory/purchases/{order.pk}/receive/")
    page.locator("#scan-code:focus").wait_for()
    scans = ("6281000000014", "6281000000014", "7777", "SN-1", "SN-2")
    for number, code in enumerate(scans, 1):
        scanned(page, code)
        expect(page.locator("#scan-code:focus")).to_have_value("")
        if number == 2:
            first = page.locator("#receive-lines tbody tr").first
            assert "Split unit" in first.inner_text()
            assert "is-scanned" in (first.get_attribute("class") or "")
    for _turn in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.trim()") == "Receive":
            break
    page.keyboard.press("Enter")
    page.get_by_text("Received.").wait_for()
    received = dict(order.lines.values_list("product__sku", "received"))
    assert received == {"AC-18": 2, "METER": 2}
    assert set(Lot.objects.values_list("number", flat=True)) == {"SN-1", "SN-2"}
    assert not problems
