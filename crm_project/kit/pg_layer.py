"""A channel layer over PostgreSQL LISTEN/NOTIFY, for when no Redis is configured.

Web and worker are separate processes, so the in-memory layer will not do. Messages are small names
(kit.live), far below the 8,000 byte limit of NOTIFY. After a lost connection it listens again and
tells its consumers that they may have missed something.
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
LISTEN_SECONDS = 10.0  # a new consumer waits this long for the process to hear anything
ALIVE_SECONDS = 30.0  # a connection that died silently is found out within this
INTERRUPTED = {"type": "live.interrupted"}  # what was told meanwhile is lost to this process


class PostgresChannelLayer(BaseChannelLayer):
    """Groups in memory of each process; every process hears every message by LISTEN."""

    extensions = ["groups"]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.queues: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.listener: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()  # the LISTEN of the last attempt has worked
        self._has_heard = False  # some LISTEN of this process has

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a name for one consumer of this process, which listens by then.

        Raises TimeoutError: the page shall connect anew rather than be open and hear nothing.
        """
        if self.listener is None or self.listener.done():
            self._hears.clear()
            self.listener = asyncio.create_task(self._listen())
        await asyncio.wait_for(self._hears.wait(), LISTEN_SECONDS)
        name = f"{prefix}.{''.join(random.choices(string.ascii_letters, k=16))}"
        self.queues[name] = asyncio.Queue(QUEUE_LIMIT)
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
            self._hears.clear()
            try:
                await self._listen_until_cut()
            except (psycopg.Error, OSError) as error:
                log.warning("live_listener_lost", error=str(error))
            await asyncio.sleep(0 if self._hears.is_set() else RETRY_SECONDS)

    async def _listen_until_cut(self) -> None:
        connected = await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True)
        async with connected:
            await connected.execute(f"LISTEN {PG_CHANNEL}")
            self._hears.set()
            self._own_up_to_a_gap()
            while True:
                async for note in connected.notifies(timeout=ALIVE_SECONDS):
                    self._take(note.payload)
                await connected.execute("SELECT 1")

    def _own_up_to_a_gap(self) -> None:
        """Whoever listens again after an interruption does not know what was told in it."""
        if self._has_heard:
            for queue in self.queues.values():
                _put(queue, INTERRUPTED)
        self._has_heard = True

    def _take(self, payload: str) -> None:
        try:
            self._deliver(json.loads(payload))
        except (ValueError, KeyError, AttributeError, TypeError) as error:  # another's NOTIFY
            log.warning("live_message_unreadable", error=repr(error))

    def _deliver(self, envelope: dict[str, Any]) -> None:
        names = self.groups.get(envelope.get("group", ""), ())
        for name in [*names, envelope.get("channel")]:
            queue = self.queues.get(name or "")
            if queue is not None:
                _put(queue, envelope["message"])


def _put(queue: asyncio.Queue[dict[str, Any]], message: dict[str, Any]) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(message)


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
