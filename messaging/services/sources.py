"""The raw body of a signal as text that a person can read without being fooled by it."""

import json
import re
from dataclasses import dataclass

from messaging.gateways.email.charsets import decode_text
from messaging.models import Signal

LONGEST = 60_000  # characters shown
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Source:
    """What is shown: `kind` is json, mail or text; `size` counts the stored bytes."""

    text: str
    kind: str
    size: int
    is_cut: bool


def read_source(signal: Signal) -> Source:
    """Return the body as indented JSON, else as text; never fails.

    Control and direction characters are written as \\u escapes, so that they neither hide nor turn
    what stands around them. The caller's template escapes HTML.
    """
    body = bytes(signal.body)
    text, kind = _readable(body, signal)
    shown = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text[:LONGEST])
    return Source(shown, kind, len(body), len(text) > LONGEST)


def _readable(body: bytes, signal: Signal) -> tuple[str, str]:
    if signal.channel == "email":
        return decode_text(body[: LONGEST * 4]).replace("\r\n", "\n"), "mail"
    if body.lstrip()[:1] in (b"{", b"["):
        try:
            return json.dumps(json.loads(body), ensure_ascii=False, indent=2), "json"
        except (ValueError, RecursionError):
            pass
    return decode_text(body[: LONGEST * 4]).replace("\r\n", "\n"), "text"
