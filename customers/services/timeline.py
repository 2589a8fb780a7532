"""The one timeline of a customer, to which every app adds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from crm_project.kit.live import branch_group, tell_once
from customers.models import Customer, TimelineEntry


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
    ids = {customer_id for customer_id, _line in wanted}
    Customer.objects.filter(pk__in=ids).update(last_contact_at=timezone.now())
    branches = Customer.objects.filter(pk__in=ids).values_list("branch_id", flat=True)
    tell_once({branch_group(None), *map(branch_group, branches)}, "timeline-changed")
