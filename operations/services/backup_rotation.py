"""Which backups are kept: seven days, four weeks, twelve months. No clock is asked."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

DAYS, WEEKS, MONTHS = 7, 4, 12
BAD_ARE_KEPT = timedelta(days=7)  # for a look at them, once there is a good one


@dataclass(frozen=True)
class Made:
    """A backup that lies in the folder; `is_good` unless its restore test failed."""

    name: str
    at: datetime
    is_good: bool = True


RULES: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
    (DAYS, lambda at: at.date()),
    (WEEKS, lambda at: at.isocalendar()[:2]),
    (MONTHS, lambda at: (at.year, at.month)),
)


def outdated(backups: Iterable[Made]) -> list[str]:
    """Return the names of those to remove, oldest first.

    Kept is the newest good one of each of the last seven days that have one, of four weeks (ISO)
    and of twelve months. So the newest good one always stays, whatever the clock says, and one
    that can't be restored never takes the place of one that can.
    """
    ordered = sorted(backups, key=lambda made: (made.at, made.name), reverse=True)
    good = [made for made in ordered if made.is_good]
    kept = {name for most, period in RULES for name in _newest_of_each(good, most, period)}
    if not good:
        return []
    since = good[0].at - BAD_ARE_KEPT
    kept |= {made.name for made in ordered if not made.is_good and made.at >= since}
    return [made.name for made in reversed(ordered) if made.name not in kept]


def _newest_of_each(
    good: list[Made], most: int, period: Callable[[datetime], Hashable]
) -> list[str]:
    newest: dict[Hashable, str] = {}
    for made in good:
        newest.setdefault(period(made.at), made.name)
    return list(newest.values())[:most]
