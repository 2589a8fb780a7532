"""The leads inbox in a real browser: by keyboard, live, on a phone, and what a sender wrote."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import RoleCode
from leads.models import Lead
from leads.services import accept_lead, take_in
from leads.services.replies import reply_to_lead
from messaging.models import Message
from messaging.services.statuses import Status, apply_statuses
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


def write_again(channel, lead):
    """The person of the lead writes once more."""

    def work():
        message = factories.make_message(channel, "وكم مدة الضمان؟", phone=lead.phone)
        take_in([message.pk])

    elsewhere(work)


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
    # Where nothing was ever held back, the browser may let the first request of a page pass
    page.route("**/nothing-asks-for-this", lambda route: route.continue_())
    page.goto(f"{site.url}/leads/")
    return page


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


def test_snooze_and_reject_are_chosen_by_keyboard_and_what_has_no_undo_asks_first(desk, page_of):
    site, person, _channel, new, old = desk
    page = inbox_of(page_of, site, person)
    expect(page.locator("#lead-title")).to_have_text("سعود")
    page.keyboard.press("c")
    expect(page.locator("#ask")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    assert Lead.objects.get(pk=new.pk).status == "new"
    page.keyboard.press("s")
    expect(page.locator("#modal .whobar").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#lead-title")).to_have_text("أبو راكان")

    expect(page.locator("#modal")).to_be_hidden()
    expect(page.locator(".modal-backdrop")).to_have_count(0)
    page.keyboard.press("d")
    expect(page.locator("#modal .whobar").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#ld-{old.pk}")).to_have_count(0)
    statuses = {lead.pk: lead.status for lead in Lead.objects.all()}
    assert statuses == {new.pk: "snoozed", old.pk: "rejected"}


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
    page.keyboard.press("a")  # the buttons carry the version after the correction
    expect(page.locator("#lead-title")).to_have_text("أبو راكان")


@contextmanager
def held(page, url):
    """Hold the answers of the address back; afterwards they arrive, as they were given."""
    waiting = []
    page.route(url, lambda route: waiting.append((route, route.fetch())))
    yield waiting
    for route, answer in waiting:
        route.fulfill(response=answer)
    page.unroute(url)


QUIET = """() => {
    const now = performance.now();
    if (document.querySelector('.htmx-request')) window.busyAt = now;
    return now - (window.busyAt ??= now) > 600;
}"""


def wait_until_quiet(page):
    """Measure a page only where nothing has been fetched for a while."""
    page.evaluate("window.busyAt = undefined")
    page.wait_for_function(QUIET)


def wait_for_answers(page, waiting, count=1):
    for _turn in range(200):
        if len(waiting) >= count:
            return
        page.wait_for_timeout(25)
    raise AssertionError("the page did not ask")


def live_up(page):
    expect(page.locator("body")).to_have_attribute("data-live-state", "up")


def test_the_next_lead_opens_even_when_the_list_knows_of_the_step_first(desk, page_of):
    site, person, _channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    live_up(page)
    expect(page.locator("#lead-title")).to_have_text("سعود")
    with held(page, "**/accept/") as waiting:
        page.keyboard.press("a")
        wait_for_answers(page, waiting)
        expect(page.locator(f"#ld-{new.pk}")).to_have_count(0)

    expect(page.locator("#lead-title")).to_have_text("أبو راكان")
    expect(page.locator(".toastx button")).to_be_visible()


def test_a_key_during_a_refresh_is_not_lost_and_the_refresh_comes_after(desk, page_of):
    site, person, channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    live_up(page)
    with held(page, "**/pulse/*") as waiting:
        write_again(channel, new)
        wait_for_answers(page, waiting)
        page.keyboard.press("s")
        expect(page.locator("#modal .whobar").first).to_be_focused()

    expect(page.locator("#lead-thread")).to_contain_text("وكم مدة الضمان؟")
    expect(page.locator("#modal .whobar").first).to_be_focused()


def test_a_key_while_another_lead_opens_is_for_that_lead(desk, page_of):
    site, person, _channel, new, old = desk
    page = inbox_of(page_of, site, person)
    with held(page, f"**/leads/{old.pk}/") as waiting:
        page.locator(f"#ld-{old.pk}").click()
        wait_for_answers(page, waiting)
        page.keyboard.press("a")

    expect(page.locator(f"#ld-{old.pk}")).to_have_count(0)
    statuses = {lead.pk: lead.status for lead in Lead.objects.all()}
    assert statuses == {new.pk: "new", old.pk: "accepted"}


def test_a_key_pressed_twice_is_not_for_the_lead_that_comes_next(desk, page_of):
    site, person, _channel, _new, old = desk
    page = inbox_of(page_of, site, person)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator("#lead-title")).to_have_text("سعود")
    with held(page, "**/accept/") as waiting:
        page.keyboard.press("a")
        wait_for_answers(page, waiting)
        page.keyboard.press("a")

    expect(page.locator("#lead-title")).to_have_text("أبو راكان")
    page.evaluate("fetch('/healthz').then(answer => answer.status)")  # told after all before it
    assert len([url for url in asked if url.endswith("/accept/")]) == 1
    assert Lead.objects.get(pk=old.pk).status == "new"


def test_who_opens_another_lead_meanwhile_keeps_it_and_still_gets_the_undo(desk, page_of):
    site, person, channel, new, old = desk
    third = elsewhere(lambda: factories.make_lead(channel, "كم سعر مكيف؟", name="نوف"))
    Lead.objects.filter(pk=third.pk).update(received_at=timezone.now() - timedelta(hours=2))
    page = inbox_of(page_of, site, person)
    expect(page.locator("#lead-title")).to_have_text("سعود")
    with held(page, "**/accept/") as waiting:
        page.keyboard.press("a")
        wait_for_answers(page, waiting)
        page.locator(f"#ld-{third.pk}").click()
        expect(page.locator("#lead-title")).to_have_text("نوف")

    expect(page.locator(".toastx button")).to_be_visible()
    expect(page.locator("#lead-title")).to_have_text("نوف")
    assert Lead.objects.get(pk=new.pk).status == "accepted"
    assert Lead.objects.get(pk=old.pk).status == "new"


def test_a_correction_being_written_is_not_replaced_by_a_live_change(desk, page_of):
    site, person, channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    live_up(page)
    city = new.fields.filter(name="city").first()
    page.locator(f"#edit-{city.pk}").click()
    page.locator("#id_text").fill("جد")
    with page.expect_response(lambda answer: "shown=" in answer.url):  # the list hears of it
        write_again(channel, new)
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("ة")
    page.keyboard.press("Enter")

    expect(page.locator("#lead-fields")).to_contain_text("جدة")
    expect(page.locator("#lead-thread")).to_contain_text("وكم مدة الضمان؟")


def test_the_ticks_of_an_answer_follow_its_delivery(desk, page_of):
    site, person, _channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    live_up(page)
    elsewhere(lambda: reply_to_lead(new, text="حياك الله", key="k", actor=person))
    ours = page.locator("#lead-thread .is-ours")
    expect(ours).to_contain_text("Queued")
    Message.objects.filter(text="حياك الله").update(provider_id="wamid.ours")

    for status, shown in (("sent", "Sent"), ("delivered", "Delivered"), ("read", "Read")):
        news = Status(provider_id="wamid.ours", status=status)
        elsewhere(lambda news=news: apply_statuses([news]))
        expect(ours).to_contain_text(shown)
    expect(ours.locator(".tick-read")).to_have_count(1)


def test_a_colleagues_step_on_the_open_lead_shows_by_itself(desk, page_of):
    site, person, _channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    live_up(page)
    elsewhere(lambda: accept_lead(new, actor=person))

    expect(page.locator('#lead-pane [data-key="a"]')).to_have_count(0)
    expect(page.locator("#lead-title")).to_have_text("سعود")


def test_a_new_lead_appears_by_itself_and_the_open_one_stays(desk, page_of):
    site, person, channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    expect(page.locator("#lead-title")).to_have_text("سعود")
    live_up(page)
    late = elsewhere(lambda: factories.make_lead(channel, "كم سعر مكيف 18 ألف؟", name="نوف"))

    expect(page.locator(f"#ld-{late.pk}")).to_be_visible()
    expect(page.locator(f"#ld-{new.pk}")).to_have_class(re.compile("is-active"))
    expect(page.locator("#lead-summary")).to_contain_text("3")


def test_a_half_written_answer_survives_a_change_of_the_lead(desk, page_of):
    site, person, channel, new, _old = desk
    page = inbox_of(page_of, site, person)
    page.locator(f"#reply-{new.pk}").fill("حياك الله")
    live_up(page)
    write_again(channel, new)
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


def test_a_scrolled_column_stays_as_it_is_when_the_board_changes_under_the_keyboard(desk, page_of):
    site, person, channel, new, _old = desk
    many = [
        Lead(code=f"L-8{number:03d}", branch=channel.branch, owner=person, status="accepted",
             channel="whatsapp", source="whatsapp", name=f"Lead {number:02d}",
             received_at=timezone.now() - timedelta(hours=number))
        for number in range(1, 31)
    ]  # fmt: skip
    Lead.objects.bulk_create(many)
    page = page_of(person)
    page.goto(f"{site.url}/leads/board/")
    live_up(page)
    cards = page.locator("#column-accepted .kc")
    expect(cards).to_have_count(7)
    cards.last.scroll_into_view_if_needed()
    page.locator("#column-accepted .more").evaluate_all("found => found[0]?.scrollIntoView()")
    expect(cards).to_have_count(27)  # what is more loads itself, and may have done so
    wait_until_quiet(page)
    spot = page.locator(f"#kc-{many[14].pk}")
    spot.evaluate("card => card.scrollIntoView({ block: 'center' })")
    wait_until_quiet(page)
    top = spot.bounding_box()["y"]
    spot.locator("a").focus()
    with page.expect_response(lambda answer: "accepted/?shown=27" in answer.url):
        elsewhere(lambda: accept_lead(new, actor=person))

    expect(page.locator(f"#column-accepted #kc-{new.pk}")).to_have_count(1)
    expect(cards).to_have_count(27)
    wait_until_quiet(page)
    page.wait_for_function(
        "([id, top]) => Math.abs(document.getElementById(id)?.getBoundingClientRect().top - top) < 2",
        arg=[f"kc-{many[14].pk}", top],
    )
    expect(spot.locator("a")).to_be_focused()
    spot.locator(".icon-btn").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#move-menu :focus")).to_have_text("Awaiting acceptance")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"#column-qualified #kc-{many[14].pk}")).to_have_count(1)
    expect(page.locator("#move-park #move-menu")).to_have_count(1)
    expect(page.locator(f"#kc-{many[15].pk} .icon-btn")).to_be_focused()  # it took the place

    wait_until_quiet(page)
    column = page.locator("#column-accepted .col-b")
    first = column.evaluate(
        "box => [...box.querySelectorAll('.kc')]"
        ".find(card => card.getBoundingClientRect().bottom > box.getBoundingClientRect().top).id"
    )
    scrolled = column.evaluate("box => box.scrollTop")
    elsewhere(lambda: Lead.objects.filter(pk=first[3:]).update(status="rejected"))
    page.evaluate("document.body.dispatchEvent(new CustomEvent('leads-stale'))")
    expect(column.locator(f"#{first}")).to_have_count(0)
    wait_until_quiet(page)
    page.wait_for_function(
        "([least, most]) => { const at = document.querySelector('#column-accepted .col-b')?.scrollTop;"
        " return least < at && at <= most; }",
        arg=[scrolled - 200, scrolled],
    )


def test_a_change_during_a_drag_that_goes_nowhere_is_shown_after_it(desk, page_of):
    site, person, _channel, new, old = desk
    page = page_of(person)
    page.goto(f"{site.url}/leads/board/")
    live_up(page)
    page.locator(f"#kc-{new.pk}").hover()
    page.mouse.down()
    box = page.locator(f"#kc-{new.pk}").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 40, steps=6)
    expect(page.locator(".sortable-chosen")).to_have_count(1)
    with page.expect_response(re.compile("board/accepted/")):
        elsewhere(lambda: accept_lead(old, actor=person))
    page.mouse.up()
    expect(page.locator(f"#column-new #kc-{old.pk}")).to_have_count(0)


def test_a_filter_is_chosen_by_keyboard_also_when_its_choices_did_not_come_at_once(desk, page_of):
    site, person, *_rest = desk
    page = inbox_of(page_of, site, person)
    page.route("**/leads/?*menu=*", lambda route: route.abort())
    menu = page.locator("#filter-channel")
    with page.expect_event("requestfailed"):
        menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    page.unroute("**/leads/?*menu=*")
    menu.click()
    expect(page.locator(".dropdown-menu.show a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(menu).to_have_class(re.compile("is-on"))
    expect(menu).to_be_focused()
