"""Proof that a submission comes from the form builder it says. All in constant time.

Meta's lead webhooks are signed like WhatsApp's: see messaging/gateways/whatsapp/signature.py.
"""

import base64
import hashlib
import hmac
from typing import Any


def is_signed_by_typeform(*, body: bytes, header: str | None, secret: str) -> bool:
    """Return whether Typeform-Signature, `sha256=` and base64, signs these raw bytes."""
    prefix = "sha256="
    if not header or not header.strip().startswith(prefix):
        return False
    return _is_base64_hmac(body, header.strip().removeprefix(prefix), secret)


def is_signed_by_tally(*, body: bytes, header: str | None, secret: str) -> bool:
    """Return whether Tally-Signature, plain base64, signs these raw bytes."""
    return bool(header) and _is_base64_hmac(body, (header or "").strip(), secret)


def is_google_key(data: Any, *, expected: str) -> bool:
    """Return whether the google_key inside a Google lead is ours."""
    given = data.get("google_key") if isinstance(data, dict) else None
    return isinstance(given, str) and bool(expected) and _are_equal(given, expected)


def _is_base64_hmac(body: bytes, given: str, secret: str) -> bool:
    if not secret:
        return False
    digest = hmac.new(secret.encode("utf-8", "surrogatepass"), body, hashlib.sha256).digest()
    return _are_equal(given, base64.b64encode(digest).decode())


def _are_equal(given: str, expected: str) -> bool:
    """Bytes, because compare_digest raises TypeError for a non-ASCII str."""
    ours, theirs = (text.encode("utf-8", "surrogatepass") for text in (expected, given))
    return hmac.compare_digest(ours, theirs)
