"""Board, entry by hand, routing rules, web forms, panels and tiles, through HTTP."""

import json
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from leads.models import Lead, RoutingRule, WebForm
from leads.search import find_leads
from leads.services import accept_lead
from tests import factories

HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(whatsapp, team):
    return factories.make_lead(whatsapp, name="أبو راكان")


@pytest.fixture
def boss(client_of, supervisor):
    return client_of(supervisor)


def toast_of(response):
    return json.loads(response["HX-Trigger"])["toast"]


# Board


def test_the_board_shows_each_lead_in_its_column(boss, lead, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        columns = boss.get(reverse("leads:board")).context["columns"]
    shown = {column["status"]: [card.pk for card in column["cards"]] for column in columns}
    assert shown["new"] == [lead.pk]
    assert shown["accepted"] == []


@pytest.mark.parametrize("stage", ["accepted", "qualified", "snoozed", "rejected", "converted"])
def test_a_card_moves_to_every_column(boss, lead, stage):
    response = boss.post(reverse("leads:move", args=[lead.pk]), {"stage": stage}, **HX)
    assert response.status_code == 204
    assert Lead.objects.get(pk=lead.pk).status == stage


def test_a_rejected_card_moves_back_into_work(boss, lead):
    for stage in ("rejected", "accepted", "new"):
        boss.post(reverse("leads:move", args=[lead.pk]), {"stage": stage}, **HX)
        assert Lead.objects.get(pk=lead.pk).status == stage


def test_a_column_that_is_none_is_refused(boss, lead):
    assert boss.get(reverse("leads:board_column", args=["nonsense"])).status_code == 404
    move = boss.post(reverse("leads:move", args=[lead.pk]), {"stage": "nonsense"}, **HX)
    assert move.status_code == 422


def test_a_move_can_be_taken_back(boss, lead):
    response = boss.post(reverse("leads:move", args=[lead.pk]), {"stage": "rejected"}, **HX)
    boss.post(toast_of(response)["undo"], **HX)
    assert Lead.objects.get(pk=lead.pk).status == "new"


# Entry by hand

ENTRY = {"name": "خالد", "phone": "0507712245", "channel": "phone", "urgency": "normal"}


def test_a_lead_entered_by_hand_is_routed_like_any_other(boss, team, riyadh, sales):
    boss.post(reverse("leads:new"), {**ENTRY, "branch": riyadh.pk, "budget": "20,000"})
    lead = Lead.objects.get()

    assert (lead.phone, lead.owner, lead.budget) == ("+966507712245", sales, 20_000)
    assert lead.decisions.get().rule_name == "Everybody"
    assert Activity.objects.filter(verb="lead.entered", object_id=lead.pk).exists()


def test_who_enters_a_lead_may_keep_it(client_of, sales, riyadh):
    page = client_of(sales)
    page.post(reverse("leads:new"), {**ENTRY, "branch": riyadh.pk, "is_own": "on"})
    assert Lead.objects.get().owner == sales


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "", "email": ""},
        {"phone": "12"},
        {"email": "x"},
        {"budget": "much"},
        {"budget": "9" * 39},
        {"channel": "smoke"},
    ],
)
def test_an_entry_that_cannot_be_answered_makes_no_lead(boss, riyadh, wrong):
    response = boss.post(reverse("leads:new"), {**ENTRY, "branch": riyadh.pk, **wrong})
    assert response.status_code == 422
    assert not Lead.objects.exists()


def test_a_lead_is_not_entered_for_another_branch(boss, jeddah):
    assert boss.post(reverse("leads:new"), {**ENTRY, "branch": jeddah.pk}).status_code == 422


def test_a_known_phone_links_the_customer(boss, team, riyadh, sales):
    customer = factories.make_customer(riyadh, sales, phones=("+966507712245",))
    boss.post(reverse("leads:new"), {**ENTRY, "branch": riyadh.pk})
    assert Lead.objects.get().customer == customer


# Routing rules


def rule_data(branch, to_team, **extra):
    return {
        "name": "Kitchens",
        "branch": branch.pk,
        "method": "least_loaded",
        "team": to_team.pk,
        "c-row": "a1",
        "c-a1-field": "product",
        "c-a1-op": "in",
        "c-a1-values": "kitchens",
        **extra,
    }


def test_a_rule_is_added_at_the_end_and_logged(boss, team, riyadh):
    boss.post(reverse("leads:rule_new"), rule_data(riyadh, team), **HX)
    rule = RoutingRule.objects.get(name="Kitchens")

    assert rule.conditions == [{"field": "product", "op": "in", "values": ["kitchens"]}]
    assert rule.position > RoutingRule.objects.get(name="Everybody").position
    assert Activity.objects.filter(verb="routing_rule.created", object_id=rule.pk).exists()


def test_every_change_of_a_rule_is_its_next_version(boss, team, riyadh):
    rule = RoutingRule.objects.get()
    boss.post(reverse("leads:rule", args=[rule.pk]), rule_data(riyadh, team), **HX)
    rule.refresh_from_db()
    assert (rule.name, rule.version) == ("Kitchens", 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"team": ""},
        {"method": "person", "person": ""},
        {"c-a1-values": ""},
        {"c-a1-field": "__class__"},
        {"c-a1-field": "score", "c-a1-values": "many"},
        {"name": ""},
        {"c-row": ["a1"] * 14},
    ],
)
def test_a_rule_that_could_never_work_is_refused_beside_its_cause(boss, team, riyadh, wrong):
    response = boss.post(reverse("leads:rule_new"), rule_data(riyadh, team, **wrong), **HX)
    assert response.status_code == 422
    assert RoutingRule.objects.count() == 1


def test_rules_are_tried_in_the_order_they_were_moved_to(boss, team, riyadh):
    first = RoutingRule.objects.get()
    second = factories.make_rule(team, name="Second", position=5)
    third = factories.make_rule(team, name="Third", position=6)
    move = reverse("leads:rule_move", args=[third.pk])
    boss.post(move, {"before": first.pk}, **HX)
    assert list(RoutingRule.objects.in_force()) == [third, first, second]

    boss.post(move, {"before": ""}, **HX)
    assert list(RoutingRule.objects.in_force()) == [first, second, third]


def test_a_rule_is_switched_off_and_on(boss, team):
    rule = RoutingRule.objects.get()
    boss.post(reverse("leads:rule_switch", args=[rule.pk]), **HX)
    assert not RoutingRule.objects.get().is_active
    boss.post(reverse("leads:rule_switch", args=[rule.pk]), **HX)
    assert RoutingRule.objects.get().is_active


def test_a_deleted_rule_comes_back_to_its_place(boss, team):
    known = RoutingRule.objects.values("name", "position", "conditions", "team").get()
    response = boss.post(reverse("leads:rule_delete", args=[RoutingRule.objects.get().pk]), **HX)
    assert not RoutingRule.objects.exists()

    boss.post(toast_of(response)["undo"], **HX)
    assert RoutingRule.objects.values("name", "position", "conditions", "team").get() == known


def test_rules_of_another_branch_and_of_the_company_are_out_of_a_supervisors_hands(
    boss, team, jeddah, sales_b
):
    foreign = factories.make_rule(factories.make_team(jeddah, sales_b), name="Canaryrule")
    general = factories.make_rule(team, name="General", branch=None)

    body = boss.get(reverse("leads:rules")).content.decode()
    assert "Canaryrule" not in body
    assert "General" in body
    for rule in (foreign, general):
        for name in ("rule", "rule_move", "rule_switch", "rule_delete"):
            url = reverse(f"leads:{name}", args=[rule.pk])
            assert boss.post(url, **HX).status_code == 404
    assert RoutingRule.objects.count() == 3


def test_a_salesperson_reads_the_rules_but_does_not_change_them(client_of, sales, team):
    page = client_of(sales)
    assert page.get(reverse("leads:rules")).status_code == 200
    assert page.post(reverse("leads:rule_new"), **HX).status_code == 403


def test_the_dry_run_says_what_rules_would_have_caught_and_stores_nothing(
    boss, whatsapp, team, riyadh, colleague
):
    for _turn in range(3):
        factories.make_lead(whatsapp)
    before = list(Lead.objects.values_list("pk", "owner", "version").order_by("pk"))
    draft = rule_data(riyadh, team, method="person", person=colleague.pk, team="")
    draft["c-row"] = "none"
    draft["c-none-field"], draft["c-none-values"] = "city", "Riyadh"
    RoutingRule.objects.update(is_active=False)
    result = boss.post(reverse("leads:rules_dry_run"), draft, **HX).context["result"]

    assert (result.total, result.changed, result.queued) == (3, 3, 0)
    assert [(row.name, row.becomes) for row in result.people if row.becomes] == [
        (colleague.name, 3)
    ]
    assert list(Lead.objects.values_list("pk", "owner", "version").order_by("pk")) == before
    assert RoutingRule.objects.count() == 1


def test_the_dry_run_costs_the_same_for_many_leads(
    boss, whatsapp, team, sales, django_assert_max_num_queries
):
    sales.lead_capacity = 100
    sales.save()
    for _turn in range(20):
        factories.make_lead(whatsapp)
    with django_assert_max_num_queries(14):
        boss.get(reverse("leads:rules_dry_run"), **HX)


# Web forms

FORM = {"name": "Site", "title_ar": "اطلب عرضاً", "title_en": "Ask for a price", "is_active": "on"}


def test_a_web_form_gets_its_channel_and_public_address(boss, riyadh):
    boss.post(
        reverse("leads:form_new"),
        {
            **FORM,
            "branch": riyadh.pk,
            "origins_text": "https://a.example/x\n",
            "mapping_text": "ism = name",
        },
    )
    form = WebForm.objects.get()

    assert form.origins == ["https://a.example"]
    assert form.mapping == {"ism": "name"}
    assert (form.channel.kind, form.channel.branch) == ("web_form", riyadh)
    body = boss.get(reverse("leads:form", args=[form.pk])).content.decode()
    assert f"/f/{form.key}/" in body
    assert (
        f"&lt;form method=&quot;post&quot; action=&quot;http://testserver/f/{form.key}/submit/"
        in body
    )


@pytest.mark.parametrize(
    "wrong",
    [{"origins_text": "javascript:alert(1)"}, {"mapping_text": "a = b"}, {"title_ar": ""}],
)
def test_a_web_form_that_cannot_work_is_refused(boss, riyadh, wrong):
    response = boss.post(reverse("leads:form_new"), {**FORM, "branch": riyadh.pk, **wrong})
    assert response.status_code == 422
    assert not WebForm.objects.exists()


def test_the_secret_of_a_form_is_never_shown_and_kept_when_left_empty(boss, riyadh):
    form = factories.make_form(riyadh, secret="s3cret-canary")
    url = reverse("leads:form", args=[form.pk])
    assert "s3cret-canary" not in boss.get(url).content.decode()

    boss.post(url, {**FORM, "branch": riyadh.pk, "secret": ""})
    form.refresh_from_db()
    assert form.secret == "s3cret-canary"


def test_a_form_of_another_branch_is_not_there(boss, jeddah):
    form = factories.make_form(jeddah, name="Canaryform")
    assert boss.get(reverse("leads:form", args=[form.pk])).status_code == 404
    assert "Canaryform" not in boss.get(reverse("leads:forms")).content.decode()


# Parts of other pages


def test_the_home_page_shows_todays_intake(client_of, sales, lead):
    accept_lead(lead, actor=sales)
    page = client_of(sales)
    body = page.get(reverse("leads:home_intake"), **HX)

    assert (body.context["new"], body.context["accepted"], body.context["waiting"]) == (1, 1, 0)
    assert reverse("leads:home_intake") in page.get("/").content.decode()


TILES = ["home_intake", "home_channels", "home_newest", "home_mine"]


@pytest.mark.parametrize("tile", TILES)
def test_a_tile_is_cheap_and_shows_nothing_of_another_branch(
    client_of, sales_b, sales, lead, tile, django_assert_max_num_queries
):
    Lead.objects.filter(pk=lead.pk).update(name="Canarylead")
    page = client_of(sales)
    page.get(reverse(f"leads:{tile}"), **HX)
    with django_assert_max_num_queries(6):
        assert page.get(reverse(f"leads:{tile}"), **HX).status_code == 200
    assert (
        "Canarylead" not in client_of(sales_b).get(reverse(f"leads:{tile}"), **HX).content.decode()
    )


def test_a_role_without_leads_gets_no_tile(client_of, inspector):
    page = client_of(inspector)
    assert page.get("/").status_code == 200
    assert page.get(reverse("leads:home_intake"), **HX).status_code == 403


def test_the_median_time_to_accept_is_of_today(client_of, sales, whatsapp, team):
    now = timezone.now()
    for minutes in (1, 3, 60):
        made = factories.make_lead(whatsapp)
        Lead.objects.filter(pk=made.pk).update(
            status="accepted", accepted_at=now, received_at=now - timedelta(minutes=minutes)
        )
    context = client_of(sales).get(reverse("leads:home_intake"), **HX).context
    assert context["median_text"] == "3:00"


def test_a_customers_page_lists_their_leads(client_of, sales, lead, riyadh):
    customer = factories.make_customer(riyadh, sales)
    Lead.objects.filter(pk=lead.pk).update(customer=customer)
    body = client_of(sales).get(reverse("leads:customer_panel", args=[customer.pk]), **HX)
    assert lead.code in body.content.decode()


def test_a_strangers_customer_has_no_panel(client_of, sales_b, sales, riyadh):
    customer = factories.make_customer(riyadh, sales)
    url = reverse("leads:customer_panel", args=[customer.pk])
    assert client_of(sales_b).get(url, **HX).status_code == 404


def test_the_palette_finds_own_leads_only(sales, sales_b, lead):
    assert [hit.url for hit in find_leads(sales, "راكان")] == [lead.get_absolute_url()]
    assert find_leads(sales_b, "راكان") == []
    assert find_leads(sales, "\x00%_'") == []


def test_the_admin_shows_leads_within_reach_and_changes_none(supervisor, sales_b, lead):
    from django.contrib import admin

    site = admin.site._registry[Lead]
    request = RequestFactory().get("/")
    request.user = supervisor
    assert list(site.get_queryset(request)) == [lead]
    assert not site.has_change_permission(request)
    request.user = sales_b
    assert list(site.get_queryset(request)) == []
