"""The one timeline of a customer, to which every app adds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils import timezone

from accounts.models import User
from crm_project.kit.live import branch_group, tell_once
from customers.models import TimelineEntry


@dataclass(frozen=True, kw_only=True)
class TimelineLine:
    """One thing that happened with a customer; `source` makes the same cause appear once."""

    customer_id: int | None
    kind: str
    source: str
    text: str = ""
    url: str = ""
    actor: User | None = None
    at: datetime = field(default_factory=timezone.now)


def add_to_timeline(lines: Iterable[TimelineLine]) -> None:
    """Add lines in the caller's transaction; move the last contact; refresh open pages."""
    wanted = [(line.customer_id, line) for line in lines if line.customer_id]
    if not wanted:
        return
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                customer_id=customer_id,
                kind=line.kind,
                source=line.source,
                text=line.text[:300],
                url=line.url,
                actor=line.actor,
                at=line.at,
            )
            for customer_id, line in wanted
        ],
        ignore_conflicts=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, [timezone.now(), [customer_id for customer_id, _line in wanted]])
        branches = {row[0] for row in cursor}
    tell_once({branch_group(None), *map(branch_group, branches)}, "timeline-changed")


TOUCH = """
UPDATE customers_customer SET last_contact_at = %s WHERE id = ANY(%s) RETURNING branch_id
"""
