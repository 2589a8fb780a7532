"""When the enquiries of the demo arrived: two weeks of daily rhythm, and a dense today."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

DAYS_BACK = 14
SHARE_OF_TODAY = 0.34
HOURS = (8, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 15, 16, 16, 17, 18, 19, 20, 20, 21, 21, 22, 23)


def arrivals(count: int, random: Random, *, now: datetime) -> list[datetime]:
    """Return when each of `count` enquiries arrived, oldest first: they come in little bursts."""
    today = round(count * SHARE_OF_TODAY)
    times: list[datetime] = []
    while len(times) < count:
        is_today = len(times) < today
        start = _of_today(random, now) if is_today else _of_last_days(random, now)
        more = random.randint(0, 3 if is_today else 6)
        times += [start, *(start - timedelta(seconds=random.randrange(200)) for _n in range(more))]
    return sorted(times[:count])


def _of_today(random: Random, now: datetime) -> datetime:
    """Since midnight, at most half a day ago, more of them lately."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    span = min(now - midnight, timedelta(hours=12))
    return now - timedelta(seconds=20) - span * 0.95 * random.random() ** 2.4


def _of_last_days(random: Random, now: datetime) -> datetime:
    day = timezone.localtime(now) - timedelta(days=random.randint(1, DAYS_BACK))
    at = day.replace(hour=random.choice(HOURS), minute=random.randrange(60))
    return min(at.replace(second=random.randrange(60)), now - timedelta(minutes=30))
