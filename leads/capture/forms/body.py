"""The body of a form request into pairs or a JSON value, whatever the charset says.

Only UnreadableForm is raised, for any bytes.
"""

import json
import math
import re
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from .submission import BROKEN_MULTIPART, NOT_JSON, TOO_DEEP, TOO_MANY_FIELDS, UnreadableForm

DEEPEST = 32  # levels of JSON
MOST_FIELDS = 1_000
LARGEST_INTEGER = 2**63 - 1  # beyond it a number is kept as its digits
FALLBACK_CHARSET = "windows-1256"  # what old Arabic pages really send
Pairs = list[tuple[str, str]]

_UNSTORABLE = {0: None} | dict.fromkeys(range(0xD800, 0xE000))
_PARAMETER = re.compile(r";\s*([a-zA-Z*]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")


def parse_form_body(body: bytes, content_type: str) -> Pairs | Any:
    """Return the pairs of a form body, or the value of a JSON body.

    URL-encoded, multipart (text parts only) and JSON. A missing or vague content type is
    decided by the first character. Raises UnreadableForm.
    """
    kind, _, _ = (content_type or "").partition(";")
    kind = kind.strip().lower()
    charset = _parameters(content_type).get("charset", "")
    if kind == "multipart/form-data":
        return _multipart(body, _parameters(content_type).get("boundary", ""), charset)
    if kind.endswith("json") or (kind != _URLENCODED and _looks_like_json(body)):
        return parse_json(body, charset=charset)
    return _urlencoded(body, charset)


_URLENCODED = "application/x-www-form-urlencoded"


def parse_json(body: bytes, *, charset: str = "") -> Any:
    """Return a JSON value that can be stored: 32 levels, no NaN, no NUL, no lone surrogates."""
    wide = json.detect_encoding(body[:4])
    if wide.startswith(("utf-16", "utf-32")):
        text = body.decode(wide, "replace")
    else:
        text = decoded(body, charset)
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise UnreadableForm("body", TOO_DEEP) from error
    except ValueError as error:
        raise UnreadableForm("body", NOT_JSON) from error
    return clean(value)


def clean(value: Any, *, depth: int = 0) -> Any:
    """Return a JSON value without NUL and lone surrogates. Raises UnreadableForm when too deep."""
    if depth > DEEPEST:
        raise UnreadableForm("body", TOO_DEEP)
    match value:
        case str():
            return value.translate(_UNSTORABLE)
        case dict():
            return {
                str(key).translate(_UNSTORABLE): clean(inner, depth=depth + 1)
                for key, inner in value.items()
            }
        case list():
            return [clean(inner, depth=depth + 1) for inner in value]
    return value


def decoded(data: bytes, charset: str = "") -> str:
    """Return the text of `data`: valid UTF-8 wins over a lying label, then the label counts."""
    for name in ("utf-8", charset, FALLBACK_CHARSET):
        try:
            return data.decode(name).translate(_UNSTORABLE)
        except (LookupError, ValueError):  # no such charset, or not in it
            continue
    return data.decode("utf-8", "replace").translate(_UNSTORABLE)


def _looks_like_json(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _integer(digits: str) -> int | str:
    return digits if len(digits) > 20 or abs(int(digits)) > LARGEST_INTEGER else int(digits)


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parameters(content_type: str) -> dict[str, str]:
    found = _PARAMETER.findall(content_type or "")
    return {name.lower(): quoted or bare for name, quoted, bare in found}


def _urlencoded(body: bytes, charset: str) -> Pairs:
    """Latin-1 carries the bytes through the percent-decoding; the charset is decided after."""
    try:
        pairs = parse_qsl(
            body.decode("latin-1"),
            keep_blank_values=True,
            encoding="latin-1",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise UnreadableForm("body", TOO_MANY_FIELDS) from error
    return [
        (decoded(key.encode("latin-1"), charset), decoded(value.encode("latin-1"), charset))
        for key, value in pairs
    ]


def _multipart(body: bytes, boundary: str, charset: str) -> Pairs:
    if not boundary or len(boundary) > 200:
        raise UnreadableForm("body", BROKEN_MULTIPART)
    mark = b"--" + boundary.encode("utf-8", "replace")
    parts = body.split(mark, MOST_FIELDS + 2)
    if len(parts) < 2:
        raise UnreadableForm("body", BROKEN_MULTIPART)
    if len(parts) > MOST_FIELDS + 2:
        raise UnreadableForm("body", TOO_MANY_FIELDS)
    pairs: Pairs = []
    for part in parts[1:]:
        if part.startswith(b"--"):
            break
        pairs += _part(part, charset)
    return pairs


def _part(part: bytes, charset: str) -> Pairs:
    """One text part; a file, or what isn't a part at all, gives nothing."""
    head, separator, content = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not separator:
        head, separator, content = part.lstrip(b"\n").partition(b"\n\n")
    headers = decoded(head[:4096], charset)
    disposition = next(
        (h for h in headers.splitlines() if h.lower().startswith("content-disposition:")), ""
    )
    names = _parameters(disposition)
    if not separator or "name" not in names or {"filename", "filename*"} & names.keys():
        return []
    text_type = next((h for h in headers.splitlines() if h.lower().startswith("content-type:")), "")
    own_charset = _parameters(text_type).get("charset", charset)
    return [(names["name"], decoded(content.removesuffix(b"\n").removesuffix(b"\r"), own_charset))]
