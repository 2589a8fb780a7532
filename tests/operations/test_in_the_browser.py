"""The operations page in a real browser: it keeps itself new, and stays still under the keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User

pytestmark = pytest.mark.browser


def test_the_page_reads_itself_anew_but_not_under_the_keyboard(
    site: Any, company: Any, manager: User, page_of: Callable[..., Any]
) -> None:
    page = page_of(manager)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.goto(f"{site.url}/operations/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    is_part = lambda answer: answer.url.endswith("/operations/")  # noqa: E731
    change = "document.body.dispatchEvent(new CustomEvent('live:alerts-changed'))"

    table = page.locator(".scroll-x").first
    table.locator("td, th").first.click()  # leaves the focus there, but nobody at work
    with page.expect_response(is_part) as answer:
        page.evaluate(change)
    assert answer.value.request.headers["x-unattended"]  # which is no sign of life

    table = page.locator(".scroll-x").first
    page.locator("#overview a[href]").first.focus()
    page.keyboard.press("Tab")
    held = page.evaluate_handle("document.activeElement")
    assert page.evaluate("document.activeElement.closest('#overview') !== null")
    asked.clear()
    page.evaluate(change)
    assert held.evaluate("element => element === document.activeElement")
    assert not [url for url in asked if url.endswith("/operations/")]

    with page.expect_response(is_part) as answer:  # what was put off comes when nobody is there
        page.evaluate("document.activeElement.blur()")
    assert answer.value.request.headers["x-unattended"]
    assert not problems
