"""Tell the browser: the *name* of what changed, never the data.

A group is a user, a branch or the company; the browser fetches the changed part again through its
own URL and permissions, so a websocket never carries data past a permission.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection, transaction

from .pg_layer import PostgresChannelLayer

log = structlog.get_logger(__name__)


EVERYBODY = "everybody"  # the group of all open pages, e.g. for the catalogue and its words


def user_group(user_id: int) -> str:
    """Return the group of one person's open pages."""
    return f"user.{user_id}"


def branch_group(branch_id: int | None) -> str:
    """Return the group of a branch's people; None is that of people of the whole company."""
    return f"branch.{branch_id}" if branch_id else "company"


def tell(group: str, topic: str) -> None:
    """After the commit, tell the group's open pages that `topic` changed, e.g. "leads-changed".

    Once a transaction, however often it is called in it.
    """
    hooks = (entry[1] for entry in connection.run_on_commit)
    waiting = next((hook for hook in hooks if isinstance(hook, _Messages)), None)
    if waiting is not None:
        waiting.told[group, topic] = None
    else:
        transaction.on_commit(_Messages({(group, topic): None}))


def tell_once(groups: set[str], topic: str) -> None:
    """Tell several groups, each once."""
    for group in sorted(groups):
        tell(group, topic)


@dataclass(frozen=True)
class _Messages:
    """A call after the commit that tells all of its transaction together, each thing once.

    What a savepoint that was rolled back had added to it is told too: a page reads in vain.
    """

    told: dict[tuple[str, str], None]

    def __call__(self) -> None:
        layer = get_channel_layer()
        is_ours = isinstance(layer, PostgresChannelLayer)  # sends ten times faster without a loop
        send = layer.send_to_groups if is_ours else async_to_sync(_send_one_by_one)
        try:
            send([(group, {"type": "live.changed", "topic": topic}) for group, topic in self.told])
        except Exception as error:  # a page that missed this refreshes when its socket reconnects
            log.warning("live_send_failed", told=list(self.told), error=repr(error))


async def _send_one_by_one(messages: list[tuple[str, dict[str, Any]]]) -> None:
    layer = get_channel_layer()
    for group, message in messages:
        await layer.group_send(group, message)
