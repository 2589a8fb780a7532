"""What a page keeps folded until it is wanted: the palette, the key map, the account's menu."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_palette_key_map_and_account_menu_unfold_when_they_open(site, page_of, manager):
    page = page_of(manager)
    page.goto(site.url)
    assert page.evaluate("document.querySelectorAll('template[data-fold]').length") >= 3

    page.keyboard.press("Shift+Slash")
    expect(page.locator("#shortcuts dt").filter(has_text="Customers").first).to_be_visible()
    pages = page.locator(".side-nav [data-go]").count()
    assert page.locator("#shortcuts dd kbd:first-child", has_text="G").count() == pages
    page.locator("#shortcuts [data-close-dialog]").click()

    page.keyboard.press("Control+KeyK")
    page.locator("#palette input").fill("Settings")
    first = page.locator("#palette [role=option]:visible").first
    expect(first).to_have_attribute("href", f"{site.url}/settings/")  # of the sidebar
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()

    page.locator(".side-me").click()
    page.locator(".side-foot [data-departs] button").click()
    page.wait_for_url("**/sign-in/**")
