"""Jobs of orders: ids in, one service called, safe to run twice."""

from crm_project.kit.jobs import enqueue, job

from .services.finding import refresh_search


@job()
def refresh_order_search(*, customer_id: int, after: int = 0) -> None:
    """Let the orders of a customer be found by the customer's present name and contacts."""
    if (last := refresh_search(customer_id, after=after)) is not None:
        enqueue(refresh_order_search, customer_id=customer_id, after=last)
