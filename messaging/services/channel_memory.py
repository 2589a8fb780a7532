"""Channels that one batch of signals has looked up already: one query each, not one a message."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from messaging.models import Channel

Key = tuple[str, str]  # kind, id at the provider
_known: ContextVar[dict[Key, Channel] | None] = ContextVar("channels", default=None)


@contextmanager
def remembered_channels() -> Iterator[None]:
    """Keep channels until the end of the block, which lies within one transaction."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def recall(key: Key) -> Channel | None:
    """Return the channel if this block has seen it."""
    return (_known.get() or {}).get(key)


def remember(key: Key, channel: Channel) -> Channel:
    """Keep the channel for the rest of the block; outside of one nothing is kept."""
    known = _known.get()
    if known is not None:
        known[key] = channel
    return channel
