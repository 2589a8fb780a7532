"""The channel layer over Redis, whose consumers learn that they may have missed something.

Redis keeps nothing for a listener that is away, and channels_redis subscribes again without a word.
It has no place for such a hook, so its parts are extended where they make each other.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from channels_redis.utils import _wrap_close, decode_hosts
from redis.asyncio.client import PubSub

from .pg_layer import INTERRUPTED


class _Line(PubSub):
    """The subscriptions of a process, on one connection that is made anew when it is cut."""

    def __init__(self, *args: Any, renewed: Callable[[], None], **options: Any) -> None:
        super().__init__(*args, **options)
        self._renewed = renewed

    async def on_connect(self, connection: Any) -> None:
        """Subscribe again. Not called for the first connection."""
        await super().on_connect(connection)
        self._renewed()


class _Shard(RedisSingleShardConnection):  # type: ignore[misc]
    def _ensure_redis(self) -> None:
        is_first = self._redis is None
        super()._ensure_redis()
        if is_first:
            self._pubsub = _Line(self._redis.connection_pool, renewed=self._own_up_to_a_gap)

    def _own_up_to_a_gap(self) -> None:
        layer = self.channel_layer
        for queue in layer.channels.values():
            queue.put_nowait(layer.channel_layer.serialize(INTERRUPTED))


class _LoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]
    def __init__(self, hosts: Any = None, **options: Any) -> None:
        super().__init__(hosts=hosts, **options)
        self._shards = [_Shard(host, self) for host in decode_hosts(hosts)]


class RedisChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """Groups by Redis; after a cut connection every consumer gets `live.interrupted`."""

    def _get_layer(self) -> RedisPubSubLoopLayer:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        return self._layers[loop]
