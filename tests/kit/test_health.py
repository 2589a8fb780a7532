"""/healthz asks nobody, /readyz tells whether it can serve, /metrics only neighbours may read."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from crm_project.kit import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def test_healthz_answers_without_the_database(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_is_ready_on_a_migrated_database(client: Client) -> None:
    for _turn in range(2):
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["database"] == "ok"


def test_readyz_is_not_ready_while_migrations_are_missing(client: Client) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="leads").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("was_ready", [True, False])
def test_readyz_is_not_ready_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: type[Exception], was_ready: bool
) -> None:
    if was_ready:
        assert client.get("/readyz").status_code == 200

    def is_down(*_args: Any, **_kwargs: Any) -> None:
        raise error("gone")

    monkeypatch.setattr(health.connection, "cursor", is_down)
    answer = client.get("/readyz")
    monkeypatch.undo()
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")


def test_a_dead_redis_degrades_but_serves(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    def is_down(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(health.cache, "set", is_down, raising=False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "degraded")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_but_reading_is_allowed(client: Client, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "172.18.0.4"])
def test_neighbours_read_the_figures(client: Client, address: str) -> None:
    answer = client.get("/metrics", REMOTE_ADDR=address)
    assert answer.status_code == 200
    assert b"# HELP" in answer.content


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "", "x", "172.32.0.1"]
)
def test_nobody_else_reads_the_figures(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


def test_a_proxied_call_reads_no_figures(client: Client) -> None:
    answer = client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"})
    assert answer.status_code == 404
