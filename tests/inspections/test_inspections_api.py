"""Inspections for programs: the same rules, the same doors."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import RoleCode
from inspections.models import Inspection
from orders.models import Order
from tests import factories

from .conftest import at, coming_monday, fresh, make_type, make_visit, picture, put

BASE = "/api/v1/inspections/"


def test_the_road_of_a_visit_by_api(riyadh, survey, items, inspector, supervisor, api_of):
    boss, field = api_of(supervisor), api_of(inspector)
    customer = factories.make_customer(riyadh)
    body = {"type": survey.pk, "customer": customer.pk, "district": "حطين"}
    made = boss.post(BASE, body, HTTP_IDEMPOTENCY_KEY="one")
    again = boss.post(BASE, body, HTTP_IDEMPOTENCY_KEY="one")
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])
    url = f"{BASE}{made.json()['id']}/"

    slot = {"inspector": inspector.pk, "starts_at": at(10).isoformat()}
    assert boss.post(f"{url}schedule/", slot).json()["status"] == "scheduled"
    later = {**slot, "starts_at": at(12).isoformat(), "reason": "asked"}
    moved = boss.post(f"{url}reschedule/", later).json()
    assert (moved["moves"], moved["starts_at"] != made.json()["starts_at"]) == (1, True)
    assert field.post(f"{url}set-out/", {}).json()["status"] == "on_the_way"
    assert field.post(f"{url}start/", {}).json()["status"] == "in_progress"
    refused = field.post(f"{url}complete/", {"outcome": "ready"})
    assert (refused.status_code, refused.json()["code"]) == (409, "checklist_incomplete")

    answers = [
        {"item": items["Voltage"].pk, "value": "220"}, {"item": items["Drain"].pk, "value": "ok"},
        {"item": items["Pipe"].pk, "value": "8"},
    ]  # fmt: skip
    assert len(field.post(f"{url}answers/", {"answers": answers}).json()["saved"]) == 3
    photo = {"client_id": uuid.uuid4(), "photo": SimpleUploadedFile("x.jpg", picture())}
    stored = field.post(f"{url}photos/", photo, format="multipart")
    assert stored.status_code == 201
    assert boss.get(stored.json()["url"]).headers["Content-Type"] == "image/jpeg"
    assert field.post(f"{url}complete/", {"outcome": "ready"}).json()["status"] == "completed"

    assert field.post(f"{url}draft-order/", {}).status_code == 403
    order = boss.post(f"{url}draft-order/", {}).json()
    assert boss.post(f"{url}draft-order/", {}).json() == order
    assert Order.objects.get().lines.get().quantity == 3
    detail = boss.get(url)
    assert (detail.json()["draft_order"], len(detail.json()["answers"])) == (order["id"], 3)
    assert boss.get(url, HTTP_IF_NONE_MATCH=detail.headers["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"starts_at": at(22).isoformat()}, "outside_working_hours"),
        ({"starts_at": "2020-01-01T10:00:00Z"}, "visit_in_the_past"),
        ({"starts_at": "9999-12-31T23:59:00Z"}, "visit_in_the_past"),
        ({"starts_at": "0001-01-01T00:00:00Z"}, "visit_in_the_past"),
        ({"version": 999}, "edit_conflict"),
    ],
)
def test_refusals_have_codes(
    riyadh, survey, requested, inspector, supervisor, api_of, change, code
):
    body = {"inspector": inspector.pk, "starts_at": at(10).isoformat(), **change}
    answer = api_of(supervisor).post(f"{BASE}{requested.pk}/schedule/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert list(answer.json().get("errors", {"starts_at": []})) == ["starts_at"]
    assert fresh(requested).status == "requested"


def test_a_taken_time_is_refused_with_a_code(
    riyadh, survey, scheduled, inspector, supervisor, api_of
):
    other = make_visit(riyadh, survey)
    body = {"inspector": inspector.pk, "starts_at": at(10).isoformat()}
    answer = api_of(supervisor).post(f"{BASE}{other.pk}/schedule/", body)
    assert answer.json()["code"] == "inspector_busy"


@pytest.mark.parametrize(
    "change",
    [
        {"inspector": 999_999}, {"starts_at": "soon"}, {"minutes": 0}, {"minutes": 10**9},
        {"minutes": "NaN"}, {"unknown": 1}, {"starts_at": None},
    ],
)  # fmt: skip
def test_bad_slots_name_their_field(requested, inspector, supervisor, api_of, change):
    body = {"inspector": inspector.pk, "starts_at": at(10).isoformat(), **change}
    answer = api_of(supervisor).post(f"{BASE}{requested.pk}/schedule/", body)

    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(change)


def test_the_list_is_the_callers_and_filtered(riyadh, jeddah, survey, scheduled, inspector, api_of):
    make_visit(jeddah, survey)
    waiting = make_visit(riyadh, survey)
    boss = api_of(factories.make_user(RoleCode.SUPERVISOR, riyadh))

    assert len(boss.get(BASE).json()["results"]) == 2
    found = boss.get(BASE, {"status": "requested"}).json()["results"]
    assert [one["id"] for one in found] == [waiting.pk]
    day = f"{coming_monday()}"
    assert len(boss.get(BASE, {"starts_from": day, "starts_to": day}).json()["results"]) == 1
    assert len(api_of(inspector).get(BASE).json()["results"]) == 1
    assert boss.get("/api/v1/inspection-types/").json()["results"][0]["items"]


def test_who_may_not_is_refused_and_nothing_happens(scheduled, auditor, sales, api_of):
    for person in (auditor, sales):
        assert api_of(person).post(f"{BASE}{scheduled.pk}/start/", {}).status_code == 403
    body = {"type": scheduled.type_id, "customer": scheduled.customer_id}
    assert api_of(auditor).post(BASE, body).status_code == 403
    assert Inspection.objects.get().status == "scheduled"


def test_a_foreign_customer_or_order_is_unknown(requested, supervisor, jeddah, api_of):
    foreign = factories.make_customer(jeddah)
    body = {"type": requested.type_id, "customer": foreign.pk}
    answer = api_of(supervisor).post(BASE, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["customer"])


def test_one_reads_as_little_as_before_when_there_is_much(
    scheduled, inspector, supervisor, api_of, django_assert_max_num_queries
):
    put(fresh(scheduled), inspector, 14, actor=supervisor)
    client = api_of(supervisor)
    with django_assert_max_num_queries(8):
        assert client.get(f"{BASE}{scheduled.pk}/").status_code == 200


def test_moving_by_api_needs_its_reason(scheduled, inspector, supervisor, api_of):
    body = {"inspector": inspector.pk, "starts_at": at(14).isoformat()}
    client, url = api_of(supervisor), f"{BASE}{scheduled.pk}/reschedule/"
    for reason in ({}, {"reason": " "}):
        answer = client.post(url, {**body, **reason})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reason"])

    assert client.post(url, {**body, "reason": "Asked"}).json()["moves"] == 1
    assert fresh(scheduled).events.last().reason == "Asked"


def test_an_archived_customer_or_a_type_out_of_use_is_unknown(
    riyadh, requested, supervisor, api_of
):
    gone = factories.make_customer(riyadh)
    type(gone).objects.filter(pk=gone.pk).update(archived_at=at(9))
    retired = make_type(is_active=False)
    known = {"type": requested.type_id, "customer": requested.customer_id}
    for change in ({"customer": gone.pk}, {"type": retired.pk}):
        answer = api_of(supervisor).post(BASE, {**known, **change})
        assert (answer.status_code, set(answer.json()["errors"])) == (400, set(change))
    assert Inspection.objects.count() == 1
