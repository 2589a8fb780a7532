"""What stands at the head of every kind of answer, and whom the product answers at all (WB-1, WB-2)."""

from typing import Any

import pytest
from django.test import Client

OURS = "testserver"
ANSWERS = {  # address → status, one of every kind
    "/": 302, "/sign-in/": 200, "/nothing/": 404, "/%00": 400, "/sign-in/?next=%FF": 400,
    "/api/v1/leads/": 401, "/api/v1/nothing/": 404, "/healthz": 200, "/readyz": 200, "/logo/": 404,
    "/f/nothing/": 404, "/webhooks/whatsapp/": 403,
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_tells_the_browser_what_it_may_do(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == ANSWERS[address]
    policy = answer.headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert "'unsafe" not in directives["script-src"]
    assert directives["default-src"] == "'self'"
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert directives[name] == "'none'"
    assert directives["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


@pytest.mark.parametrize("address", [*ANSWERS, "/static/bundle/crm.js", "/static/css/base.css"])
def test_no_other_site_may_read_an_answer(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize(
    "host", ["evil.example", f"{OURS}.evil.example", "a b", "[::1", f"{OURS}@evil"]
)
@pytest.mark.parametrize("address", ["/", "/sign-in/", "/api/v1/leads/", "/healthz", "/f/x/"])
def test_a_host_that_is_not_ours_is_refused(client: Client, host: str, address: str) -> None:
    answer = client.get(address, headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.content.decode()


def test_the_answer_to_a_wrong_host_carries_the_policy_too(client: Client) -> None:
    answer = client.get("/sign-in/", headers={"Host": "evil.example"})
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_link_to_a_new_password_does_not_take_its_host_from_the_request(
    client: Client, sales: Any, run_jobs: Any, mailoutbox: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/password/reset/", {"email": sales.email}, headers={"Host": "evil.example"})
    run_jobs()
    assert "https://crm.example.com/password/new/" in mailoutbox[0].body
    assert "evil" not in mailoutbox[0].body


def test_an_address_in_a_header_is_one_line(client_of: Any, sales: Any) -> None:
    kept = {"name": "A", "page": "customers:list", "query": "q=1\r\nX-Evil: 1&city=جدة"}
    for headers in ({}, {"HX-Request": "true"}):
        answer = client_of(sales).post(
            "/views/new/", {**kept, "name": str(headers)}, headers=headers
        )
        assert answer.status_code in (204, 302)
        where = answer.headers.get("Location") or answer.headers["HX-Redirect"]
        assert where.isascii()
        assert where.isprintable()
        assert "X-Evil" not in answer.headers
