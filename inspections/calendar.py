"""The calendar's geometry: which hours are shown, where a visit stands, who stands beside whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Any

from accounts.models import Branch

from .hours import Span, day_span, open_spans
from .services import Load

FIRST_HOUR, LAST_HOUR = 8, 18  # shown at least
LEAST_HOURS = 0.5  # a shorter visit is drawn as long as this, so that it can be read and touched
COLOURS = ("c1", "c2", "c4", "c5", "c3", "c6")


@dataclass
class Block:
    """A visit or an absence in a column: start and length in hours, lane and width in percent."""

    row: Any
    start: float
    length: float
    left: float = 0.0
    width: float = 100.0
    colour: str = "c1"
    tone: str = ""
    problem: str = ""

    @property
    def is_short(self) -> bool:
        """True when there is room for two lines only."""
        return self.length < 0.95

    @property
    def style(self) -> str:
        """The geometry as custom properties."""
        return (
            f"--k:var(--{self.colour});--s:{self.start:.4g};--d:{self.length:.4g};"
            f"--l:{self.left:.4g};--w:{self.width:.4g}"
        )


@dataclass
class Column:
    """One day, or one inspector's day."""

    day: date
    person: Any = None
    cards: Sequence[str] = ()  # its visits, drawn
    away: list[Block] = field(default_factory=list)
    closed: list[Block] = field(default_factory=list)
    load: Load | None = None
    is_today: bool = False
    is_closed: bool = False

    @property
    def is_narrow(self) -> bool:
        """A closed day without visits takes little room."""
        return self.is_closed and not self.cards and self.person is None


def week_of(day: date) -> list[date]:
    """Return the seven days of a week, from Sunday."""
    sunday = day - timedelta(days=day.isoweekday() % 7)
    return [sunday + timedelta(days=offset) for offset in range(7)]


def hours_shown(branch: Branch, days: Sequence[date], rows: Iterable[Any]) -> tuple[int, int]:
    """Return the first and last hour that the grid shows: working hours and all visits fit in."""
    first, last = float(FIRST_HOUR), float(LAST_HOUR)
    visits = [(row.starts_at, row.ends_at) for row in rows]
    for day in days:
        for span in [*open_spans(branch, day), *visits]:  # a visit may touch two days
            if _touches(span, day, branch):
                start, end = within(span, day, branch)
                first, last = min(first, start), max(last, end)
    return floor(first), ceil(last)


def _touches(span: Span, day: date, branch: Branch) -> bool:
    since, until = day_span(day, branch)
    return span[0] < until and since < span[1]


def within(span: Span, day: date, branch: Branch) -> tuple[float, float]:
    """Return a span's part of a day in hours since its midnight, on the wall clock."""
    whole = day_span(day, branch)
    start, end = max(span[0], whole[0]), min(span[1], whole[1])
    return _clock(start, day, branch), _clock(end, day, branch)


def _clock(moment: datetime, day: date, branch: Branch) -> float:
    local = moment.astimezone(branch.clock)
    days = (local.date() - day).days
    return days * 24 + local.hour + local.minute / 60 + local.second / 3600


def place(
    rows: Iterable[Any], day: date, branch: Branch, shown: tuple[int, int] = (0, 24)
) -> list[Block]:
    """Return the rows that touch the shown hours of a day; overlapping ones share the width."""
    blocks = []
    touching = [row for row in rows if _touches((row.starts_at, row.ends_at), day, branch)]
    for row in sorted(touching, key=lambda one: (one.starts_at, one.pk)):
        first, last = within((row.starts_at, row.ends_at), day, branch)
        start, end = max(first, shown[0]), min(last, shown[1])
        if start < end:
            blocks.append(Block(row, start, max(end - start, LEAST_HOURS)))
    _share(blocks)
    return blocks


def _share(blocks: list[Block]) -> None:
    """Give overlapping blocks lanes; a lone one takes the whole width."""
    group: list[Block] = []
    until = -1.0
    for block in blocks:
        if block.start >= until:
            _lanes(group)
            group = []
        group.append(block)
        until = max(until, block.start + block.length)
    _lanes(group)


def _lanes(group: list[Block]) -> None:
    ends: list[float] = []
    chosen = []
    for block in group:
        lane = next((at for at, end in enumerate(ends) if end <= block.start), len(ends))
        if lane == len(ends):
            ends.append(0.0)
        ends[lane] = block.start + block.length
        chosen.append(lane)
    for block, lane in zip(group, chosen, strict=True):
        block.width = 100 / len(ends)
        block.left = lane * block.width


def closed_parts(branch: Branch, day: date, shown: tuple[int, int]) -> list[Block]:
    """Return what of the shown hours lies outside of the working hours."""
    parts, since = [], float(shown[0])
    for span in open_spans(branch, day):
        start, end = within(span, day, branch)
        if start > since:
            parts.append(Block(None, since, start - since))
        since = max(since, end)
    if since < shown[1]:
        parts.append(Block(None, since, shown[1] - since))
    return parts
