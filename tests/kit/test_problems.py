"""Every refusal of the API is a problem document (RFC 9457) in the caller's language."""

from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
CUSTOMERS = "/api/v1/customers/"
ARABIC = range(0x600, 0x700)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The body of a problem document, checked."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
    assert body["status"] == status
    assert body["type"] == f"urn:madar:problem:{body['code']}"
    assert body["request_id"] == answer.headers["X-Request-ID"]
    return body


def is_arabic(text: str) -> bool:
    return any(ord(letter) in ARABIC for letter in text)


def test_without_credentials_it_is_401_and_says_how(client: Any) -> None:
    answer = APIClient().get(CUSTOMERS)
    assert problem(answer, 401)["code"] == "not_authenticated"
    assert answer.headers["WWW-Authenticate"]


def test_an_unknown_address_is_404(api_of: Any, sales: Any) -> None:
    assert problem(api_of(sales).get("/api/v1/nothing/here/"), 404)["code"] == "not_found"
    assert problem(APIClient().get("/api/v1/nothing/here/"), 404)["code"] == "not_found"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_to_an_unknown_address_is_404_for_programs_too(db: Any, method: str) -> None:
    program = APIClient(enforce_csrf_checks=True)
    answer = program.generic(method, "/api/v1/customers/none/", "{}", "application/json")
    assert problem(answer, 404)["code"] == "not_found"


def test_an_unknown_record_is_404(api_of: Any, sales: Any) -> None:
    problem(api_of(sales).get(f"{CUSTOMERS}999999999/"), 404)


@pytest.mark.parametrize("key", ["x", "٣", "9" * 40, "-1", "1e5", "0"])
def test_a_strange_key_is_404(api_of: Any, sales: Any, key: str) -> None:
    problem(api_of(sales).get(f"{CUSTOMERS}{key}/"), 404)


def test_a_wrong_method_is_405_with_the_right_ones(api_of: Any, manager: Any) -> None:
    answer = api_of(manager).put(CUSTOMERS, {})
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_415(api_of: Any, sales: Any, kind: str) -> None:
    answer = api_of(sales).generic("POST", CUSTOMERS, b"name=x", content_type=kind)
    problem(answer, 415)


DEEP = b"[" * 40 + b"]" * 40


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"\xff", b"nothing", DEEP, b"[" * 100_000, b'{"name": NaN}', b'{"name": Infinity}',
        b'{"name": 1e999}', b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b'{"\\u0000": 1}',
        b'{"name": ' + b"9" * 30 + b"}", b'{"name": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)  # fmt: skip
def test_a_malformed_body_is_400(api_of: Any, sales: Any, body: bytes) -> None:
    answer = api_of(sales).generic("POST", CUSTOMERS, body, content_type="application/json")
    assert problem(answer, 400)["code"] == "parse_error"


@pytest.mark.parametrize("body", [[], 1, "x", None, [{}]])
def test_json_that_is_no_object_is_400(api_of: Any, sales: Any, body: Any) -> None:
    assert problem(api_of(sales).post(CUSTOMERS, body), 400)["code"] in {"invalid", "parse_error"}


def test_refused_fields_are_named(api_of: Any, sales: Any) -> None:
    answer = api_of(sales).post(CUSTOMERS, {"no_such_field": 1})
    assert "no_such_field" in problem(answer, 400)["errors"]


def test_a_cursor_of_another_list_names_its_field(api_of: Any, sales: Any) -> None:
    answer = api_of(sales).get(CUSTOMERS, {"cursor": "made-up"})
    assert "cursor" in problem(answer, 400)["errors"]


@pytest.mark.parametrize("size", ["0", "-1", "201", "x", "", "1e2", "٣", "9" * 99])
def test_a_page_size_out_of_bounds_names_its_field(api_of: Any, sales: Any, size: str) -> None:
    answer = api_of(sales).get(CUSTOMERS, {"page_size": size})
    assert "page_size" in problem(answer, 400)["errors"]


def test_too_many_calls_are_429_with_the_wait(api_of: Any, sales: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("crm_project.kit.api.throttling.SIGNED_IN", 2)
    client = api_of(sales)
    for _turn in range(2):
        assert client.get(CUSTOMERS).status_code == 200
    answer = client.get(CUSTOMERS)
    assert problem(answer, 429)["code"] == "throttled"
    assert 0 < int(answer.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_refusal_speaks_the_callers_language(api_of: Any, sales: Any, language: str) -> None:
    client = api_of(sales)
    headers = {"Accept-Language": language}
    answers = [
        problem(client.get("/api/v1/nothing/", headers=headers), 404),
        problem(client.get(CUSTOMERS, {"cursor": "x"}, headers=headers), 400),
        problem(client.get(f"{CUSTOMERS}999999999/", headers=headers), 404),
        problem(APIClient().get(CUSTOMERS, headers=headers), 401),
    ]
    for body in answers:
        assert is_arabic(body["detail"]) == (language == "ar"), body


@pytest.mark.parametrize(("language", "says"), [("ar", "هنا"), ("en", "here")])
def test_titles_are_whole_sentences_in_the_callers_language(
    api_of: Any, manager: Any, language: str, says: str
) -> None:
    client, headers = api_of(manager), {"Accept-Language": language}
    text = {"content_type": "text/plain", "headers": headers}
    method = problem(client.put(CUSTOMERS, {}, headers=headers), 405)
    kind = problem(client.generic("POST", CUSTOMERS, b"x", **text), 415)
    assert "PUT" in method["detail"]
    assert "text/plain" in kind["detail"]
    for body in (method, kind):
        assert "{" not in body["title"] + body["detail"]
        assert says in body["title"]
        assert is_arabic(body["title"]) == is_arabic(body["detail"]) == (language == "ar")


def test_a_body_beyond_the_limit_is_413_and_names_the_limit(api_of: Any, manager: Any) -> None:
    client = api_of(manager)
    for size in (1024 * 1024 + 1, 21 * 1024 * 1024):
        body = b'{"name": "' + b"x" * size + b'"}'
        answer = client.generic("POST", CUSTOMERS, body, "application/json")
        refused = problem(answer, 413)
        assert (refused["code"], "1 م" in refused["detail"]) == ("body_too_large", True)
    assert problem(client.generic("POST", CUSTOMERS, b"{}", "application/json"), 400)
