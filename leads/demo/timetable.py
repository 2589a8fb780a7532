"""When the enquiries of the demo arrived: two weeks of daily rhythm, and a dense today."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

DAYS_BACK = 14
SHARE_OF_TODAY = 0.34
HOURS = (8, 9, 9, 10, 10, 10, 11, 11, 12, 13, 14, 15, 16, 16, 17, 18, 19, 20, 20, 21, 21, 22, 23)


def arrivals(count: int, random: Random, *, now: datetime) -> list[datetime]:
    """Return when each of `count` enquiries arrived, oldest first; the last one just now."""
    today = round(count * SHARE_OF_TODAY)
    times = [_of_today(random, now) for _number in range(today)]
    times += [_of_last_days(random, now) for _number in range(count - today)]
    return sorted(times)


def _of_today(random: Random, now: datetime) -> datetime:
    """Since midnight, at most half a day ago, more of them lately."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    span = min(now - midnight, timedelta(hours=12))
    return now - timedelta(seconds=20) - span * 0.98 * random.random() ** 1.7


def _of_last_days(random: Random, now: datetime) -> datetime:
    day = timezone.localtime(now) - timedelta(days=random.randint(1, DAYS_BACK))
    at = day.replace(hour=random.choice(HOURS), minute=random.randrange(60))
    return min(at.replace(second=random.randrange(60)), now - timedelta(minutes=30))
