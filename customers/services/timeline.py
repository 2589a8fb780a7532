"""The one timeline of a customer, to which every app adds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from crm_project.kit.live import branch_group, tell_once


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
    arguments: dict[str, Any] = {
        "customers": [customer_id for customer_id, _line in wanted],
        "kinds": [line.kind for _customer, line in wanted],
        "sources": [line.source for _customer, line in wanted],
        "texts": [str(line.text)[:300] for _customer, line in wanted],
        "urls": [line.url for _customer, line in wanted],
        "actors": [line.actor.pk if line.actor else None for _customer, line in wanted],
        "times": [line.at for _customer, line in wanted],
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD, arguments)
        branches = {row[0] for row in cursor}
    tell_once({branch_group(None), *map(branch_group, branches)}, "timeline-changed")


# One statement: nearly everything that happens with a customer comes through here.
ADD = """
WITH added AS (
    INSERT INTO customers_timelineentry (customer_id, kind, source, text, url, actor_id, at)
    SELECT * FROM unnest(
        %(customers)s::bigint[], %(kinds)s::text[], %(sources)s::text[], %(texts)s::text[],
        %(urls)s::text[], %(actors)s::bigint[], %(times)s::timestamptz[]
    ) ON CONFLICT DO NOTHING
)
UPDATE customers_customer SET last_contact_at = %(now)s
WHERE id = ANY(%(customers)s) RETURNING branch_id
"""
