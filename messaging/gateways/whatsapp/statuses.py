"""Delivery states: reading them, and merging them in whatever order they arrive."""

from typing import Any

from .identity import phone_of
from .readings import DeliveryError, StatusUpdate
from .safe_json import integer, mapping, moment, objects, text

# A later state of the same message has a higher rank. `read` implies `delivered`.
STATUS_RANK = {
    "": 0,
    "queued": 1,
    "sending": 2,
    "accepted": 3,
    "held_for_quality_assessment": 3,
    "sent": 4,
    "delivered": 5,
    "read": 6,
    "played": 7,
    "deleted": 8,
}
FAILED = "failed"
PROOF_OF_DELIVERY = frozenset({"delivered", "read", "played"})


def merge_status(current: str, new: str) -> str:
    """Return the state of a message that had `current` when `new` is reported.

    Never moves down, so reports may come late, twice or in any order. `failed` wins over
    everything that doesn't prove delivery, and only such a proof takes it back. An unknown
    state changes nothing.

    >>> merge_status("read", "delivered"), merge_status("failed", "sent")
    ('read', 'failed')
    """
    if new == FAILED:
        return current if current in PROOF_OF_DELIVERY | {"deleted"} else FAILED
    if current == FAILED:
        return new if new in PROOF_OF_DELIVERY else FAILED
    if new not in STATUS_RANK:
        return current
    return new if STATUS_RANK[new] > STATUS_RANK.get(current, 0) else current


def read_status(status: dict[str, Any], value: dict[str, Any]) -> StatusUpdate:
    """Return one element of `statuses`; `value` is the change around it.

    Raises ValueError when it doesn't say which message it is about, or what happened.
    """
    provider_id, state = text(status, "id"), text(status, "status")
    if not provider_id or not state:
        raise ValueError("status without id or state")
    is_call = text(status, "type") == "call"
    recipient = text(status, "recipient_id")
    return StatusUpdate(
        provider_id=provider_id,
        status=state if is_call else state.lower(),
        at=moment(status, "timestamp"),
        recipient_address=recipient,
        recipient_phone=phone_of(recipient),
        recipient_bsuid=_bsuid(status, value),
        errors=read_errors(status),
        pricing=mapping(status, "pricing") or None,
        our_id=text(status, "biz_opaque_callback_data") or None,
        is_call=is_call,
        raw=status,
    )


def _bsuid(status: dict[str, Any], value: dict[str, Any]) -> str | None:
    contacts = list(objects(value, "contacts"))
    only = text(contacts[0], "user_id") if len(contacts) == 1 else ""
    return text(status, "recipient_user_id") or text(status, "user_id") or only or None


def read_errors(value: Any) -> list[DeliveryError]:
    """Return the `errors` of a status, a message or a whole change."""
    return [
        DeliveryError(
            code=integer(error, "code"),
            title=text(error, "title") or text(error, "message"),
            details=text(mapping(error, "error_data"), "details"),
        )
        for error in objects(value, "errors")
    ]
