"""Who wrote: a phone number, a business-scoped user id, a user name, or some of them."""

import re
from typing import Any

import phonenumbers

from .readings import Sender
from .safe_json import objects, text

_BIDI_CONTROLS = dict.fromkeys([0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F)])
_BIDI_CONTROLS |= dict.fromkeys(range(0x2066, 0x206A))
_WA_ID = re.compile(r"\+?([1-9][0-9]{6,14})")
# WhatsApp still writes these with a length that the number plans have left behind:
# Mexico with a 1 after 52, Benin with eight digits.
_LEGACY_WA_ID = re.compile(r"521[0-9]{10}|229[0-9]{8}")


def phone_of(wa_id: str) -> str | None:
    """Return a wa_id as E.164 with plus, digits untouched; None when it can't be dialled.

    A wa_id is always international and has no plus. It is kept even where a number library
    calls the range unassigned; only an impossible length or country is refused.

    >>> phone_of("201012345678")
    '+201012345678'
    >>> phone_of("CUSTOMER_PHONE_NUMBER") is None
    True
    """
    match = _WA_ID.fullmatch(wa_id.strip())
    if match is None:
        return None
    digits = match[1]
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number(number) or _LEGACY_WA_ID.fullmatch(digits):
        return f"+{digits}"
    return None


def without_bidi_controls(name: str) -> str:
    """Return a name without the marks that can turn the line around it."""
    return " ".join(name.translate(_BIDI_CONTROLS).split())


def sender_of(message: dict[str, Any], value: dict[str, Any]) -> Sender:
    """Return who sent `message`; `value` is the change around it, with its contacts."""
    return _person(
        value,
        address=text(message, "from"),
        bsuid=text(message, "from_user_id"),
        parent=text(message, "from_parent_user_id"),
    )


def recipient_of(echo: dict[str, Any], value: dict[str, Any]) -> Sender:
    """Return whom the owner wrote to from the phone app."""
    return _person(
        value,
        address=text(echo, "to"),
        bsuid=text(echo, "to_user_id"),
        parent=text(echo, "to_parent_user_id"),
    )


def _person(value: dict[str, Any], *, address: str, bsuid: str, parent: str) -> Sender:
    contact = _contact(value, address=address, bsuid=bsuid)
    profile = contact.get("profile")
    address = address or text(contact, "wa_id")
    return Sender(
        address=address,
        phone=phone_of(address),
        bsuid=bsuid or text(contact, "user_id") or None,
        parent_bsuid=parent or text(contact, "parent_user_id") or None,
        username=(text(profile, "username") or text(contact, "username")).lstrip("@") or None,
        profile_name=without_bidi_controls(text(profile, "name")),
    )


def _contact(value: dict[str, Any], *, address: str, bsuid: str) -> dict[str, Any]:
    """The contact that belongs to the message: by id, by number, or the only one there is."""
    contacts = list(objects(value, "contacts"))
    for contact in contacts:
        if bsuid and text(contact, "user_id") == bsuid:
            return contact
    for contact in contacts:
        if address and text(contact, "wa_id") == address:
            return contact
    return contacts[0] if len(contacts) == 1 else {}
