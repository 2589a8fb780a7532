"""The demo shows visitors no traceback, whatever breaks and wherever (SECURITY.md DP-7)."""

import runpy
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.test import Client

from accounts.views.sign_in import SignInView
from crm_project.kit.middleware import KnownHostMiddleware

CANARY = "the insides of the product"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning"),
]


def development(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Any:
    """The settings of development under an environment."""
    monkeypatch.delenv("DEBUG", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return SimpleNamespace(**runpy.run_module("crm_project.settings.development"))


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Client:
    """A visitor of the demo as `up` runs it."""
    chosen = development(monkeypatch)
    settings.DEBUG = chosen.DEBUG
    settings.MIDDLEWARE = chosen.MIDDLEWARE
    settings.DEFAULT_EXCEPTION_REPORTER = chosen.DEFAULT_EXCEPTION_REPORTER
    assert settings.DEBUG is True
    return Client(raise_request_exception=False)


def breaks(error: Exception) -> Any:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise error

    return broken


@pytest.mark.parametrize("accept", ["text/html", "*/*", "text/plain", "application/json"])
def test_a_page_that_breaks_says_so_plainly(
    demo: Client, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    monkeypatch.setattr(SignInView, "get", breaks(RuntimeError(CANARY)))
    answer = demo.get("/sign-in/", headers={"Accept": accept})
    assert answer.status_code == 500
    text = answer.content.decode()
    assert CANARY not in text
    assert "Traceback" not in text
    assert answer["X-Request-ID"] in text
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_the_api_answers_with_a_problem_document(
    demo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.api.auth.TokenView.post", breaks(RuntimeError(CANARY)))
    answer = demo.post("/api/v1/auth/token/", {}, content_type="application/json")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "server_error"
    assert CANARY not in answer.content.decode()


def test_what_breaks_before_any_view_is_said_plainly_too(
    demo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = breaks(OperationalError(CANARY))
    monkeypatch.setattr(
        "django.contrib.sessions.middleware.SessionMiddleware.process_request", broken
    )
    answer = demo.get("/sign-in/")
    assert answer.status_code == 503  # the database is away: come again
    assert CANARY not in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()


def test_a_page_that_is_not_there_has_its_policy(demo: Client) -> None:
    answer = demo.get("/nothing/")
    assert answer.status_code == 404
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_a_suspicious_request_is_a_plain_bad_one(
    demo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KnownHostMiddleware, "__call__", breaks(SuspiciousOperation(CANARY)))
    answer = demo.get("/sign-in/")
    assert answer.status_code == 400
    assert CANARY not in answer.content.decode()


def test_the_log_has_the_traceback(
    demo: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(SignInView, "get", breaks(RuntimeError(CANARY)))
    demo.get("/sign-in/")
    assert CANARY in caplog.text


def test_a_developer_who_sets_debug_gets_djangos_page(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = development(monkeypatch, DEBUG="true")
    assert not hasattr(chosen, "DEFAULT_EXCEPTION_REPORTER")
    assert not [name for name in chosen.MIDDLEWARE if "plain_errors" in name]
