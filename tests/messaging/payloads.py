"""Bodies as the outside world sends them, with fictitious people."""

import hashlib
import hmac
import itertools
import json
import time
from typing import Any

from django.conf import settings
from django.test import Client

numbers = itertools.count(1)
WEBHOOK = "/webhooks/whatsapp/"


def text_message(wamid: str = "", text: str = "أحتاج تكييف", **columns: Any) -> dict[str, Any]:
    """One inbound text of the WhatsApp Cloud API."""
    return {
        "from": "966507712245",
        "id": wamid or f"wamid.t{next(numbers)}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
        **columns,
    }


def value_of(*messages: Any, number_id: str = "100001", **more: Any) -> dict[str, Any]:
    """The `value` of a change with these messages."""
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "966500000000", "phone_number_id": number_id},
        **({"messages": list(messages)} if messages else {}),
        **more,
    }


def webhook(*values: Any, field: str = "messages") -> bytes:
    """A webhook body, one entry a value."""
    entries = [{"id": "1", "changes": [{"field": field, "value": value}]} for value in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()


def status_of(wamid: str, status: str, **columns: Any) -> dict[str, Any]:
    """One delivery status."""
    return {
        "id": wamid, "status": status, "timestamp": str(int(time.time())),
        "recipient_id": "966507712245", **columns,
    }  # fmt: skip


def signature(body: bytes, secret: str | None = None) -> str:
    """Meta's signature over the raw body."""
    key = (settings.WHATSAPP_APP_SECRET if secret is None else secret).encode()
    return "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()


def deliver(body: bytes, *, header: str | None = None) -> Any:
    """Post a body to the webhook as Meta does; `header` replaces the right signature."""
    given = signature(body) if header is None else header
    extra = {"HTTP_X_HUB_SIGNATURE_256": given} if given else {}
    return Client().post(WEBHOOK, body, content_type="application/json", **extra)


def mail(
    *, text: str = "I need a price for ten split units", sender: str = "Sami <sami@clinic.example>",
    message_id: str = "<one@clinic.example>", **headers: str,
) -> bytes:  # fmt: skip
    """A plain mail."""
    lines = {
        "From": sender,
        "To": "sales@nasma.example",
        "Subject": "Price",
        "Date": "Sun, 22 Nov 2026 10:00:00 +0300",
        **({"Message-ID": message_id} if message_id else {}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "\r\n".join(f"{name}: {value}" for name, value in lines.items())
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
