"""A WhatsApp webhook: all its elements, of every kind; unknown ones are kept and marked."""

import json
from hashlib import sha256
from typing import Any

from messaging.gateways.whatsapp.identity import phone_of
from messaging.gateways.whatsapp.message_types import NOT_NEW
from messaging.gateways.whatsapp.payload import read_payload
from messaging.gateways.whatsapp.readings import (
    InboundWhatsApp,
    OtherChange,
    StatusUpdate,
    Unreadable,
    UserIdChange,
)
from messaging.models import Signal
from messaging.models.channels import ChannelKind
from messaging.services.drain import Content
from messaging.services.inbox import Inbound
from messaging.services.numbers import NEW_NUMBER
from messaging.services.persons import Person
from messaging.services.received import Announced
from messaging.services.statuses import Status

from .channels import channel_for

CHANGES = ("user_changed_number", "user_changed_user_id")  # of system messages
LONGEST_ID = 300  # characters kept of a provider's id; Meta's have about sixty


def read_whatsapp(signal: Signal) -> Content:
    """Return everything in the payload; one broken element never loses its neighbours."""
    content = Content()
    for reading in read_payload(json.loads(bytes(signal.body))):
        _add(content, reading, signal)
    return content


def _add(content: Content, reading: Any, signal: Signal) -> None:
    match reading:
        case InboundWhatsApp() if reading.provider_id:
            content.kinds.append(reading.kind)
            content.messages.append(_inbound(reading, signal))
        case StatusUpdate() if not reading.is_call and reading.provider_id:
            content.kinds.append(f"status:{reading.status}")
            content.statuses.append(_status(reading))
        case UserIdChange():
            content.kinds.append("user_id_update")
            content.messages.append(_new_id(reading, signal))
        case OtherChange():
            content.kinds.append(reading.field or "other")
        case Unreadable():
            content.kinds.append("unreadable")
        case _:
            content.kinds.append("unusable")


def _inbound(reading: InboundWhatsApp, signal: Signal) -> Inbound:
    channel = channel_for(
        kind=ChannelKind.WHATSAPP,
        external_id=reading.channel_number_id,
        address=reading.channel_phone,
    )
    return Inbound(
        channel=channel,
        person=_person(reading),
        provider_id=reading.provider_id[:LONGEST_ID],
        sent_at=reading.sent_at,
        kind=reading.kind,
        text=reading.text,
        details=_details(reading),
        reply_to=reading.reply_to or "",
        signal=signal,
        opens_window=reading.opens_window and not reading.group_id,
        is_enquiry=reading.is_new_message and not reading.group_id,
        is_outbound=reading.kind == "echo",
        is_answer=reading.kind == "echo" and reading.details.get("type") not in NOT_NEW,
        moved_to=_moved_to(reading),
        files=_files(reading),
    )


def _files(reading: InboundWhatsApp) -> tuple[Announced, ...]:
    """The file that a person sent, or that one of ours sent them from the phone app."""
    media = reading.media
    if media is None or not media.id:
        return ()
    kind = str(reading.details.get("type") or reading.kind)  # of an echo: what was echoed
    return (Announced(name=media.name or kind, media_id=media.id[:LONGEST_ID]),)


def _new_id(reading: UserIdChange, signal: Signal) -> Inbound:
    """The change as a notice in the conversation; its own content makes a repeat harmless."""
    phone = reading.phone or ""
    told = (reading.channel_number_id, phone, reading.previous, reading.current, str(reading.at))
    return Inbound(
        channel=channel_for(
            kind=ChannelKind.WHATSAPP,
            external_id=reading.channel_number_id,
            address=reading.channel_phone,
        ),
        person=Person(name=reading.profile_name, phone=phone, bsuid=reading.previous),
        provider_id=f"user_id:{sha256('|'.join(told).encode()).hexdigest()}",
        sent_at=reading.at,
        kind="system",
        text=reading.text,
        details={"system": {"type": "user_changed_user_id"}},
        signal=signal,
        opens_window=False,
        is_enquiry=False,
        moved_to=Person(phone=phone, bsuid=reading.current),
    )


def _person(reading: InboundWhatsApp) -> Person:
    return Person(
        name=reading.profile_name,
        phone=reading.phone or "",
        bsuid=_bsuid(reading),
        username=reading.username or "",
        key=reading.sender.address or reading.provider_id,
    )


def _bsuid(reading: InboundWhatsApp) -> str:
    """The user id of who wrote; a notice of a change is about the one before it."""
    system = _change_of(reading)
    previous, new = (str(system.get(key) or "") for key in ("previous_user_id", "new_user_id"))
    own = reading.bsuid or ""
    return previous or ("" if new and own == new else own)


def _change_of(reading: InboundWhatsApp) -> dict[str, Any]:
    """What a system message tells of a person's new number or user id; empty for all else."""
    system = reading.details.get("system")
    is_change = isinstance(system, dict) and system.get("type") in CHANGES
    return system if is_change and isinstance(system, dict) else {}


def _moved_to(reading: InboundWhatsApp) -> Person | None:
    """Where a person is now who has another number or id; None for other messages."""
    system = _change_of(reading)
    phone = phone_of(str(system.get("new_wa_id") or "")) or ""
    bsuid = str(system.get("new_user_id") or "")
    return Person(phone=phone, bsuid=bsuid) if phone or bsuid else None


def _details(reading: InboundWhatsApp) -> dict[str, Any]:
    media, moved_to = reading.media, _moved_to(reading)
    return {
        **reading.details,
        **({"referral": reading.referral} if reading.referral else {}),
        **({"group_id": reading.group_id} if reading.group_id else {}),
        **({NEW_NUMBER: moved_to.phone} if moved_to and moved_to.phone else {}),
        **({"errors": reading.errors} if reading.errors else {}),
        **({"media": {"id": media.id, "mime": media.mime, "name": media.name}} if media else {}),
    }


def _status(reading: StatusUpdate) -> Status:
    return Status(
        provider_id=reading.provider_id[:LONGEST_ID],
        status=reading.status,
        at=reading.at,
        errors=[
            {"code": error.code, "title": error.title, "details": error.details}
            for error in reading.errors
        ],
        pricing=reading.pricing or {},
        our_id=reading.our_id or "",
        recipient=reading.recipient_phone or reading.recipient_bsuid or "",
    )
