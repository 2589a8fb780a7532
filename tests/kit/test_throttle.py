"""Calls are counted by person, else by the connection's address, never by what a header says."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache

from crm_project.kit.api import throttling
from crm_project.kit.api.throttling import CallerThrottle


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "SIGNED_IN", 3)
    monkeypatch.setattr(throttling, "ANONYMOUS", 2)
    monkeypatch.setattr(throttling.time, "time", lambda: 1_000_000_020.0)


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


def test_the_next_minute_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [call(7) for _turn in range(4)][-1] is False
    assert CallerThrottle().wait() == 60 - 1_000_000_020.0 % 60
    monkeypatch.setattr(throttling.time, "time", lambda: 1_000_000_081.0)
    assert call(7)


def test_a_dead_store_lets_calls_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_down(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError("no store")

    monkeypatch.setattr(cache, "add", is_down, raising=False)
    assert all(call(7) for _turn in range(9))
