"""The WSGI application behind an ASGI server: one trip to a thread and back for each request.

a2wsgi's own middleware crosses between event loop and thread for every part of an answer, and each
crossing waits for the interpreter's lock. Its reading of requests is used here, its answering isn't.

Built on a2wsgi 1.10, pinned exactly: `_has_more` of its Body is its own.
"""

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from typing import Any

from a2wsgi.wsgi import Body, build_environ


class ThreadedWsgi:
    """An ASGI application for HTTP that runs a WSGI one in a pool of threads."""

    def __init__(self, app: Any, *, threads: int) -> None:
        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request. What the application raises is left to the server, which logs it."""
        loop = asyncio.get_running_loop()
        body = Body(loop, receive)
        first = await receive()  # a small body is here already: no thread need wait for it
        body.buffer.extend(first.get("body", b""))
        body._has_more = first.get("more_body", False)
        answer = _Answer(loop, send)
        make = contextvars.copy_context().run
        await loop.run_in_executor(
            self.pool, make, answer.make, self.app, build_environ(scope, body)
        )
        await answer.send_ready()


class _Answer:
    """The parts of one answer: sent together at its end, or bit by bit when it streams."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Any) -> None:
        self.loop, self.send = loop, send
        self.ready: list[dict[str, Any]] = []

    def make(self, app: Any, environ: Any) -> None:
        """Run the application, in a thread; what is not sent yet is in `ready`."""
        parts: Any = app(environ, self.start)  # bytes, one after the other; it may want closing
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            for part in parts:
                if len(self.ready) > 1:  # more than one part: it streams
                    asyncio.run_coroutine_threadsafe(self.send_ready(), self.loop).result()
                self._add(part, more_body=True)
        self._add(b"", more_body=False)

    def start(self, status: str, headers: list[tuple[str, str]], *_error: Any) -> None:
        """WSGI's start_response (PEP 3333)."""
        lines = [
            (name.strip().lower().encode("latin-1"), value.strip().encode("latin-1"))
            for name, value in headers
        ]
        code = int(status.partition(" ")[0])
        self.ready.append({"type": "http.response.start", "status": code, "headers": lines})

    def _add(self, part: bytes, *, more_body: bool) -> None:
        self.ready.append({"type": "http.response.body", "body": part, "more_body": more_body})

    async def send_ready(self) -> None:
        """Send what is ready, in the event loop."""
        ready, self.ready = self.ready, []
        for message in ready:
            await self.send(message)
