"""Channels, what came in raw, conversations and their messages."""

from .channels import Channel
from .conversations import Conversation, Message, StatusReceipt
from .signals import MailboxCursor, Signal

__all__ = ["Channel", "Conversation", "MailboxCursor", "Message", "Signal", "StatusReceipt"]
