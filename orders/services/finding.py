"""What an order is found by follows its customer's name and contacts."""

from customers.models import Customer
from orders.models import Order

from .quotes import search_text_of

BATCH = 500  # orders changed in one statement


def refresh_search(customer_id: int, *, after: int = 0) -> int | None:
    """Write the search text of the next orders of a customer; returns where to go on, or None.

    Orders whose text is right already are passed over, so running it twice changes nothing.
    """
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        return None
    text = search_text_of(customer)
    stale = Order.objects.filter(customer_id=customer_id, pk__gt=after).exclude(search_text=text)
    ids = list(stale.order_by("pk").values_list("pk", flat=True)[:BATCH])
    Order.objects.filter(pk__in=ids).update(search_text=text)
    return ids[-1] if len(ids) == BATCH else None
