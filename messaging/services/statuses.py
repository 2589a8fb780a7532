"""What became of our messages: statuses in any order, repeats harmless, never a step back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from messaging.gateways.whatsapp.statuses import merge_status
from messaging.models import Message, StatusReceipt


@dataclass(frozen=True, kw_only=True)
class Status:
    """One status as the provider told it."""

    provider_id: str
    status: str
    at: datetime | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    pricing: dict[str, Any] = field(default_factory=dict)


def apply_statuses(told: Sequence[Status]) -> None:
    """Keep every status once and move the messages that are known already."""
    if not told:
        return
    StatusReceipt.objects.bulk_create(
        [
            StatusReceipt(
                provider_id=status.provider_id[:300],
                status=status.status[:12],
                at=status.at,
                errors=status.errors,
                pricing=status.pricing,
            )
            for status in told
        ],
        ignore_conflicts=True,
    )
    update_from_receipts({status.provider_id for status in told})


def update_from_receipts(provider_ids: set[str]) -> None:
    """Merge all kept statuses into the messages; also right after a send, for early statuses."""
    receipts: dict[str, list[StatusReceipt]] = {}
    for receipt in StatusReceipt.objects.filter(provider_id__in=provider_ids).order_by("pk"):
        receipts.setdefault(receipt.provider_id, []).append(receipt)
    changed = []
    rows = Message.objects.filter(provider_id__in=receipts, direction=Message.Direction.OUT)
    for message in rows.select_for_update():
        for receipt in receipts[message.provider_id or ""]:
            _merge(message, receipt)
        changed.append(message)
    Message.objects.bulk_update(changed, ["status", "status_times", "error"])


def _merge(message: Message, receipt: StatusReceipt) -> None:
    merged = merge_status(message.status, receipt.status)
    if merged in Message.Status.values:
        message.status = merged
    elif merged == "played":
        message.status = Message.Status.READ
    if receipt.at:
        message.status_times.setdefault(receipt.status, receipt.at.isoformat())
    if receipt.errors and message.status == Message.Status.FAILED:
        first = receipt.errors[0]
        message.error = f"{first.get('code', '')} {first.get('title', '')}".strip()[:300]
