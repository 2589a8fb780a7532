"""Jobs of reports."""

from crm_project.kit.jobs import job, sweep, wake
from reports import services


@job()
def rebuild_months() -> None:
    """Sum up the months that are over and not kept, a few at a time. Safe to run twice."""
    if services.rebuild_due_months():
        wake(rebuild_months)


@sweep(seconds=20)
def keep_months() -> None:
    """Wake the job when a month ended, or an order of one that is over has changed."""
    if services.due_months():
        wake(rebuild_months)
