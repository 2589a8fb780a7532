"""What sending came to."""

from dataclasses import dataclass


class TemporaryFailure(Exception):
    """The provider could not take the message now; the job engine tries again."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`status` is a Message.Status value; `provider_id` is empty when nothing was accepted."""

    status: str
    provider_id: str = ""
    error: str = ""
    is_retry_wanted: bool = False
    is_address_gone: bool = False  # the other side says that it does not exist
