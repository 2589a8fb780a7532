"""Customers in a real browser: a field of the company's own, a merge and its undo, a mention, a file."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from playwright.sync_api import expect

from accounts.roles import RoleCode
from customers.models import Attachment, Customer, Merge, Note
from customers.services import add_note, look_for_pairs
from tests import factories

pytestmark = pytest.mark.browser
PHONE = ("+966551110001",)


def elsewhere(work):
    """Do it as another process would: the browser's driver runs a loop in this thread."""

    def run():
        try:
            with transaction.atomic():
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def boss(site, company):
    """A manager with a branch and a colleague to mention."""
    branch = factories.make_branch("riy", name_ar="الرياض", name_en="Riyadh")
    factories.make_user(RoleCode.SUPERVISOR, branch, email="s@demo.example", name="منى الحربي",
                        name_en="Mona Harbi")  # fmt: skip
    return factories.make_user(
        RoleCode.COMPANY_MANAGER, branch, email="m@demo.example", language="en"
    )


def test_a_field_is_defined_filled_in_and_filtered_by(site, boss, page_of):
    page = page_of(boss)
    page.goto(site.url + "/customers/settings/fields/")
    opener, panel = page.get_by_role("link", name="New field"), page.locator("#panel-content")
    opener.press("Enter")
    expect(panel.get_by_label("Arabic name", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()  # where the reader was
    opener.press("Enter")
    panel.get_by_label("Arabic name", exact=True).fill("نوع المنزل")
    panel.get_by_label("English name", exact=True).fill("Home type")
    panel.get_by_label("Kind").select_option("choice")
    english = panel.get_by_label("English name of the choice")
    expect(english).to_have_count(2)
    english.nth(0).fill("Villa")
    english.nth(1).fill("Flat")
    panel.get_by_role("button", name="One more").click()
    expect(english).to_have_count(3)
    panel.get_by_role("button", name="Save").click()
    expect(page.locator("#customer-field-list")).to_contain_text("Home type")

    page.goto(site.url + "/customers/new/")
    page.get_by_label("Name", exact=True).fill("Noura")
    page.get_by_text("More details").click()
    page.get_by_label("Home type").select_option(label="Villa")
    page.get_by_label("Branch").select_option(label="Riyadh")
    page.get_by_role("button", name="Add customer").click()
    expect(page.locator("#customer-about")).to_contain_text("Villa")

    page.goto(site.url + "/customers/")
    page.get_by_role("button", name="Filter").click()
    panel.get_by_label("Home type").select_option(label="Flat")
    panel.get_by_role("button", name="Show").click()
    expect(page.locator("#customer-table")).to_contain_text("No customer like this")
    expect(page).to_have_url(re.compile("custom.home_type=flat"))
    page.goto(site.url + "/customers/?custom.home_type=villa&cols=custom.home_type")
    expect(page.locator("#customer-table")).to_contain_text("Noura")


def test_two_are_merged_and_made_two_again(site, boss, page_of):
    branch = boss.branch
    kept = elsewhere(lambda: factories.make_customer(branch, name="نورة العتيبي", phones=PHONE))
    merged = elsewhere(
        lambda: factories.make_customer(branch, name="Noura Al-Otaibi", phones=PHONE, city="Jeddah")
    )
    elsewhere(lambda: look_for_pairs([kept.pk, merged.pk]))
    page = page_of(boss)
    page.goto(site.url + "/customers/duplicates/")
    page.get_by_role("link", name="Compare and merge").click()
    page.get_by_role("row", name=re.compile("^Name")).get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noura Al-Otaibi")
    expect(page.locator("#toasts")).to_contain_text("is part of this customer now")
    page.goto(site.url + f"/customers/{merged.pk}/")
    expect(page).to_have_url(re.compile(f"/customers/{kept.pk}/"))
    merge = elsewhere(Merge.objects.get)
    page.goto(site.url + f"/customers/{kept.pk}/?merge={merge.pk}")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile(f"/customers/{merged.pk}/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Noura Al-Otaibi")
    names = elsewhere(lambda: list(Customer.objects.open().values_list("name", flat=True)))
    assert sorted(names) == ["Noura Al-Otaibi", "نورة العتيبي"]


def test_a_colleague_is_chosen_with_the_keyboard_after_an_at(site, boss, page_of):
    customer = elsewhere(lambda: factories.make_customer(boss.branch, name="x"))
    page = page_of(boss)
    page.goto(site.url + f"/customers/{customer.pk}/")
    field = page.get_by_label("Write a note")
    late = []
    page.route(re.compile(r"q=mon$"), lambda route: late.append(route))
    field.press_sequentially("ask @mo")
    option = page.get_by_role("option", name="Mona Harbi")
    expect(option).to_have_attribute("aria-selected", "true")
    with page.expect_request(re.compile(r"q=mon$")):
        field.press_sequentially("n")
    field.press("Enter")
    expect(field).to_have_value("ask @Mona Harbi ")
    with page.expect_response(re.compile(r"q=mon$")):
        late[0].continue_()
    page.evaluate("() => new Promise(done => setTimeout(done, 100))")
    expect(option).to_have_count(0)  # an answer that comes after the choice offers nothing
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#customer-notes")).to_contain_text("ask @Mona Harbi")
    told = elsewhere(lambda: list(Note.objects.get().mentions.values_list("email", flat=True)))
    assert told == ["s@demo.example"]


def test_a_file_is_kept_when_it_is_chosen_and_comes_back_after_removal(
    site, boss, page_of, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    customer = elsewhere(lambda: factories.make_customer(boss.branch, name="x"))
    page = page_of(boss)
    page.goto(site.url + f"/customers/{customer.pk}/")
    page.locator("#customer-file").set_input_files(
        [{"name": "عقد.pdf", "mimeType": "text/html", "buffer": b"%PDF-1.4"},
         {"name": "x.html", "mimeType": "application/pdf", "buffer": b"<html>"}]
    )  # fmt: skip
    files = page.locator("#customer-files")
    expect(files).to_contain_text("عقد.pdf")
    expect(files.get_by_role("alert")).to_contain_text("x.html")
    files.get_by_role("button", name=re.compile("^Remove")).click()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(files).to_contain_text("عقد.pdf")
    assert elsewhere(lambda: Attachment.objects.get().removed_at) is None


def test_what_is_being_written_survives_what_others_write(site, boss, page_of):
    customer = elsewhere(lambda: factories.make_customer(boss.branch, name="x"))
    mine = elsewhere(lambda: add_note(customer, "before", author=boss))
    page, problems = page_of(boss), []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(site.url + f"/customers/{customer.pk}/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "up")
    new = page.get_by_label("Write a note")
    new.fill("half a sent")
    page.get_by_role("button", name="Change this note").click()
    change = page.get_by_label("Change the note")
    change.fill("half a change")
    elsewhere(lambda: add_note(customer, "from a colleague", author=boss))
    expect(page.locator("#customer-note-list")).to_contain_text("from a colleague")
    expect(new).to_have_value("half a sent")
    expect(change).to_have_value("half a change")
    page.get_by_role("button", name="Pin this note").click()
    expect(page.get_by_role("button", name="Pin this note")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(change).to_have_value("half a change")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(f"#note-{mine.pk} .note-text")).to_have_text("half a change")
    page.locator(f"#note-{mine.pk}").get_by_role("button", name="Change this note").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(f"#note-{mine.pk} .note-text")).to_have_text("half a change")
    page.get_by_role("button", name="Pin this note").nth(1).click()  # nothing is being changed
    expect(page.get_by_role("button", name="Pin this note").nth(1)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert not problems, problems
    expect(new).to_have_value("half a sent")


def test_a_live_update_leaves_the_reader_at_their_row(site, boss, page_of):
    for name in ("Amal", "Badr", "Celine"):
        elsewhere(lambda name=name: factories.make_customer(boss.branch, name=name))
    page = page_of(boss)
    page.goto(site.url + "/customers/?order=name")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Badr", exact=True)).to_be_focused()
    elsewhere(lambda: factories.make_customer(boss.branch, name="Aaron"))
    page.evaluate("document.body.dispatchEvent(new Event('live:customers-changed'))")
    expect(page.get_by_role("link", name="Aaron", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Badr", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Celine", exact=True)).to_be_focused()


def test_all_that_match_are_chosen_changed_and_brought_back(site, boss, page_of):
    names = [f"Villa {number}" for number in range(51)] + ["Flat 1", "Flat 2"]
    elsewhere(lambda: [factories.make_customer(boss.branch, name=name) for name in names])
    page = page_of(boss)
    page.goto(site.url + "/customers/")
    boxes, bar = page.locator("[data-row-check]"), page.locator("#bulk")
    page.get_by_role("checkbox", name="Select all").check()
    bar.get_by_role("button", name="Select all matching").click()
    page.locator(".more-row").scroll_into_view_if_needed()
    expect(boxes).to_have_count(53)
    expect(page.locator("[data-row-check]:checked")).to_have_count(53)  # those that came later, too
    boxes.last.uncheck()
    expect(bar).to_contain_text("52 selected")

    page.get_by_label("Search customers").fill("flat")
    expect(boxes).to_have_count(2)
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select all").check()
    bar.get_by_role("button", name="Select all matching").click()
    bar.get_by_role("button", name="Archive").click()
    expect(page.locator("#customer-table")).to_contain_text("No customer like this")
    assert elsewhere(Customer.objects.open().count) == 51
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(boxes).to_have_count(2)
    assert elsewhere(Customer.objects.open().count) == 53
