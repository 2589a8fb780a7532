"""Forgetting the raw bodies of signals once their time is over (SECURITY.md DP-5).

The row stays with its key, kinds and times: a message that is delivered again is known, and counts
stay right. What was read out of it (messages, leads, receipts) has rows of its own.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT

from accounts.services import Reason, record
from leads.models import Lead
from messaging.models import InboundFile, Signal
from messaging.services import REMOVED, VERDICT
from operations.marks import RAW_BODIES, read_mark, write_mark

log = structlog.get_logger(__name__)

EVERY = timedelta(days=1)
AT_ONCE = 2_000  # rows of one transaction
MOST = 200_000  # bodies of one run; what is left waits for the next hour
UNFETCHED = (InboundFile.State.WAITING, InboundFile.State.FAILED)
READ = (Signal.Status.DONE, Signal.Status.IGNORED)  # neither waits nor needs a person


def is_due(now: datetime) -> bool:
    """Tell whether a day has passed since everything old was forgotten."""
    last = read_mark(RAW_BODIES).get("at")
    has_rested = last is None or now - datetime.fromisoformat(last) >= EVERY
    return settings.RAW_SIGNAL_DAYS > 0 and has_rested


def forget_raw_bodies(now: datetime) -> int:
    """Remove body and headers of signals that are older than RAW_SIGNAL_DAYS; returns how many.

    Left alone: what waits, what needs a person, and what belongs to an open lead. In parts of some
    thousand rows: a run that is killed has done what it did, and the next one goes on.
    """
    if settings.RAW_SIGNAL_DAYS <= 0:
        return 0
    count, last = 0, 0
    while count < MOST:
        numbers = Signal.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        part = list(numbers[:AT_ONCE])
        if not part:
            write_mark(RAW_BODIES, {"at": now.isoformat()})
            break
        count += _forget(part, now)
        last = part[-1]
    if count:
        _note(count)
    return count


@transaction.atomic
def _forget(part: list[int], now: datetime) -> int:
    before = now - timedelta(days=settings.RAW_SIGNAL_DAYS)
    rows = _forgettable().filter(pk__in=part, received_at__lt=before)
    rows = rows.select_for_update(skip_locked=True, no_key=True)
    alike: dict[str | None, list[int]] = defaultdict(list)
    for number, verdict in rows.values_list("pk", KT(f"headers__{VERDICT}")):
        alike[verdict].append(number)
    for verdict, numbers in alike.items():
        left = {REMOVED: now.isoformat(), **({VERDICT: verdict} if verdict else {})}
        Signal.objects.filter(pk__in=numbers).update(body=b"", headers=left)
    return sum(map(len, alike.values()))


def _forgettable() -> QuerySet[Signal]:
    open_leads: Any = Lead.objects.open().filter(log__message__signal=OuterRef("pk"))
    wanted_files: Any = InboundFile.objects.filter(  # a mail's lie in its raw body
        message__signal=OuterRef("pk"), state__in=UNFETCHED
    )
    read = Signal.objects.filter(status__in=READ).exclude(headers__has_key=REMOVED)
    return read.exclude(Exists(open_leads)).exclude(Exists(wanted_files))


def _note(count: int) -> None:
    reason = Reason(rule="retention", version="1", evidence=(f"{settings.RAW_SIGNAL_DAYS} days",))
    record(None, "signal.bodies_removed", changes={"count": [None, count]}, reason=reason)
    log.info("raw_bodies_removed", count=count)
