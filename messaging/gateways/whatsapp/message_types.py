"""The content of one message by its type: the person's words, a describing line, the details.

A type that isn't known here is not an error: it is kept, and its words are looked for where
most types have them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .readings import Media
from .safe_json import clean_json, elements, mapping, objects, text, truth

MEDIA_KINDS = frozenset({"image", "audio", "video", "document", "sticker", "voice"})
NOT_NEW = frozenset({"reaction", "edit", "revoke", "system", "request_welcome", "ephemeral"})


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says."""

    words: str = ""  # the person's own
    line: str = ""  # ours, describing what has no words
    media: Media | None = None
    details: dict[str, Any] = field(default_factory=dict)


def read_content(message: dict[str, Any], kind: str) -> Content:
    """Return what `message` says. Never raises: what can't be read is left out."""
    body = mapping(message, kind)
    if kind in MEDIA_KINDS:
        return _media(body)
    if kind == "contacts":
        return _contact_cards(message)
    return _READERS.get(kind, _anything)(body)


def _text(body: dict[str, Any]) -> Content:
    return Content(words=text(body, "body"))


def _media(body: dict[str, Any]) -> Content:
    media = Media(
        id=text(body, "id"),
        mime=text(body, "mime_type"),
        sha256=text(body, "sha256"),
        name=text(body, "filename"),
        url=text(body, "url") or text(body, "link"),
        is_voice=truth(body, "voice"),
        is_animated=truth(body, "animated"),
    )
    return Content(words=text(body, "caption"), line=media.name, media=media)


def _location(body: dict[str, Any]) -> Content:
    place = {key: body.get(key) for key in ("latitude", "longitude", "name", "address", "url")}
    named = [text(body, key) for key in ("name", "address") if text(body, key)]
    at = [text(body, key) for key in ("latitude", "longitude") if text(body, key)]
    return Content(line=", ".join(named or at), details={"location": place})


def _contact_cards(message: dict[str, Any]) -> Content:
    cards = [_card(card) for card in objects(message, "contacts")]
    lines = [
        " ".join([card["name"], *(phone["raw"] for phone in card["phones"]), *card["emails"]])
        for card in cards
    ]
    return Content(line="\n".join(lines), details={"shared_contacts": cards})


def _card(card: dict[str, Any]) -> dict[str, Any]:
    name = mapping(card, "name")
    parts = [text(name, "first_name"), text(name, "last_name")]
    phones = [
        {
            "raw": text(phone, "phone") or text(phone, "wa_id"),
            "wa_id": text(phone, "wa_id") or None,
            "type": text(phone, "type") or None,
        }
        for phone in objects(card, "phones")
    ]
    return {
        "name": text(name, "formatted_name") or " ".join(filter(None, parts)),
        "phones": phones,
        "emails": [text(mail, "email") for mail in objects(card, "emails") if text(mail, "email")],
        "company": text(mapping(card, "org"), "company") or None,
    }


def _button(body: dict[str, Any]) -> Content:
    return Content(words=text(body, "text"), details={"payload": text(body, "payload") or None})


def _interactive(body: dict[str, Any]) -> Content:
    kind = text(body, "type") or next((key for key in body if isinstance(body[key], dict)), "")
    inner = mapping(body, kind)
    match kind:
        case "button_reply" | "list_reply":
            details = {
                "payload": text(inner, "id") or None,
                "description": text(inner, "description") or None,
            }
            return Content(
                words=text(inner, "title"), details={"interactive_type": kind, **details}
            )
        case "nfm_reply":
            return _flow_answer(inner)
        case "call_permission_reply":
            answer = text(inner, "response")
            details = {"call_permission": answer or None}
            return Content(line=answer, details={"interactive_type": kind, **details})
    words = text(inner, "title") or text(inner, "text") or text(inner, "body")
    return Content(words=words, details={"interactive_type": kind or None})


def _flow_answer(inner: dict[str, Any]) -> Content:
    """A completed form. Its answers are a JSON string, and need not hold an object."""
    written = inner.get("response_json")
    form: Any = written
    if isinstance(written, str):
        try:
            form = clean_json(json.loads(written))
        except (ValueError, RecursionError):
            form = None
    answers = mapping(form)
    lines = [
        f"{key}: {value}"
        for key, value in answers.items()
        if key != "flow_token" and isinstance(value, str | int | float) and value != ""
    ]
    details = {"interactive_type": "nfm_reply", "form": form, "form_text": text(inner, "body")}
    return Content(line="\n".join(lines), details=details)


def _order(body: dict[str, Any]) -> Content:
    items = [{key: item.get(key) for key in _ITEM_KEYS} for item in objects(body, "product_items")]
    lines = [
        f"{text(item, 'quantity')} × {text(item, 'product_retailer_id')}"
        f" @ {text(item, 'item_price')} {text(item, 'currency')}".rstrip()
        for item in items
    ]
    order = {"catalog_id": text(body, "catalog_id") or None, "items": items}
    return Content(words=text(body, "text"), line="\n".join(lines), details={"order": order})


_ITEM_KEYS = ("product_retailer_id", "quantity", "item_price", "currency")


def _reaction(body: dict[str, Any]) -> Content:
    emoji = text(body, "emoji") or None
    reaction = {"emoji": emoji, "to": text(body, "message_id") or None}
    details = {"reaction": reaction, "reaction_removed": emoji is None}
    return Content(line=emoji or "", details=details)


def _system(body: dict[str, Any]) -> Content:
    system = {
        "type": text(body, "type") or None,
        "body": text(body, "body"),
        "new_wa_id": text(body, "wa_id") or text(body, "new_wa_id") or None,
        "new_user_id": text(body, "user_id") or None,
        "previous_user_id": text(body, "previous_user_id") or None,
        "customer": text(body, "customer") or None,
    }
    return Content(line=system["body"] or "", details={"system": system})


def _edit(body: dict[str, Any]) -> Content:
    """The new content of an earlier message; `original_id` is the one to change."""
    message = mapping(body, "message") or body
    kind = text(message, "type").lower()
    # An edit inside an edit has no meaning, and following it could go on for ever.
    new = read_content(message, kind) if kind not in ("", "edit") else Content()
    edit = {
        "original_id": text(body, "original_message_id") or None,
        "type": kind or None,
        "text": new.words or None,
    }
    return Content(line=new.words or new.line, media=new.media, details={"edit": edit})


def _revoke(body: dict[str, Any]) -> Content:
    original = text(body, "original_message_id") or text(body, "message_id")
    return Content(details={"revoke": {"original_id": original or None}})


def _unsupported(body: dict[str, Any]) -> Content:
    details = {"unsupported": True, "unsupported_type": text(body, "type") or None}
    return Content(details=details)


def _anything(body: dict[str, Any]) -> Content:
    words = next(
        (text(body, key) for key in ("body", "text", "caption", "title") if text(body, key)), ""
    )
    return Content(words=words)


_READERS: dict[str, Callable[[dict[str, Any]], Content]] = {
    "text": _text,
    "location": _location,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "reaction": _reaction,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
    "unsupported": _unsupported,
    "unknown": _unsupported,
}


def context_details(message: dict[str, Any]) -> dict[str, Any]:
    """Return whether the message was forwarded, and the product it asks about."""
    context = mapping(message, "context")
    details: dict[str, Any] = {}
    if truth(context, "forwarded") or truth(context, "frequently_forwarded"):
        details["forwarded"] = True
    if truth(context, "frequently_forwarded"):
        details["frequently_forwarded"] = True
    if product := mapping(context, "referred_product"):
        details["referred_product"] = product
    return details


def kind_of(message: dict[str, Any]) -> str:
    """Return the message's type in lower case; guessed from its content where it is missing."""
    stated = text(message, "type").strip().lower()
    if stated:
        return stated
    known = (*_READERS, *sorted(MEDIA_KINDS), "contacts")
    present = (kind for kind in known if mapping(message, kind) or elements(message, kind))
    return next(present, "unknown")
