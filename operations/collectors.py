"""What /metrics tells of the whole installation, read from the database at each scrape.

Every machine tells the same, so take the maximum over instances, never the sum.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from operations.figures import load, queues, storage
from operations.figures.runs import runs
from operations.models import Alert, Minute

LEVELS = [level.value for level in Alert.Level]
MESSAGES = {"in": Minute.Name.MESSAGE_IN.value, "out": Minute.Name.MESSAGE_OUT.value}


class InstallationFigures:
    """Queues, signals, messages, workers, database, backups and open alerts: six short queries."""

    def describe(self) -> Iterable[Metric]:
        """Return nothing: registering it must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the figures. Raises django.db.Error when the database is away."""
        yield from _queues()
        yield from _signals()
        yield from _messages()
        yield from _alerts()
        yield from _ground()


def _queues() -> Iterator[Metric]:
    found = queues.queues(timezone.now())
    waiting = _gauge("jobs", "Jobs that are not done, by queue and state", ["queue", "state"])
    oldest = _gauge("jobs_oldest_seconds", "Age of the oldest due job, by queue", ["queue"])
    for queue in found:
        for state in ("waiting", "later", "running", "failed"):
            waiting.add_metric([queue.name, state], getattr(queue, state))
        oldest.add_metric([queue.name], queue.oldest_seconds)
    yield waiting
    yield oldest
    yield _single("workers", "Workers that beat", queues.workers().count)


def _signals() -> Iterator[Metric]:
    found = queues.signals(timezone.now())
    counts = {"waiting": found.waiting, "failed": found.failed}
    yield _by("signals", "Raw signals that wait for a reader or a person", "state", counts)
    yield _single(
        "signals_oldest_seconds", "Age of the oldest waiting signal", found.oldest_seconds
    )


def _messages() -> Iterator[Metric]:
    """Of the last full minute: its rows are counted by a sweep of the workers."""
    now = timezone.now()
    minute = load.this_minute(now) - timedelta(minutes=1)
    rows = Minute.objects.filter(name__in=[*MESSAGES.values(), Minute.Name.SIGNAL], minute=minute)
    found = {row.name: row for row in rows}
    signal = found.get(Minute.Name.SIGNAL)
    yield _single(
        "signals_last_minute", "Signals in the last minute", signal.count if signal else 0
    )
    text = "Messages in the last full minute, by direction and outcome"
    gauge = _gauge("messages_last_minute", text, ["direction", "outcome"])
    for direction, name in MESSAGES.items():
        row = found.get(name)
        failed = row.failed if row else 0
        gauge.add_metric([direction, "failed"], failed)
        gauge.add_metric([direction, "ok"], row.count - failed if row else 0)
    yield gauge


def _alerts() -> Iterator[Metric]:
    levels = list(Alert.objects.open().values_list("level", flat=True))
    counts = {level: levels.count(level) for level in LEVELS}
    yield _by("alerts_open", "Open alerts, by level", "level", counts)


def _ground() -> Iterator[Metric]:
    database, done = storage.database(), runs()
    yield _single("database_bytes", "Size of the database", database.size)
    yield _single("database_connections", "Connections of the server", database.connections)
    yield _single("database_connections_most", "The server's limit", database.most_connections)
    for name, moment in (("backup", done.last_backup_at), ("restore_test", done.last_test_at)):
        if moment:
            text = f"When the last good {name.replace('_', ' ')} ended"
            yield _single(f"{name}_timestamp_seconds", text, moment.timestamp())


def _gauge(name: str, text: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"madar_{name}", text, labels=labels)


def _single(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"madar_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    gauge = _gauge(name, text, [label])
    for key, value in values.items():
        gauge.add_metric([key], value)
    return gauge
