"""Working hours by a branch's own clock. Pure, and patient with broken data."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)


def is_within_hours(hours: Any, *, moment: datetime, clock: tzinfo) -> bool:
    """Return True when one of the day's spans holds the moment.

    `hours` maps ISO weekdays ("1" = Monday) to spans like ["09:00", "18:00"]; one that ends before
    it starts reaches into the next day, "24:00" is midnight. What is no span is passed over.
    """
    local = moment.astimezone(clock)
    now, yesterday = local.time(), local - timedelta(days=1)
    today = any(start <= now < end or (end <= start <= now) for start, end in _spans(hours, local))
    return today or any(now < end <= start for start, end in _spans(hours, yesterday))


def clock_of(name: Any, *, otherwise: tzinfo) -> tzinfo:
    """Return the time zone of an IANA name, or the other one where the name is none."""
    try:
        return ZoneInfo(str(name))
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return otherwise


def _spans(hours: Any, day: datetime) -> Iterable[tuple[time, time]]:
    spans = hours.get(str(day.isoweekday())) if isinstance(hours, dict) else None
    for span in spans if isinstance(spans, list) else []:
        if isinstance(span, list | tuple) and len(span) == 2:
            start, end = _time(span[0]), _time(span[1])
            if start is not None and end is not None:
                yield start, end


def _time(text: Any) -> time | None:
    """Read "9:00", "09:00" or "24:00"."""
    if not isinstance(text, str):
        return None
    try:
        read = MIDNIGHT if text == "24:00" else time.fromisoformat(text.zfill(5))
    except ValueError:
        return None
    return read.replace(tzinfo=None)
