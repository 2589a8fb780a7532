"""Read a whole webhook payload: several accounts, numbers and kinds may share one call.

Source: developers.facebook.com, WhatsApp Business Platform, webhooks (2026).
"""

from collections.abc import Iterator
from typing import Any

from .identity import phone_of, recipient_of, sender_of, without_bidi_controls
from .message_types import NOT_NEW, context_details, kind_of, read_content
from .readings import (
    InboundWhatsApp,
    OtherChange,
    Reading,
    StatusUpdate,
    Unreadable,
    UserIdChange,
)
from .safe_json import clean_json, elements, mapping, moment, objects, text
from .statuses import read_status

__all__ = [
    "InboundWhatsApp",
    "OtherChange",
    "StatusUpdate",
    "Unreadable",
    "UserIdChange",
    "read_payload",
]

USER_IDS = "user_id_update"  # both the field and the list in its value
ECHO_FIELDS = ("message_echoes", "smb_message_echoes")
# The field names under which messages and statuses are all there is to know.
CONVERSATION_FIELDS = frozenset({"messages", *ECHO_FIELDS})
# A notice that we can't read or a reaction isn't relied on to open the window: a wrong guess
# would cost a refused answer (131047).
KEEPS_WINDOW = NOT_NEW | {"unsupported", "unknown"}


def read_payload(payload: Any) -> list[Reading]:
    """Return everything that the payload tells, in its order.

    Never raises, for any JSON value: one broken element becomes an `Unreadable` and never loses
    its neighbours. Texts come without NUL and lone surrogates; `raw` can be stored as jsonb.
    """
    payload = clean_json(payload)
    if not isinstance(payload, dict):
        return [Unreadable("payload is not an object", payload)]
    entries = elements(payload, "entry")
    if not entries:
        return [Unreadable("payload has no entry", payload)]
    return [reading for entry in entries for reading in _read_entry(entry)]


def _read_entry(entry: Any) -> Iterator[Reading]:
    changes = elements(entry, "changes")
    if not changes:
        yield Unreadable("entry has no changes", entry)
    for change in changes:
        yield from _read_change(change)


def _read_change(change: Any) -> Iterator[Reading]:
    field = text(change, "field")
    value = mapping(change, "value")
    if not value:
        yield Unreadable("change has no value", change)
        return
    yield from _read_conversation(value)
    if field == USER_IDS and elements(value, USER_IDS):
        for change_of_id in elements(value, USER_IDS):
            yield _read_user_id(change_of_id, value)
        return
    if field not in CONVERSATION_FIELDS and (field or not _has_conversation(value)):
        yield OtherChange(field=field or "unknown", raw=value)
    elif elements(value, "errors"):
        yield OtherChange(field="errors", raw={"errors": elements(value, "errors")})
    elif not _has_conversation(value):
        yield OtherChange(field=field, raw=value)


def _has_conversation(value: dict[str, Any]) -> bool:
    return any(elements(value, key) for key in ("messages", "statuses", *ECHO_FIELDS))


def _read_conversation(value: dict[str, Any]) -> Iterator[Reading]:
    for message in elements(value, "messages"):
        yield _read_message(message, value)
    for key in ECHO_FIELDS:
        for echo in elements(value, key):
            yield _read_message(echo, value, is_echo=True)
    for status in elements(value, "statuses"):
        yield _read_status(status, value)


def _read_user_id(change: Any, value: dict[str, Any]) -> Reading:
    """A changed user id; without a new one there is nothing to follow.

    Until August 2026 the Cloud API reference had it as a field of its own, since then as a system
    message `user_changed_user_id`; both are read.
    """
    ids, metadata = mapping(change, "user_id"), mapping(value, "metadata")
    current = text(ids, "current")
    number_id = text(metadata, "phone_number_id")
    if not current or not number_id:
        return Unreadable("change of a user id without the new one, or our number", change)
    contacts = list(objects(value, "contacts"))
    profile = mapping(contacts[0], "profile") if len(contacts) == 1 else {}
    return UserIdChange(
        channel_number_id=number_id,
        channel_phone=text(metadata, "display_phone_number"),
        phone=phone_of(text(change, "wa_id")),
        previous=text(ids, "previous"),
        current=current,
        at=moment(change, "timestamp"),
        profile_name=without_bidi_controls(text(profile, "name")),
        text=text(change, "detail"),
        raw=change,
    )


def _read_status(status: Any, value: dict[str, Any]) -> Reading:
    if not isinstance(status, dict):
        return Unreadable("status is not an object", status)
    try:
        return read_status(status, value)
    except ValueError as error:
        return Unreadable(str(error), status)


def _read_message(message: Any, value: dict[str, Any], *, is_echo: bool = False) -> Reading:
    if not isinstance(message, dict):
        return Unreadable("message is not an object", message)
    if not text(message, "id"):
        return Unreadable("message without id", message)
    kind = kind_of(message)
    content = read_content(message, kind)
    metadata = mapping(value, "metadata")
    details = content.details | context_details(message) | ({"type": kind} if is_echo else {})
    return InboundWhatsApp(
        provider_id=text(message, "id"),
        channel_number_id=text(metadata, "phone_number_id"),
        channel_phone=text(metadata, "display_phone_number"),
        kind="echo" if is_echo else kind,
        sent_at=moment(message, "timestamp"),
        words=content.words,
        text=content.words or content.line,
        sender=recipient_of(message, value) if is_echo else sender_of(message, value),
        reply_to=text(mapping(message, "context"), "id") or None,
        media=content.media,
        referral=mapping(message, "referral") or None,
        group_id=text(message, "group_id") or None,
        errors=list(objects(message, "errors")),
        details=details,
        raw=message,
        is_new_message=not is_echo and kind not in NOT_NEW,
        opens_window=not is_echo and kind not in KEEPS_WINDOW,
    )
