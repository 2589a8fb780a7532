"""Leads, their fields and routing rules by API: reach, writing, refusals."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Activity
from customers.models import Customer
from leads.models import ExtractedField, Lead, RoutingRule
from leads.search import find_leads
from tests.factories import make_customer, make_form, make_lead, make_rule, make_team

pytestmark = pytest.mark.django_db
LEADS, RULES = "/api/v1/leads/", "/api/v1/routing-rules/"
TEXT = "السلام عليكم، معكم خالد، أحتاج تكييف سبليت لخمس غرف في الرياض والميزانية ٢٠ ألف ريال"


@pytest.fixture
def lead(whatsapp: Any, team: Any) -> Lead:
    return make_lead(whatsapp, TEXT)


@pytest.fixture
def foreign(whatsapp_b: Any, sales_b: Any, jeddah: Any) -> Lead:
    make_rule(make_team(jeddah, sales_b))
    return make_lead(whatsapp_b, "ماء للمنزل")


@pytest.fixture
def api(api_of: Any, supervisor: Any) -> Any:
    return api_of(supervisor)


def at(lead: Lead, what: str = "") -> str:
    return f"{LEADS}{lead.pk}/{what}"


# Reading


def test_a_list_holds_what_the_caller_reaches(
    lead: Lead, foreign: Lead, api_of: Any, sales: Any, manager: Any, inspector: Any
) -> None:
    def ids(user: Any) -> set[int]:
        return {row["id"] for row in api_of(user).get(LEADS).json()["results"]}

    assert ids(sales) == {lead.pk}
    assert ids(manager) == {lead.pk, foreign.pk}
    assert api_of(inspector).get(LEADS).status_code == 403


def test_another_branch_s_lead_does_not_exist(lead: Lead, foreign: Lead, api: Any) -> None:
    absent = api.get(f"{LEADS}999999/")
    answer = api.get(at(foreign))
    assert answer.status_code == absent.status_code == 404
    assert answer.json()["detail"] == absent.json()["detail"]
    for what in ("accept", "assign", "snooze", "reject", "reopen", "convert"):
        assert api.post(at(foreign, f"{what}/"), {}, format="json").status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(whatsapp: Any, team: Any, api: Any) -> None:
    made = {make_lead(whatsapp, f"رسالة رقم {number}").pk for number in range(7)}
    for ordering in ("newest", "oldest", "score"):
        url, seen = f"{LEADS}?page_size=3&ordering={ordering}", []
        while url:
            page = api.get(url).json()
            seen += [row["id"] for row in page["results"]]
            url = page["next"]
        assert len(seen) == 7
        assert set(seen) == made


def test_a_list_is_searched_and_filtered_like_the_page(lead: Lead, whatsapp: Any, api: Any) -> None:
    other = make_lead(whatsapp, "Looking for aluminium windows", name="Other Person")
    found = api.get(LEADS, {"search": other.code}).json()["results"]
    assert [row["id"] for row in found] == [other.pk]
    assert api.get(LEADS, {"status": "rejected"}).json()["results"] == []


@pytest.mark.parametrize(
    "written", ["0507712245", "050 771 22 45", "٠٥٠٧٧١٢٢٤٥", "+966 50 771 2245", "00966507712245"]
)
def test_a_phone_is_found_in_any_writing(
    whatsapp: Any, team: Any, supervisor: Any, api: Any, written: str
) -> None:
    wanted = make_lead(whatsapp, "أحتاج تكييف", phone="+966507712245")
    make_lead(whatsapp, "أحتاج تكييف", phone="+966507712299")
    found = api.get(LEADS, {"search": written}).json()["results"]
    assert [row["id"] for row in found] == [wanted.pk]
    assert [hit.url for hit in find_leads(supervisor, written)] == [wanted.get_absolute_url()]


@pytest.mark.parametrize(
    "query",
    [
        {"ordering": "owner__password"}, {"page_size": "0"}, {"page_size": "9" * 500},
        {"cursor": "x"},
        {"cursor": "WyIyMDI2IiwgMV0"}, {"status": "nonsense"}, {"owner": "abc"},
        {"owner": "9" * 40},
        {"cursor": "WyJcdTAwMDAiLCAxXQ"},
    ],
)  # fmt: skip
def test_a_nonsense_query_is_answered_400(query: dict[str, str], lead: Lead, api: Any) -> None:
    assert api.get(LEADS, query).status_code == 400


def test_one_lead_shows_its_fields_messages_and_the_reason_it_went_where_it_went(
    lead: Lead, api: Any
) -> None:
    shown = api.get(at(lead)).json()
    assert shown["code"] == lead.code
    assert {"city", "phone"} <= {field["name"] for field in shown["fields_found"]}
    assert shown["messages"][0]["text"] == TEXT
    assert shown["decision"]["person"] == lead.owner_id


def test_a_role_that_sees_contacts_masked_gets_them_masked(
    lead: Lead, api_of: Any, auditor: Any
) -> None:
    auditor.role.hidden_fields = {"customers.phone": "masked"}
    auditor.role.save()
    shown = api_of(auditor).get(at(lead))
    assert lead.phone[-2:] in shown.json()["phone"]
    assert lead.phone not in shown.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    whatsapp: Any, team: Any, api: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        make_lead(whatsapp, f"طلب رقم {number}")
    with django_assert_max_num_queries(8):
        assert len(api.get(LEADS).json()["results"]) == 8


# Entering


def test_an_entered_lead_is_routed_like_any_other(
    api: Any, team: Any, sales: Any, riyadh: Any
) -> None:
    data = {"name": "منى", "phone": "0501234567", "product": "hvac", "text": "تكييف لفيلا"}
    answer = api.post(LEADS, data, format="json")
    assert answer.status_code == 201
    lead = Lead.objects.get(pk=answer.json()["id"])
    assert (lead.phone, lead.branch, lead.owner, lead.source) == (
        "+966501234567",
        riyadh,
        sales,
        "api",
    )


def test_an_integrator_enters_leads_with_its_key(api_with_key: Any, riyadh: Any, team: Any) -> None:
    answer = api_with_key.post(LEADS, {"email": "A@B.example"}, format="json")
    assert answer.status_code == 201
    assert answer.json()["email"] == "a@b.example"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "phone"), ({"name": "x"}, "phone"), ({"phone": "12"}, "phone"),
        ({"phone": "0501234567", "status": "converted"}, "status"),
        ({"phone": "0501234567", "owner": 1, "score": 100}, "owner"),
        ({"phone": "0501234567", "branch": 2**62}, "branch"),
        ({"phone": "0501234567", "budget": "9" * 60}, "budget"),
        ({"phone": "0501234567", "budget": -1}, "budget"),
        ({"phone": ["0501234567"]}, "phone"), ({"email": {"a": 1}}, "email"),
        ({"phone": "0501234567", "name": "n" * 300}, "name"),
        ({"phone": "0501234567", "product": "elephants"}, "product"),
    ],
)  # fmt: skip
def test_a_wrong_lead_is_refused_by_field_and_nothing_is_saved(
    data: dict[str, Any], field: str, api: Any, team: Any
) -> None:
    answer = api.post(LEADS, data, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert Lead.objects.count() == 0


def test_a_lead_cannot_be_entered_for_another_branch(api: Any, jeddah: Any, team: Any) -> None:
    answer = api.post(LEADS, {"phone": "0501234567", "branch": jeddah.pk}, format="json")
    assert answer.status_code == 400
    assert "branch" in answer.json()["errors"]


def test_a_repeat_under_the_same_key_gets_the_first_answer_and_enters_nothing(
    api: Any, team: Any
) -> None:
    data, key = {"phone": "0501234567"}, {"HTTP_IDEMPOTENCY_KEY": "call-17"}
    first, second = (api.post(LEADS, data, format="json", **key) for _time in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    other = api.post(LEADS, {"phone": "0507654321"}, format="json", **key)
    assert other.status_code == 409
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b'{"name": "\\u0000"}', 400), (b'{"name": "\\ud800"}', 400), (b"\xff", 400),
        (b'{"a": NaN}', 400), (b"[1]", 400), (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
        (b'{"name": "' + b"x" * 1_100_000 + b'"}', 413), (b"null", 400),
    ],
)  # fmt: skip
def test_a_body_that_is_no_proper_json_object_is_refused(
    body: bytes, status: int, api: Any
) -> None:
    answer = api.post(LEADS, body, content_type="application/json")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


# Working


def test_stated_values_become_the_ground_truth_of_their_fields(lead: Lead, api: Any) -> None:
    data = {"city": "جدة", "company": "عيادات رواء", "budget": "25,000 SAR", "phone": "0551112223"}
    answer = api.patch(at(lead), data, format="json")
    assert answer.status_code == 200, answer.json()
    lead.refresh_from_db()
    assert (lead.city, lead.company, int(lead.budget)) == ("جدة", "عيادات رواء", 25_000)
    assert lead.phone == "+966551112223"
    states = dict(lead.fields.exclude(decided_by=None).values_list("name", "state"))
    assert set(states) == {"city", "company", "budget", "phone"}
    assert set(states.values()) == {ExtractedField.State.CORRECTED}


@pytest.mark.parametrize(
    "data",
    [
        {"status": "converted"},
        {"owner": 1},
        {"score": 99},
        {"branch": 1},
        {"is_test": True},
        {"id": 5},
    ],
)
def test_what_has_its_own_action_cannot_be_written(
    data: dict[str, Any], lead: Lead, api: Any
) -> None:
    answer = api.patch(at(lead), data, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(data)


def test_a_value_that_does_not_fit_is_refused_and_nothing_is_half_saved(
    lead: Lead, api: Any
) -> None:
    answer = api.patch(at(lead), {"city": "Abha", "phone": "not a phone"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "value_does_not_fit")
    before = lead.city
    lead.refresh_from_db()
    assert lead.city == before


def test_a_lead_goes_through_its_life_by_api(lead: Lead, api: Any, colleague: Any) -> None:
    def post(what: str, **data: Any) -> Any:
        return api.post(at(lead, f"{what}/"), data, format="json")

    assert post("accept").json()["status"] == "accepted"
    assert post("accept").json()["status"] == "accepted"
    assert post("assign", to=colleague.pk).json()["owner"] == colleague.pk
    until = timezone.now() + timedelta(days=2)
    assert post("snooze", until=until.isoformat()).json()["status"] == "snoozed"
    assert post("reopen").json()["status"] == "new"
    assert post("reject", reason="لا ميزانية").json()["close_reason"] == "لا ميزانية"
    refused = post("accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "lead_closed")
    assert post("reopen").json()["status"] == "new"
    customer = Customer.objects.get(pk=post("convert").json()["customer"])
    assert post("convert").json()["customer"] == customer.pk
    verbs = set(Activity.objects.filter(object_id=lead.pk).values_list("verb", flat=True))
    assert {"lead.accepted", "lead.snoozed", "lead.rejected", "lead.converted"} <= verbs


def test_a_step_on_a_lead_that_changed_meanwhile_is_refused(lead: Lead, api: Any) -> None:
    seen = api.get(at(lead)).json()["version"]
    api.post(at(lead, "accept/"), {}, format="json")
    answer = api.post(at(lead, "reject/"), {"reason": "late", "version": seen}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "edit_conflict")


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("assign", {}), ("assign", {"to": 10**40}), ("assign", {"to": True}), ("snooze", {}),
        ("snooze", {"until": "tomorrow"}), ("reject", {}), ("reject", {"reason": ""}),
        ("accept", {"force": True}), ("accept", {"version": "x"}), ("convert", {"customer": -1}),
    ],
)  # fmt: skip
def test_a_wrong_step_is_refused_by_field(
    what: str, data: dict[str, Any], lead: Lead, api: Any
) -> None:
    assert api.post(at(lead, f"{what}/"), data, format="json").status_code == 400


def test_nothing_is_handed_to_or_linked_with_another_branch(
    lead: Lead, api: Any, sales_b: Any, jeddah: Any
) -> None:
    foreign = make_customer(jeddah)
    assert api.post(at(lead, "assign/"), {"to": sales_b.pk}, format="json").status_code == 400
    answer = api.post(at(lead, "convert/"), {"customer": foreign.pk}, format="json")
    assert answer.status_code == 400


def test_a_lead_does_not_become_a_customer_that_was_merged_away(
    lead: Lead, api: Any, sales: Any
) -> None:
    kept, gone = (make_customer(lead.branch, sales) for _one in range(2))
    Customer.objects.filter(pk=gone.pk).update(merged_into=kept, archived_at=timezone.now())
    answer = api.post(at(lead, "convert/"), {"customer": gone.pk}, format="json")
    assert answer.status_code == 400
    assert api.post(at(lead, "convert/"), {"customer": kept.pk}, format="json").status_code == 200


def test_a_salesperson_may_not_hand_leads_on(
    lead: Lead, api_of: Any, sales: Any, colleague: Any
) -> None:
    answer = api_of(sales).post(at(lead, "assign/"), {"to": colleague.pk}, format="json")
    assert answer.status_code == 403


# Fields


def test_fields_are_listed_confirmed_and_corrected(lead: Lead, api: Any) -> None:
    rows = {row["name"]: row for row in api.get(at(lead, "fields/")).json()["results"]}
    city = at(lead, f"fields/{rows['city']['id']}/")
    assert api.post(f"{city}accept/", {}, format="json").json()["state"] == "accepted"
    corrected = api.post(f"{city}correct/", {"text": "Jeddah"}, format="json").json()
    assert (corrected["state"], corrected["corrected"]) == ("corrected", "Jeddah")
    lead.refresh_from_db()
    assert lead.city == "Jeddah"
    assert api.post(f"{city}correct/", {"text": ""}, format="json").status_code == 400


def test_fields_of_a_lead_out_of_reach_do_not_exist(lead: Lead, foreign: Lead, api: Any) -> None:
    field = foreign.fields.first()
    assert api.get(at(foreign, "fields/")).status_code == 404
    assert api.post(at(lead, f"fields/{field.pk}/accept/"), {}, format="json").status_code == 404


# Rules and forms


def test_rules_are_added_changed_moved_and_deleted(api: Any, team: Any, riyadh: Any) -> None:
    condition = {"field": "city", "op": "in", "values": ["Riyadh"]}
    data = {"name": "Riyadh", "method": "round_robin", "team": team.pk, "conditions": [condition]}
    made = api.post(RULES, data, format="json")
    assert made.status_code == 201, made.json()
    rule = made.json()
    assert (rule["branch"], rule["conditions"]) == (riyadh.pk, [condition])
    url = f"{RULES}{rule['id']}/"
    changed = api.patch(url, {"name": "The capital", "is_active": False}, format="json").json()
    assert (changed["name"], changed["is_active"], changed["version"]) == ("The capital", False, 2)
    assert changed["conditions"] == [condition]
    first = RoutingRule.objects.exclude(pk=rule["id"]).get()
    assert api.post(f"{url}move/", {"before": first.pk}, format="json").json()["position"] == 1
    assert [row["id"] for row in api.get(RULES).json()["results"]] == [rule["id"], first.pk]
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"method": "person"}, 422), ({"team": None}, 422), ({"method": "magic"}, 400),
        ({"conditions": [{"field": "password", "op": "in", "values": ["x"]}]}, 422),
        ({"conditions": [{"field": "city", "op": "in"}]}, 400), ({"conditions": "x"}, 400),
        ({"conditions": [7]}, 400), ({"weights": {"7": "heavy"}}, 400), ({"position": 1}, 400),
        ({"branch": None}, 400), ({"name": ""}, 400),
    ],
)  # fmt: skip
def test_a_rule_that_could_never_work_is_refused(
    change: dict[str, Any], status: int, api: Any, team: Any
) -> None:
    data = {"name": "Riyadh", "method": "least_loaded", "team": team.pk, **change}
    answer = api.post(RULES, data, format="json")
    assert answer.status_code == status, answer.json()
    assert RoutingRule.objects.count() == 1


def test_the_company_s_and_other_branches_rules_are_not_a_branch_s_to_change(
    api: Any, team: Any, jeddah: Any
) -> None:
    company = RoutingRule.objects.create(name="Company", branch=None, team=team)
    foreign = make_rule(make_team(jeddah))
    assert api.get(f"{RULES}{company.pk}/").status_code == 200
    assert api.patch(f"{RULES}{company.pk}/", {"name": "x"}, format="json").status_code == 404
    assert api.get(f"{RULES}{foreign.pk}/").status_code == 404
    data = {"name": "x", "method": "least_loaded", "team": foreign.team_id}
    assert api.post(RULES, data, format="json").status_code == 400


def test_forms_are_shown_without_their_secret(api: Any, riyadh: Any, jeddah: Any) -> None:
    form = make_form(riyadh, secret="a-secret-of-this-form")
    make_form(jeddah)
    answer = api.get("/api/v1/web-forms/")
    (row,) = answer.json()["results"]
    assert (row["key"], row["has_secret"], row["page"]) == (form.key, True, f"/f/{form.key}/")
    assert "a-secret-of-this-form" not in answer.content.decode()


def test_the_schema_of_the_whole_api_is_complete(tmp_path: Any) -> None:
    call_command("spectacular", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    written = (tmp_path / "schema.yml").read_text()
    for path in ("leads/{id}/convert/", "routing-rules/{id}/move/", "signals/{id}/retry/"):
        assert f"/api/v1/{path}" in written
