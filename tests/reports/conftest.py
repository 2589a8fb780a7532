"""Sales for tests: orders of any day, written straight into the tables."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from customers.models import Customer
from inventory.models import Product
from orders.models import Order, OrderLine, OrderReturn
from orders.models.fulfilment import ReturnLine
from tests import factories
from tests.orders.conftest import a_product, accountant, branch_manager, storekeeper

__all__ = ["accountant", "branch_manager", "storekeeper"]
numbers = count(1)
RIYADH = ZoneInfo("Asia/Riyadh")


def a_sale(
    owner: User | None, at: datetime, net: int | str = 100, *, branch: Any = None, **columns: Any
) -> Order:
    """An order confirmed at that time, of one line at 15 % tax; `cost` when it was delivered."""
    branch = branch or owner.branch  # type: ignore[union-attr]
    product = columns.pop("product", None) or a_product()
    customer = columns.pop("customer", None) or factories.make_customer(branch, owner)
    quantity, cost = columns.pop("quantity", 1), columns.pop("cost", None)
    worth = Decimal(net)
    tax = (worth * 15 / 100).quantize(Decimal("0.01"))
    order = Order.objects.create(
        **{
            "number": f"T-{next(numbers)}", "branch": branch, "owner": owner, "customer": customer,
            "status": Order.Status.CONFIRMED, "channel": "phone", "subtotal": worth, "tax": tax,
            "total": worth + tax, "created_at": at - timedelta(days=2), "confirmed_at": at,
            **columns,
        }
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, product=product, name=product.name_ar, quantity=quantity,
        unit_price=worth / quantity, tax_percent=15, net=worth, tax=tax,
        shipped=quantity if cost is not None else 0, cost=cost or 0,
    )  # fmt: skip
    return order


def gives_back(order: Order, at: datetime, credit: int | str) -> OrderReturn:
    """A return of the order's line for this credit."""
    made = OrderReturn.objects.create(
        order=order, number=f"R-{next(numbers)}", reason="Too big", credit=Decimal(credit),
        request_id=uuid4(), at=at,
    )  # fmt: skip
    line = order.lines.get()
    ReturnLine.objects.create(order_return=made, line=line, quantity=line.quantity)
    return made


def on(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment on Riyadh's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=RIYADH)


def custom(start: str, end: str, **more: Any) -> dict[str, Any]:
    """Parameters of chosen days."""
    return {"period": "custom", "start": start, "end": end, **more}


@pytest.fixture
def report_of(api_of: Callable[..., Any]) -> Callable[..., Any]:
    """Ask the API for a report: `report_of(manager, "sales", by="user")`."""

    def ask(user: User, code: str, **parameters: Any) -> Any:
        answer = api_of(user).get(f"/api/v1/reports/{code}/", parameters)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return ask


def totals(report: Any, column: str = "total") -> dict[Any, Decimal]:
    """One column of a report by key."""
    return {row["key"]: Decimal(row["values"][column]) for row in report["rows"]}


def product_of(**columns: Any) -> Product:
    """A product."""
    return a_product(**columns)


def customer_of(user: User) -> Customer:
    """A customer of the person."""
    return factories.make_customer(user.branch, user)
