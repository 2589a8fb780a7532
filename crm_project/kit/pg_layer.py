"""A channel layer over PostgreSQL LISTEN/NOTIFY, for when no Redis is configured.

Web and worker are separate processes, so the in-memory layer will not do. Messages are small names
(kit.live), far below the 8,000 byte limit of NOTIFY. After a lost connection it listens again.
"""

import asyncio
import json
import random
import string
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import psycopg
import structlog
from asgiref.sync import sync_to_async
from channels.layers import BaseChannelLayer
from django.db import connection, connections

log = structlog.get_logger(__name__)

PG_CHANNEL = "madar_live"
QUEUE_LIMIT = 100  # messages a slow page may lag behind; then its oldest are dropped
RETRY_SECONDS = 0.5
ALIVE_SECONDS = 30.0  # a connection that died silently is found out within this


class PostgresChannelLayer(BaseChannelLayer):
    """Groups in memory of each process; every process hears every message by LISTEN."""

    extensions = ["groups"]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.queues: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.listener: asyncio.Task[None] | None = None
        self._is_down = True  # no LISTEN has worked since the last attempt

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a name for one consumer of this process and start listening."""
        name = f"{prefix}.{''.join(random.choices(string.ascii_letters, k=16))}"
        self.queues[name] = asyncio.Queue(QUEUE_LIMIT)
        if self.listener is None or self.listener.done():
            self.listener = asyncio.create_task(self._listen())
        return name

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next message of one consumer."""
        try:
            return await self.queues[channel].get()
        except asyncio.CancelledError:
            self.queues.pop(channel, None)
            raise

    async def group_add(self, group: str, channel: str) -> None:
        """Let the consumer hear the group."""
        self.groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """Let the consumer hear the group no more."""
        self.groups[group].discard(channel)
        if not self.groups[group]:
            del self.groups[group]

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send to one consumer, in whatever process it is."""
        await sync_to_async(_notify)([{"channel": channel, "message": message}])

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send to every consumer of the group, in every process."""
        await sync_to_async(self.send_to_groups)([(group, message)])

    def send_to_groups(self, messages: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """The same for synchronous code, without an event loop; many in one statement."""
        _notify([{"group": group, "message": message} for group, message in messages])

    async def _listen(self) -> None:
        while True:
            self._is_down = True
            try:
                await self._listen_until_cut()
            except (psycopg.Error, OSError) as error:
                log.warning("live_listener_lost", error=str(error))
            await asyncio.sleep(RETRY_SECONDS if self._is_down else 0)

    async def _listen_until_cut(self) -> None:
        connected = await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True)
        async with connected:
            await connected.execute(f"LISTEN {PG_CHANNEL}")
            self._is_down = False
            while True:
                async for note in connected.notifies(timeout=ALIVE_SECONDS):
                    self._take(note.payload)
                await connected.execute("SELECT 1")

    def _take(self, payload: str) -> None:
        try:
            self._deliver(json.loads(payload))
        except (ValueError, KeyError, AttributeError, TypeError) as error:  # another's NOTIFY
            log.warning("live_message_unreadable", error=repr(error))

    def _deliver(self, envelope: dict[str, Any]) -> None:
        names = self.groups.get(envelope.get("group", ""), ())
        for name in [*names, envelope.get("channel")]:
            queue = self.queues.get(name or "")
            if queue is None:
                continue
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(envelope["message"])


def _notify(envelopes: list[dict[str, Any]]) -> None:
    payloads = [json.dumps(envelope) for envelope in envelopes]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload",
            [PG_CHANNEL, payloads],
        )


def _parameters() -> dict[str, Any]:
    parameters = connections["default"].get_connection_params()
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    return parameters
