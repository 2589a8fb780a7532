"""Logs: one JSON object a line, with the id it belongs to, without secrets and control characters."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client

from crm_project.kit.logs import bind_request_id, current_request_id
from tests.site import environment


@pytest.fixture
def lines() -> Iterator[Any]:
    """What is written: a function that returns the objects so far."""
    (handler,) = [h for h in logging.getLogger().handlers if _is_ours(h)]
    written, before = io.StringIO(), handler.stream  # type: ignore[attr-defined]
    handler.setStream(written)  # type: ignore[attr-defined]
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)  # type: ignore[attr-defined]


def _is_ours(handler: logging.Handler) -> bool:
    return isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)


log = structlog.get_logger("tests.logs")


def test_a_line_says_what_where_when_and_for_which_request(lines: Any) -> None:
    with bind_request_id("request-1"):
        log.warning("thing_happened", number=7)
        logging.getLogger("tests.plain").warning("plain %s", "text")
    log.warning("outside")
    ours, plain, outside = lines()
    assert ours["event"] == "thing_happened"
    assert (ours["number"], ours["level"], ours["logger"]) == (7, "warning", "tests.logs")
    assert ours["timestamp"].endswith("Z")
    assert ours["request_id"] == plain["request_id"] == "request-1"
    assert plain["event"] == "plain text"
    assert "request_id" not in outside


def test_ids_are_nested_and_given_back() -> None:
    with bind_request_id("outer"):
        with pytest.raises(ZeroDivisionError), bind_request_id("job-3"):
            assert current_request_id() == "job-3"
            raise ZeroDivisionError
        assert current_request_id() == "outer"
    assert current_request_id() == ""


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "new_password",
        "access_token",
        "app_secret",
        "Authorization",
        "cookie",
        "otp_code",
    ],
)
def test_secrets_are_hidden_at_any_depth(lines: Any, key: str) -> None:
    log.warning("x", **{key: "hunter2"}, details={key: "hunter2", "more": [{key: ["hunter2"]}]})
    (line,) = lines()
    assert "hunter2" not in json.dumps(line)
    assert line[key] == "•••"


@pytest.mark.parametrize(
    "text", ["a\nb", "\x1b[31mred", "\r\nforged: 1", "\u202etxt", "\x00", "\ud800"]
)
def test_nothing_a_stranger_writes_breaks_the_line(lines: Any, capsys: Any, text: str) -> None:
    log.warning("written", text=text)
    logging.getLogger("tests.plain").warning("got %s", text)
    ours, plain = lines()
    assert ours["text"] == text
    assert plain["event"] == f"got {text}"


def test_lines_are_plain_ascii(lines: Any) -> None:
    (handler,) = [h for h in logging.getLogger().handlers if _is_ours(h)]
    log.warning("written", text="مدار\u202e\x1b")
    assert handler.stream.getvalue().isascii()  # type: ignore[attr-defined]


def test_an_exception_is_part_of_its_line(lines: Any) -> None:
    try:
        raise ZeroDivisionError("by zero")
    except ZeroDivisionError:
        log.exception("failed")
        logging.getLogger("tests.plain").exception("failed too")
    ours, plain = lines()
    assert "ZeroDivisionError: by zero" in ours["exception"]
    assert "ZeroDivisionError: by zero" in plain["exception"]


@pytest.mark.django_db
def test_the_address_of_a_new_password_is_not_written(lines: Any) -> None:
    """Django logs the path of every refused request: here a form sent without its CSRF token."""
    client = Client(enforce_csrf_checks=True)
    assert client.post("/password/new/Mw/dimcen-22b9011e6e97719a/").status_code == 403
    written = json.dumps(lines())
    assert "/password/new/" in written
    assert "dimcen" not in written


ASKS = """
import django
django.setup()
from django.test import Client
Client(raise_request_exception=False).get("/no/such/page/", headers={"X-Request-ID": "request-77"})
"""


@pytest.mark.parametrize("kind", ["development", "test"])
def test_a_refused_request_is_one_line_that_says_which(transactional_db: None, kind: str) -> None:
    """Django has handlers of its own, and tells of the answer when the request is over."""
    asked = subprocess.run(
        [sys.executable, "-c", ASKS], cwd=settings.BASE_DIR, capture_output=True, text=True,
        env={**environment(), "DJANGO_SETTINGS_MODULE": f"crm_project.settings.{kind}"}, timeout=60,
    )  # fmt: skip
    (line,) = [line for line in asked.stderr.splitlines() if "/no/such/page/" in line]
    told = json.loads(line)
    assert (told["logger"], told["level"]) == ("django.request", "warning")
    assert told["request_id"] == "request-77"
