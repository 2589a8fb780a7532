"""/metrics tells of the requests of this machine and of the state of the installation."""

import asyncio
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client import REGISTRY

from crm_project.kit.sockets import CountedSockets
from messaging.models import Signal
from operations.models import Alert

pytestmark = pytest.mark.django_db


def test_the_figures_of_the_installation_are_told(client: Client, worker: int) -> None:
    Signal.objects.create(channel="email", key="1", body=b"", status="failed")
    Alert.objects.create(code="jobs_failed", level="critical", announced_at=None)
    Alert.objects.create(code="disk_full", level="warning", announced_at="2026-01-01T00:00Z")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('mail', 'a', 'failed'), ('mail', 'b', 'todo')"
        )

    client.get("/sign-in/")  # something to measure

    text = client.get("/metrics").content.decode()

    for line in (
        "madar_workers 1.0",
        'madar_signals{state="failed"} 1.0',
        'madar_jobs{queue="mail",state="failed"} 1.0',
        'madar_jobs{queue="mail",state="waiting"} 1.0',
        'madar_jobs_oldest_seconds{queue="mail"} ',
        'madar_alerts_open{level="warning"} 1.0',
        'madar_alerts_open{level="critical"} 0.0',
        "madar_request_seconds_bucket",
    ):
        assert line in text, line


def test_without_the_database_the_processes_own_figures_are_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_down(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr("operations.figures.queues.queues", is_down)
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"madar_request_seconds" in answer.content
    assert b"madar_workers" not in answer.content


def test_a_websocket_is_counted_while_it_is_open() -> None:
    seen: list[float | None] = []

    async def application(_scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(REGISTRY.get_sample_value("madar_websockets_open"))
        raise ConnectionError

    for _turn in range(2):
        with pytest.raises(ConnectionError):
            asyncio.run(CountedSockets(application)({}, None, None))
    assert seen == [1.0, 1.0]
    assert REGISTRY.get_sample_value("madar_websockets_open") == 0
