"""HTTP by the WSGI application behind an ASGI server: bodies, streams, failures."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from crm_project.kit.threads import ThreadedWsgi

Sent = list[dict[str, Any]]


def ask(app: Any, *bodies: bytes, sent: Sent | None = None) -> Sent:
    """Send one request whose body comes in these parts; return the messages of the answer."""
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/", "headers": [],
        "query_string": b"a=1", "root_path": "", "server": ("testserver", 80),
    }  # fmt: skip
    answer: Sent = [] if sent is None else sent

    async def run() -> None:
        parts = iter(bodies or [b""])
        left = len(bodies or [b""])

        async def receive() -> dict[str, Any]:
            nonlocal left
            left -= 1
            return {"type": "http.request", "body": next(parts), "more_body": left > 0}

        async def send(message: dict[str, Any]) -> None:
            answer.append(message)

        await ThreadedWsgi(app, threads=1)(scope, receive, send)

    asyncio.run(run())
    return answer


def echo(environ: Any, start_response: Any) -> list[bytes]:
    start_response("201 Created", [("X-Query", environ["QUERY_STRING"])])
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("bodies", [(), (b"one",), (b"one", b"two", b"three")])
def test_a_body_arrives_whole_however_it_was_sent(bodies: tuple[bytes, ...]) -> None:
    start, *rest = ask(echo, *bodies)
    assert (start["status"], start["headers"]) == (201, [(b"x-query", b"a=1")])
    assert b"".join(message["body"] for message in rest) == b"".join(bodies)
    assert [message["more_body"] for message in rest] == [*[True] * (len(rest) - 1), False]


def test_the_application_runs_in_a_thread_of_its_own() -> None:
    names = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        names.append(threading.current_thread().name)
        start_response("200 OK", [])
        return []

    assert [message["type"] for message in ask(app)] == [
        "http.response.start",
        "http.response.body",
    ]
    assert names[0].startswith("http")


def test_a_stream_leaves_while_it_is_made_and_is_closed_at_its_end() -> None:
    sent: Sent = []
    seen, closed = [], []

    class Stream:
        def __iter__(self) -> Iterator[bytes]:
            for number in range(6):
                seen.append(len(sent))
                yield b"%d" % number

        def close(self) -> None:
            closed.append(True)

    def app(environ: Any, start_response: Any) -> Stream:
        start_response("200 OK", [])
        return Stream()

    ask(app, sent=sent)
    assert b"".join(message.get("body", b"") for message in sent) == b"012345"
    assert seen[0] == 0
    assert seen[-1] > 2
    assert closed == [True]


def test_a_failure_is_the_servers_to_answer() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        raise ZeroDivisionError

    sent: Sent = []
    with pytest.raises(ZeroDivisionError):
        ask(app, sent=sent)
    assert sent == []
