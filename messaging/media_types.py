"""What a received file is, told by its content; its name and what the sender says count nothing."""

from io import BytesIO

from customers.services.attachments import safe_name
from customers.sniffing import MOST_BYTES, content_type_of

__all__ = ["MOST_BYTES", "media_type_of", "name_for"]

_SOUND = (
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
)
_BRANDS = {b"M4A ": "audio/mp4", b"qt  ": "video/quicktime", b"3gp4": "video/3gpp"}
_PICTURES = {b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"}
ENDINGS = {
    "audio/ogg": ".ogg",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/quicktime": ".mov",
}


def media_type_of(body: bytes) -> str:
    """Return the MIME type: sound and films as WhatsApp sends them, else as for attachments.

    Errors: BadFile for an empty, too large or refused kind of file (programs, markup).
    """
    is_small_enough = 0 < len(body) <= MOST_BYTES
    found = _sound_or_film(body) if is_small_enough else ""
    return found or content_type_of(BytesIO(body), size=len(body))


def _sound_or_film(body: bytes) -> str:
    for magic, kind in _SOUND:
        if body.startswith(magic):
            return kind
    if body[4:8] != b"ftyp" or body[8:12] in _PICTURES:
        return ""
    return _BRANDS.get(body[8:12], "video/3gpp" if body[8:11] == b"3gp" else "video/mp4")


def name_for(written: str, kind: str) -> str:
    """Return a name for people whose ending fits the content.

    >>> name_for("../voice", "audio/ogg")
    'voice.ogg'
    """
    name, ending = safe_name(written, kind), ENDINGS.get(kind, "")
    return name if name.lower().endswith(ending) else f"{name[:150]}{ending}"
