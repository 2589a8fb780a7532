"""The requests that we send, as the Cloud API wants them.

Source: developers.facebook.com, Cloud API, "Messages"; github.com/facebook/openapi v23.0.
"""

import re
from typing import Any

LONGEST_TEXT = 4096  # characters
LONGEST_CAPTION = 1024  # characters
LONGEST_FILE_NAME = 240  # characters
_WA_ADDRESS = re.compile(r"\+?[0-9]{6,15}")


def text_request(*, to: str, body: str, our_id: str, reply_to: str | None = None) -> dict[str, Any]:
    """Return the request for a free-form text, allowed within 24 hours of the last inbound.

    `to` is a phone in E.164 or a BSUID; `our_id` comes back in every status of the message.
    Raises ValueError for an empty text or one beyond 4096 characters.
    """
    if not body.strip() or len(body) > LONGEST_TEXT:
        raise ValueError(f"a text has 1 to {LONGEST_TEXT} characters, not {len(body)}")
    request = _message(to=to, kind="text", our_id=our_id)
    request["text"] = {"body": body, "preview_url": False}
    if reply_to:
        request["context"] = {"message_id": reply_to}
    return request


def document_request(
    *, to: str, media_id: str, name: str, caption: str, our_id: str
) -> dict[str, Any]:
    """Return the request for an uploaded file with its name and a caption, within the 24 hours.

    Raises ValueError for a caption beyond 1024 characters or no file.
    """
    if not media_id or len(caption) > LONGEST_CAPTION:
        raise ValueError(f"a document has a file and at most {LONGEST_CAPTION} characters")
    request = _message(to=to, kind="document", our_id=our_id)
    request["document"] = {"id": media_id, "filename": name[:LONGEST_FILE_NAME]}
    if caption.strip():
        request["document"]["caption"] = caption
    return request


def _message(*, to: str, kind: str, our_id: str) -> dict[str, Any]:
    if not to:
        raise ValueError("a message needs a phone number or a BSUID")
    # A BSUID goes into `recipient`; `to` takes phone numbers only.
    address = {"to": to} if _WA_ADDRESS.fullmatch(to) else {"recipient": to}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **address,
        "type": kind,
        "biz_opaque_callback_data": our_id,
    }
