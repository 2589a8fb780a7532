"""Is a submission signed by the service that the form's secret was shared with?"""

import hashlib
import hmac
from collections.abc import Mapping

from messaging.gateways.whatsapp.signature import verify_signature

from .forms import is_google_key, is_signed_by_tally, is_signed_by_typeform
from .forms.body import parse_json
from .forms.submission import UnreadableForm

TOLERANCE = 300  # seconds between the sender's clock and ours (SECURITY.md WH-3)
OWN_HEADER = "X-Madar-Signature"


def is_signed(*, body: bytes, headers: Mapping[str, str], secret: str, now: float) -> bool:
    """Return whether one of the known signatures over these raw bytes is valid.

    Typeform, Tally and Meta sign in their own headers, anyone else in X-Madar-Signature; Google
    repeats the secret as `google_key` in the body. `now` is Unix time in seconds.
    """
    if not secret:
        return False
    own = headers.get(OWN_HEADER)
    if own is not None:
        return is_signed_by_us(body=body, header=own, secret=secret, now=now)
    typeform, tally = headers.get("Typeform-Signature"), headers.get("Tally-Signature")
    meta = headers.get("X-Hub-Signature-256")
    if typeform or tally or meta:
        return (
            is_signed_by_typeform(body=body, header=typeform, secret=secret)
            or is_signed_by_tally(body=body, header=tally, secret=secret)
            or verify_signature(body=body, header=meta, secret=secret)
        )
    return _has_google_key(body, secret)


def sign(*, body: bytes, secret: str, now: float) -> str:
    """Return the X-Madar-Signature of a body: `t=<Unix seconds>,v1=<HMAC-SHA256 of "t.body">`."""
    stamp = str(int(now))
    return f"t={stamp},v1={_digest(stamp, body, secret)}"


def is_signed_by_us(*, body: bytes, header: str, secret: str, now: float) -> bool:
    """Return whether an X-Madar-Signature is valid and at most 300 seconds off."""
    parts = [part.strip().partition("=") for part in header[:500].split(",")]
    stamp = next((value for name, _sign, value in parts if name == "t"), "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    if abs(now - int(stamp)) > TOLERANCE:
        return False
    ours = _digest(stamp, body, secret).encode()
    given = [value.encode("utf-8", "surrogatepass") for name, _sign, value in parts if name == "v1"]
    return any(hmac.compare_digest(ours, one) for one in given)


def _digest(stamp: str, body: bytes, secret: str) -> str:
    key = secret.encode("utf-8", "surrogatepass")
    return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _has_google_key(body: bytes, secret: str) -> bool:
    if b"google_key" not in body:
        return False
    try:
        return is_google_key(parse_json(body), expected=secret)
    except UnreadableForm:
        return False
