"""The leads inbox and a lead's page, through HTTP."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.models import DuplicateSuggestion, ExtractedField, Lead
from leads.services import accept_lead, snooze_lead
from messaging.models import Message
from tests import factories

HX = {"HTTP_HX_REQUEST": "true"}
TEXT = "السلام عليكم، معكم أبو راكان. أحتاج 6 مكيفات سبليت في الرياض، جوالي 0507712245"


@pytest.fixture
def lead(whatsapp, team):
    return factories.make_lead(whatsapp, TEXT, name="أبو راكان")


@pytest.fixture
def page(client_of, sales):
    return client_of(sales)


def toast_of(response):
    return json.loads(response["HX-Trigger"])["toast"]


def do(page, action, lead, **data):
    return page.post(reverse(f"leads:{action}", args=[lead.pk]), data, **HX)


def test_the_inbox_shows_the_own_leads_that_wait_and_counts_them(page, lead):
    body = page.get("/leads/").content.decode()

    assert f'id="ld-{lead.pk}"' in body
    assert "1 awaiting acceptance" in body


def test_htmx_gets_the_list_alone_and_caches_are_told(page, lead):
    response = page.get("/leads/", **HX)

    assert response.content.decode().lstrip().startswith('<div id="lead-list"')
    assert "HX-Request" in response["Vary"]


def test_a_boosted_visit_gets_the_whole_page(page, lead):
    body = page.get("/leads/", HTTP_HX_BOOSTED="true", **HX).content.decode()
    assert "<html" in body


def test_the_list_needs_as_many_queries_for_thirty_leads_as_for_one(
    page, whatsapp, team, django_assert_max_num_queries
):
    factories.make_lead(whatsapp)
    page.get("/leads/", **HX)
    for _turn in range(29):
        factories.make_lead(whatsapp)
    with django_assert_max_num_queries(10):
        body = page.get("/leads/", {"shown": "30"}, **HX).content.decode()
    assert body.count('class="ld') == 30


def test_the_first_lead_is_open_in_the_first_answer(page, lead, django_assert_max_num_queries):
    page.get("/leads/")
    with django_assert_max_num_queries(15):  # shell and list 8, the pane 7
        body = page.get("/leads/").content.decode()

    assert f'data-url="{lead.get_absolute_url()}"' in body
    assert "thread-view" not in body  # on a phone the list is shown
    assert "thread-view" in page.get(lead.get_absolute_url()).content.decode()


def test_a_lead_opens_in_a_bounded_number_of_queries(page, lead, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        assert page.get(lead.get_absolute_url(), **HX).status_code == 200
    with django_assert_max_num_queries(24):
        assert page.get(lead.get_absolute_url()).status_code == 200


def test_further_pages_come_by_cursor_without_a_repeat(page, whatsapp, team, sales):
    sales.lead_capacity = 200
    sales.save()
    for _turn in range(53):
        factories.make_lead(whatsapp)
    first = page.get("/leads/", **HX)
    more = page.get(first.context["page"].next_url, **HX)

    seen = [row.pk for row in (*first.context["page"].rows, *more.context["page"].rows)]
    assert len(seen) == len(set(seen)) == 53


@pytest.mark.parametrize("after", ["x", "bm9uc2Vuc2U", "W10", "WzEsMl0"])
def test_a_false_cursor_gives_the_first_page(page, lead, after):
    assert page.get("/leads/", {"after": after}, **HX).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        {"queue": "nonsense"},
        {"owner": "x"},
        {"owner": "9" * 40},
        {"channel": "'; drop"},
        {"shown": "999999"},
        {"order": "x"},
    ],
)
def test_nonsense_in_the_address_is_answered_without_an_error(page, lead, query):
    assert page.get("/leads/", query).status_code == 200


def test_the_queues_and_flags_choose_the_right_leads(page, whatsapp, team, sales):
    waiting, taken, asleep, urgent = (factories.make_lead(whatsapp) for _turn in range(4))
    accept_lead(taken, actor=sales)
    snooze_lead(asleep, until=timezone.now() + timedelta(hours=2), actor=sales)
    Lead.objects.filter(pk=urgent.pk).update(urgency="high")
    Lead.objects.exclude(pk=urgent.pk).update(urgency="normal")

    def shown(**query):
        return {row.pk for row in page.get("/leads/", query, **HX).context["page"].rows}

    assert shown() == {waiting.pk, urgent.pk}
    assert shown(queue="work") == {taken.pk}
    assert shown(queue="snoozed") == {asleep.pk}
    assert shown(urgent="true") == {urgent.pk}
    assert len(shown(queue="all")) == 4


def test_the_search_finds_part_of_a_name_in_any_spelling(page, lead):
    found = page.get("/leads/", {"search": "ابو راك"}, **HX).context["page"].rows
    assert [row.pk for row in found] == [lead.pk]


def test_the_evidence_is_underlined_by_confidence(page, lead):
    field = lead.fields.exclude(start=None).filter(name="city").get()
    lead.fields.filter(start=field.start).update(confidence=0.5)
    body = page.get(lead.get_absolute_url(), **HX).content.decode()

    assert '<span class="ex low" tabindex="0"' in body
    assert "Confirm it with the customer." in body
    assert '<span class="ex" tabindex="0"' in body


NASTY = [
    "<script>alert(1)</script> أحتاج مكيف في الرياض",
    "\u202eevil\u202c أحتاج مكيف في الرياض \u2067",
    "😀👨‍👩‍👧‍👦 أحتاج 3 مكيفات في الرياض 🏠",
    '" onmouseover="alert(1)" الرياض',
    "{{ 7|add:7 }} {% now 'Y' %} الرياض",
]


@pytest.mark.parametrize("text", NASTY)
def test_a_nasty_message_is_shown_whole_and_harmless(page, whatsapp, team, text):
    lead = factories.make_lead(whatsapp, text, name="<b>x</b>\u202e")
    body = page.get(lead.get_absolute_url()).content.decode()

    assert "<script>alert" not in body
    assert "<b>x</b>" not in body
    assert 'onmouseover="alert' not in body
    thread = body[body.index('id="lead-thread"') : body.index('id="lead-fields"')]
    assert "\u202e" not in thread
    assert "\u2067" not in thread
    assert "الرياض" in thread


def test_overlapping_evidence_keeps_every_character_once(page, lead):
    message = lead.log.get().message
    for start, end in ((0, 10), (5, 12), (5, 5), (8, 10_000), (3, 4)):
        ExtractedField.objects.create(
            lead=lead, message=message, name="specs", value="x", confidence=0.7,
            start=start, end=end, extractor="t", version="1",
        )  # fmt: skip
    parts = page.get(lead.get_absolute_url(), **HX).context["thread"][-1].segments

    assert "".join(part.text for part in parts) == message.text


def test_the_page_says_why_this_person(page, lead):
    body = page.get(lead.get_absolute_url(), **HX).content.decode()
    assert "The rule takes every lead" in body
    assert "v1" in body


def test_every_automatic_step_is_shown_with_its_rule(page, lead):
    body = page.get(lead.get_absolute_url(), **HX).content.decode()
    assert "opened the lead from a message" in body
    assert "intake.open" in body


def test_a_role_with_masked_phones_does_not_see_them(page, lead, sales):
    sales.role.hidden_fields = {"customers.phone": "masked"}
    sales.role.save()
    context = page.get(lead.get_absolute_url(), **HX).context
    assert "•••" in context["phone"]


# What another branch may reach: nothing


ACTIONS = ["accept", "qualify", "snooze", "reject", "reopen", "reply", "move", "convert", "fields"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stranger_finds_no_lead_to_act_on(client_of, sales_b, lead, action):
    before = Lead.objects.values().get(pk=lead.pk)
    response = do(client_of(sales_b), action, lead, stage="accepted", text="x", name="city")

    assert response.status_code == 404
    assert Lead.objects.values().get(pk=lead.pk) == before


@pytest.mark.parametrize("name", ["detail", "pulse", "snooze", "reject", "fields"])
def test_a_stranger_finds_no_lead_to_look_at(client_of, sales_b, lead, name):
    assert client_of(sales_b).get(reverse(f"leads:{name}", args=[lead.pk])).status_code == 404


def test_a_stranger_finds_no_field(client_of, sales_b, lead):
    field = lead.fields.first()
    stranger = client_of(sales_b)
    assert stranger.post(reverse("leads:field_accept", args=[field.pk]), **HX).status_code == 404
    assert stranger.get(reverse("leads:field_edit", args=[field.pk]), **HX).status_code == 404


def test_a_colleague_with_own_scope_does_not_see_it_either(client_of, colleague, lead):
    page = client_of(colleague)
    assert page.get(lead.get_absolute_url()).status_code == 404
    assert f"ld-{lead.pk}" not in page.get("/leads/").content.decode()


@pytest.mark.parametrize("action", ACTIONS)
def test_an_auditor_looks_but_does_not_touch(client_of, auditor, lead, action):
    page = client_of(auditor)
    assert page.get(lead.get_absolute_url()).status_code == 200
    assert do(page, action, lead, stage="accepted").status_code == 403


def test_a_salesperson_may_not_hand_leads_over(page, lead, colleague):
    assert do(page, "assign", lead, to=colleague.pk).status_code == 403


# The steps


def test_accepting_takes_the_lead_into_work_and_offers_undo(page, lead, sales):
    response = do(page, "accept", lead, version=lead.version)
    lead.refresh_from_db()

    assert (lead.status, lead.owner) == ("accepted", sales)
    assert {"leads-stale", "close-dialog"} <= json.loads(response["HX-Trigger"]).keys()
    page.post(toast_of(response)["undo"], **HX)
    lead.refresh_from_db()
    assert (lead.status, lead.accepted_at) == ("new", None)


def test_accepting_twice_is_accepting_once(page, lead):
    do(page, "accept", lead, version=lead.version)
    again = do(page, "accept", lead, version=lead.version)

    assert again.status_code == 204
    assert Lead.objects.get(pk=lead.pk).version == lead.version + 1


def test_a_version_that_a_colleague_moved_on_is_refused_with_a_toast(page, lead):
    Lead.objects.filter(pk=lead.pk).update(version=lead.version + 1)
    response = do(page, "reject", lead, version=lead.version, reason="spam")

    assert response.status_code == 409
    assert toast_of(response)["kind"] == "bad"
    assert Lead.objects.get(pk=lead.pk).status == "new"


def test_an_undo_after_somebody_else_acted_is_refused(page, lead, sales):
    response = do(page, "accept", lead, version=lead.version)
    Lead.objects.filter(pk=lead.pk).update(version=lead.version + 5)

    assert page.post(toast_of(response)["undo"], **HX).status_code == 409
    assert Lead.objects.get(pk=lead.pk).status == "accepted"


def test_a_forged_undo_is_refused(page, lead):
    assert page.post(reverse("leads:undo", args=["forged"]), **HX).status_code == 409


def test_a_supervisor_hands_the_lead_over_and_takes_it_back(
    client_of, supervisor, colleague, sales, lead
):
    page = client_of(supervisor)
    choices = page.get(reverse("leads:assign", args=[lead.pk]), **HX).content.decode()
    response = do(page, "assign", lead, to=colleague.pk, version=lead.version)

    assert colleague.name in choices
    assert Lead.objects.get(pk=lead.pk).owner == colleague
    page.post(toast_of(response)["undo"], **HX)
    assert Lead.objects.get(pk=lead.pk).owner == sales


@pytest.mark.parametrize("to", ["", "x", "99999999999999999999999", "-1"])
def test_handing_over_to_nobody_changes_nothing(client_of, supervisor, sales, lead, to):
    assert do(client_of(supervisor), "assign", lead, to=to).status_code == 404
    assert Lead.objects.get(pk=lead.pk).owner == sales


def test_handing_over_to_another_branch_is_refused(client_of, manager, sales_b, sales, lead):
    assert do(client_of(manager), "assign", lead, to=sales_b.pk).status_code == 422
    assert Lead.objects.get(pk=lead.pk).owner == sales


def test_snoozing_by_a_ready_made_time(page, lead):
    presets = page.get(reverse("leads:snooze", args=[lead.pk]), **HX).context["presets"]
    do(page, "snooze", lead, until=presets[0]["at"].isoformat(), version=lead.version)
    assert Lead.objects.get(pk=lead.pk).status == "snoozed"


@pytest.mark.parametrize(
    "until", ["", "tomorrow", "2020-01-01T00:00", "9999-12-31T23:59", "2026-99-99T00:00"]
)
def test_snoozing_until_nonsense_is_refused(page, lead, until):
    assert do(page, "snooze", lead, until=until).status_code == 422
    assert Lead.objects.get(pk=lead.pk).status == "new"


def test_rejecting_keeps_the_reason_and_can_be_reopened(page, lead):
    do(page, "reject", lead, reason="spam", version=lead.version)
    lead.refresh_from_db()
    assert (lead.status, lead.close_reason) == ("rejected", "spam")

    do(page, "reopen", lead, version=lead.version)
    assert Lead.objects.get(pk=lead.pk).status == "new"


def test_converting_makes_a_customer_and_goes_there(page, lead):
    response = do(page, "convert", lead, version=lead.version)
    lead.refresh_from_db()

    assert lead.status == "converted"
    assert response["HX-Redirect"] == lead.customer.get_absolute_url()


# What people say about what was read


def test_a_correction_is_kept_as_the_ground_truth(page, lead, sales):
    field = lead.fields.filter(name="city").first()
    page.post(reverse("leads:field_edit", args=[field.pk]), {"text": "جدة"}, **HX)
    field.refresh_from_db()
    lead.refresh_from_db()

    assert (field.state, field.corrected, field.decided_by) == ("corrected", "جدة", sales)
    assert field.value == "Riyadh"
    assert lead.city == "جدة"


def test_a_corrected_name_and_number_are_shown_wherever_the_pane_has_them(page, lead):
    add = reverse("leads:fields", args=[lead.pk])
    page.post(add, {"name": "email", "text": "noura@home.example"}, **HX)
    name = lead.fields.get(name="person_name")
    answer = page.post(reverse("leads:field_edit", args=[name.pk]), {"text": "نورة الدوسري"}, **HX)
    beside = answer.content.decode().partition('id="lead-about" hx-swap-oob="true"')[2]
    about, _, contact = beside.partition('id="lead-contact" hx-swap-oob="true"')
    assert "نورة الدوسري" in about
    assert "noura@home.example" in contact


def test_a_value_that_does_not_fit_is_shown_beside_its_field(page, lead):
    field = lead.fields.filter(name="phone").first()
    response = page.post(reverse("leads:field_edit", args=[field.pk]), {"text": "abc"}, **HX)

    assert response.status_code == 422
    assert "This value does not fit the field." in response.content.decode()


def test_the_control_fits_the_field(page, lead):
    def control(name):
        field = lead.fields.filter(name=name).first()
        return page.get(reverse("leads:field_edit", args=[field.pk]), **HX).content.decode()

    assert 'type="tel"' in control("phone")
    assert "<select" in control("product_category")


def test_all_that_is_certain_is_confirmed_at_once(page, lead):
    lead.fields.update(confidence=0.9)
    lead.fields.filter(name="city").update(confidence=0.6)
    page.post(reverse("leads:fields_accept_certain", args=[lead.pk]), **HX)

    assert set(lead.fields.filter(state="suggested").values_list("name", flat=True)) == {"city"}


def test_a_detail_that_nobody_found_can_be_added(page, lead):
    page.post(
        reverse("leads:fields", args=[lead.pk]), {"name": "budget", "text": "20,000 SAR"}, **HX
    )
    lead.refresh_from_db()
    assert (lead.budget, lead.currency) == (20_000, "SAR")


# Duplicates


def test_a_duplicate_is_linked_or_dismissed(page, lead, riyadh, sales):
    customer = factories.make_customer(riyadh, sales)
    row = DuplicateSuggestion.objects.create(lead=lead, customer=customer, score=0.8)
    assert customer.name in page.get(lead.get_absolute_url(), **HX).content.decode()

    page.post(reverse("leads:duplicate_link", args=[row.pk]), **HX)
    lead.refresh_from_db()
    assert lead.customer == customer


def test_a_duplicate_out_of_reach_is_not_named_and_cannot_be_linked(page, lead, riyadh, colleague):
    customer = factories.make_customer(riyadh, colleague, name="Canaryname")
    row = DuplicateSuggestion.objects.create(lead=lead, customer=customer, score=0.8)

    assert "Canaryname" not in page.get(lead.get_absolute_url(), **HX).content.decode()
    assert page.post(reverse("leads:duplicate_link", args=[row.pk]), **HX).status_code == 404
    assert page.post(reverse("leads:duplicate_dismiss", args=[row.pk]), **HX).status_code == 200


# Answers


def test_an_answer_is_queued_once_and_stops_the_clock(page, lead, queued):
    data = {"text": "حياك الله", "key": "k1"}
    first = do(page, "reply", lead, **data)
    do(page, "reply", lead, **data)
    lead.refresh_from_db()

    assert "حياك الله" in first.content.decode()
    assert Message.objects.filter(direction="out", text="حياك الله").count() == 1
    assert lead.first_reply_at is not None


def test_an_answer_in_which_nothing_is_seen_is_refused(page, lead):
    assert do(page, "reply", lead, text=" \u200b\u2066 ", key="k").status_code == 422
    assert do(page, "reply", lead, text="👍🏽", key="k").status_code == 200


def test_after_the_window_no_free_text_is_taken(page, lead):
    lead.conversation.last_inbound_at = timezone.now() - timedelta(hours=25)
    lead.conversation.save()

    assert "takes no free text" in page.get(lead.get_absolute_url(), **HX).content.decode()
    assert do(page, "reply", lead, text="x", key="k").status_code == 409


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("٢٠ ألف ريال", {"amount": 20_000, "currency": "SAR"}),
        ("20,000", {"amount": 20_000, "currency": "SAR"}),
        ("5000 EGP", {"amount": 5_000, "currency": "EGP"}),
    ],
)
def test_a_budget_is_read_as_people_write_it(page, lead, text, value):
    page.post(reverse("leads:fields", args=[lead.pk]), {"name": "budget", "text": text}, **HX)
    assert lead.fields.get(name="budget").corrected == value


def seen_of(page, lead):
    """What an open pane sends along with its pulse."""
    context = page.get(lead.get_absolute_url(), **HX).context
    return {"version": context["lead"].version, "stamp": context["stamp"]}


def test_the_pulse_is_silent_until_the_lead_changes(page, lead):
    seen = seen_of(page, lead)
    url = reverse("leads:pulse", args=[lead.pk])

    assert page.get(url, seen, **HX).status_code == 204
    Lead.objects.filter(pk=lead.pk).update(version=lead.version + 1)
    assert f'data-lead="{lead.pk}"' in page.get(url, seen, **HX).content.decode()


def test_the_pulse_answers_when_a_message_of_ours_got_another_status(page, lead):
    do(page, "reply", lead, text="حياك الله", key="k1")
    seen, url = seen_of(page, lead), reverse("leads:pulse", args=[lead.pk])

    assert page.get(url, seen, **HX).status_code == 204
    Message.objects.filter(direction="out", text="حياك الله").update(status="read")
    assert "tick-read" in page.get(url, seen, **HX).content.decode()


def test_a_pulse_costs_little(page, lead, django_assert_max_num_queries):
    seen, url = seen_of(page, lead), reverse("leads:pulse", args=[lead.pk])
    with django_assert_max_num_queries(5):
        assert page.get(url, seen, **HX).status_code == 204


# Which lead opens after a step


@pytest.fixture
def three(whatsapp, team):
    """Three waiting leads in the order of the list: the newest first."""
    rows = [factories.make_lead(whatsapp, name=name) for name in ("ثالث", "ثاني", "أول")]
    for hours, row in enumerate(reversed(rows)):
        Lead.objects.filter(pk=row.pk).update(
            received_at=timezone.now() - timedelta(hours=hours), score=80 - 20 * hours
        )
    return list(Lead.objects.order_by("-received_at"))


def opened_by(response):
    """The lead whose pane the answer carries."""
    lead = (response.context or {}).get("lead")
    assert lead is None or f'data-lead="{lead.pk}"' in response.content.decode()
    return lead


@pytest.mark.parametrize("query", ["", "order=score", "mine=true&after=x&shown=100"])
def test_a_step_opens_the_lead_below(page, three, query):
    response = do(page, "accept", three[1], list=query)

    assert opened_by(response) == three[2]
    assert response["HX-Push-Url"].startswith(three[2].get_absolute_url())


def test_a_step_at_the_end_of_the_list_opens_the_lead_above(page, three):
    assert opened_by(do(page, "reject", three[2], list="", reason="spam")) == three[1]


def test_a_step_on_the_last_lead_leaves_the_pane_empty(page, lead):
    response = do(page, "accept", lead, list="")

    assert "No lead is open" in response.content.decode()
    assert response["HX-Push-Url"] == "/leads/"


def test_a_step_stays_within_what_the_list_shows(page, three):
    Lead.objects.filter(pk=three[2].pk).update(urgency="high")
    Lead.objects.filter(pk=three[0].pk).update(urgency="high")
    Lead.objects.filter(pk=three[1].pk).update(urgency="normal")
    response = do(page, "accept", three[0], list="urgent=true")

    assert opened_by(response) == three[2]
    assert response["HX-Push-Url"].endswith("?urgent=true")


def test_a_step_on_a_lead_that_the_list_does_not_show_keeps_it_open(page, three):
    response = do(page, "accept", three[1], list="queue=rejected")

    assert opened_by(response) == three[1]
    assert "HX-Push-Url" not in response


NONSENSE = ["queue=x", "a=\r\nX: y", "search=\u202e\U0001f600", "owner=" + "9" * 40, "&" * 900]


@pytest.mark.parametrize("query", NONSENSE)
def test_a_step_from_a_list_of_nonsense_is_done_all_the_same(page, lead, query):
    assert do(page, "accept", lead, list=query).status_code == 200
    assert Lead.objects.get(pk=lead.pk).status == "accepted"


@pytest.mark.parametrize("query", ["search=%00", "&" * 3000])
def test_a_step_from_a_list_that_is_an_attack_is_refused_before_it_is_done(page, lead, query):
    assert do(page, "accept", lead, list=query).status_code == 400
    assert Lead.objects.get(pk=lead.pk).status == "new"


def test_a_step_opens_no_lead_of_somebody_else(page, lead, whatsapp, colleague):
    other = factories.make_lead(whatsapp)
    Lead.objects.filter(pk=other.pk).update(owner=colleague)

    assert opened_by(do(page, "accept", lead, list="queue=all")) != other


def test_an_undo_is_for_the_person_who_did_the_step(
    team: Any, whatsapp: Any, sales: Any, supervisor: Any, client_of: Any
) -> None:
    lead = factories.make_lead(whatsapp)
    response = client_of(sales).post(f"/leads/{lead.pk}/accept/", headers={"HX-Request": "true"})
    undo = json.loads(response["HX-Trigger"])["toast"]["undo"]

    refused = client_of(supervisor).post(undo, headers={"HX-Request": "true"})

    assert refused.status_code == 409
    lead.refresh_from_db()
    assert lead.status == Lead.Status.ACCEPTED
    assert client_of(sales).post(undo, headers={"HX-Request": "true"}).status_code < 400
    lead.refresh_from_db()
    assert lead.status == Lead.Status.NEW
