"""The rows behind the figures of customers."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils.translation import gettext as _

from customers.models import Customer
from orders import permissions as orders
from reports import dimensions as kinds
from reports.asking import Ask
from reports.figures import buyers as figures
from reports.rows import Cell, Rows, number_key

from . import sales_rows
from .customers import buying_reach


def rows(ask: Ask, what: str, key: str, _part: str) -> Rows:
    """Return the customers or orders that make up a figure. Raises Http404."""
    if what == "new":
        found = figures.new_in(ask.user, ask.reach, ask.period, ask.source)
        return _customers(_("New customers"), found.filter(_of(ask, key, "")))
    if what == "contact":
        found = figures.customers_of(ask.user, ask.reach, ask.source)
        if key and key not in figures.BUCKETS:
            raise Http404
        title = str(figures.BUCKETS[key][0]) if key else _("Customers")
        return _customers(title, found.filter(figures.contacted(key) if key else Q()))
    if what in ("sales", "again"):
        if not ask.user.has_perm(orders.VIEW):
            raise PermissionDenied
        return _sold(ask, key) if what == "sales" else _again(ask, key)
    raise Http404


def _sold(ask: Ask, key: str) -> Rows:
    plain = replace(ask, by=kinds.USER, reach=buying_reach(ask))
    found = sales_rows.rows(plain, "sales", "", "")
    only = _of(ask, key, "customer__")
    if ask.source:
        only &= Q(customer__source=ask.source)
    return replace(found, rows=found.rows.filter(only))


def _again(ask: Ask, key: str) -> Rows:
    """Those who bought more than once, told apart as the figure does: from kept lists."""
    by_key, whole = figures.buyers_in(ask, buying_reach(ask), ask.period)
    if key and ask.by not in (kinds.SOURCE, kinds.BRANCH, kinds.USER):
        raise Http404
    wanted = key if ask.by == kinds.SOURCE else number_key(key) if key else ""
    group = by_key.get(wanted, figures.Buyers()) if key else whole
    several = RawSQL("SELECT unnest(%s::bigint[])", [list(group.several)])
    return _customers(
        _("Bought again"), Customer.objects.visible_to(ask.user).filter(pk__in=several)
    )


def _of(ask: Ask, key: str, customer: str) -> Q:
    """The condition of one row of the report; of orders, where `customer` is a path."""
    if not key:
        return Q()
    if ask.by == kinds.SOURCE:
        return Q(**{f"{customer}source": key})
    columns = {kinds.BRANCH: "branch_id", kinds.USER: "owner_id"}
    if customer:
        columns[kinds.CUSTOMER] = "customer_id"
    if ask.by not in columns:
        raise Http404
    return Q(**{columns[ask.by]: number_key(key)})


def _customers(title: str, found: Any) -> Rows:
    return Rows(
        title=title,
        rows=found.select_related("owner", "branch").defer("search", "contact_text", "name_keys"),
        order=("-created_at", "-id"),
        heads=[
            (_("Number"), "code"), (_("Customer"), "link"), (_("Source"), "text"),
            (_("Branch"), "text"), (_("Responsible"), "person"), (_("Created"), "time"),
            (_("Last contact"), "time"),
        ],
        cells=lambda row: [
            Cell(row.code, "code"), Cell(row.name, "link", row.get_absolute_url()),
            Cell(row.get_source_display()), Cell(row.branch.name),
            Cell(row.owner.shown_name if row.owner else ""), Cell(row.created_at, "time"),
            Cell(row.last_contact_at, "time"),
        ],
    )  # fmt: skip
