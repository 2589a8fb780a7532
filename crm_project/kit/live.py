"""Tell the browser: the *name* of what changed, never the data.

A group is a user, a branch or the company; the browser fetches the changed part again through its
own URL and permissions, so a websocket never carries data past a permission.
"""

from dataclasses import dataclass

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction

from .pg_layer import PostgresChannelLayer

log = structlog.get_logger(__name__)


def user_group(user_id: int) -> str:
    """Return the group of one person's open pages."""
    return f"user.{user_id}"


def branch_group(branch_id: int | None) -> str:
    """Return the group of everybody who sees a branch; None is the whole company."""
    return f"branch.{branch_id}" if branch_id else "company"


def tell(group: str, topic: str) -> None:
    """After the commit, tell the group's open pages that `topic` changed, e.g. "leads-changed".

    Once a transaction, however often it is called in it.
    """
    message = _Message(group, topic)
    if not any(entry[1] == message for entry in connection.run_on_commit):
        transaction.on_commit(message)


def tell_once(groups: set[str], topic: str) -> None:
    """Tell several groups, each once."""
    for group in sorted(groups):
        tell(group, topic)


@dataclass(frozen=True)
class _Message:
    """A call after the commit that equals another with the same words."""

    group: str
    topic: str

    def __call__(self) -> None:
        layer = get_channel_layer()
        is_ours = isinstance(layer, PostgresChannelLayer)  # sends ten times faster without a loop
        send = layer.send_to_group if is_ours else async_to_sync(layer.group_send)
        try:
            send(self.group, {"type": "live.changed", "topic": self.topic})
        except Exception as error:  # a page that missed this refreshes when its socket reconnects
            log.warning("live_send_failed", group=self.group, topic=self.topic, error=repr(error))
