"""What only a browser can show: dragging, the keyboard instead, and working without a connection."""

import time

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from inspections.models import InspectionAnswer, InspectionPhoto
from tests.conftest import sign_in
from tests.site import needs_browser

from .conftest import at, coming_monday, fresh, picture

pytestmark = [pytest.mark.browser, needs_browser, pytest.mark.django_db(transaction=True)]


IS_KEPT = """async () => {
  const kept = await caches.open('madar-site-1');
  return (await kept.keys()).length > 12 && Boolean(await kept.match(location.pathname));
}"""


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.1)


def open_calendar(page, site):
    page.goto(f"{site.url}{reverse('inspections:calendar')}?day={coming_monday()}")
    page.wait_for_function("() => document.body.dataset.liveState === 'up'")


def pull(page, source, target, *, down):
    """Drag from the middle of a block's head to `down` pixels below the top of a column."""
    start, end = source.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2 + 9, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + down + 8, steps=8)
    page.mouse.up()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_visit_is_dragged_to_another_day_with_its_reason_and_put_back(
    scheduled, supervisor, site, page_of, language
):
    type(supervisor).objects.filter(pk=supervisor.pk).update(language=language)
    page = page_of(supervisor)
    open_calendar(page, site)

    pull_to_tuesday(page, scheduled, 13)
    page.locator("#modal.show #id_reason:focus").wait_for()
    assert page.locator("#id_time").input_value() == "13:00"
    page.keyboard.type("Customer asked")
    page.keyboard.press("Enter")

    wait_until(lambda: fresh(scheduled).starts_at == at(13, days=1))
    page.locator(".toastx [data-undo]").click()
    wait_until(lambda: fresh(scheduled).starts_at == at(10))


def pull_to_tuesday(page, visit, hour):
    """Drag a visit to an hour of the week's third day."""
    block = page.locator(f'.cal [data-visit="{visit.pk}"]')
    tuesday, cal = page.locator(".cal-c[data-day]").nth(2), page.locator(".cal")
    height = tuesday.bounding_box()["height"] / int(cal.get_attribute("data-hours"))
    pull(page, block, tuesday, down=height * (hour - int(cal.get_attribute("data-first"))))


def test_a_drag_that_is_thought_better_of_puts_the_block_back(scheduled, supervisor, site, page_of):
    page = page_of(supervisor)
    open_calendar(page, site)
    block = page.locator(f'.cal [data-visit="{scheduled.pk}"]')
    before = block.bounding_box()

    pull_to_tuesday(page, scheduled, 13)
    page.locator("#modal.show #id_reason:focus").wait_for()
    assert page.locator(".cal-c .ev.ghost").count() == 1  # shows where it would go
    page.keyboard.press("Escape")

    page.locator(".ev.ghost").wait_for(state="detached")
    wait_until(lambda: block.bounding_box() == before)
    assert "is-lifted" not in block.get_attribute("class")
    assert fresh(scheduled).starts_at == at(10)


def test_a_refused_drop_says_why_and_the_block_stays(scheduled, supervisor, site, page_of):
    page = page_of(supervisor)
    open_calendar(page, site)
    block = page.locator(f'.cal [data-visit="{scheduled.pk}"]')
    before = block.bounding_box()

    pull(
        page, block, page.locator(".cal-c[data-day]").nth(1), down=0
    )  # eight, the branch opens at nine

    page.locator(".toastx.bad").wait_for()
    assert "09:00" in page.locator(".toastx.bad").inner_text()
    assert block.bounding_box() == before
    assert fresh(scheduled).starts_at == at(10)


def test_the_keyboard_moves_a_visit_too(scheduled, supervisor, site, page_of):
    page = page_of(supervisor)
    open_calendar(page, site)
    page.locator(f'.cal [data-visit="{scheduled.pk}"] .ev-move').focus()
    page.keyboard.press("Enter")
    page.locator("#modal.show #id_time").fill("15:30")
    page.locator("#id_reason").fill("Customer asked")
    page.keyboard.press("Enter")

    wait_until(lambda: fresh(scheduled).starts_at == at(15, 30))
    page.locator("#modal.show").wait_for(state="detached")


def test_a_request_is_scheduled_from_its_menu(requested, inspector, supervisor, site, page_of):
    page = page_of(supervisor)
    open_calendar(page, site)
    page.locator(f"#waiting-{requested.pk} [data-bs-toggle=dropdown]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    wait_until(lambda: fresh(requested).status == "scheduled")
    assert fresh(requested).inspector == inspector
    page.locator(f"#waiting-{requested.pk}").wait_for(state="detached")


def open_site(page, site, visit):
    page.goto(f"{site.url}{reverse('inspections:site', args=[visit.pk])}")
    page.locator("#site[data-is-ready]").wait_for()


def test_what_is_typed_and_shot_without_a_connection_arrives_once(
    under_way, items, inspector, site, page_of
):
    page = page_of(inspector, width=390, height=800)
    open_site(page, site, under_way)
    voltage = page.locator(f"#item-{items['Voltage'].pk} [data-value]")
    voltage.fill("220")
    wait_until(lambda: InspectionAnswer.objects.filter(number=220).exists())

    page.context.set_offline(True)
    voltage.fill("301")
    page.locator(f"#item-{items['Drain'].pk} [data-choose=fault]").click()
    page.locator(f"#item-{items['Drain'].pk} [data-note]").fill("مسدود")
    camera = page.locator(f"#item-{items['Site photo'].pk} [data-camera]")
    camera.set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture((800, 600))}
    )
    page.locator("[data-photo]").wait_for()
    page.locator("#site-state.wait").wait_for()
    expect(page.locator(f"#item-{items['Voltage'].pk} [data-warning]")).to_be_visible()
    assert InspectionAnswer.objects.count() == 1
    assert not InspectionPhoto.objects.exists()

    page.context.set_offline(False)
    wait_until(lambda: InspectionPhoto.objects.exists())
    page.locator("#site-state.sent").wait_for()
    page.reload()
    page.locator("#site-state.sent").wait_for()

    answers = {one.item.label_en: one for one in InspectionAnswer.objects.select_related("item")}
    assert answers["Voltage"].number == 301
    assert (answers["Drain"].text, answers["Drain"].note) == ("fault", "مسدود")
    assert InspectionPhoto.objects.count() == 1
    expect(page.locator("[data-photo]")).to_have_count(1)

    page.locator("[data-photo] [data-drop]").click()
    wait_until(lambda: not InspectionPhoto.objects.exists())
    page.locator("[data-photo]").wait_for(state="detached")


def test_the_page_comes_back_after_a_reload_without_a_connection(
    under_way, items, inspector, site, page_of
):
    page = page_of(inspector, width=390, height=800)
    open_site(page, site, under_way)
    wait_until(lambda: page.evaluate(IS_KEPT))
    page.context.set_offline(True)
    page.locator(f"#item-{items['Voltage'].pk} [data-value]").fill("230")
    page.locator("#site-state.wait").wait_for()

    page.reload()
    page.locator("#site[data-is-ready]").wait_for()
    expect(page.locator(f"#item-{items['Voltage'].pk} [data-value]")).to_have_value("230")

    page.context.set_offline(False)
    wait_until(lambda: InspectionAnswer.objects.filter(number=230).exists())


SEEN_ON_THE_DEVICE = """async () => {
  const [database] = await indexedDB.databases();
  const opened = await new Promise(done => {
    const asked = indexedDB.open(database.name);
    asked.onsuccess = () => done(asked.result);
  });
  const rows = await new Promise(done => {
    const asked = opened.transaction('answers').objectStore('answers').getAll();
    asked.onsuccess = () => done(asked.result);
  });
  opened.close();
  const bytes = rows.flatMap(row => [...new Uint8Array(row.sealed?.words.bytes ?? [])]);
  return { count: rows.length, text: JSON.stringify(rows) + String.fromCharCode(...bytes) };
}"""


def test_what_was_not_sent_stays_for_its_writer_and_the_page_goes_at_sign_out(
    under_way, items, inspector, site, page_of
):
    page = page_of(inspector, width=390, height=800)
    open_site(page, site, under_way)
    wait_until(lambda: page.evaluate(IS_KEPT))
    page.route("**/photos/", lambda route: (route.fetch(), route.abort()))  # its answer is lost
    camera = page.locator(f"#item-{items['Site photo'].pk} [data-camera]")
    camera.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture((80, 60))})
    page.locator("#site-state.wait").wait_for()
    assert InspectionPhoto.objects.exists()
    page.unroute("**/photos/")
    page.locator("[data-photo] [data-drop]").click()
    wait_until(lambda: not InspectionPhoto.objects.exists())

    page.route("**/answers/", lambda route: route.abort())
    page.locator(f"#item-{items['Remarks'].pk} [data-value]").fill("back door 4711")
    page.locator("#site-state.wait").wait_for()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site.url}{reverse('inspections:my_day')}")
    page.locator(".side [data-bs-toggle=dropdown]").last.click()
    page.locator("[data-departs] button").click()
    page.wait_for_url("**/sign-in/**")
    wait_until(lambda: page.evaluate("async () => !(await caches.keys()).length"))
    seen = page.evaluate(SEEN_ON_THE_DEVICE)
    assert seen["count"] == 1
    assert "4711" not in seen["text"]

    page.unroute("**/answers/")
    client = Client()
    sign_in(client, inspector)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    open_site(page, site, under_way)
    wait_until(lambda: InspectionAnswer.objects.filter(text="back door 4711").exists())


def test_a_visit_is_finished_on_the_device_and_sent_later(
    under_way, items, inspector, site, page_of
):
    page = page_of(inspector, width=390, height=800)
    open_site(page, site, under_way)
    page.context.set_offline(True)
    page.locator(f"#item-{items['Voltage'].pk} [data-value]").fill("220")
    page.locator("#site-finish").click()  # the drain is missing: it leads there instead
    assert page.evaluate("document.activeElement.closest('.ck')?.dataset.item") == str(
        items["Drain"].pk
    )
    page.locator(f"#item-{items['Drain'].pk} [data-choose=ok]").click()
    page.locator("[data-outcome][value=ready]").check()
    page.locator("#site-finish").click()
    page.locator("#site-state.wait").wait_for()
    assert fresh(under_way).status == "in_progress"

    page.context.set_offline(False)
    page.wait_for_url(f"**{under_way.get_absolute_url()}")
    assert fresh(under_way).status == "completed"


def test_what_was_typed_for_a_visit_that_went_to_a_colleague_stays_on_the_device(
    under_way, items, inspector, second_inspector, site, page_of
):
    page = page_of(inspector, width=390, height=800)
    open_site(page, site, under_way)
    type(under_way).objects.filter(pk=under_way.pk).update(inspector=second_inspector)
    page.locator(f"#item-{items['Voltage'].pk} [data-value]").fill("220")
    page.locator("#site-state.bad").wait_for()

    expect(page.locator("#site-state b")).to_contain_text("no longer yours")
    assert not InspectionAnswer.objects.exists()

    type(under_way).objects.filter(pk=under_way.pk).update(inspector=inspector)
    page.reload()
    wait_until(lambda: InspectionAnswer.objects.filter(number=220).exists())
    page.locator("#site-state.sent").wait_for()


def test_signing_draws_and_is_sent(scheduled, inspector, site, page_of):
    scheduled.type.needs_signature = True
    scheduled.type.save()
    page = page_of(inspector, width=390, height=800)
    open_site(page, site, scheduled)
    page.locator("[data-signer]").fill("Faisal")
    pad = page.locator("#site-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=6)
    page.mouse.up()

    wait_until(lambda: hasattr(fresh(scheduled), "signature"))
    signature = fresh(scheduled).signature
    assert (bool(signature.image), signature.signed_by) == (True, "Faisal")
