"""A model may add what the message says and nothing else, and may fail in every way."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import openai
import pytest

from leads.normalize import Candidate, extract
from leads.normalize.llm import CircuitBreaker, configured_client, suggest

TEXT = "عندنا مشروع في طنطا، تواصلوا مع السيدة كاريمان الصباغ من ديكورا بلس"
Answer = Callable[[dict[str, Any]], tuple[int, str]]


class Stub:
    """A local server that answers as an OpenAI-compatible endpoint does."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _request: (200, '{"candidates": []}')
        self.requests: list[dict[str, Any]] = []
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stub.requests.append(body)
                status, content = stub.answer(body)
                message = {"role": "assistant", "content": content}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                reply = {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 0,
                    "model": "m",
                    "choices": [choice],
                }
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                try:
                    self.wfile.write(json.dumps(reply).encode())
                except BrokenPipeError:
                    return

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def client(self, timeout: float = 2.0) -> openai.OpenAI:
        url = f"http://127.0.0.1:{self.server.server_port}/v1"
        return openai.OpenAI(api_key="test", base_url=url, timeout=timeout, max_retries=0)


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.server.shutdown()
    server.server.server_close()


def says(*items: dict[str, Any]) -> Answer:
    return lambda _request: (200, json.dumps({"candidates": list(items)}))


def ask(
    stub: Stub, known: list[Candidate] | None = None, circuit: CircuitBreaker | None = None
) -> list[Candidate]:
    return suggest(
        TEXT,
        known or [],
        client_factory=stub.client,
        model="stub",
        circuit=circuit or CircuitBreaker(),
    )


def test_what_the_text_says_is_added_with_evidence_and_a_capped_confidence(stub: Stub) -> None:
    stub.answer = says({"field": "company", "raw": "ديكورا بلس", "confidence": 0.99})

    [found] = ask(stub)
    assert (found.field, found.value, found.confidence) == ("company", "ديكورا بلس", 0.7)
    assert found.extractor == "llm:stub"
    assert TEXT[found.start : found.end] == found.raw


def test_the_message_goes_in_as_data_at_temperature_zero(stub: Stub) -> None:
    ask(stub)

    [request] = stub.requests
    assert request["temperature"] == 0
    assert json.loads(request["messages"][1]["content"]) == {"message": TEXT}


def test_what_the_rules_know_is_not_said_again(stub: Stub) -> None:
    stub.answer = says({"field": "company", "raw": "ديكورا بلس", "confidence": 0.6})
    known = Candidate("company", "ديكورا بلس", "ديكورا بلس", 0.9, 0, 1, "company-rule", "1")

    assert ask(stub, [known]) == []


def test_words_that_are_not_in_the_text_are_dropped(stub: Stub) -> None:
    stub.answer = says(
        {"field": "email", "raw": "attacker@evil.example", "confidence": 1},
        {"field": "person_name", "raw": "Administrator", "confidence": 1},
    )

    assert ask(stub) == []


@pytest.mark.parametrize(
    "content",
    [
        "I cannot help with that.",
        "",
        "[]",
        '{"candidates": [{"field": "role", "raw": "طنطا", "confidence": 1}]}',
        '{"candidates": [{"field": "company", "raw": "طنطا", "confidence": 7}]}',
        '{"candidates": [], "tool": "delete_all"}',
        '{"candidates": ' + "[" * 5000,
    ],
)
def test_an_answer_that_is_not_of_the_schema_adds_nothing(stub: Stub, content: str) -> None:
    stub.answer = lambda _request: (200, content)

    assert ask(stub) == []


def test_a_server_error_adds_nothing(stub: Stub) -> None:
    stub.answer = lambda _request: (500, "")

    assert ask(stub) == []


def test_a_slow_model_is_not_waited_for(stub: Stub) -> None:
    def slow(_request: dict[str, Any]) -> tuple[int, str]:
        time.sleep(1.5)
        return 200, "{}"

    stub.answer = slow
    started = time.monotonic()
    found = suggest(
        TEXT,
        [],
        client_factory=lambda: stub.client(),
        model="stub",
        circuit=CircuitBreaker(),
        timeout=0.2,
    )

    assert found == []
    assert time.monotonic() - started < 1.2


def test_after_five_failures_the_model_is_left_alone_for_thirty_seconds(stub: Stub) -> None:
    now = [0.0]
    circuit = CircuitBreaker(clock=lambda: now[0])
    stub.answer = lambda _request: (500, "")
    for _ in range(7):
        ask(stub, circuit=circuit)
    assert len(stub.requests) == 5

    stub.answer = says({"field": "company", "raw": "ديكورا بلس", "confidence": 0.6})
    now[0] = 31.0
    assert ask(stub, circuit=circuit)
    assert ask(stub, circuit=circuit)


def test_without_a_key_there_is_no_model_and_the_rules_stand_alone(settings: Any) -> None:
    settings.OPENAI_API_KEY = ""

    assert configured_client() is None
    assert suggest(TEXT, []) == []
    assert extract(TEXT, region="EG")


def test_a_client_that_cannot_be_made_adds_nothing() -> None:
    def broken() -> openai.OpenAI:
        raise RuntimeError("no client")

    assert suggest(TEXT, [], client_factory=broken) == []
