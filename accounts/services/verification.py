"""Proving that nobody touched the activity log (SECURITY.md AD-2, AD-3)."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from accounts.models import Activity, ActivityHead

BATCH = 5000  # seals read at once

SEALS = """
SELECT seal.number, seal.previous_hash, seal.hash, madar_activity_text(entry)
FROM accounts_activityseal seal LEFT JOIN accounts_activity entry ON entry.id = seal.activity_id
WHERE seal.number > %s ORDER BY seal.number LIMIT %s
"""


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong: the seal's number (0: none is concerned), and what."""

    number: int
    problem: str


@dataclass(frozen=True)
class Verified:
    """How many entries were checked, the head, and the first finding or None."""

    entries: int
    head_number: int
    head_hash: str
    finding: Finding | None


def verify(
    *,
    known_number: int = 0,
    known_hash: str = "",
    after: tuple[int, str] = (0, ""),
    on_batch: Callable[[int], None] = lambda checked: None,
) -> Verified:
    """Walk the chain from the first entry to the head.

    An edited, removed, reordered or inserted entry and a cut tail are found. Whoever rewrites the
    whole chain with its head is found with a head noted earlier: `known_number`, `known_hash`.
    `on_batch` hears how many entries were checked.

    `after`: number and hash of a seal that was found good; only what follows it is walked, and
    entries without a seal are not looked for.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:  # one snapshot, so that entries written meanwhile change nothing
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _verify(known_number, known_hash, (after[0], bytes.fromhex(after[1])), on_batch)


def _verify(
    known_number: int,
    known_hash: str,
    after: tuple[int, bytes],
    on_batch: Callable[[int], None],
) -> Verified:
    head = ActivityHead.objects.filter(pk=1).first()
    number, last = (head.number, bytes(head.hash)) if head else (0, b"")
    (checked, previous), finding = after, None
    for found, previous_hash, sealed, text in _seals(checked):
        finding = _problem(checked + 1, found, (previous, previous_hash), (sealed, text))
        if finding is None and found == known_number and sealed.hex() != known_hash:
            finding = Finding(found, "the hash is not the one noted earlier")
        if finding:
            break
        checked, previous = found, sealed
        if checked % BATCH == 0:
            on_batch(checked)
    finding = finding or _end(checked, previous, (number, last), known_number)
    if finding is None and not after[0]:
        finding = _unsealed()
    return Verified(checked - after[0], number, last.hex(), finding)


def _problem(
    expected: int, number: int, links: tuple[bytes, bytes], content: tuple[bytes, str | None]
) -> Finding | None:
    (previous, previous_hash), (sealed, text) = links, content
    if number != expected:
        return Finding(expected, "a seal is missing")
    if previous_hash != previous:
        return Finding(number, "the seal does not continue the one before")
    if text is None:
        return Finding(number, "the entry was removed")
    if hashlib.sha256(previous + text.encode()).digest() != sealed:
        return Finding(number, "the entry or its seal was changed")
    return None


def _end(checked: int, last: bytes, head: tuple[int, bytes], known_number: int) -> Finding | None:
    if (checked, last) != head:
        return Finding(checked + 1, "the end of the log was cut off or added to")
    if checked < known_number:
        return Finding(checked + 1, "the log is shorter than it was")
    return None


def _unsealed() -> Finding | None:
    unsealed = Activity.objects.filter(seal=None).order_by("pk").first()
    return Finding(0, f"entry {unsealed.pk} was slipped in without a seal") if unsealed else None


def _seals(last: int) -> Iterator[tuple[int, bytes, bytes, str | None]]:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(SEALS, [last, BATCH])
            rows = cursor.fetchall()
            for number, previous_hash, sealed, text in rows:
                yield number, bytes(previous_hash), bytes(sealed), text
            if len(rows) < BATCH:
                return
            last = rows[-1][0]
