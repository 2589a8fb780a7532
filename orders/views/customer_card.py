"""What the entry of an order shows of its customer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from customers.masking import PHONE, shown_phone
from customers.models import Customer
from inventory.models import Warehouse
from orders.filters import NOT_OWED
from orders.models import Order


@dataclass(frozen=True)
class CustomerCard:
    """A customer with what they ordered and owe, as far as the reader may see it."""

    customer: Customer
    phone: str
    count: int
    owed: list[tuple[str, Decimal]]  # currency, amount
    warehouse_id: int | None  # the first of the customer's branch


def card_of(customer: Customer | None, user: Any) -> CustomerCard | None:
    """Return the card: two queries; None without a customer."""
    if customer is None:
        return None
    orders = Order.objects.visible_to(user).filter(customer=customer)
    owing = Q(balance__gt=0) & ~Q(status__in=NOT_OWED)
    sums = orders.values("currency").order_by("currency")
    rows = list(sums.annotate(count=Count("pk"), owed=Sum("balance", filter=owing)))
    places = (
        Warehouse.objects.visible_to(user)
        .filter(branch=customer.branch_id, is_active=True)
        .order_by("code")
    )
    return CustomerCard(
        customer=customer,
        phone=shown_phone(customer.phone, user.sees_field(PHONE)),
        count=sum(row["count"] for row in rows),
        owed=[(row["currency"], row["owed"]) for row in rows if row["owed"]],
        warehouse_id=places.values_list("pk", flat=True).first(),
    )
