"""If-Match: whoever changes a record by API can say which version of it they saw (RFC 9110)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import RoleCode
from accounts.services import tokens
from inventory.models import PurchaseOrder, Supplier
from leads.models import Lead
from tests.architecture.world import Side, make_company_people, make_side

pytestmark = pytest.mark.django_db
CHANGES: dict[str, dict[str, Any]] = {
    "customers": {"city": "Abha"},
    "leads": {"name": "Huda"},
    "users": {"name": "Huda"},
    "products": {"name_en": "new"},
    "suppliers": {"note": "new"},
    "orders": {"promised_on": "2031-01-01"},
}


@pytest.fixture
def side(company: Any) -> Side:
    return make_side("aaa")


@pytest.fixture
def api(side: Side) -> APIClient:
    boss: User = make_company_people()[RoleCode.COMPANY_MANAGER]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.issue_tokens(boss).access}")
    return client


def address(side: Side, resource: str) -> str:
    record = side.records[resource.removesuffix("s")]
    return f"/api/v1/{resource}/{record.pk}/"


def change(api: APIClient, url: str, body: Any, wanted: str) -> Any:
    return api.patch(url, body, headers={"If-Match": wanted})


@pytest.mark.parametrize("resource", CHANGES)
def test_a_change_of_what_was_seen_is_saved_and_one_of_an_older_version_is_not(
    api: APIClient, side: Side, resource: str
) -> None:
    url, body = address(side, resource), CHANGES[resource]
    seen = api.get(url)["ETag"]
    saved = change(api, url, body, seen)
    assert saved.status_code == 200, saved.content
    now = api.get(url)
    assert now["ETag"] != seen
    late = change(api, url, dict.fromkeys(body, "late"), seen)
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")
    assert late["Content-Type"] == "application/problem+json"
    assert api.get(url)["ETag"] == now["ETag"]


@pytest.mark.parametrize("wanted", ["nonsense", '"0"', "", '"0", "1"', "*x", '"'])
def test_what_names_no_version_of_the_record_is_refused(
    api: APIClient, side: Side, wanted: str
) -> None:
    url = address(side, "customers")
    assert change(api, url, {"city": "Abha"}, wanted).status_code == 409
    assert api.get(url).json()["city"] == side.canary


def test_a_tag_that_a_proxy_weakened_guards_a_change_too(api: APIClient, side: Side) -> None:
    url = address(side, "customers")
    seen = api.get(url)["ETag"]
    assert change(api, url, {"city": "Abha"}, f"W/{seen}").status_code == 200
    assert change(api, url, {"city": "Taif"}, f"W/{seen}").status_code == 409


def test_one_of_several_tags_is_enough(api: APIClient, side: Side) -> None:
    url = address(side, "customers")
    seen = api.get(url)["ETag"]
    assert change(api, url, {"city": "Abha"}, f'"0", {seen} , W/"1"').status_code == 200


def test_a_star_stands_for_any_version_but_not_for_no_record(api: APIClient, side: Side) -> None:
    url = address(side, "customers")
    assert change(api, url, {"city": "Abha"}, "*").status_code == 200
    missing = "/api/v1/customers/999999999/"
    assert change(api, missing, {"city": "Abha"}, "*").status_code == 404
    assert change(api, missing, {"city": "Abha"}, '"0"').status_code == 404


def test_without_the_header_a_change_is_saved(api: APIClient, side: Side) -> None:
    assert api.patch(address(side, "customers"), {"city": "Abha"}).status_code == 200


def test_a_refused_caller_learns_nothing_of_the_version(side: Side) -> None:
    url = address(side, "customers")
    assert APIClient().patch(url, {}, headers={"If-Match": '"0"'}).status_code == 401


def test_a_step_of_a_record_is_guarded_too(api: APIClient, side: Side) -> None:
    url = address(side, "leads")
    seen = api.get(url)["ETag"]
    assert change(api, url, {"name": "Huda"}, seen).status_code == 200
    late = api.post(f"{url}reject/", {"reason": "other"}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")
    assert Lead.objects.get(pk=side.records["lead"].pk).status != Lead.Status.REJECTED


def test_a_step_repeated_under_its_key_answers_as_the_first_time(
    api: APIClient, side: Side
) -> None:
    url = address(side, "leads")
    headers = {"If-Match": api.get(url)["ETag"], "Idempotency-Key": "accept-1"}
    first, again = (api.post(f"{url}accept/", {}, headers=headers) for _time in range(2))
    assert (first.status_code, again.status_code) == (200, 200), first.content
    assert again["Idempotent-Replay"] == "true"


def test_a_new_record_has_no_version_to_match(api: APIClient, side: Side) -> None:
    answer = api.post("/api/v1/suppliers/", {"name": "Acme"}, headers={"If-Match": '"0"'})
    assert answer.status_code == 201, answer.content
    assert Supplier.objects.filter(name="Acme").exists()


def test_a_document_of_stock_is_guarded(api: APIClient, side: Side) -> None:
    purchase = PurchaseOrder.objects.first()
    assert purchase is not None
    url = f"/api/v1/purchase-orders/{purchase.pk}/"
    late = api.post(f"{url}order/", headers={"If-Match": '"0"'})
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")


@pytest.mark.django_db(transaction=True)
def test_of_several_at_the_same_moment_one_is_saved(api: APIClient, side: Side) -> None:
    url, ready = address(side, "suppliers"), Barrier(3, timeout=20)
    seen = api.get(url)["ETag"]

    def attempt(note: str) -> int:
        ready.wait()
        try:
            return int(change(api, url, {"note": note}, seen).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(attempt, ["one", "two", "three"])) == [200, 409, 409]


def test_the_description_names_the_header_where_it_counts(api: APIClient) -> None:
    paths = api.get("/api/v1/schema/", headers={"Accept": "application/json"}).data["paths"]
    patch = paths["/api/v1/customers/{id}/"]["patch"]["parameters"]
    assert "If-Match" in {one["name"] for one in patch}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_tag_that_a_proxy_weakened_saves_the_reading_too(
    api: APIClient, side: Side, language: str
) -> None:
    """nginx compresses JSON and marks its tag weak; If-None-Match compares weakly."""
    url, spoken = address(side, "customers"), {"Accept-Language": language}
    seen = api.get(url, headers=spoken)["ETag"]
    for known in (seen, f"W/{seen}", f'"0", W/{seen}', "*"):
        answer = api.get(url, headers={**spoken, "If-None-Match": known})
        assert (answer.status_code, answer["ETag"]) == (304, seen), known
