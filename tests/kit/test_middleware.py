"""Around every request: an id, clean text, nothing kept by caches, refusals as answers."""

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from crm_project.kit.errors import BusinessError
from crm_project.kit.middleware import BusinessErrorMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in_url() -> str:
    return reverse("accounts:sign_in")


@pytest.mark.parametrize(
    "address",
    [
        "/customers/%00", "/%00", "/leads/x%00y/", "/%FF/", "/%C3%28", "/%ED%A0%80", "/\x00",
        "/customers/?q=%00", "/customers/?q=a%00b", "/customers/?%00=1", "/customers/?q=%FF",
        "/customers/?q=%ED%A0%80", "/api/v1/customers/?search=%00", "/%EF%BF%BD",
        "/customers/%07", "/%0A", "/%7F", "/customers/?q=a%1Bb", "/customers/?%08=1", "/?q=%7F",
    ],
)  # fmt: skip
def test_an_address_that_is_no_text_is_refused_with_a_page(client: Client, address: str) -> None:
    path, _mark, query = address.partition("?")
    answer = client.get("/", PATH_INFO=_as_wsgi(path), QUERY_STRING=query)
    assert answer.status_code == 400
    wanted = "application/problem+json" if path.startswith("/api/") else "text/html"
    assert answer.headers["Content-Type"].startswith(wanted)
    assert answer.headers["X-Request-ID"] in answer.content.decode()


@pytest.mark.parametrize("query", ["next=%2F%3Fa%09b", "next=%2Fa%0Ab", "next=%2Fa%0D%0Ab"])
def test_tabs_and_line_breaks_in_a_query_are_text(client: Client, query: str) -> None:
    assert client.get(f"/sign-in/?{query}").status_code == 200


def _as_wsgi(path: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path).decode("latin-1")


@pytest.mark.parametrize("body", ["email=%00", "email=a%00b", "%00=x", "email=%FF", "x=%ED%A0%80"])
def test_a_form_that_is_no_text_is_refused(client: Client, sign_in_url: str, body: str) -> None:
    answer = client.post(sign_in_url, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_form_with_files_and_nul_is_refused(client: Client, sign_in_url: str) -> None:
    assert client.post(sign_in_url, {"email": "a\x00b"}).status_code == 400


@pytest.mark.parametrize("text", ["مرحبا", "😀", "a+b %", "\u202eabc", "\ufffd".encode().decode()])
def test_other_text_goes_through(client: Client, sign_in_url: str, text: str) -> None:
    from urllib.parse import urlencode

    body = urlencode({"email": text, "password": text})
    answer = client.post(sign_in_url, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 401  # read, and not known


@pytest.mark.parametrize("given", ["abcd1234", "A-b_c.9" * 3, "x" * 64])
def test_a_sane_request_id_of_the_proxy_is_kept(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f", "<script>alert", "ا" * 9])
def test_any_other_request_id_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given} if given.isascii() else {})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])


def test_answers_to_signed_in_people_are_stored_by_no_cache(client_of: Any, sales: Any) -> None:
    answer = client_of(sales).get("/customers/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_answers_of_the_api_are_stored_by_no_cache(api_of: Any, sales: Any) -> None:
    assert api_of(sales).get("/api/v1/customers/").headers["Cache-Control"] == "no-store"


class Refusal(BusinessError):
    code = "not_today"
    http_status = 409
    message = "Not today."  # type: ignore[assignment]


def refused(path: str, **headers: str) -> Any:
    request = RequestFactory().get(path, headers=headers)
    return BusinessErrorMiddleware(lambda _r: None).process_exception(request, Refusal())  # type: ignore[arg-type,return-value]


def test_a_refusal_is_a_page_a_toast_or_a_problem_document() -> None:
    page = refused("/leads/")
    assert (page.status_code, "Not today." in page.content.decode()) == (409, True)
    assert ">409<" in page.content.decode()  # read well, and refused: it is no 400
    toast = refused("/leads/", **{"HX-Request": "true"})
    assert (toast.status_code, "Not today." in toast.headers["HX-Trigger"]) == (409, True)
    problem = refused("/api/v1/leads/")
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert b"not_today" in problem.content


def test_any_other_error_is_left_to_django() -> None:
    middleware = BusinessErrorMiddleware(lambda _r: None)  # type: ignore[arg-type,return-value]
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None
