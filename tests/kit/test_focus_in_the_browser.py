"""Where the keyboard is: what closes gives it back, and a page begins at its first field."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

COUNT_SENDINGS = """() => { window.sendings = 0;
  document.addEventListener('submit', event => { event.preventDefault(); window.sendings += 1; }); }"""


def test_the_drawer_gives_the_focus_back_and_setting_up_codes_begins_at_the_password(
    site, page_of, manager
):
    page = page_of(manager, width=360, height=740)
    page.goto(f"{site.url}/account/")
    more = page.locator(".tabbar [data-side-toggle]")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#side a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(more).to_have_attribute("aria-expanded", "false")

    page.goto(f"{site.url}/account/codes/set-up/")
    expect(page.locator("#id_current")).to_be_focused()
    page.evaluate(COUNT_SENDINGS)
    page.locator("#id_code").press_sequentially("123456")  # sends itself once nothing is missing
    assert page.evaluate("window.sendings") == 0
    page.locator("#id_current").fill("a password")
    page.locator("#id_code").fill("654321")
    assert page.evaluate("window.sendings") == 1
