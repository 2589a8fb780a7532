"""How many websockets are open, for /metrics."""

from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import Gauge

_open = Gauge("madar_websockets_open", "Open websockets", multiprocess_mode="livesum")

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


class CountedSockets:
    """An ASGI application around another: counts its connections while they last."""

    def __init__(self, application: Asgi) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with _open.track_inprogress():
            await self.application(scope, receive, send)
