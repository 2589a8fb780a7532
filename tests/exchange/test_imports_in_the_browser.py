"""An import in a real browser, from the upload to its undo, with a real worker behind it."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import translation
from playwright.sync_api import expect

from accounts.roles import RoleCode
from customers.models import Customer
from exchange.models import Batch, SavedMapping
from tests import factories

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds, on a busy machine
ROWS = 6_000  # several chunks, so that progress can be seen
SEEN_HALFWAY = re.compile(r"^[1-9]\d?$")  # percent


def elsewhere(work):
    """Do it as another process would: the browser's driver runs a loop in this thread."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture(params=[("ar", 360), ("en", 1440)], ids=["arabic phone", "english desktop"])
def importer(request, site, company, page_of):
    """A page of a supervisor, and how the product says something to that person."""
    language, width = request.param
    branch = factories.make_branch("riy", name_ar="الرياض", name_en="Riyadh")
    user = factories.make_user(
        RoleCode.SUPERVISOR, branch, email="s@demo.example", language=language
    )
    page = page_of(user, width=width, height=780)
    page.set_default_timeout(PATIENCE)

    def said(text):
        with translation.override(language):
            return translation.gettext(text)

    return page, said, width


def a_file():
    """Good rows, one bad telephone, and a heading that has to be put right by hand."""
    lines = ["Who,Mobile,Remarks"]
    lines += [f"عميل {number},055{number:07d}," for number in range(1, ROWS)]
    return "\n".join([*lines, "Bad telephone,12,left out"]).encode()


def choose_file(page, site, content=None):
    page.goto(site.url + "/imports/new/")
    page.locator("input[type=file]").set_input_files(
        {"name": "زبائن.csv", "mimeType": "text/csv", "buffer": content or a_file()}
    )
    expect(page.locator("[data-file-name]")).to_have_text("زبائن.csv")


def button(page, said, text):
    return page.get_by_role("button", name=said(text), exact=True)


def assert_nothing_sticks_out(page, width):
    """Everything is within the window, and what can be pressed isn't covered."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def seen_halfway(page):
    """Whether the bar is seen between nothing and all, without the page being loaded again."""
    page.evaluate("() => { document.documentElement.dataset.unchanged = 'yes' }")
    bar, deadline = page.locator("#import-progress [role=progressbar]"), time.monotonic() + 60
    while time.monotonic() < deadline:
        if SEEN_HALFWAY.match(bar.get_attribute("aria-valuenow") or ""):
            return page.evaluate("() => document.documentElement.dataset.unchanged") == "yes"
        page.wait_for_timeout(40)
    return False


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_in_and_is_taken_back(site, importer):
    page, said, width = importer
    choose_file(page, site)
    assert_nothing_sticks_out(page, width)
    button(page, said, "Upload and match columns").click()

    who = page.locator("select[name=column_0]")
    expect(page.locator("select[name=column_1]")).to_have_value("phone")
    who.select_option("name")
    page.locator("select[name=column_2]").select_option("notes")
    expect(page.locator("#row-preview")).to_contain_text("عميل 1")
    expect(page.locator("#row-preview")).to_contain_text("+966 55 000 0001")
    assert_nothing_sticks_out(page, width)
    button(page, said, "Trial run").click()
    expect(page.get_by_text(said("Trying it out"))).to_be_visible()
    assert elsewhere(Customer.objects.count) == 0

    with site.worker():
        going = page.get_by_role("button", name=re.compile(r"5,?999"))
        expect(going).to_be_visible(timeout=PATIENCE)
        assert elsewhere(Customer.objects.count) == 0
        expect(page.locator("#error-table")).to_contain_text("Bad telephone")
        assert_nothing_sticks_out(page, width)
        going.click()
        expect(page.locator("#import-progress")).to_contain_text(said("Importing"))
        assert seen_halfway(page)
        back = button(page, said, "Take back")
        expect(back).to_be_visible(timeout=PATIENCE)
        assert elsewhere(Customer.objects.count) == ROWS - 1
        assert_nothing_sticks_out(page, width)
        with page.expect_download() as saved:
            page.locator("#error-table a[href*='format=csv']").click()
        assert "Bad telephone,12,left out" in saved.value.path().read_text("utf-8-sig")

        back.click()
        page.get_by_role("dialog").get_by_role("button", name=said("Yes")).click()
        expect(page.locator("h1 ~ .st")).to_have_text(said("Taken back"), timeout=PATIENCE)
    assert elsewhere(Customer.objects.count) == 0
    page.goto(site.url + "/imports/")
    expect(page.locator("#import-table")).to_contain_text("زبائن.csv")
    assert_nothing_sticks_out(page, width)
    saved_mapping = elsewhere(SavedMapping.objects.get)
    assert saved_mapping.fields["who"] == "name"


@pytest.mark.django_db(transaction=True)
def test_the_second_file_with_these_columns_is_matched_from_memory(site, importer):
    page, said, _width = importer
    small = "Who,Mobile\nنورة,0551234567\n".encode()
    choose_file(page, site, small)
    button(page, said, "Upload and match columns").click()
    page.locator("select[name=column_0]").select_option("name")
    button(page, said, "Trial run").click()
    expect(page.get_by_text(said("Trying it out"))).to_be_visible()
    choose_file(page, site, small)
    button(page, said, "Upload and match columns").click()
    expect(page.locator("select[name=column_0]")).to_have_value("name")
    assert elsewhere(lambda: Batch.objects.filter(status="uploaded").count()) == 1
