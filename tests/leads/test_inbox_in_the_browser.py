"""The leads inbox in a real browser: by keyboard, live, on a phone, and what a sender wrote."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import RoleCode
from leads.models import Lead
from leads.services import take_in
from tests import factories

pytestmark = pytest.mark.browser

FIRST = "السلام عليكم، معكم أبو راكان. أحتاج 6 مكيفات سبليت في الرياض"
NASTY = "<img src=x onerror=document.title='broken'> أحتاج مكيف في الرياض \u202e"


@pytest.fixture
def desk(site, company):
    """A branch whose one salesperson gets every lead, with two leads waiting."""
    branch = factories.make_branch("riy", name_ar="الرياض", name_en="Riyadh")
    person = factories.make_user(RoleCode.SALES, branch, email="sales@demo.example", language="en")
    factories.make_rule(factories.make_team(branch, person))
    channel = factories.make_channel(branch)
    old = elsewhere(lambda: factories.make_lead(channel, FIRST, name="أبو راكان"))
    new = elsewhere(lambda: factories.make_lead(channel, NASTY, name="سعود"))
    Lead.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(hours=1))
    return site, person, channel, new, old


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


def is_problem(line):
    """A refresh that a newer one overtook is logged by htmx, and is no problem."""
    return line.type == "error" and not line.text.startswith(
        ("htmx:afterRequest", "htmx:sendAbort")
    )


def inbox_of(page_of, site, person: User, **size):
    page = page_of(person, **size)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda line: page.problems.append(line.text) if is_problem(line) else None)
    page.goto(f"{site.url}/leads/")
    page.wait_for_load_state("networkidle")  # a person reads before the first key
    return page


def decide(page, key: str, lead: Lead, status: str) -> None:
    """Press the key and Enter on the first choice, again where the pane was just being renewed."""
    choice = page.locator("#modal .whobar").first
    for _again in range(4):
        if not choice.is_visible():
            page.keyboard.press(key)
        try:
            expect(choice).to_be_focused(timeout=2_500)
        except AssertionError:
            continue
        page.keyboard.press("Enter")
        page.wait_for_timeout(1_000)
        if Lead.objects.get(pk=lead.pk).status == status:
            return
    assert Lead.objects.get(pk=lead.pk).status == status


def test_a_lead_is_accepted_by_keyboard_the_next_one_opens_and_undo_brings_it_back(desk, page_of):
    site, person, _channel, new, old = desk
    page = inbox_of(page_of, site, person)
    expect(page.locator("#lead-title")).to_have_text("سعود")
    page.keyboard.press("a")

    expect(page.locator("#lead-title")).to_have_text("أبو راكان")
    expect(page.locator(f"#ld-{new.pk}")).to_have_count(0)
    expect(page).to_have_url(re.compile(rf"/leads/{old.pk}/"))
    assert Lead.objects.get(pk=new.pk).status == "accepted"

    page.locator(".toastx button").click()
    expect(page.locator(f"#ld-{new.pk}")).to_have_count(1)
    assert Lead.objects.get(pk=new.pk).status == "new"
    assert page.problems == []


def test_snooze_and_reject_are_chosen_by_keyboard(desk, page_of):
    site, person, _channel, new, old = desk
    page = inbox_of(page_of, site, person)
    expect(page.locator("#lead-title")).to_have_text("سعود")
    decide(page, "s", new, "snoozed")
    page.goto(f"{site.url}/leads/")
    expect(page.locator("#lead-title")).to_have_text("أبو راكان")
    page.wait_for_load_state("networkidle")
    decide(page, "d", old, "rejected")
    page.goto(f"{site.url}/leads/")
    expect(page.locator(f"#ld-{old.pk}")).to_have_count(0)


def test_what_a_sender_wrote_runs_nothing_and_evidence_has_a_tooltip_on_focus(desk, page_of):
    site, person, *_rest = desk
    page = inbox_of(page_of, site, person)
    mark = page.locator("#lead-thread .ex").first
    mark.focus()

    expect(page.locator(".tooltip")).to_contain_text("sure")
    expect(page.locator("#lead-thread img")).to_have_count(0)
    assert "broken" not in page.title()


def test_a_value_is_corrected_in_place(desk, page_of):
    site, person, _channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    city = new.fields.filter(name="city").first()
    page.locator(f"#edit-{city.pk}").click()
    page.locator("#id_text").fill("جدة")
    page.keyboard.press("Enter")

    expect(page.locator("#lead-fields")).to_contain_text("جدة")
    assert Lead.objects.get(pk=new.pk).city == "جدة"
    page.wait_for_load_state("networkidle")
    accept = page.locator('[data-key="a"]').first
    with page.expect_response(lambda answer: answer.url.endswith("/accept/")) as told:
        accept.click()
    assert told.value.status < 400  # the buttons carry the version after the correction


def test_a_new_lead_appears_by_itself_and_the_open_one_stays(desk, page_of):
    site, person, channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    expect(page.locator("#lead-title")).to_have_text("سعود")
    expect(page.locator(".live[data-live-state]").first).not_to_have_class(re.compile("is-down"))
    page.wait_for_timeout(500)
    late = elsewhere(lambda: factories.make_lead(channel, "كم سعر مكيف 18 ألف؟", name="نوف"))

    expect(page.locator(f"#ld-{late.pk}")).to_be_visible()
    expect(page.locator(f"#ld-{new.pk}")).to_have_class(re.compile("is-active"))
    expect(page.locator("#lead-summary")).to_contain_text("3")


def test_a_half_written_answer_survives_a_change_of_the_lead(desk, page_of):
    site, person, channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    page.locator(f"#reply-{new.pk}").fill("حياك الله")
    page.wait_for_timeout(500)

    def write_again():
        message = factories.make_message(channel, "وكم مدة الضمان؟", phone=new.phone)
        take_in([message.pk])

    elsewhere(write_again)
    expect(page.locator("#lead-thread")).to_contain_text("وكم مدة الضمان؟")
    expect(page.locator(f"#reply-{new.pk}")).to_have_value("حياك الله")


def test_on_a_phone_list_and_lead_are_two_views_with_a_sheet_for_why(desk, page_of):
    site, person, _channel, new, _old = desk
    page = inbox_of(page_of, site, person, width=390, height=844)
    expect(page.locator("#lead-pane")).to_be_hidden()
    page.locator(f"#ld-{new.pk}").click()

    expect(page.locator("#lead-title")).to_be_visible()
    expect(page.locator("#lead-scroll")).to_be_hidden()
    page.locator(".lead-acts .whobar").click()
    expect(page.locator("#lead-why.show:not(.showing)")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#lead-why")).to_be_hidden()
    page.locator(".lead-head a.only-m").click()
    expect(page.locator(f"#ld-{new.pk}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_search_narrows_the_list_as_one_types(desk, page_of):
    site, person, _channel, new, old = desk
    page = inbox_of(page_of, site, person)
    page.keyboard.press("/")
    page.keyboard.type("راكان")

    expect(page.locator(f"#ld-{new.pk}")).to_have_count(0)
    expect(page.locator(f"#ld-{old.pk}")).to_be_visible()
    expect(page).to_have_url(re.compile("search="))


def test_a_card_is_moved_by_dragging_and_by_its_menu(desk, page_of):
    site, person, _channel, new, old = desk
    page = page_of(person)
    page.goto(f"{site.url}/leads/board/")
    card, column = page.locator(f'.kc[data-id="{new.pk}"]'), page.locator("#column-accepted .col-b")
    card.hover()
    page.mouse.down()
    box = column.bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=12)
    page.mouse.up()
    expect(page.locator(f'#column-accepted .kc[data-id="{new.pk}"]')).to_be_visible()

    page.locator(f'.kc[data-id="{old.pk}"] .icon-btn').click()
    page.get_by_role("button", name="Qualified", exact=True).locator("visible=true").click()
    expect(page.locator(f'#column-qualified .kc[data-id="{old.pk}"]')).to_be_visible()
    statuses = {lead.pk: lead.status for lead in Lead.objects.all()}
    assert statuses == {new.pk: "accepted", old.pk: "qualified"}
