"""The figures of the home page: one aggregate query each, within the reach of the reader."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from accounts.models import CompanySettings
from inspections.models import Inspection
from inventory.models.alerts import StockAlert
from orders.models import Order
from reports.periods import Period, compared_with, period_of
from reports.reach import Reach

from .coverage import all_live, coverage
from .facts import BARE_ORDERS, OWNERS, SALES, Facts

_DAY = timedelta(1)


def sales_now(reach: Reach) -> dict[str, Any]:
    """Return sales of today, of this month, and of as many days of the month before.

    Amounts in the company's currency. 2 queries: which months are kept, and the sums.
    """
    currency = CompanySettings.current().currency
    found: dict[str, Any] = dict.fromkeys(("today", "month", "before"), Decimal(0))
    if not reach.places:
        return found | {"currency": currency}
    month = period_of("month", reach.today, start=None, end=None)
    before = compared_with(month, "previous") or month
    values: dict[str, Any] = {"company": currency}
    is_owned = reach.owners is not None
    facts = Facts(
        table=OWNERS if is_owned else SALES, live=BARE_ORDERS, owners=reach.owners, values=values
    )
    whole = Period(before.start, month.end)
    parts = (
        all_live(reach.places, whole)  # months of a person can't be cut at a day
        if is_owned
        else coverage(reach.places, whole, is_by_month=False)
    )
    rows = facts.sql(parts)
    values |= {"today": month.end, "start": month.start, "past": before.end}
    sql = (
        "SELECT sum(f.net + f.tax) FILTER (WHERE f.day = %(today)s),"
        " sum(f.net + f.tax) FILTER (WHERE f.day >= %(start)s),"
        f" sum(f.net + f.tax) FILTER (WHERE f.day <= %(past)s) FROM ({rows}) f"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        figures = [value or Decimal(0) for value in cursor.fetchone()]
    return dict(zip(found, figures, strict=True)) | {"currency": currency}


def orders_now(user: Any) -> dict[str, int]:
    """Return how many orders are under way, and how many of them are late. 1 query."""
    rows = Order.objects.visible_to(user).open().order_by()
    late = Q(pk__in=Order.objects.overdue().values("pk"))
    return rows.aggregate(open=Count("pk"), overdue=Count("pk", filter=late))


def alerts_now(user: Any) -> int:
    """Return how many products are low somewhere. 1 query."""
    return int(StockAlert.objects.visible_to(user).open().count())


def unscheduled_now(user: Any) -> int:
    """Return how many inspections have no time yet. 1 query."""
    return Inspection.objects.visible_to(user).unscheduled().count()
