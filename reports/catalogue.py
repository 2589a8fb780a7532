"""The reports there are: each one's permission, parameters, figures and rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import permissions as customers_permissions
from inventory import permissions as inventory
from orders import permissions as orders

from . import permissions
from .asking import Ask
from .rows import Rows
from .subjects import (
    customers,
    customers_rows,
    sales,
    sales_rows,
    staff,
    staff_rows,
    stock,
    stock_rows,
)
from .table import Report


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One report. Figures reach as far as the narrowest of `codes`, of which all are needed."""

    code: str
    title: Any
    summary: Any
    icon: str
    codes: tuple[str, ...]
    kinds: Sequence[str]
    filters: Sequence[str]
    build: Callable[[Ask], Report]
    rows: Callable[[Ask, str, str, str], Rows]
    topics: tuple[str, ...]  # live topics after which its figures may be others

    @property
    def url_name(self) -> str:
        """The page's URL name, which saved views keep."""
        return f"reports:{self.code}"


REPORTS = {
    one.code: one
    for one in (
        Definition(
            code=sales.CODE,
            title=_("Sales and revenue"),
            summary=_("By period, branch, person, product, category and channel."),
            icon="chart-bar",
            codes=(permissions.VIEW_SALES, orders.VIEW),
            kinds=sales.KINDS,
            filters=sales.FILTERS,
            build=sales.build,
            rows=sales_rows.rows,
            topics=("orders-changed",),
        ),
        Definition(
            code=staff.CODE,
            title=_("Staff performance"),
            summary=_("Orders, conversion of quotes, delays, inspections and leads by person."),
            icon="users",
            codes=(permissions.VIEW_STAFF, orders.VIEW),
            kinds=staff.KINDS,
            filters=staff.FILTERS,
            build=staff.build,
            rows=staff_rows.rows,
            topics=("orders-changed", "inspections-changed", "leads-changed"),
        ),
        Definition(
            code=customers.CODE,
            title=_("Customer activity"),
            summary=_("New, active and returning customers, the largest, and the last contact."),
            icon="user-check",
            codes=(permissions.VIEW_CUSTOMERS, customers_permissions.VIEW),
            kinds=customers.KINDS,
            filters=customers.FILTERS,
            build=customers.build,
            rows=customers_rows.rows,
            topics=("customers-changed", "orders-changed"),
        ),
        Definition(
            code=stock.CODE,
            title=_("Stock value and movement"),
            summary=_("What lies where, what it is worth, what moved, and what does not."),
            icon="building-warehouse",
            codes=(permissions.VIEW_STOCK, inventory.VIEW_STOCK),
            kinds=stock.KINDS,
            filters=stock.FILTERS,
            build=stock.build,
            rows=stock_rows.rows,
            topics=("stock-changed",),
        ),
    )
}


def readable(user: Any) -> list[Definition]:
    """The reports that a person may open."""
    return [one for one in REPORTS.values() if may_read(user, one)]


def may_read(user: Any, report: Definition) -> bool:
    """True when the person has all its permissions."""
    return all(user.has_perm(code) for code in report.codes)
