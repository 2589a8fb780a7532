"""Saved payloads in files: which door each belongs to, and how it is sent there."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHATSAPP, EMAIL, FORM = "whatsapp", "email", "form"
KINDS = (WHATSAPP, EMAIL, FORM)
LARGEST = 32 * 1024 * 1024  # bytes of one file
FORM_ENCODED = "application/x-www-form-urlencoded"
_ENCODED = re.compile(rb"[^\s=&]+=[^\s]*")  # URL-encoded: no white space, and a value
_FOLDERS = {WHATSAPP: ("whatsapp", "wa"), EMAIL: ("email", "mail"), FORM: ("form",)}


@dataclass(frozen=True, kw_only=True)
class Saved:
    """One payload as it would arrive."""

    path: Path
    kind: str
    body: bytes
    content_type: str


class OddFile(ValueError):
    """The file is no payload of any door; says why."""


def read_saved(path: Path) -> Saved:
    """Return the payload of a file. Raises OddFile, and nothing else for any file."""
    try:
        if path.stat().st_size > LARGEST:
            raise OddFile("larger than 32 MB")
        body = path.read_bytes()
    except OSError as error:
        raise OddFile(error.strerror or "cannot be read") from error
    if not body.strip():
        raise OddFile("empty")
    match path.suffix.lower():
        case ".eml":
            return Saved(path=path, kind=EMAIL, body=body, content_type="message/rfc822")
        case ".json":
            kind = _kind_of_json(path, body)
            return Saved(path=path, kind=kind, body=body, content_type="application/json")
        case ".txt" | ".form":
            if _kind_of_folder(path) != FORM and not _is_form_body(body):
                raise OddFile("not a form's body, and its folder names no form")
            return Saved(path=path, kind=FORM, body=body.strip(), content_type=_form_type(body))
    raise OddFile(f"no payload has the ending {path.suffix or 'none'}")


def _kind_of_json(path: Path, body: bytes) -> str:
    """By what it says it is, else by its folder. What is no JSON is refused at its door."""
    by_folder = _kind_of_folder(path)
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        if by_folder is None:
            raise OddFile("not valid JSON, and its folder names no door") from error
        return by_folder
    if isinstance(value, dict) and value.get("object") == "whatsapp_business_account":
        return WHATSAPP
    if by_folder == WHATSAPP and not (isinstance(value, dict) and "entry" in value):
        raise OddFile("not a webhook's body")
    if by_folder == EMAIL or not isinstance(value, dict | list):
        raise OddFile("not a payload of this door")
    return by_folder or FORM


def _kind_of_folder(path: Path) -> str | None:
    for part in reversed(path.parts[:-1]):
        for kind, words in _FOLDERS.items():
            if any(word == part.lower() or word in part.lower().split("_") for word in words):
                return kind
            if kind == FORM and "form" in part.lower():
                return kind
    return None


def _is_form_body(body: bytes) -> bool:
    """JSON, parts of a form, or one line of names and values; a letter or a table is none."""
    start = body.strip()
    is_multipart = start.startswith(b"--") and b"form-data" in body
    return start[:1] in (b"{", b"[") or is_multipart or bool(_ENCODED.fullmatch(start))


def _form_type(body: bytes) -> str:
    start = body.lstrip()
    if start[:1] in (b"{", b"["):
        return "application/json"
    if start.startswith(b"--"):
        boundary = start.splitlines()[0].strip()[2:].decode("latin-1")
        return f"multipart/form-data; boundary={boundary}"
    return FORM_ENCODED
