"""A WhatsApp webhook: all its elements, of every kind; unknown ones are kept and marked."""

import json
from typing import Any

from messaging.gateways.whatsapp.identity import phone_of
from messaging.gateways.whatsapp.message_types import NOT_NEW
from messaging.gateways.whatsapp.payload import read_payload
from messaging.gateways.whatsapp.readings import (
    InboundWhatsApp,
    OtherChange,
    StatusUpdate,
    Unreadable,
)
from messaging.models import Signal
from messaging.models.channels import ChannelKind
from messaging.services.drain import Content
from messaging.services.inbox import Inbound
from messaging.services.numbers import NEW_NUMBER
from messaging.services.persons import Person
from messaging.services.statuses import Status

from .channels import channel_for

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
    )


def _person(reading: InboundWhatsApp) -> Person:
    return Person(
        name=reading.profile_name,
        phone=reading.phone or "",
        bsuid=reading.bsuid or "",
        username=reading.username or "",
        key=reading.sender.address or reading.provider_id,
    )


def _moved_to(reading: InboundWhatsApp) -> Person | None:
    """The new number of a person who changed it; None for other messages, and for no number."""
    system = reading.details.get("system")
    if not isinstance(system, dict) or system.get("type") != "user_changed_number":
        return None
    phone = phone_of(str(system.get("new_wa_id") or ""))
    return Person(phone=phone, bsuid=str(system.get("new_user_id") or "")) if phone else None


def _details(reading: InboundWhatsApp) -> dict[str, Any]:
    media, moved_to = reading.media, _moved_to(reading)
    return {
        **reading.details,
        **({"referral": reading.referral} if reading.referral else {}),
        **({"group_id": reading.group_id} if reading.group_id else {}),
        **({NEW_NUMBER: moved_to.phone} if moved_to else {}),
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
