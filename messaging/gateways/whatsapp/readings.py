"""What a webhook can tell us, in our own words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Media:
    """A file that the message carries; its content has to be fetched by `id` within days."""

    id: str
    mime: str
    sha256: str  # base64 of the digest, as Meta states it: check the download against it
    name: str  # as the sender wrote it: never a path
    url: str  # needs the bearer token and lives five minutes; "" when not given
    is_voice: bool
    is_animated: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """The person on the other side. A phone can be missing: then the BSUID is the identity."""

    address: str = ""  # wa_id or from, verbatim; for an echo the person written to
    phone: str | None = None  # E.164 with plus; None when absent or not dialable
    bsuid: str | None = None  # business-scoped user id, one per business portfolio
    parent_bsuid: str | None = None
    username: str | None = None
    profile_name: str = ""  # without bidi controls


@dataclass(frozen=True, slots=True)
class InboundWhatsApp:
    """One element of `messages` or `message_echoes`."""

    provider_id: str  # wamid; the only key for recognising a repeated delivery
    channel_number_id: str
    channel_phone: str
    kind: str  # Meta's type in lower case; "echo" for what we wrote in the phone app
    sent_at: datetime | None
    words: str  # what the person wrote or chose; "" for a location, a card, a sticker …
    text: str  # `words`, or a line that describes what was sent instead
    sender: Sender
    reply_to: str | None
    media: Media | None
    referral: dict[str, Any] | None  # click-to-WhatsApp ad: its only attribution
    group_id: str | None
    errors: list[dict[str, Any]]
    details: dict[str, Any]  # what the kind says besides: see message_types.py
    raw: dict[str, Any]
    is_new_message: bool  # False for reactions, edits, revokes, system notices, echoes
    opens_window: bool  # starts the 24 hours in which a free-form answer may be sent

    @property
    def phone(self) -> str | None:
        """E.164 with plus, or None."""
        return self.sender.phone

    @property
    def bsuid(self) -> str | None:
        """The business-scoped user id, or None."""
        return self.sender.bsuid

    @property
    def parent_bsuid(self) -> str | None:
        """The id of the parent portfolio, or None."""
        return self.sender.parent_bsuid

    @property
    def username(self) -> str | None:
        """The WhatsApp user name without @, or None."""
        return self.sender.username

    @property
    def profile_name(self) -> str:
        """The name that the person chose in WhatsApp, without bidi controls."""
        return self.sender.profile_name


@dataclass(frozen=True, slots=True)
class DeliveryError:
    """Why something failed. Decide on the code and the details: titles will disappear."""

    code: int | None
    title: str
    details: str


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of a message (or call) of ours."""

    provider_id: str
    status: str  # sent, delivered, read, played, failed, deleted …; call states as written
    at: datetime | None
    recipient_address: str
    recipient_phone: str | None
    recipient_bsuid: str | None
    errors: list[DeliveryError]
    pricing: dict[str, Any] | None  # what Meta charges: never assumed, only read
    our_id: str | None  # biz_opaque_callback_data: the id we gave when sending
    is_call: bool
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UserIdChange:
    """A person's business-scoped user id is another one now. A phone may be missing."""

    channel_number_id: str
    channel_phone: str
    phone: str | None  # E.164 with plus: the number that the person has now
    previous: str
    current: str
    at: datetime | None
    profile_name: str
    text: str  # Meta's sentence about it
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OtherChange:
    """News of another kind (template reviewed, account restricted …): stored and marked."""

    field: str
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One broken element. Its neighbours are read all the same."""

    reason: str
    raw: Any = field(default=None)


Reading = InboundWhatsApp | StatusUpdate | UserIdChange | OtherChange | Unreadable
