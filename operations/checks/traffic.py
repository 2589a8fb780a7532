"""Answers are quick and right, and as many signals come as usual (MO-1, MO-4)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from operations.figures import load
from operations.models import Minute

from .finding import CRITICAL, WARNING, Finding

WINDOW = 5  # minutes
WEBHOOK_MS, FEWEST_WEBHOOKS = 200, 20  # a percentile of a handful says nothing
FAILED_SHARE, BAD_SHARE, FEWEST_BAD = 0.005, 0.05, 5  # one error at night is no outage
BAND = (0.7, 1.3)
BAND_WINDOW = 10  # minutes
# Signals come by chance: of 200 expected ones, fewer than 140 or more than 260 come once in 50,000
# windows. Smaller companies would be alarmed by nothing.
FEWEST_EXPECTED, FEWEST_WEEKS = 200, 3
WRONG_TIMES, FEWEST_WRONG = 10, 20
NORMAL_DAYS = 7

DOORS = (Minute.Name.PAGE.value, Minute.Name.API.value, Minute.Name.WEBHOOK.value)


def answers(now: datetime) -> Iterator[Finding]:
    """Webhooks' p95 above 200 ms; more than 0.5 % of all answers are 5xx."""
    rows = load.minutes_of(DOORS, since=now - timedelta(minutes=WINDOW), now=now)
    webhooks = load.requests_in(rows[Minute.Name.WEBHOOK], minutes=WINDOW)
    if webhooks.count >= FEWEST_WEBHOOKS and (webhooks.p95 or 0) > WEBHOOK_MS:
        yield Finding(
            code="webhook_slow",
            figures={"value": round(webhooks.p95 or 0), "limit": WEBHOOK_MS},
        )
    total = load.requests_in([row for name in DOORS for row in rows[name]], minutes=WINDOW)
    if total.failed_share > FAILED_SHARE:
        is_bad = total.failed_share > BAD_SHARE and total.failed >= FEWEST_BAD
        yield Finding(
            code="answers_failed",
            level=CRITICAL if is_bad else WARNING,
            figures={
                "value": round(100 * total.failed_share, 1),
                "limit": 100 * FAILED_SHARE,
                "failed": total.failed,
            },
        )


def throughput(now: datetime) -> Iterator[Finding]:
    """Ten minutes' signals lie outside 70 to 130 % of the mean of the same hour of four weeks."""
    usual = load.usual_signals(now, minutes=BAND_WINDOW)
    expected = sum(usual.a_minute)
    if usual.weeks < FEWEST_WEEKS or expected < FEWEST_EXPECTED:
        return
    since = now - timedelta(minutes=BAND_WINDOW + 1)
    rows = load.minutes_of([Minute.Name.SIGNAL], since=since, now=now)[Minute.Name.SIGNAL]
    came = sum(load.series(rows, now=now, minutes=BAND_WINDOW))
    share = came / expected
    if not BAND[0] <= share <= BAND[1]:
        yield Finding(
            code="throughput_low" if share < 1 else "throughput_high",
            figures={"value": round(100 * share), "came": came, "expected": round(expected)},
        )


def sign_ins(now: datetime) -> Iterator[Finding]:
    """Ten times as many sign-in tries fail as in the same time of a normal week."""
    since = now - timedelta(minutes=WINDOW)
    wrong = load.wrong_sign_ins(since=since, until=now)
    if wrong < FEWEST_WRONG:
        return
    days = timedelta(days=NORMAL_DAYS)
    before = load.wrong_sign_ins(since=since - days, until=since)
    normal = before * WINDOW / (NORMAL_DAYS * 24 * 60)
    if wrong >= WRONG_TIMES * normal:
        yield Finding(code="sign_ins_failed", figures={"value": wrong, "normal": round(normal, 1)})
