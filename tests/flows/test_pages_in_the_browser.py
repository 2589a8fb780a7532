"""Every page that a person can click to, on a phone: nothing is broken, refused or too wide."""

import re
from urllib.parse import urldefrag, urljoin

import pytest

from accounts.roles import RoleCode
from tests import factories

pytestmark = pytest.mark.browser

NO_PAGES = ("/api/", "/admin/", "/customers/export/")
ENOUGH = 60  # kinds of pages; there are about forty
CALM = "() => !document.querySelector('.htmx-request')"
WIDER = """() => document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('main *')]
      .filter(e => { const box = e.getBoundingClientRect();
        return (box.right > innerWidth + 1 || box.left < -1) && !e.closest('.scroll-x'); })
      .slice(0, 3).map(e => e.className || e.tagName).concat(document.documentElement.scrollWidth)
  : []"""


@pytest.fixture
def company_with_work(site, company):
    """A branch with a customer, two leads and a notification, a rule and a form."""
    branch = factories.make_branch("riy", name_ar="الرياض", name_en="Riyadh")
    people = {
        RoleCode.COMPANY_MANAGER: factories.make_user(RoleCode.COMPANY_MANAGER, None),
        RoleCode.SALES: factories.make_user(RoleCode.SALES, branch, name_en="Fahad Alharbi"),
        RoleCode.AUDITOR: factories.make_user(RoleCode.AUDITOR, None),
    }
    sales = people[RoleCode.SALES]
    factories.make_rule(factories.make_team(branch, sales))
    factories.make_form(branch)
    factories.make_customer(branch, sales, name="شركة المدى للمقاولات العامة والتشغيل والصيانة")
    channel = factories.make_channel(branch)
    factories.make_lead(channel, name="أبو راكان")
    factories.make_lead(channel, "Please quote 12 VRF units, call +966512345678", name="Priya Nair")
    return site, people


def kind_of(url):
    """Pages that differ in numbers or filters only are one kind."""
    return re.sub(r"\d+", "N", url.partition("?")[0])


def crawl(page, start):
    """Open one page of every kind that links lead to; return what is wrong, by address."""
    waiting, seen, wrong = [start], set(), []
    page.on("pageerror", lambda error: wrong.append((page.url, "script", str(error))))
    page.on("console", lambda line: wrong.append((page.url, "console", line.text))
            if line.type == "error" else None)  # fmt: skip
    page.on("response", lambda answer: wrong.append((page.url, answer.status, answer.url))
            if answer.status >= 400 else None)  # fmt: skip
    while waiting and len(seen) < ENOUGH:
        url = waiting.pop(0)
        if kind_of(url) in seen:
            continue
        seen.add(kind_of(url))
        page.goto(url)
        page.wait_for_function(CALM)
        if too_wide := page.evaluate(WIDER):
            wrong.append((url, "wider than the screen", too_wide))
        if page.locator("h1").count() != 1:
            wrong.append((url, "headings", page.locator("h1").all_inner_texts()))
        for link in page.eval_on_selector_all(
            "a[href]:not([download])", "links => links.map(a => a.href)"
        ):
            target = urldefrag(urljoin(url, link)).url
            if re.search(r"/(documents|receipt|note)/", target):
                continue  # PDF
            if target.startswith(start) and not target.startswith(
                tuple(start.rstrip("/") + path for path in NO_PAGES)
            ):
                waiting.append(target)
    return wrong, seen


@pytest.mark.parametrize(
    ("role", "language"),
    [
        (RoleCode.COMPANY_MANAGER, "ar"),
        (RoleCode.COMPANY_MANAGER, "en"),
        (RoleCode.SALES, "ar"),
        (RoleCode.AUDITOR, "en"),
    ],
)
def test_every_link_leads_to_a_page_that_works_on_a_phone(
    company_with_work, page_of, role, language
):
    site, people = company_with_work
    person = people[role]
    type(person).objects.filter(pk=person.pk).update(language=language)

    page = page_of(person, width=360, height=740)
    wrong, seen = crawl(page, f"{site.url}/")

    assert wrong == []
    assert len(seen) > 8
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("path", ["sign-in/", "password/reset/", "f/demo/", "nowhere/"])
def test_pages_for_visitors_fit_a_phone_and_run_nothing_inline(company_with_work, page_of, path):
    site, people = company_with_work
    page = page_of(people[RoleCode.SALES], width=360, height=740)
    page.context.clear_cookies()
    problems = []
    page.on("console", lambda line: problems.append(line.text)
            if "Content Security Policy" in line.text else None)  # fmt: skip
    page.goto(f"{site.url}/{path}")

    assert page.evaluate(WIDER) == []
    assert page.locator("h1").count() == 1
    assert problems == []
