"""What the business does with signals and messages. Import from here."""

from .delivery import (
    NewFile,
    NewReply,
    deliver,
    queue_replies,
    queue_reply,
    settle_interrupted_sends,
)
from .doors import count_delivery
from .drain import Content, drain, give_up
from .inbox import Inbound, Person, store_messages
from .mail import keep_mail
from .reaching import conversation_with
from .signals import REMOVED, VERDICT, NewSignal, keep_signal, retry_signal

__all__ = [
    "REMOVED",
    "VERDICT",
    "Content",
    "Inbound",
    "NewFile",
    "NewReply",
    "NewSignal",
    "Person",
    "conversation_with",
    "count_delivery",
    "deliver",
    "drain",
    "give_up",
    "keep_mail",
    "keep_signal",
    "queue_replies",
    "queue_reply",
    "retry_signal",
    "settle_interrupted_sends",
    "store_messages",
]
