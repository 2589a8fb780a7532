"""What the business does with signals and messages. Import from here."""

from .delivery import NewReply, deliver, queue_reply
from .drain import Content, drain, give_up
from .inbox import Inbound, Person, store_messages
from .signals import NewSignal, keep_signal, retry_signal

__all__ = [
    "Content",
    "Inbound",
    "NewReply",
    "NewSignal",
    "Person",
    "deliver",
    "drain",
    "give_up",
    "keep_signal",
    "queue_reply",
    "retry_signal",
    "store_messages",
]
