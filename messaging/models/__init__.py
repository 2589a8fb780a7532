"""Channels, what came in raw, conversations and their messages."""

from .channels import Channel
from .conversations import Conversation, Message, StatusReceipt
from .files import MessageFile
from .signals import MailboxCursor, Signal

__all__ = [
    "Channel",
    "Conversation",
    "MailboxCursor",
    "Message",
    "MessageFile",
    "Signal",
    "StatusReceipt",
]
