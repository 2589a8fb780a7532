"""With a scanner in hand: it types a code and Enter, and the field is ready for the next."""

import pytest

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
    page.wait_for_function("document.querySelector('[name=line-quantity]').value === '2'")
    assert page.locator("[name=line-quantity]").count() == 1
    assert page.locator("#scan-code").input_value() == ""
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
            "wanted => document.querySelector('[name=counted]').value === wanted", arg=expected
        )
        page.locator("#scan-code:focus").wait_for()
    page.locator("#count-sums").get_by_text("Different").wait_for()
    page.get_by_role("button", name="Post").click()
    page.locator("#ask").get_by_role("button").last.click()
    page.get_by_text("Posted. The stock is what you counted.").wait_for()
    assert StockCount.objects.get().status == "posted"
    assert Inventory.objects.get().on_hand == 2
