"""Jobs of inventory: ids in, one service called, safe to run twice."""

from crm_project.kit.jobs import job

from . import services


@job()
def tell_about_low_stock(*, alert_id: int) -> None:
    """Tell the people who order for a branch that a product fell to its reorder point there."""
    services.tell_about_low_stock(alert_id)
