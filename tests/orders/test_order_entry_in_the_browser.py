"""Writing orders as people do: keys only, a scanner, a reload in the middle, a double click."""

import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from orders.models import Order, Payment
from tests.orders.conftest import a_service, a_warehouse, figures
from tests.site import needs_browser

pytestmark = [pytest.mark.browser, needs_browser, pytest.mark.django_db(transaction=True)]
WAIT = 30_000  # ms


def open_page(page: Any, site: Any, path: str) -> None:
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")


def value_of(page: Any, selector: str) -> str:
    return str(page.locator(selector).input_value())


def overflow(page: Any) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.fixture
def shelf(goods: Any) -> Any:
    """Two products and a service to sell."""
    split = goods(10, name_en="Inverter split", name_ar="سبليت إنفرتر", barcode="6281000000017")
    cable = goods(50, name_en="Copper pipe", name_ar="أنبوب نحاس", barcode="6281000000024")
    visit = a_service(name_en="Installation", name_ar="تركيب")
    return split, cable, visit


def test_an_order_is_written_and_confirmed_without_a_mouse(
    page_of, site, sales, customer, warehouse, shelf
):
    split, cable, _visit = shelf
    page = page_of(sales)
    open_page(page, site, "/orders/new/")
    keys = page.keyboard

    keys.type("نورة", delay=20)
    page.wait_for_selector("#customer-list [role=option]", timeout=WAIT)
    keys.press("Enter")
    page.wait_for_selector("#id_customer", state="attached", timeout=WAIT)
    keys.type("inverter", delay=20)
    page.wait_for_selector("#product-list [role=option]", timeout=WAIT)
    keys.press("Enter")
    keys.type("3")  # at once: before the server has answered
    keys.press("Enter")
    keys.type("6281000000024\n")  # a scanner
    expect(page.locator("[data-line]")).to_have_count(2, timeout=WAIT)
    keys.type("6281000000024\n")  # and once more: one more piece
    expect(page.locator("[name=line-quantity]").nth(0)).to_have_value("3", timeout=WAIT)
    expect(page.locator("[name=line-quantity]").nth(1)).to_have_value("2", timeout=WAIT)
    expect(page.locator("#oe-total")).to_contain_text("575", timeout=WAIT)
    keys.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/\d+/$"), timeout=WAIT)

    order = Order.objects.get()
    assert (order.status, order.total) == ("confirmed", Decimal(575))
    assert figures(split)[1] == 3
    assert figures(cable)[1] == 2


def test_what_was_typed_survives_a_reload_and_is_forgotten_once_saved(
    page_of, site, sales, customer, shelf
):
    page = page_of(sales)
    open_page(page, site, f"/orders/new/?customer={customer.pk}")
    page.keyboard.type("6281000000017\n")
    page.wait_for_selector("[data-line]", timeout=WAIT)
    page.fill("[name=line-quantity]", "4")
    page.fill("#id_note", "call first")
    page.wait_for_selector("#oe-kept:not([hidden])", timeout=WAIT)
    page.wait_for_function("() => JSON.stringify(localStorage).includes('call first')")

    page.reload()
    page.wait_for_selector("[data-line]", timeout=WAIT)
    assert value_of(page, "[name=line-quantity]") == "4"
    assert value_of(page, "#id_note") == "call first"

    page.keyboard.press("Control+KeyS")
    page.wait_for_url(re.compile(r"/orders/\d+/edit/"), timeout=WAIT)
    open_page(page, site, f"/orders/new/?customer={customer.pk}")
    assert page.locator("[data-line]").count() == 0
    assert Order.objects.get().lines.get().quantity == 4


def test_keys_change_the_warehouse_and_the_order_of_items_on_any_layout(
    page_of, site, sales, customer, riyadh, shelf
):
    second = a_warehouse(riyadh, "ruh2")
    page = page_of(sales)
    open_page(page, site, f"/orders/new/?customer={customer.pk}")
    arabic_w = {"code": "KeyW", "key": "ص", "altKey": True, "bubbles": True, "cancelable": True}
    page.locator("#product-q").dispatch_event("keydown", arabic_w)
    assert value_of(page, "#id_warehouse") == str(second.pk)
    page.keyboard.type("6281000000017\n")
    page.wait_for_selector("[data-line]", timeout=WAIT)
    assert value_of(page, "[name=line-warehouse]") == str(second.pk)
    page.keyboard.type("6281000000024\n")
    expect(page.locator("[data-line]")).to_have_count(2, timeout=WAIT)
    page.locator("[name=line-quantity]").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-line]").nth(0)).to_contain_text("Copper pipe", timeout=WAIT)


def test_too_little_stock_is_told_at_the_item_and_what_was_typed_stays(
    page_of, site, sales, customer, shelf
):
    page = page_of(sales)
    open_page(page, site, f"/orders/new/?customer={customer.pk}")
    page.keyboard.type("6281000000017\n")
    page.wait_for_selector("[data-line]", timeout=WAIT)
    page.fill("[name=line-quantity]", "11")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".has-problem", timeout=WAIT)
    assert "10 available" in page.locator(".has-problem").inner_text()
    assert value_of(page, "[name=line-quantity]") == "11"
    assert not Order.objects.exists()


def test_a_double_click_on_a_payment_makes_one(page_of, site, sales, confirmed, shelf):
    order = confirmed((shelf[0], 1))
    page = page_of(sales)
    open_page(page, site, f"/orders/{order.pk}/")
    page.click(f"a[href='/orders/{order.pk}/pay/']")
    page.wait_for_selector("#panel.show #id_amount", timeout=WAIT)
    assert value_of(page, "#id_amount") == "115"
    page.dblclick("#panel-content button[type=submit]")
    page.wait_for_selector("#panel:not(.show)", state="attached", timeout=WAIT)
    page.wait_for_selector("#order-payments >> text=Receipt", timeout=WAIT)
    assert Payment.objects.count() == 1
    assert (
        page.locator("#order-payments [role=progressbar]").get_attribute("aria-valuenow") == "100"
    )


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_page_of_orders_is_wider_than_a_phone(
    page_of, site, sales, customer, confirmed, quote, shelf, language
):
    sales.language = language
    sales.save()
    order, draft = confirmed((shelf[0], 1), (shelf[2], 1)), quote((shelf[1], 2))
    page = page_of(sales, width=360, height=740)
    paths = ("", "payments/", "new/", f"{order.pk}/", f"{draft.pk}/edit/")
    for path in paths:
        open_page(page, site, f"/orders/{path}")
        assert overflow(page) <= 0, path


def test_an_open_page_and_list_follow_what_a_colleague_does(
    page_of, site, sales, supervisor, quote, shelf
):
    order = quote((shelf[0], 1))
    watching, listing, working = page_of(supervisor), page_of(supervisor), page_of(sales)
    open_page(watching, site, f"/orders/{order.pk}/")
    open_page(listing, site, "/orders/")
    open_page(working, site, f"/orders/{order.pk}/")
    working.click(f"form[action='/orders/{order.pk}/confirm/'] button")
    for page in (working, watching, listing):
        expect(page.locator("#main .st-info").first).to_contain_text("Confirmed", timeout=WAIT)


def test_starting_over_asks_first_and_empties_the_form(page_of, site, sales, customer, shelf):
    page = page_of(sales)
    open_page(page, site, f"/orders/new/?customer={customer.pk}")
    page.keyboard.type("6281000000017\n")
    expect(page.locator("[data-line]")).to_have_count(1, timeout=WAIT)
    page.click("[data-start-over]")
    page.click("#ask button[value=yes]")
    expect(page.locator("[data-line]")).to_have_count(0, timeout=WAIT)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-line]").count() == 0
