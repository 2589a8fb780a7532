"""The list as a file: exactly its rows, times on the branch's clock."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from .models import Inspection

CHUNK = 2_000  # rows read at a time
HEAD = (
    "number", "status", "type", "customer", "branch", "inspector", "starts_at", "ends_at",
    "district", "address", "is_urgent", "outcome", "moves", "started_at", "finished_at",
    "created_at",
)  # fmt: skip


def rows_of(rows: QuerySet[Inspection]) -> Iterator[list[Any]]:
    """Yield one list of values for every inspection."""
    known = rows.select_related("customer", "inspector", "type", "branch")
    for row in known.defer("search", "search_text", "note").iterator(chunk_size=CHUNK):
        yield [_value(row, name) for name in HEAD]


def _value(row: Inspection, name: str) -> Any:
    value: Any = getattr(row, name)
    if isinstance(value, datetime):
        return value.astimezone(row.branch.clock).isoformat(timespec="minutes")
    if name == "customer":
        return value.name
    if name == "inspector":
        return value.shown_name if value else ""
    return value if isinstance(value, bool | int) else str(value or "")
