"""Whether a conversation can be written to now: one answer for texts, files and automatic replies.

It is asked before a message is queued, so that its writer learns it at once, and again before it
leaves, because an hour may lie in between.
"""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError
from customers.models import Customer
from messaging.errors import (
    AddressBounced,
    AddressRemoved,
    ChannelOff,
    ConsentWithdrawn,
    CustomerBlocked,
    NobodyToAnswer,
    WindowClosed,
)
from messaging.models import Conversation, Message
from messaging.models.channels import ChannelKind

from .bounced import held_address
from .consent import standing_of

WINDOW = timedelta(hours=24)  # WhatsApp: free-form answers after the person's last message
SENDING = (ChannelKind.WHATSAPP, ChannelKind.EMAIL)  # forms are answered by a mailbox
_OF_TEXTS = {  # a file can be handed over another way, a text is spoken
    WindowClosed: _(
        "More than 24 hours since their last message: WhatsApp takes no free text. Call, or wait "
        "until they write."
    ),
    ConsentWithdrawn: _(
        "This customer has withdrawn the consent to be written to at this number or address. "
        "Record a new consent on the customer's page before you write."
    ),
}
Obstacle = type[BusinessError]
Question = Callable[[str, str], Obstacle | None]  # about, part of a MessageFile
_of_files: list[Question] = []


def connect(*questions: Question) -> None:
    """Set who is asked about a file before it leaves: the apps that make files know what they show."""
    _of_files[:] = questions


def obstacle_to_files(message: Message) -> Obstacle | None:
    """Return what has come up against the files of a message since it was queued, if anything.

    One query, and those of the questions; none for a message without files.
    """
    if not message.details.get("files"):
        return None
    shown = message.files.exclude(about="").values_list("about", "part")
    found = (question(about, part) for about, part in shown for question in _of_files)
    return next(filter(None, found), None)


def obstacle_to(conversation: Conversation) -> Obstacle | None:
    """Return what stands against writing there now, None where nothing does.

    One query at most where the channel and the customer are loaded, two for a mail address.
    """
    return _of_channel(conversation) or _of_customer(conversation) or _of_address(conversation)


def check_writable(conversation: Conversation, *, field: str, has_file: bool = False) -> None:
    """Refuse where the conversation cannot be written to now, naming the form's field.

    Errors: ChannelOff, NobodyToAnswer, WindowClosed, CustomerBlocked, AddressRemoved,
    ConsentWithdrawn, AddressBounced.
    """
    if obstacle := obstacle_to(conversation):
        raise obstacle(None if has_file else words_of(obstacle), field=field)


def words_of(obstacle: Obstacle) -> str:
    """Return the sentence for somebody who wants to write a text."""
    return str(_OF_TEXTS.get(obstacle, obstacle.message))


def may_reply_now(conversation: Conversation) -> bool:
    """Return True while the channel takes a free answer; the customer's word is not asked."""
    return _of_channel(conversation) is None


def _of_channel(conversation: Conversation) -> Obstacle | None:
    if conversation.kind in SENDING and not conversation.channel.is_active:
        return ChannelOff
    if conversation.kind != ChannelKind.WHATSAPP:
        return None if conversation.email else NobodyToAnswer
    if not (conversation.phone or conversation.bsuid):
        return NobodyToAnswer
    last = conversation.last_inbound_at
    return None if last and timezone.now() - last < WINDOW else WindowClosed


def _of_customer(conversation: Conversation) -> Obstacle | None:
    customer = conversation.customer
    if customer is None:
        return None
    if customer.status == Customer.Status.BLOCKED:
        return CustomerBlocked
    standing = standing_of(customer, conversation)
    if standing.is_removed:
        return AddressRemoved
    return ConsentWithdrawn if standing.has_withdrawn else None


def _of_address(conversation: Conversation) -> Obstacle | None:
    return AddressBounced if held_address(conversation) else None
