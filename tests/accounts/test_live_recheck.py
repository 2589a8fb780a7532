"""An open page whose access cannot be checked any more is closed and said so, never left open."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.conf import settings as project
from django.db import OperationalError, connections
from django.test import Client
from structlog.testing import capture_logs

from accounts import consumers
from accounts.models import User
from crm_project.routing import websockets
from tests.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TRY_AGAIN = 1013


def run_apart(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it on a loop of its own in another thread: a browser test leaves one running in this."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, story()).result(timeout=60)


@pytest.fixture
def page(sales: User, settings: Any, monkeypatch: Any) -> ApplicationCommunicator:
    """The websocket of a signed-in person, checked all the time."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    monkeypatch.setattr(consumers, "RECHECK_SECONDS", 0.01)
    client = Client()
    sign_in(client, sales)
    cookies: SimpleCookie = client.cookies
    cookie = f"{project.SESSION_COOKIE_NAME}={cookies[project.SESSION_COOKIE_NAME].value}"
    scope = {
        "type": "websocket",
        "path": "/ws/live/",
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode()), (b"origin", b"http://testserver")],
        "subprotocols": [],
    }
    return ApplicationCommunicator(websockets, scope)


async def opens(page: ApplicationCommunicator) -> bool:
    await page.send_input({"type": "websocket.connect"})
    return bool((await page.receive_output(timeout=20))["type"] == "websocket.accept")


async def leaves(page: ApplicationCommunicator, code: int) -> None:
    await page.send_input({"type": "websocket.disconnect", "code": code})
    await page.wait(timeout=20)
    await database_sync_to_async(connections.close_all)()


def breaking(monkeypatch: Any, error: Exception, times: int = 10**6) -> None:
    """From now on, the question whether access still holds fails, so many times."""
    asked = vars(consumers.LiveConsumer)["_still_allowed"]
    left = iter(range(times))

    async def broken(consumer: Any) -> bool:
        if next(left, None) is None:
            return bool(await asked(consumer))
        raise error

    monkeypatch.setattr(consumers.LiveConsumer, "_still_allowed", broken)


def test_a_fault_of_the_check_is_logged_and_the_page_connects_anew(
    page: ApplicationCommunicator, sales: User, monkeypatch: Any
) -> None:
    async def story() -> None:
        assert await opens(page)
        breaking(monkeypatch, ZeroDivisionError("planted"))
        closed = await page.receive_output(timeout=20)
        assert closed["type"] == "websocket.close"
        assert closed["code"] == TRY_AGAIN
        await leaves(page, TRY_AGAIN)

    with capture_logs() as lines:
        run_apart(story)
    (line,) = [line for line in lines if line["event"] == "live_recheck_failed"]
    assert line["log_level"] == "error"
    assert line["user_id"] == sales.pk
    assert line["exc_info"]


def test_a_database_that_is_away_is_asked_again_and_the_page_stays(
    page: ApplicationCommunicator, monkeypatch: Any
) -> None:
    async def story() -> None:
        assert await opens(page)
        breaking(monkeypatch, OperationalError("planted"), times=3)
        assert await page.receive_nothing(timeout=0.5)
        await leaves(page, 1000)

    with capture_logs() as lines:
        run_apart(story)
    postponed = [line for line in lines if line["event"] == "live_recheck_postponed"]
    assert len(postponed) == 3
