"""Bytes of unknown or lying charset into clean text: a ladder for mail of Arabic markets."""

from __future__ import annotations

import codecs
import re

DEFAULT_FALLBACK = "cp1256"  # what undeclared Arabic mail is written in

_ALIASES = {
    "iso-8859-1": "cp1252",  # mailers write the Windows set under the ISO label
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "asmo-708": "iso8859-6",
    "iso-8859-8-i": "iso8859-8",
    "x-mac-arabic": "mac-arabic",
    "x-cp1256": "cp1256",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "us-ascii": "ascii",
}
_REFUSED = {
    "idna",
    "punycode",
    "unicode-escape",
    "raw-unicode-escape",
    "undefined",
    "mbcs",
    "oem",
}
_STATEFUL = ("iso2022", "utf-7", "utf-16", "utf-32", "hz")
_MULTI_BYTE = (
    *_STATEFUL,
    "gb",
    "big5",
    "cp932",
    "cp949",
    "cp950",
    "euc",
    "shift",
    "johab",
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SAMPLE = 20_000  # bytes looked at when guessing


def clean_text(text: str) -> str:
    """The text with `\\n` line ends, without NUL, control characters and lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _UNWANTED.sub("", text))


def decode_text(
    raw: bytes, declared: str | None = None, *, fallback: str = DEFAULT_FALLBACK
) -> str:
    """Decode `raw`, never failing: valid UTF-8, then the declared charset, then the fallback.

    Strictly valid multi-byte UTF-8 beats any single-byte label, because no Arabic or Latin
    single-byte text is UTF-8 by accident. The declared charset must decode strictly, otherwise
    `fallback` (the company's own legacy charset) is used.
    """
    return clean_text(_decode(raw, declared, fallback)).lstrip("\ufeff")


def _decode(raw: bytes, declared: str | None, fallback: str) -> str:
    name = _codec_name(declared)
    if name.startswith(_MULTI_BYTE) and (text := _strict_multi_byte(raw, name)) is not None:
        return text
    if raw.isascii():
        return raw.decode("ascii")
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return raw.decode("utf-16", "replace")
    if (text := _utf8(raw)) is not None:
        return text
    is_misnamed = name == "cp1252" and _looks_arabic(raw)
    usable = name not in ("", "ascii", "utf-8") and not is_misnamed
    if usable and (text := _strict(raw, name)) is not None:
        return text
    return raw.decode("cp1252" if _looks_latin(raw) else fallback, "replace")


def _codec_name(declared: str | None) -> str:
    """Python's name of the declared charset, "" for none, an unknown or an unsafe one."""
    label = (declared or "").strip().strip("\"'").lower()[:40]
    if not re.fullmatch(r"[a-z0-9._:+-]+", label):
        return ""
    try:
        info = codecs.lookup(_ALIASES.get(label, label))
    except (LookupError, ValueError):
        return ""
    name = info.name.replace("_", "-")
    # rot13, zlib and friends are codecs but no charsets; idna and punycode take quadratic time
    is_charset = getattr(info, "_is_text_encoding", False) and name not in _REFUSED
    return name if is_charset else ""


def _strict(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        return None


def _strict_multi_byte(raw: bytes, name: str) -> str | None:
    if name.startswith(("utf-16", "utf-32")) and b"\0" not in raw:
        return None  # plain text under a wrong label would decode to Chinese
    if name == "utf-16" and raw[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        name = "utf-16-be" if raw[0::2].count(0) > raw[1::2].count(0) else "utf-16-le"
    return _strict(raw, name)


def _utf8(raw: bytes) -> str | None:
    """UTF-8 text, also with a few broken bytes (cut mid-character) in otherwise valid text."""
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken:
        return text
    multi_byte = sum(1 for char in text[:_SAMPLE] if char > "\x7f" and char != "\ufffd")
    broken = text[:_SAMPLE].count("\ufffd")
    return text if multi_byte >= 4 and broken * 4 <= multi_byte else None


def _looks_arabic(raw: bytes) -> bool:
    """Whether most 8-bit bytes stand in runs of three or more, as whole Arabic words do."""
    runs = [len(run) for run in _HIGH_RUN.findall(raw[:_SAMPLE])]
    return sum(length for length in runs if length >= 3) * 2 > sum(runs)


def _looks_latin(raw: bytes) -> bool:
    """Whether most 8-bit bytes are single accents inside words of ASCII letters."""
    sample = raw[:_SAMPLE]
    total = latin = 0
    for match in _HIGH_RUN.finditer(sample):
        start, end = match.span()
        total += end - start
        touches = sample[start - 1 : start].isalpha() or sample[end : end + 1].isalpha()
        latin += (end - start) if touches and end - start <= 2 else 0
    return latin * 2 > total
