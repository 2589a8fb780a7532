"""Jobs and sweeps of operations."""

from django.utils import timezone

from crm_project.kit.jobs import job, sweep, wake
from crm_project.kit.locks import only_one

from .services import alerts, certificate, chain, minutes, retention


@sweep(seconds=15)
def watch() -> None:
    """Count the minutes, look at the log's end, then at everything that has an alert.

    One worker at a time, so that several look no more often than one.
    """
    with only_one("operations.watch") as is_mine:
        if not is_mine:
            return
        minutes.count_tables()
        chain.verify_end()
        alerts.evaluate()
        if chain.is_whole_due(timezone.now()):
            wake(verify_whole_log)


@sweep(seconds=3600)
def look_after() -> None:
    """Look at the certificate, and forget minutes that nobody compares any more."""
    certificate.look_at_certificate()
    minutes.forget_old()


@sweep(seconds=3600)
def ask_for_retention() -> None:
    """Queue the day's forgetting of raw bodies."""
    if retention.is_due(timezone.now()):
        wake(forget_raw_bodies)


@job()
def verify_whole_log() -> None:
    """Verify the activity log from its first entry, once a day. Twice does no harm."""
    chain.verify_whole()


@job(priority=-20, lock="retention")
def forget_raw_bodies() -> None:
    """Remove the raw bodies of old signals, once a day. Twice does no harm."""
    retention.forget_raw_bodies(timezone.now())
