"""Channels: made before their first message, and given to the branch that should answer."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import record
from messaging.errors import ChannelChangedMeanwhile, ChannelTaken
from messaging.models import Channel
from messaging.models.channels import ChannelKind

KEPT_KINDS = (ChannelKind.WHATSAPP, ChannelKind.EMAIL)  # the others come with their web form
CHANGEABLE = ("name", "address", "branch", "is_active")
ONCE = "channel_once_per_provider_id"


@transaction.atomic
def add_channel(fields: Mapping[str, Any], *, actor: User) -> Channel:
    """Make a channel. Errors: ChannelTaken."""
    channel = Channel(**fields)
    try:
        with transaction.atomic():
            channel.save(force_insert=True)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != ONCE:
            raise
        raise ChannelTaken(field="external_id") from error
    record(actor, "channel.added", channel, changes=_shown({}, channel))
    return channel


def version_of(channel: Channel) -> str:
    """Return a short text that differs as soon as anything that can be edited here differs."""
    state = {name: str(getattr(channel, name)) for name in ("name", "address", "is_active")}
    state["branch"] = str(channel.branch_id)
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def change_channel(
    channel: Channel, fields: Mapping[str, Any], *, actor: User, seen: str
) -> Channel:
    """Change the name, branch and state of a channel; conversations that exist stay where they are.

    The next message of its number or mailbox goes to the new branch. `seen` is version_of() as
    edited. The same change again is no conflict. Errors: ChannelChangedMeanwhile.
    """
    rows = Channel.objects.select_for_update(of=("self",)).select_related("branch")
    locked = rows.get(pk=channel.pk)
    if all(getattr(locked, name) == fields[name] for name in CHANGEABLE):
        return locked
    if seen != version_of(locked):
        raise ChannelChangedMeanwhile
    before = {name: _word(locked, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        setattr(locked, name, fields[name])
    locked.save(update_fields=CHANGEABLE)
    record(actor, "channel.changed", locked, changes=_shown(before, locked))
    return locked


def _shown(before: Mapping[str, str], channel: Channel) -> dict[str, list[str]]:
    """Before → after of what differs, in words."""
    now = {name: _word(channel, name) for name in CHANGEABLE}
    return {
        name: [before.get(name, ""), now[name]] for name in now if before.get(name) != now[name]
    }


def _word(channel: Channel, name: str) -> str:
    value = getattr(channel, name)
    return value.code if name == "branch" else str(value)
