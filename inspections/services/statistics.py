"""Figures of inspectors: no-shows, and how late visits begin."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.functions import Greatest

from accounts.models import User
from inspections.models import Inspection, InspectionEvent

from .doors import Status

ON_TIME = timedelta(minutes=10)  # a later start is a late one
_ZERO = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One inspector in a period, by the planned start. `delay` is the mean, early starts as zero."""

    inspector: User
    completed: int
    no_shows: int
    begun: int
    late: int
    moves: int
    delay: timedelta | None

    @property
    def no_show_percent(self) -> int | None:
        """Visits to nobody, of those that ended either way."""
        ended = self.completed + self.no_shows
        return round(100 * self.no_shows / ended) if ended else None

    @property
    def on_time_percent(self) -> int | None:
        """Starts within ten minutes of the plan."""
        return round(100 * (self.begun - self.late) / self.begun) if self.begun else None

    @property
    def delay_minutes(self) -> int | None:
        """The mean delay in whole minutes."""
        return None if self.delay is None else round(self.delay.total_seconds() / 60)


def inspector_figures(user: Any, since: datetime, until: datetime) -> list[Figures]:
    """Return the figures of everybody with visits in the period that the user may see. 3 queries.

    A no-show that was booked again still counts: history is kept by its events.
    """
    planned = Inspection.objects.visible_to(user).filter(
        starts_at__gte=since, starts_at__lt=until, inspector__isnull=False
    )
    begun = Q(started_at__isnull=False)
    rows = (
        planned.order_by()
        .values("inspector")
        .annotate(
            completed=Count("pk", filter=Q(status=Status.COMPLETED)),
            begun=Count("pk", filter=begun),
            late=Count("pk", filter=begun & Q(started_at__gt=F("starts_at") + ON_TIME)),
            moved=Sum("moves"),
            delay=Avg(Greatest(F("started_at") - F("starts_at"), _ZERO), filter=begun),
        )
    )
    shown = _no_shows(user, since, until)
    known = {row["inspector"]: row for row in rows}
    people = User.objects.in_bulk([pk for pk in {*known, *shown} if pk])
    figures = [
        _figures(person, known.get(pk, {}), shown.get(pk, 0)) for pk, person in people.items()
    ]
    return sorted(figures, key=lambda one: (-one.completed - one.no_shows, one.inspector.pk))


def _no_shows(user: Any, since: datetime, until: datetime) -> dict[int, int]:
    events = InspectionEvent.objects.visible_to(user).filter(
        status=Status.NO_SHOW, now_at__gte=since, now_at__lt=until, inspector__isnull=False
    )
    counted = (
        events.order_by().values_list("inspector").annotate(Count("inspection", distinct=True))
    )
    return dict(counted)


def _figures(person: User, row: dict[str, Any], no_shows: int) -> Figures:
    return Figures(
        inspector=person,
        completed=row.get("completed", 0),
        no_shows=no_shows,
        begun=row.get("begun", 0),
        late=row.get("late", 0),
        moves=row.get("moved") or 0,
        delay=row.get("delay"),
    )
