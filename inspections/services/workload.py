"""How full the days of inspectors are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Branch
from inspections.hours import day_span, minutes_of, open_spans, overlap_minutes


@dataclass(frozen=True)
class Load:
    """Booked and available minutes of one inspector on one day, or of several."""

    booked: int
    available: int

    @property
    def percent(self) -> int:
        """Booked of available, rounded; 100 for work on a closed day."""
        if not self.available:
            return 100 if self.booked else 0
        return round(100 * self.booked / self.available)

    def __add__(self, other: "Load") -> "Load":
        return Load(self.booked + other.booked, self.available + other.available)


NONE = Load(0, 0)


def workload(
    branch: Branch, days: Sequence[date], people: Iterable[int], visits: Any, absences: Any
) -> dict[tuple[int, date], Load]:
    """Return the load of every person and day.

    `visits` and `absences` are rows with inspector_id, starts_at and ends_at. Booked are all
    minutes of visits, also those outside of the hours; available are the working minutes without
    absences.
    """
    loads = {}
    for day in days:
        whole, hours = day_span(day, branch), open_spans(branch, day)
        for person in people:
            booked = sum(_shared(row, person, [whole]) for row in visits)
            away = sum(_shared(row, person, hours) for row in absences)
            loads[person, day] = Load(booked, sum(map(minutes_of, hours)) - away)
    return loads


def _shared(row: Any, person: int, spans: Any) -> int:
    if row.inspector_id != person:
        return 0
    return sum(overlap_minutes((row.starts_at, row.ends_at), span) for span in spans)
