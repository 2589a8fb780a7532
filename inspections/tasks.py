"""Jobs of inspections: ids in, one service called, safe to run twice."""

from crm_project.kit.jobs import job, sweep

from . import services


@sweep(seconds=20)
def hand_over_reminders() -> None:
    """Hand reminders that are due to messaging; cheap when there are none."""
    if services.has_due_reminders():
        services.hand_over_due_reminders()


@sweep(seconds=6 * 3600)
def forget_lost_pictures() -> None:
    """Delete pictures that no visit has."""
    services.forget_orphans()


@job()
def follow_customer(*, customer_id: int) -> None:
    """Let inspections be found by the customer's present name."""
    services.follow_customer(customer_id)
