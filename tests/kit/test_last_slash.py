"""Addresses end with a slash; one that lacks it leads readers on and tells programs."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/customers", "/settings", "/leads/rules", "/customers/7", "/admin"]
)
def test_a_page_is_found_without_its_last_slash(client: Client, path: str) -> None:
    for ask in (client.get, client.head):
        answer = ask(path)
        assert (answer.status_code, answer["Location"]) == (301, f"{path}/")


def test_what_was_asked_for_is_kept(client: Client) -> None:
    answer = client.get("/customers?q=%D9%86%D9%88%D8%B1&status=active&next=//evil.example")
    where = "/customers/?q=%D9%86%D9%88%D8%B1&status=active&next=//evil.example"
    assert answer["Location"] == where


def test_the_way_on_ends_at_the_page(client_of: Any, manager: Any) -> None:
    answer = client_of(manager).get("/customers", follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [("/customers/", 301)])


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/customers/x",
        "//evil.example",
        "//customers",
        "/\\\\evil.example",
        "/healthz/x",
    ],
)
def test_what_is_no_page_with_a_slash_either_is_not_found(client: Client, path: str) -> None:
    answer = client.get("/", PATH_INFO=path)
    assert answer.status_code == 404
    assert "Location" not in answer


def test_a_form_is_never_sent_on(client_of: Any, manager: Any) -> None:
    assert client_of(manager).post("/customers", {"name": "x"}).status_code == 404


@pytest.mark.parametrize(("language", "says"), [("ar", "بشرطة"), ("en", "slash")])
def test_the_api_names_the_whole_address(language: str, says: str) -> None:
    headers = {"Accept-Language": language}
    for ask in (APIClient().get, APIClient().post):
        answer = ask("/api/v1/customers", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "/api/v1/customers/" in answer.json()["detail"]
        assert says in answer.json()["detail"]
    other = APIClient().get("/api/v1/nothing", headers=headers).json()["detail"]
    assert says not in other
