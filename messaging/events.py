"""Facts about messages."""

from dataclasses import dataclass

from crm_project.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class MessagesReceived(Event):
    """People wrote to us, were answered from the phone app, or have another number.

    One event a batch, so that a busy inbox does not become a job a message.
    """

    message_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class SignalFailed(Event):
    """A raw signal could not be read three times; a person has to look at it."""

    signal_id: int
