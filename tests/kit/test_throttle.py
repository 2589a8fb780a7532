"""Calls are counted by person, else by the connection's address, never by what a header says."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import CallCount
from crm_project.kit import limits
from crm_project.kit.api import throttling
from crm_project.kit.api.throttling import CallerThrottle

pytestmark = pytest.mark.django_db
UNKNOWN = "/api/v1/customers/"


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "SIGNED_IN", 3)
    monkeypatch.setattr(throttling, "ANONYMOUS", 2)
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_020.0)


def call(person: int | None = None, address: str = "10.0.0.1", **headers: str) -> bool:
    user = SimpleNamespace(pk=person, is_authenticated=True) if person else None
    meta = {"REMOTE_ADDR": address, **{f"HTTP_{k.upper()}": v for k, v in headers.items()}}
    request: Any = SimpleNamespace(user=user, META=meta)
    return CallerThrottle().allow_request(request, None)


def test_a_person_is_limited_wherever_the_calls_come_from() -> None:
    assert [call(7, f"10.0.0.{n}") for n in range(4)] == [True, True, True, False]
    assert call(8)


def test_an_anonymous_caller_is_limited_by_the_connection() -> None:
    tries = [call(None, x_forwarded_for=f"1.1.1.{n}", x_real_ip=f"1.1.1.{n}") for n in range(3)]
    assert tries == [True, True, False]
    assert call(None, "10.0.0.2")


def test_all_addresses_of_one_ipv6_network_are_one_caller() -> None:
    tries = [call(None, f"2001:db8:1:2:{n:x}::{n:x}") for n in range(1, 4)]
    assert tries == [True, True, False]
    assert call(None, "2001:db8:1:3::1")
    assert call(None, "::ffff:10.0.0.9")


def test_calls_refused_for_want_of_a_key_are_counted_too(client: Client) -> None:
    statuses = [client.get(UNKNOWN).status_code for _turn in range(3)]
    assert statuses == [401, 401, 429]
    refused = client.get(UNKNOWN, headers={"Authorization": "Bearer wrong"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert refused.json()["code"] == "throttled"


def test_who_is_known_is_not_held_up_by_strangers_at_the_same_address(
    client: Client, client_of: Any, manager: Any
) -> None:
    for _turn in range(4):
        client.get(UNKNOWN)
    assert client_of(manager).get(UNKNOWN).status_code == 200


def test_without_redis_the_database_counts_for_all_processes(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = ""
    assert [call(7) for _turn in range(4)] == [True, True, True, False]
    assert CallCount.objects.get().count == 4
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_081.0)
    assert call(7)
    limits.forget_counts()
    assert not CallCount.objects.exists()  # their minutes are long over


def test_the_next_minute_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [call(7) for _turn in range(4)][-1] is False
    assert CallerThrottle().wait() == 61  # the minute ends, and it is not too early
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_081.0)
    assert call(7)


def test_a_dead_store_lets_calls_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_down(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError("no store")

    monkeypatch.setattr(cache, "add", is_down, raising=False)
    monkeypatch.setattr(limits, "_in_database", is_down)
    assert all(call(7) for _turn in range(9))
