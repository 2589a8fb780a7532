"""A report in a real browser: parameters, chart, drill-down, in both directions."""

import pytest
from playwright.sync_api import expect

from tests.reports.conftest import a_sale, on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "/reports/sales/?period=custom&start=2025-11-01&end=2025-11-30&by=channel"


@pytest.mark.parametrize(("language", "width"), [("ar", 1440), ("en", 360)])
def test_a_report_is_asked_drawn_and_followed_to_its_rows(
    site, manager, sales, page_of, language, width
):
    order = a_sale(sales, on(2025, 11, 3), 100)
    a_sale(sales, on(2025, 11, 4), 50, channel="web")
    manager.language = language
    manager.save()
    page = page_of(manager, width=width)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security" in line.text else None,
    )

    page.goto(site.url + QUESTION)
    expect(page.locator("canvas[data-chart]")).to_have_css(
        "direction", "rtl" if language == "ar" else "ltr"
    )
    expect(page.locator("#report-table tbody tr")).to_have_count(2)
    _wait_for_the_drawing(page)

    page.select_option("select[name=by]", "user")
    expect(page.locator("#report-table tbody tr")).to_have_count(1)
    _wait_for_the_drawing(page)

    page.locator("#report-table tbody td a").first.click()
    expect(page.get_by_text(order.number)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert problems == []


def _wait_for_the_drawing(page) -> None:
    """Something other than nothing is on the canvas."""
    page.wait_for_function(
        """() => {
          const canvas = document.querySelector('canvas[data-chart]');
          const everything = [0, 0, canvas?.width, canvas?.height];
          return canvas?.width && canvas.getContext('2d').getImageData(...everything).data.some(Boolean);
        }"""
    )
