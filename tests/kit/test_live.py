"""Live updates over real processes and sockets, by PostgreSQL and by Redis."""

import asyncio
import json
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from crm_project.kit.live import branch_group, tell, tell_once, user_group
from crm_project.kit.pg_layer import PostgresChannelLayer
from customers.services import CategoryDraft, save_category
from inventory.services import create_product
from tests.conftest import sign_in
from tests.kit.workers import rows, wait_for
from tests.site import environment, process

pytestmark = pytest.mark.django_db(transaction=True)
REDIS = os.environ.get("REDIS_URL", "")
BY_POSTGRES = {"default": {"BACKEND": "crm_project.kit.pg_layer.PostgresChannelLayer"}}
BY_REDIS = settings.CHANNEL_LAYERS


@contextmanager
def server(**changes: str) -> Iterator[int]:
    """A server process; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = {**environment(), "DJANGO_SETTINGS_MODULE": "tests.kit.probe.settings", **changes}
    command = [
        sys.executable, "-m", "uvicorn", "crm_project.asgi:application",
        "--port", str(port), "--log-level", "warning",
    ]  # fmt: skip
    with process(command, known):
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 30)
        yield port


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def ports(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """One server by each layer."""
    with django_db_blocker.unblock(), server(REDIS_URL="") as by_postgres:
        if not REDIS:
            yield {"postgres": by_postgres}
            return
        with server(REDIS_URL=REDIS) as by_redis:
            yield {"postgres": by_postgres, "redis": by_redis}


@pytest.fixture(params=["postgres", "redis"])
def port(request: Any, ports: dict[str, int], settings: Any) -> int:
    """A server, and this process on the same layer."""
    if request.param not in ports:
        pytest.skip("Redis is not installed")
    settings.CHANNEL_LAYERS = BY_POSTGRES if request.param == "postgres" else BY_REDIS
    return ports[request.param]


@pytest.fixture
def postgres_port(ports: dict[str, int], settings: Any) -> int:
    settings.CHANNEL_LAYERS = BY_POSTGRES
    return ports["postgres"]


@contextmanager
def page_of(user: User | None, port: int, origin: str = "") -> Iterator[ClientConnection]:
    """The websocket of a person's open page."""
    cookie = ""
    if user:
        client = Client()
        sign_in(client, user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].OutputString().split(";")[0]
    with connect(
        f"ws://127.0.0.1:{port}/ws/live/",
        origin=origin or f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
    ) as page:
        yield page


def topics(page: ClientConnection, seconds: float = 1.0) -> list[str]:
    """What the page hears within the time."""
    heard = []
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            heard.append(json.loads(page.recv(timeout=left))["topic"])
        except TimeoutError:
            break
    return heard


LONG = 20  # seconds; whoever waits this long on a busy machine hears nothing at all


def next_topic(page: ClientConnection) -> str:
    return str(json.loads(page.recv(timeout=LONG))["topic"])


def test_what_another_process_tells_reaches_the_page_at_once(port: int, sales: User) -> None:
    with page_of(sales, port) as page:
        tell(user_group(sales.pk), "warm-up")
        assert next_topic(page) == "warm-up"
        begun = time.monotonic()
        tell(branch_group(sales.branch_id), "leads-changed")
        assert next_topic(page) == "leads-changed"
        assert time.monotonic() - begun < 5.0  # by a sweep it would be 15 and more


def test_who_has_joined_hears_already(sales: User) -> None:
    """The first page of a process waits for its LISTEN: what is told before is told to nobody."""
    layer = PostgresChannelLayer()

    async def join_and_be_told() -> Any:
        name = await layer.new_channel()
        try:
            await layer.group_add("company", name)
            await layer.group_send("company", {"type": "live.changed", "topic": "x"})
            return await asyncio.wait_for(layer.receive(name), LONG)
        finally:
            assert layer.listener
            layer.listener.cancel()

    assert async_to_sync(join_and_be_told)() == {"type": "live.changed", "topic": "x"}


def test_a_page_hears_its_own_branch_only(
    port: int, sales: User, sales_b: User, manager: User
) -> None:
    with page_of(sales, port) as page, page_of(manager, port) as company:
        tell(branch_group(sales_b.branch_id), "other-branch")
        tell(user_group(sales_b.pk), "other-person")
        tell(branch_group(None), "company")
        tell(branch_group(sales.branch_id), "own-branch")
        assert topics(page) == ["own-branch"]
        assert topics(company, 0.3) == ["company"]


def test_everybody_hears_of_what_the_whole_company_shares(
    postgres_port: int, sales: User, manager: User
) -> None:
    with page_of(sales, postgres_port) as page:
        values = {"sku": "P-1", "name_ar": "بلاط", "kind": "stocked", "currency": "SAR"}
        create_product(values, request_id=uuid4(), actor=manager)
        save_category(None, CategoryDraft(name_ar="ذهبي", name_en="Gold"), actor=manager)
        assert [next_topic(page), next_topic(page)] == ["stock-changed", "customers-changed"]


def test_what_is_rolled_back_is_never_told(port: int, sales: User) -> None:
    with page_of(sales, port) as page:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            tell(user_group(sales.pk), "never")
            raise ZeroDivisionError
        with transaction.atomic():
            tell_once({user_group(sales.pk)}, "committed")
            assert topics(page, 0.4) == []
        assert topics(page) == ["committed"]


def test_every_message_of_many_arrives_in_order(port: int, sales: User) -> None:
    with page_of(sales, port) as page:
        for number in range(50):
            tell(user_group(sales.pk), f"t{number}")
        assert [next_topic(page) for _number in range(50)] == [f"t{n}" for n in range(50)]


def test_an_anonymous_page_is_refused(port: int) -> None:
    with pytest.raises(InvalidStatus) as refused, page_of(None, port):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_a_page_of_another_origin_is_refused(postgres_port: int, sales: User, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, page_of(sales, postgres_port, origin):
        pass
    assert refused.value.response.status_code == 403


def _is_deactivated(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def _signs_out_everywhere(user: User) -> None:
    user.sessions.all().delete()


def _gets_another_epoch(user: User) -> None:
    User.objects.filter(pk=user.pk).update(epoch=user.epoch + 1)


def _moves_to_another_branch(user: User) -> None:
    from tests.factories import make_branch

    User.objects.filter(pk=user.pk).update(branch=make_branch())


@pytest.mark.parametrize(
    "ends",
    [_is_deactivated, _signs_out_everywhere, _gets_another_epoch, _moves_to_another_branch],
)
def test_a_page_closes_soon_after_its_access_ends(
    postgres_port: int, sales: User, ends: Callable[[User], None]
) -> None:
    with page_of(sales, postgres_port) as page:
        tell(user_group(sales.pk), "warm-up")
        assert next_topic(page) == "warm-up"
        ends(sales)
        with pytest.raises(ConnectionClosed) as closed:
            page.recv(timeout=LONG)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_page_of_someone_without_access_is_refused(postgres_port: int, sales: User) -> None:
    client = Client()
    sign_in(client, sales)
    _is_deactivated(sales)
    with pytest.raises(InvalidStatus), page_of(sales, postgres_port):
        pass


def _cut_postgres() -> bool:
    """End the server's LISTEN; True once there was one."""
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND query LIKE 'LISTEN madar%'"
    )
    return bool(rows(query))


def _cut_redis() -> bool:
    """End all subscriptions; True once there was one."""
    name = BY_REDIS["default"]["CONFIG"]["hosts"][0]["client_name"]
    with redis.Redis.from_url(REDIS) as client:
        ours = [one["id"] for one in client.client_list(_type="pubsub") if one["name"] == name]
        return all(client.client_kill_filter(_id=one) for one in ours) and bool(ours)


def test_a_page_connects_anew_after_its_server_has_heard_nothing(
    port: int, request: pytest.FixtureRequest, sales: User
) -> None:
    cut = _cut_redis if request.node.callspec.params["port"] == "redis" else _cut_postgres
    for turn in range(3):
        with page_of(sales, port) as page:
            wait_for(cut, LONG)
            tell(user_group(sales.pk), "told to nobody")
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    page.recv(timeout=LONG)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
        with page_of(sales, port) as page:
            tell(user_group(sales.pk), f"after-{turn}")
            assert next_topic(page) == f"after-{turn}"


@pytest.mark.parametrize("payload", ["", "{", "[]", "1", '"x"', "{}", '{"group": []}', "null"])
def test_a_strange_notification_does_not_end_the_listening(
    postgres_port: int, sales: User, payload: str
) -> None:
    with page_of(sales, postgres_port) as page:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('madar_live', %s)", [payload])
        tell(user_group(sales.pk), "after")
        assert next_topic(page) == "after"


def test_a_dead_store_fails_no_business(settings: Any) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "crm_project.kit.redis_layer.RedisChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    assert get_channel_layer()
    tell("company", "nobody-hears-it")


@pytest.mark.parametrize(
    "sent", ["{", b"\xff", "[" * 9999, '{"type": "live.changed", "topic": "x"}']
)
def test_what_a_page_sends_is_ignored(port: int, sales: User, sent: str | bytes) -> None:
    with page_of(sales, port) as page:
        page.send(sent)
        tell(user_group(sales.pk), "still-here")
        assert next_topic(page) == "still-here"
