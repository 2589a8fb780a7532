"""What the operations page shows, part by part. Every part reads its rows once."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.text import isolate
from operations import shown, wording
from operations.checks.machine import FULL, NEARLY_OVER
from operations.checks.queues import MOST_SECONDS
from operations.checks.traffic import BAND, DOORS, FAILED_SHARE, FEWEST_WEEKS, WEBHOOK_MS, WINDOW
from operations.drawing import spark
from operations.figures import load, queues, storage
from operations.figures.runs import Runs, runs
from operations.marks import CERTIFICATE, read_mark
from operations.models import Alert, Backup, Minute
from operations.services.alerts import open_alerts

HOUR = 60  # minutes that charts look back
NEWEST_ALERTS, NEWEST_RUNS = 5, 10
WATCHED_WITHIN = timedelta(minutes=3)  # a worker counts the minutes several times in each
MESSAGES = (Minute.Name.MESSAGE_IN, Minute.Name.MESSAGE_OUT)


def overview(now: datetime) -> dict[str, Any]:
    """Return the parts of the page."""
    names = [*DOORS, Minute.Name.SIGNAL.value, *(name.value for name in MESSAGES)]
    minutes = load.minutes_of(names, since=now - timedelta(minutes=HOUR + 1), now=now)
    database = storage.database()
    signals = minutes[Minute.Name.SIGNAL]
    return {
        "alerts": [_alert(alert) for alert in open_alerts()],
        "is_watched": bool(signals) and now - signals[-1].minute < WATCHED_WITHIN,
        "health": _health(minutes, database, now),
        "intake": _intake(signals, now),
        "requests": [_door(name, minutes[name], now) for name in DOORS],
        "directions": [_direction(name, minutes[name], now) for name in MESSAGES],
        "queues": queues.queues(now),
        "most_seconds": MOST_SECONDS,
        "backups": _backups(now),
        "certificate": _certificate(),
        "disks": [_disk(disk) for disk in storage.disks(database.folder)],
        "newest_alerts": Alert.objects.announced().order_by("-opened_at", "-pk")[:NEWEST_ALERTS],
    }


def _alert(alert: Alert) -> dict[str, Any]:
    links = {
        "signals_failed": f"{reverse('messaging:signals')}?status=failed",
        "signals_waiting": f"{reverse('messaging:signals')}?status=pending",
        "jobs_failed": reverse("operations:jobs"),
    }
    return {
        "tone": "bad" if alert.level == Alert.Level.CRITICAL else "warn",
        "level": alert.get_level_display(),
        "title": wording.title(alert.code),
        "text": wording.sentence(alert),
        "opened_at": alert.opened_at,
        "url": links.get(alert.code, ""),
    }


def _window(rows: list[Minute], now: datetime) -> load.Requests:
    since = now - timedelta(minutes=WINDOW + 1)
    return load.requests_in([row for row in rows if row.minute > since], minutes=WINDOW)


def _health(minutes: Any, database: storage.Database, now: datetime) -> list[dict[str, Any]]:
    web = _window([row for name in DOORS for row in minutes[name]], now)
    found = queues.workers()
    return [
        shown.kpi(
            _("Web"), shown.rate(web.a_minute),
            context=_("%(share)s errors in five minutes")
            % {"share": isolate(shown.share(web.failed_share).value)},
            is_bad=web.failed_share > FAILED_SHARE,
        ),
        shown.kpi(
            _("Workers"), shown.whole(found.count), is_bad=not found.count,
            context=_last_beat(found, now),
        ),
        shown.kpi(
            _("Database"), shown.Figure(shown.size(database.size)),
            context=_("%(used)s of %(most)s connections")
            % {"used": database.connections, "most": database.most_connections},
        ),
        _redis(),
        shown.kpi(
            _("Live updates"),
            shown.Figure("Redis" if storage.live_line() == "redis" else "PostgreSQL"),
            context=_("between processes"), is_word=True,
        ),
    ]  # fmt: skip


def _last_beat(found: queues.Workers, now: datetime) -> str:
    if found.count:
        return str(_("working"))
    if found.last_beat is None:
        return str(_("none has ever run"))
    age = shown.duration((now - found.last_beat).total_seconds())
    return _("silent for %(value)s %(unit)s") % {"value": age.value, "unit": age.unit}


def _redis() -> dict[str, Any]:
    if not settings.REDIS_URL:
        figure = shown.Figure(_("not used"))
        return shown.kpi("Redis", figure, context=_("the database serves"), is_word=True)
    took = storage.redis_milliseconds()
    if took is None:
        figure = shown.Figure(_("away"))
        context = _("limits and live updates suffer")
        return shown.kpi("Redis", figure, context=context, is_word=True, is_bad=True)
    return shown.kpi(
        "Redis",
        shown.Figure(f"{took:.1f}", shown.milliseconds(took).unit),
        context=_("for one value"),
    )


def _intake(rows: list[Minute], now: datetime) -> dict[str, Any]:
    found, usual = queues.signals(now), load.usual_signals(now, minutes=HOUR)
    counts = load.series(rows, now=now, minutes=HOUR)
    has_band = usual.weeks >= FEWEST_WEEKS and any(usual.a_minute)
    low, high = ([edge * mean for mean in usual.a_minute] if has_band else () for edge in BAND)
    signals = reverse("messaging:signals")
    return {
        "kpis": [
            shown.kpi(_("Coming in"), shown.rate(sum(counts[-WINDOW:]) / WINDOW)),
            shown.kpi(_("Waiting"), shown.whole(found.waiting), url=f"{signals}?status=pending"),
            shown.kpi(
                _("Oldest waits"), shown.duration(found.oldest_seconds),
                is_bad=found.oldest_seconds > MOST_SECONDS,
            ),
            shown.kpi(
                _("Need a person"), shown.whole(found.failed), is_bad=found.failed > 0,
                url=f"{signals}?status=failed",
            ),
        ],
        "spark": spark(counts, low=low, high=high),
        "total": shown.whole(sum(counts)).value,
        "usual": shown.whole(sum(usual.a_minute)).value if has_band else None,
    }  # fmt: skip


def _door(name: str, rows: list[Minute], now: datetime) -> dict[str, Any]:
    window = _window(rows, now)
    p95 = window.p95 or 0
    return {
        "label": Minute.Name(name).label,
        "rate": shown.rate(window.a_minute).value,
        "p50": shown.milliseconds(window.p50),
        "p95": shown.milliseconds(window.p95),
        "failed": shown.share(window.failed_share).value,
        "is_slow": name == Minute.Name.WEBHOOK and p95 > WEBHOOK_MS,
        "is_bad": window.failed_share > FAILED_SHARE,
        "spark": spark(load.series(rows, now=now, minutes=HOUR)),
    }


def _direction(name: Minute.Name, rows: list[Minute], now: datetime) -> dict[str, Any]:
    counts = load.series(rows, now=now, minutes=HOUR)
    failed = sum(row.failed for row in rows)
    return {
        "label": name.label,
        "rate": shown.rate(sum(counts[-WINDOW:]) / WINDOW).value,
        "total": shown.whole(sum(counts)).value,
        "failed": failed,
        "spark": spark(counts),
    }


def _backups(now: datetime) -> dict[str, Any]:
    found: Runs = runs()
    return {
        "last_backup_at": found.last_backup_at,
        "last_test_at": found.last_test_at,
        "next_at": found.last_backup_at and found.last_backup_at + timedelta(days=1),
        "is_expected": settings.ARE_BACKUPS_EXPECTED,
        "runs": [
            {"run": run, "size": shown.size(run.size) if run.size else ""}
            for run in Backup.objects.order_by("-started_at", "-pk")[:NEWEST_RUNS]
        ],
    }


def _certificate() -> dict[str, Any]:
    """Host, and until when its certificate is valid or why that is not known; {} without HTTPS."""
    noted = read_mark(CERTIFICATE)
    ends_at = noted.get("ends_at")
    return {**noted, "ends_at": datetime.fromisoformat(ends_at) if ends_at else None}


def _disk(disk: storage.Disk) -> dict[str, Any]:
    tone = "bad" if disk.share > NEARLY_OVER else "warn" if disk.share > FULL else "good"
    return {
        "label": wording.disk_name("+".join(disk.names)),
        "percent": round(100 * disk.share),  # the bar's
        "share": f"{100 * disk.share:.0f}%",
        "free": shown.size(disk.free),
        "total": shown.size(disk.total),
        "tone": tone,
    }
