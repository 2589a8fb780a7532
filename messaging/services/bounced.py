"""Addresses that bounced for good: nothing more goes there until a person says that it may.

Whoever keeps writing to addresses that do not exist is soon taken for a spammer by the mail servers
of all the others (facts B5). Full mailboxes, delays and refused contents do not count.
"""

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.encoding import punycode

from accounts.models import User
from accounts.services import Reason, record
from crm_project.kit.live import branch_group, tell_once, user_group
from messaging.models import BouncedAddress, Conversation, Message
from messaging.models.channels import ChannelKind

from .unsent import storable_error

HELD, LIFTED = "conversation.address_held", "conversation.address_lifted"
LONGEST = 254  # characters of a BouncedAddress


def held_address(conversation: Conversation) -> BouncedAddress | None:
    """Return what is known against the conversation's mail address, None where nothing is."""
    if conversation.kind == ChannelKind.WHATSAPP or not conversation.email:
        return None
    return BouncedAddress.objects.filter(address=_key(conversation.email)).first()


def addresses_held(conversations: Iterable[Conversation]) -> dict[int, BouncedAddress]:
    """Return what is known against the addresses of conversations, by their numbers; one query."""
    by_mail = {row.pk: _key(row.email) for row in conversations if row.email}
    rows = BouncedAddress.objects.filter(address__in=by_mail.values())
    known = {row.address: row for row in rows} if by_mail else {}
    return {pk: known[address] for pk, address in by_mail.items() if address in known}


def hold_reported(gone: Iterable[tuple[str, str, str]]) -> None:
    """Hold the addresses of reports (provider id, address, words) in the caller's transaction.

    Only where the message named went to that very address.
    """
    told = {(provider_id, _key(address)): words for provider_id, address, words in gone}
    ids = {provider_id for provider_id, _address in told}
    rows = Message.objects.filter(provider_id__in=ids, direction=Message.Direction.OUT)
    for message in sorted(rows.select_related("conversation"), key=_address_of):  # no deadlocks
        words = told.get((message.provider_id or "", _address_of(message)))
        if words is not None:
            hold_address(message, words)


def hold_address(message: Message, words: str) -> None:
    """Hold the address that a message went to, in the caller's transaction; `words` say why."""
    conversation, reason = message.conversation, storable_error(words)
    BouncedAddress.objects.update_or_create(
        address=_key(conversation.email),
        defaults={"reason": reason, "bounced_at": timezone.now()},
    )
    because = Reason(rule="address.bounced", version="1", evidence=(f"message:{message.pk}",))
    record(None, HELD, conversation, reason=because)
    _tell(conversation)


@transaction.atomic
def lift_address(conversation: Conversation, *, actor: User) -> bool:
    """Let mails go to the conversation's address again; False where they may already."""
    rows = BouncedAddress.objects.filter(address=_key(conversation.email))
    if not conversation.email or not rows.delete()[0]:
        return False
    record(actor, LIFTED, conversation)
    _tell(conversation)
    return True


def _address_of(message: Message) -> str:
    return _key(message.conversation.email)


def _key(address: str) -> str:
    """The address in lower case and its domain as DNS has it, which is how reports write it."""
    local, at, domain = address.strip().lower().rpartition("@")
    with suppress(UnicodeError):
        domain = punycode(domain)
    return f"{local}{at}{domain}"[:LONGEST]


def _tell(conversation: Conversation) -> None:
    groups = {branch_group(None), branch_group(conversation.branch_id)}
    if conversation.owner_id:
        groups.add(user_group(conversation.owner_id))
    tell_once(groups, f"delivery-{conversation.pk}")
