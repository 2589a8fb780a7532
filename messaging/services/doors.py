"""Counting what the doors take and refuse, for /metrics."""

from prometheus_client import Counter

_received = Counter(
    "madar_webhooks_total", "Webhooks by channel and outcome", ["channel", "outcome"]
)


def count_delivery(channel: str, outcome: str) -> None:
    """Count one delivery at a door: `outcome` is "stored" or why it was refused."""
    _received.labels(channel, outcome).inc()
