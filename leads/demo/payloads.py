"""Raw signals of the demo: the bodies that the real doors would have kept."""

import json
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from urllib.parse import urlencode

from messaging.models import Channel, Signal
from messaging.models.channels import ChannelKind
from messaging.services import NewSignal

from .enquiries import Written

MAIL_HOST = "mail.example"


def signal_keys(key: str) -> list[str]:
    """Return the keys that the signal of an enquiry can have, by its channel."""
    return [f"whatsapp:{key}", f"web_form:{key}", f"email:{key}@{MAIL_HOST}"]


def signal_of(written: Written, *, key: str, channel: Channel, at: datetime) -> Signal:
    """Return the unsaved, read signal of an enquiry; `key` makes it unique and known again."""
    makers = {
        ChannelKind.WHATSAPP: _whatsapp,
        ChannelKind.EMAIL: _mail,
        ChannelKind.WEB_FORM: _form,
    }
    new = makers[ChannelKind(channel.kind)](written, key, channel, at)
    return Signal(
        channel=new.channel,
        key=new.unique_key(),
        body=new.body,
        content_type=new.content_type,
        branch_id=channel.branch_id,
        source=new.source,
        status=Signal.Status.DONE,
        received_at=at,
        due_at=at,
        done_at=at,
    )


def _whatsapp(written: Written, key: str, channel: Channel, at: datetime) -> NewSignal:
    sender, number = written.sender, written.sender.phone.removeprefix("+")
    message = {
        "from": number,
        "id": f"wamid.{key}",
        "timestamp": str(int(at.timestamp())),
        "type": "text",
        "text": {"body": written.text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": channel.address.removeprefix("+"),
            "phone_number_id": channel.external_id,
        },
        "contacts": [{"profile": {"name": sender.name}, "wa_id": number}],
        "messages": [message],
    }
    change = {"field": "messages", "value": value}
    entry = {"id": "700000000000001", "changes": [change]}
    payload = {"object": "whatsapp_business_account", "entry": [entry]}
    return NewSignal(
        channel=ChannelKind.WHATSAPP, key=key, body=_json(payload), content_type="application/json"
    )


def _mail(written: Written, key: str, channel: Channel, at: datetime) -> NewSignal:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((written.sender.name, written.sender.email))
    mail["To"] = channel.address
    mail["Subject"] = written.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{key}@{MAIL_HOST}>"
    mail.set_content(written.text)
    return NewSignal(
        channel=ChannelKind.EMAIL,
        key=f"{key}@{MAIL_HOST}",
        body=mail.as_bytes(),
        content_type="message/rfc822",
        source=channel.external_id,
    )


def _form(written: Written, key: str, channel: Channel, at: datetime) -> NewSignal:
    if written.template.channel == ChannelKind.MARKETPLACE:
        return _marketplace(written, key, channel, at)
    sender = written.sender
    answers = {
        "name": sender.company if written.template.who == "c" else sender.name,
        "phone": sender.phone,
        "email": sender.email,
        "message": written.text,
        "consent": "on",
    }
    return NewSignal(
        channel=ChannelKind.WEB_FORM,
        key=key,
        body=urlencode(answers).encode(),
        content_type="application/x-www-form-urlencoded",
        source=channel.external_id,
    )


def _marketplace(written: Written, key: str, channel: Channel, at: datetime) -> NewSignal:
    """The shape of a marketplace's push (TradeIndia)."""
    sender = written.sender
    row = {
        "rfi_id": key,
        "sender_name": sender.name,
        "sender_mobile": sender.phone,
        "sender_email": sender.email,
        "sender_co": sender.company if written.template.who in "cl" else "",
        "product_name": "Air conditioners",
        "message": written.text,
        "generated_date": f"{at:%d %B %Y}",
    }
    return NewSignal(
        channel=ChannelKind.WEB_FORM,
        key=key,
        body=_json(row),
        content_type="application/json",
        source=channel.external_id,
    )


def _json(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()
