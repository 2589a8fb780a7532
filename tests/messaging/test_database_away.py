"""While the database cannot be reached nothing is lost for good: senders are told to come again."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from messaging.models import Signal
from tests.factories import make_form
from tests.messaging.payloads import WEBHOOK, signature, text_message, value_of, webhook

pytestmark = pytest.mark.django_db
Away = Callable[[Callable[[Client], Any]], HttpResponse]


@pytest.fixture
def away() -> Away:
    """Ask in a thread, whose own connection finds a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen: connecting is refused
        where = {"HOST": "127.0.0.1", "PORT": str(taken.getsockname()[1])}

        def ask(call: Callable[[Client], Any]) -> Any:
            connection.settings_dict = {**connection.settings_dict, **where}
            return call(Client(raise_request_exception=False))

        with ThreadPoolExecutor(max_workers=1) as other:
            yield lambda call: other.submit(ask, call).result()  # type: ignore[misc]


def assert_come_again(answer: Any) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert int(answer["Retry-After"]) > 0
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (503, "database_away")
    assert problem["request_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize("is_demo", [False, True])
def test_programs_are_told_to_come_again_and_people_too(
    away: Away, riyadh: Any, sales: Any, api_of: Any, client_of: Any, settings: Any, is_demo: bool
) -> None:
    form = make_form(riyadh)
    token = api_of(sales)._credentials["HTTP_AUTHORIZATION"]
    cookies = client_of(sales).cookies
    if is_demo:  # as `up` runs it: DEBUG without Django's pages about errors
        plain = "crm_project.kit.plain_errors."
        settings.DEBUG, settings.DEFAULT_EXCEPTION_REPORTER = True, f"{plain}Unexplained"
        place = settings.MIDDLEWARE.index("csp.middleware.CSPMiddleware")
        settings.MIDDLEWARE = [*settings.MIDDLEWARE]
        settings.MIDDLEWARE.insert(place, f"{plain}PlainErrorMiddleware")

    body = webhook(value_of(text_message()))
    signed = {"X-Hub-Signature-256": signature(body)}
    kind = "application/json"
    assert_come_again(away(lambda c: c.post(WEBHOOK, body, content_type=kind, headers=signed)))
    page = f"/f/{form.key}/"
    assert_come_again(away(lambda c: c.post(f"{page}submit/", {"name": "منى", "phone": "050"})))
    assert_come_again(away(lambda c: c.post(page, {"name": "Mona"}, content_type=kind)))
    assert_come_again(away(lambda c: c.get("/api/v1/customers/", headers={"Authorization": token})))
    assert not Signal.objects.exists()

    def as_person(client: Client) -> Any:
        client.cookies = cookies
        return client.get("/leads/")

    shown = away(as_person)
    assert (shown.status_code, shown["Retry-After"]) == (503, "10")
    assert b"127.0.0.1" not in shown.content


def test_what_the_database_itself_refuses_is_still_our_own_fault(monkeypatch: Any) -> None:
    """A statement that is wrong will be wrong in ten seconds, too."""

    def ask(*_: Any, **__: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr("messaging.views.whatsapp.keep_signal", ask)
    body = webhook(value_of(text_message()))
    answer = Client(raise_request_exception=False).post(
        WEBHOOK,
        body,
        content_type="application/json",
        headers={"X-Hub-Signature-256": signature(body)},
    )
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
