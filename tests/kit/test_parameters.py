"""A mistyped parameter of an API list is named, never ignored: it would show everything."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db
CUSTOMERS = "/api/v1/customers/"


@pytest.mark.parametrize(
    "name", ["statsu", "Status", "status ", "owner_id", "q[]", "limit", "x" * 99]
)
def test_an_unknown_parameter_is_refused_by_name(api_of: Any, sales: Any, name: str) -> None:
    answer = api_of(sales).get(CUSTOMERS, {name: "active", "status": "active"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    ((named, problems),) = answer.json()["errors"].items()
    assert named == name[:60]
    for known in ("status", "owner", "search", "ordering", "page_size", "cursor"):
        assert known in problems[0]


def test_the_known_ones_and_those_of_every_list_are_taken(api_of: Any, manager: Any) -> None:
    client = api_of(manager)
    asked = {"status": "active", "search": "x", "ordering": "newest", "page_size": 5, "cursor": ""}
    assert client.get(CUSTOMERS, {**asked, "format": "json"}).status_code == 200


@pytest.mark.parametrize(
    "resource",
    ["users", "customers", "leads", "messages", "signals", "products", "stock", "movements",
     "suppliers", "purchase-orders", "transfers", "counts", "orders", "payments", "inspections", "activity",
     "reports/sales", "reports/staff"],
)  # fmt: skip
def test_every_list_with_filters_refuses(api_of: Any, manager: Any, resource: str) -> None:
    answer = api_of(manager).get(f"/api/v1/{resource}/", {"no_such_filter": 1})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["no_such_filter"])


@pytest.mark.parametrize("unclear", ["1", "yes", "AAA", "TRUE", "2"])
def test_a_yes_or_no_that_is_neither_is_refused(api_of: Any, sales: Any, unclear: str) -> None:
    answer = api_of(sales).get(CUSTOMERS, {"archived": unclear})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["archived"])
    for clear in ("true", "false", ""):
        assert api_of(sales).get(CUSTOMERS, {"archived": clear}).status_code == 200


def test_one_record_is_found_whatever_else_is_asked(api_of: Any, sales: Any) -> None:
    answer = api_of(sales).get(f"{CUSTOMERS}999999999/", {"no_such_filter": 1})
    assert answer.status_code == 404


def test_a_next_page_is_asked_for_with_what_the_list_knows(api_of: Any, sales: Any) -> None:
    client = api_of(sales)
    for name in ("a", "b"):
        assert client.post(CUSTOMERS, {"name": name}).status_code == 201
    first = client.get(CUSTOMERS, {"page_size": 1, "kind": "person", "ordering": "newest"})
    assert first.status_code == 200, first.content
    following = first.json()["next"]
    assert following
    assert client.get(following).json()["results"][0]["name"] == "a"
