"""Tell the browser: the *name* of what changed, never the data.

A group is a user, a branch or the company; the browser fetches the changed part again through its
own URL and permissions, so a websocket never carries data past a permission.
"""

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = structlog.get_logger(__name__)


def user_group(user_id: int) -> str:
    """Return the group of one person's open pages."""
    return f"user.{user_id}"


def branch_group(branch_id: int | None) -> str:
    """Return the group of everybody who sees a branch; None is the whole company."""
    return f"branch.{branch_id}" if branch_id else "company"


def tell(group: str, topic: str) -> None:
    """After the commit, tell the group's open pages that `topic` changed, e.g. "leads-changed"."""
    transaction.on_commit(lambda: _send(group, topic), robust=True)


def tell_once(groups: set[str], topic: str) -> None:
    """Tell several groups, each once."""
    for group in sorted(groups):
        tell(group, topic)


def _send(group: str, topic: str) -> None:
    layer = get_channel_layer()
    try:
        async_to_sync(layer.group_send)(group, {"type": "live.changed", "topic": topic})
    except OSError as error:  # a page that missed this refreshes when its socket reconnects
        log.warning("live_send_failed", group=group, topic=topic, error=str(error))
