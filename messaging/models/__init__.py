"""Channels, what came in raw, conversations and their messages."""

from .bounced import BouncedAddress
from .channels import Channel
from .conversations import Conversation, Message, StatusReceipt
from .files import MessageFile
from .former import FormerIdentity
from .inbound import InboundFile
from .signals import MailboxCursor, Signal

__all__ = [
    "BouncedAddress",
    "Channel",
    "Conversation",
    "FormerIdentity",
    "InboundFile",
    "MailboxCursor",
    "Message",
    "MessageFile",
    "Signal",
    "StatusReceipt",
]
