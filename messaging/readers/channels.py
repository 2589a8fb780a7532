"""The channel a signal belongs to; an unknown number or mailbox gets one, so nothing is dropped."""

from accounts.models import Branch
from messaging.models import Channel


def channel_for(*, kind: str, external_id: str, address: str = "") -> Channel:
    """Return the channel of a provider's id; a new one belongs to the first active branch."""
    found = Channel.objects.select_related("branch").filter(kind=kind, external_id=external_id)
    if channel := found.first():
        return channel
    branch = Branch.objects.active().order_by("pk").first()
    if branch is None:
        raise LookupError("no branch exists yet: create one before taking messages in")
    name = address or external_id or kind
    made, _is_new = Channel.objects.get_or_create(
        kind=kind,
        external_id=external_id,
        defaults={"name": name[:80], "address": address[:254], "branch": branch},
    )
    return made
