"""Every answer is counted once, by the name of its view; the minutes hold what came in."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from prometheus_client import REGISTRY

from accounts.models import LoginAttempt
from messaging.models import Signal
from operations import latency, measuring, pulse, tasks
from operations.models import Minute
from operations.services import minutes

from .conftest import make_minutes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_measured() -> None:
    measuring.take()


def counted(view: str, method: str, status: str) -> float:
    labels = {"view": view, "method": method, "status": status}
    return REGISTRY.get_sample_value("madar_request_seconds_count", labels) or 0


def rows(name: str) -> list[Minute]:
    return list(Minute.objects.filter(name=name).order_by("minute"))


def test_requests_are_counted_by_view_method_and_class_of_status(client: Client) -> None:
    asked = {
        ("accounts:sign_in", "GET", "2xx"): lambda: client.get("/sign-in/?x=1"),
        ("accounts:sign_in", "OTHER", "4xx"): lambda: client.generic("BREW", "/sign-in/"),
        ("nothing_here", "GET", "4xx"): lambda: client.get("/no/such/place/12345"),
        ("webhooks:whatsapp", "POST", "4xx"): lambda: client.post("/webhooks/whatsapp/", {}),
    }
    for labels, ask in asked.items():
        before = counted(*labels)
        ask()
        assert counted(*labels) == before + 1, labels


def test_minutes_add_up_what_several_processes_wrote(client: Client) -> None:
    for _process in range(2):
        client.get("/sign-in/")
        client.get("/healthz")  # asked by machines: no sign of load
        client.post("/webhooks/whatsapp/", {})
        pulse.write()

    assert sum(row.count for row in rows("page")) == 2
    assert sum(row.count for row in rows("webhook")) == 2
    assert sum(latency.added(row.timed for row in rows("page"))) == 2
    assert not rows("api")


def test_an_error_of_ours_counts_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("accounts.views.sign_in.SignInView.get", fails)
    Client(raise_request_exception=False).get("/sign-in/")
    pulse.write()
    assert [(row.count, row.failed) for row in rows("page")] == [(1, 1)]


def test_what_cannot_be_written_is_written_later(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_down(_tallies: Any) -> None:
        raise OperationalError

    client.get("/sign-in/")
    with monkeypatch.context() as away:
        away.setattr(minutes, "add", is_down)
        pulse.write()
    client.get("/sign-in/")
    pulse.write()
    assert sum(row.count for row in rows("page")) == 2


def test_the_pulse_goes_on_whatever_happens(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    client.get("/sign-in/")
    with monkeypatch.context() as broken:
        broken.setattr(minutes, "add", is_broken)
        broken.setattr("operations.services.alerts.evaluate", is_broken)
        pulse.write()
        pulse.watch_workers()
    pulse.write()
    assert sum(row.count for row in rows("page")) == 1


def test_several_threads_lose_no_count_while_the_minutes_are_written() -> None:
    request, answer = RequestFactory().get("/"), HttpResponse(status=404)
    request.resolver_match = None

    def work() -> None:
        for _request in range(200):
            measuring.measure(request, answer, seconds=0.01, at=29e6 * 60)

    threads = [threading.Thread(target=work) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for _beat in range(20):
        pulse.write()
    for thread in threads:
        thread.join()
    pulse.write()
    assert [(row.count, sum(row.timed)) for row in rows("page")] == [(800, 800)]


def test_the_first_request_of_a_process_starts_its_pulse(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    beaten = threading.Event()
    monkeypatch.setattr(pulse, "_owner", 0)
    monkeypatch.setattr(pulse, "write", beaten.set)
    client.get("/healthz")
    assert not beaten.wait(0.02)  # switched off
    settings.PULSE_SECONDS = 0.001
    client.get("/healthz")
    assert beaten.wait(5)
    settings.PULSE_SECONDS = 0
    for thread in threading.enumerate():
        if thread.name == "pulse":
            thread.join(5)


def test_a_worker_counts_signals_and_sign_ins_also_of_a_gap_and_of_none() -> None:
    now = timezone.now()
    make_minutes("signal", until=now - timedelta(minutes=30), minutes=1, count=7)
    for back in (20, 20, 1):
        at = now - timedelta(minutes=back)
        Signal.objects.create(
            channel="email", key=str(Signal.objects.count()), body=b"", received_at=at
        )
    LoginAttempt.objects.create(account="a", is_success=False)
    LoginAttempt.objects.create(account="a", is_success=True)

    for _turn in range(2):  # counting again adds nothing
        tasks.watch()

    signals = rows("signal")
    assert len(signals) >= 31
    assert sum(row.count for row in signals[1:]) == 3
    assert [(row.count, row.failed) for row in rows("sign_in")] == [(2, 1)]


def test_minutes_of_five_weeks_ago_are_forgotten() -> None:
    make_minutes("page", until=timezone.now() - timedelta(days=36), minutes=3, count=1)
    make_minutes("page", until=timezone.now() - timedelta(days=34), minutes=3, count=1)
    tasks.look_after()
    assert len(rows("page")) == 3


@pytest.mark.parametrize(
    ("milliseconds", "step"), [(0, 0), (5, 0), (5.1, 1), (200, 5), (200.1, 6), (9999, 10)]
)
def test_a_latency_belongs_to_the_step_that_ends_at_or_after_it(
    milliseconds: float, step: int
) -> None:
    assert latency.step_of(milliseconds) == step


def test_percentiles_lie_on_the_right_side_of_every_edge() -> None:
    quick = [0, 0, 0, 0, 0, 95, 5, 0, 0, 0, 0]
    slow = [0, 0, 0, 0, 0, 94, 6, 0, 0, 0, 0]
    assert latency.percentile(quick, 0.95) == 200
    assert (latency.percentile(slow, 0.95) or 0) > 200
    assert latency.percentile([0] * 11, 0.95) is None
    assert latency.percentile([0] * 10 + [3], 0.5) == 5000
