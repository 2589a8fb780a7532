"""Finding raw signals by their reference, form or mailbox, bounded whatever their number.

A whole reference (a Message-ID, the id that a form's sender gave) and a whole form key or mailbox
are found at any age by their indexes. A part of one is looked for in the newest signals that the
reader sees within the days chosen: other days look further back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from .models import Signal
from .models.channels import ChannelKind
from .services.signals import NewSignal

LOOKED_AT = 10_000  # signals: about 20 ms where none has the part
NEWEST = ("-received_at", "-pk")


@dataclass(frozen=True)
class Found:
    """The rows; and how far back they were looked for, None where that was no bound."""

    rows: QuerySet[Signal]
    since: datetime | None = None


def find(rows: QuerySet[Signal], words: str) -> Found:
    """Return which of the rows, already narrowed to reader and days, have the words."""
    words = words.strip()
    if known := list(rows.filter(key__in=set(_keys(words))).values_list("pk", flat=True)):
        return Found(rows.filter(pk__in=known))
    if _is_source(rows, words):
        return Found(rows.filter(source=words))
    order = rows.order_by(*NEWEST).values_list("received_at", flat=True)
    since = next(iter(order[LOOKED_AT : LOOKED_AT + 1]), None)
    looked_at = rows.filter(received_at__gte=since) if since else rows
    return Found(looked_at.filter(Q(key__icontains=words) | Q(source__icontains=words)), since)


def _keys(reference: str) -> Iterator[str]:
    """The keys under which a signal with this reference is kept."""
    yield reference
    for channel in ChannelKind.values:
        yield NewSignal(channel=channel, key=reference.strip("<>"), body=b"").unique_key()
        yield f"{channel}:{reference.lower()}"


def _is_source(rows: QuerySet[Signal], words: str) -> bool:
    """Whether signals with just this source lie within reach; asked of its newest one.

    Else an index scan would pass over all signals of a source of another branch.
    """
    newest: Any = Signal.objects.filter(source=words).exclude(source="").order_by(*NEWEST)
    signal = newest.only("branch").first()
    return signal is not None and rows.filter(source=words, branch=signal.branch_id).exists()
