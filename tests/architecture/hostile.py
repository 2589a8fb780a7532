"""Values that people and machines send to break things, and how to send them."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote_from_bytes

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% debug %}${7*7}"
TEXTS: dict[str, str] = {
    "empty": "",
    "blank": " \u3000\u200b",
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "right-to-left override": "\u202egnp.exe\u2066",
    "markup": MARKUP,
    "sql": "1' OR '1'='1'; DROP TABLE accounts_user;--",
    "header": "a\r\nX-Evil: 1",
    "encoded word": "=?utf-8?q?a=0D=0AX-Evil:_1?=",
    "traversal": "../../../../etc/passwd",
    "other site": "//evil.example/\\evil.example",
    "huge number": "9" * 5000,
    "beyond bigint": "9223372036854775808",
    "negative": "-9223372036854775809",
    "not a number": "NaN",
    "exponent": "1e999",
    "other digits": "\u0661\u00b2",
    "far day": "9999-12-31T23:59:59.999999+14:00",
    "first day": "0001-01-01",
    "broken list": "1,,x,-1," + "1," * 1500,
    "half a cursor": "WzFlOTk5LG51bGxd",
    "long": "\u0646" * 6_000,
}
INVALID_UTF8 = b"a\xff\xfe\xc3("
JSON_VALUES: list[str] = [  # JSON as written, for it holds what json.dumps does not write
    "null", "true", "{}", "-1", "1.5", "1e999", "NaN", "9223372036854775807", "9" * 400, '"\\u0000"',
    '"\\ud800"', '[[1], null, {"id": 1e999}]', '"1e999"', '"NaN"', '""', '"0001-01-01T00:00:00+14:00"',
    json.dumps("9" * 5000), json.dumps(MARKUP), json.dumps("\u0646" * 6_000),
]  # fmt: skip


@cache
def written(text: str | bytes) -> str:
    """A value percent-encoded as a careless or hostile client does it, lone surrogates too."""
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return quote_from_bytes(raw, safe="")


def form_bodies(fields: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """The same fields as a URL-encoded and as a multipart body: content type, bytes."""
    pairs = "&".join(f"{written(name)}={written(value)}" for name, value in fields.items())
    yield "application/x-www-form-urlencoded", pairs.encode()
    parts = b"".join(
        b'--mark\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (name.encode(), value.encode("utf-8", "surrogatepass"))
        for name, value in fields.items()
    )
    yield "multipart/form-data; boundary=mark", parts + b"--mark--\r\n"


def body_with(valid: dict[str, Any], name: str, value: str) -> bytes:
    """A JSON object in which one field is replaced by JSON as written."""
    others = {key: known for key, known in valid.items() if key != name}
    pairs = [f"{json.dumps(key)}: {json.dumps(known)}" for key, known in others.items()]
    return ("{" + ", ".join([*pairs, f"{json.dumps(name)}: {value}"]) + "}").encode()
