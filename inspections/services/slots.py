"""Free times of inspectors within the branch's working hours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Branch, User
from inspections.hours import Span, day_span, overlap_minutes, stretches
from inspections.models import Absence, Inspection

from .people import inspectors
from .schedule import BUSY

DAYS_AHEAD = 14
GRID = 15  # minutes: visits begin on quarters of an hour
LEAD_TIME = timedelta(hours=1)  # the first visit that is offered begins this much later


@dataclass(frozen=True)
class Suggestion:
    """A free slot; `load` is what the inspector has on that day, in minutes, with what was offered
    to others before.
    """

    inspector: User
    starts_at: datetime
    load: int


@dataclass(frozen=True)
class Diary:
    """What the inspectors of a branch have in the next days: read once, asked often."""

    branch: Branch
    people: Sequence[User]
    taken: Mapping[int, Sequence[Span]]
    since: datetime
    today: date

    def suggest(self, minutes: int, *, most: int = 3) -> list[Suggestion]:
        """Return the first free slots of a length, on different days or of different people.

        The earliest come first; at the same time, whoever has less on that day.
        """
        return self.suggest_each([minutes], most=most)[0]

    def suggest_each(self, lengths: Sequence[int], *, most: int = 3) -> list[list[Suggestion]]:
        """Return free slots for several visits at once, as suggest() does for one.

        Nothing is offered twice: all of them could be accepted. Each visit has its first slot
        before any has its second, the first visits choosing first.
        """
        taken = {person.pk: [*self.taken.get(person.pk, ())] for person in self.people}
        offered: list[list[Suggestion]] = [[] for _length in lengths]
        for _turn in range(most):
            for minutes, mine in zip(lengths, offered, strict=True):
                found = self._next(minutes, mine, taken)
                if found:
                    mine.append(found)
                    end = found.starts_at + timedelta(minutes=minutes)
                    taken[found.inspector.pk].append((found.starts_at, end))
        for mine in offered:
            mine.sort(key=lambda one: (one.starts_at, one.load, one.inspector.pk))
        return offered

    def free_at(self, start: datetime, minutes: int) -> list[User]:
        """Return who has nothing at that time, whoever has least on that day first."""
        span = (start, start + timedelta(minutes=minutes))
        whole = day_span(start.astimezone(self.branch.clock).date(), self.branch)
        loads = []
        for place, person in enumerate(self.people):
            taken = self.taken.get(person.pk, ())
            if not any(overlap_minutes(span, other) for other in taken):
                loads.append((sum(overlap_minutes(whole, other) for other in taken), place))
        return [self.people[place] for _load, place in sorted(loads)]

    def _next(
        self, minutes: int, mine: Sequence[Suggestion], taken: Mapping[int, Sequence[Span]]
    ) -> Suggestion | None:
        """The earliest slot that differs from what the visit has; the days come in their order."""
        for offset in range(-1, DAYS_AHEAD):  # last night's hours may go on until now
            day = self.today + timedelta(days=offset)
            spans = stretches(self.branch, day)
            found = (self._on(spans, person, minutes, taken[person.pk]) for person in self.people)
            free = [one for one in found if one and all(_differ(one, other) for other in mine)]
            if free:
                return min(free, key=lambda one: (one.starts_at, one.load, one.inspector.pk))
        return None

    def _on(
        self, spans: Sequence[Span], person: User, minutes: int, taken: Sequence[Span]
    ) -> Suggestion | None:
        """The person's first free time in the open hours of a day."""
        start = first_free(spans, taken, minutes, since=self.since)
        if start is None:
            return None
        whole = day_span(start.astimezone(self.branch.clock).date(), self.branch)
        return Suggestion(person, start, sum(overlap_minutes(whole, span) for span in taken))


def _differ(one: Suggestion, other: Suggestion) -> bool:
    return one.starts_at.date() != other.starts_at.date() or one.inspector != other.inspector


def first_free(
    open_spans: Iterable[Span], taken: Sequence[Span], minutes: int, *, since: datetime
) -> datetime | None:
    """Return the first start on the grid whose `minutes` lie in a span and cross nothing taken."""
    length = timedelta(minutes=minutes)
    for start, end in open_spans:
        moment = _on_grid(max(start, since), start)
        while moment + length <= end:
            crossed = [span[1] for span in taken if span[0] < moment + length and moment < span[1]]
            if not crossed:
                return moment
            moment = _on_grid(max(crossed), start)
    return None


def _on_grid(moment: datetime, origin: datetime) -> datetime:
    """Return the moment or the next quarter of an hour after it, counted from the origin."""
    late = (moment - origin) % timedelta(minutes=GRID)
    return moment if not late else moment - late + timedelta(minutes=GRID)


def diary_of(
    branch: Branch, *, now: datetime | None = None, people: Sequence[User] | None = None
) -> Diary:
    """Read the next fourteen days of a branch's inspectors. Three queries; two with its `people`."""
    now = now or timezone.now()
    people = inspectors(branch) if people is None else people
    until = now + timedelta(days=DAYS_AHEAD + 1)
    taken: dict[int, list[Span]] = {}
    rows: tuple[Any, ...] = (
        Inspection.objects.filter(status__in=BUSY),
        Absence.objects.all(),
    )
    for query in rows:
        ahead = query.filter(inspector__in=people, starts_at__lt=until, ends_at__gt=now)
        for person_id, start, end in ahead.values_list("inspector_id", "starts_at", "ends_at"):
            taken.setdefault(person_id, []).append((start, end))
    return Diary(
        branch=branch,
        people=people,
        taken=taken,
        since=now + LEAD_TIME,
        today=now.astimezone(branch.clock).date(),
    )
