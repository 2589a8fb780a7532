"""The channel a signal belongs to; an unknown number or mailbox gets one, so nothing is dropped."""

from accounts.models import Branch
from messaging.models import Channel
from messaging.services.channel_memory import recall, remember

LONGEST_ID = 120  # characters kept of a provider's id


def channel_for(*, kind: str, external_id: str, address: str = "") -> Channel:
    """Return the channel of a provider's id; a new one belongs to the first active branch."""
    key = kind, external_id[:LONGEST_ID]
    return recall(key) or remember(key, _find_or_make(*key, address or external_id))


def _find_or_make(kind: str, external_id: str, address: str) -> Channel:
    found = Channel.objects.select_related("branch").filter(kind=kind, external_id=external_id)
    if channel := found.first():
        return channel
    branch = Branch.objects.active().order_by("pk").first()
    if branch is None:
        raise LookupError("no branch exists yet: create one before taking messages in")
    made, _is_new = Channel.objects.get_or_create(
        kind=kind,
        external_id=external_id,
        defaults={"name": (address or kind)[:80], "address": address[:254], "branch": branch},
    )
    return made
