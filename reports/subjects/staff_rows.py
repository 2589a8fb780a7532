"""The rows behind the figures of staff."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from inspections import permissions as inspections
from leads import permissions as leads
from reports import dimensions as kinds
from reports.asking import Ask
from reports.figures import staff as figures
from reports.rows import Cell, Rows, number_key
from reports.subjects import sales_rows

from .staff import reach_for


def rows(ask: Ask, what: str, key: str, _part: str) -> Rows:
    """Return the orders, visits or leads that make up a figure. Raises Http404."""
    if what == "sales":
        return sales_rows.rows(replace(ask, by=kinds.USER), what, key, "")
    if what in ("quotes", "won", "overdue"):
        return _orders(ask, what, _of("owner_id", key))
    if what in ("visits", "no_shows"):
        if not ask.user.has_perm(inspections.VIEW):
            raise PermissionDenied
        return _visits(ask, key) if what == "visits" else _no_shows(ask, key)
    if what in ("leads", "accepted", "converted"):
        if not ask.user.has_perm(leads.VIEW):
            raise PermissionDenied
        return _leads(ask, what, key)
    raise Http404


def _of(column: str, key: str) -> Q:
    return Q(**{column: number_key(key)}) if key else Q()


def _orders(ask: Ask, what: str, mine: Q) -> Rows:
    found = (
        figures.overdue_now(ask.user, ask.reach)
        if what == "overdue"
        else figures.quotes_in(ask.user, ask.reach, ask.period)
    )
    found = figures.won(found) if what == "won" else found
    titles = {
        "quotes": _("Quotes written"),
        "won": _("Quotes confirmed"),
        "overdue": _("Overdue now"),
    }
    return Rows(
        title=titles[what],
        rows=found.filter(mine).select_related("customer", "owner").defer("search", "search_text"),
        order=("-created_at", "-id"),
        heads=[
            (_("Order"), "link"), (_("Created"), "time"), (_("Confirmed"), "time"),
            (_("Promised for"), "day"), (_("Customer"), "text"), (_("Responsible"), "person"),
            (_("Status"), "text"), (_("Total"), "money"),
        ],
        cells=lambda order: [
            Cell(order.number, "link", order.get_absolute_url()), Cell(order.created_at, "time"),
            Cell(order.confirmed_at, "time"), Cell(order.promised_on, "day"),
            Cell(str(order.customer)), Cell(_name(order.owner), "person"),
            Cell(order.get_status_display()), Cell(order.total, "money", currency=order.currency),
        ],
    )  # fmt: skip


def _visits(ask: Ask, key: str) -> Rows:
    reach = reach_for(ask, inspections.VIEW)
    found = figures.visits_in(ask.user, reach, ask.period).filter(_of("inspector_id", key))
    return Rows(
        title=_("Inspections done"),
        rows=found.select_related("customer", "inspector", "type").defer("search", "search_text"),
        order=("-created_at", "-id"),
        heads=_visit_heads(),
        cells=lambda visit: [
            *_visit(visit),
            Cell(visit.starts_at, "time"),
            Cell(_name(visit.inspector)),
        ],
    )


def _no_shows(ask: Ask, key: str) -> Rows:
    reach = reach_for(ask, inspections.VIEW)
    found = figures.no_shows_in(ask.user, reach, ask.period).filter(_of("inspector_id", key))
    latest = found.order_by("inspector_id", "inspection_id", "-id")
    ids = latest.distinct("inspector_id", "inspection_id").values("pk")
    return Rows(
        title=_("No-shows"),
        rows=found.filter(pk__in=ids).select_related("inspection__customer", "inspection__type", "inspector"),
        order=("-id",),
        heads=_visit_heads(),
        cells=lambda event: [
            *_visit(event.inspection), Cell(event.now_at, "time"), Cell(_name(event.inspector))
        ],
    )  # fmt: skip


def _visit_heads() -> list[tuple[Any, str]]:
    return [
        (_("Inspection"), "link"), (_("Type"), "text"), (_("Customer"), "text"),
        (_("Planned"), "time"), (_("Inspector"), "person"),
    ]  # fmt: skip


def _visit(visit: Any) -> list[Cell]:
    return [
        Cell(visit.number, "link", visit.get_absolute_url()),
        Cell(str(visit.type)),
        Cell(str(visit.customer)),
    ]


def _leads(ask: Ask, what: str, key: str) -> Rows:
    reach = reach_for(ask, leads.VIEW)
    found = figures.leads_in(ask.user, reach, ask.period).filter(_of("owner_id", key))
    wanted = {"leads": Q(), "accepted": figures.ACCEPTED, "converted": figures.CONVERTED}
    return Rows(
        title={"leads": _("Leads"), "accepted": _("Leads accepted"),
               "converted": _("Leads that became customers")}[what],
        rows=found.filter(wanted[what]).select_related("owner").defer("search"),
        order=("-received_at", "-id"),
        heads=[
            (_("Lead"), "link"), (_("Name"), "text"), (_("Received"), "time"),
            (_("Accepted"), "time"), (_("Responsible"), "person"), (_("Status"), "text"),
        ],
        cells=lambda lead: [
            Cell(lead.code, "link", lead.get_absolute_url()), Cell(lead.name or lead.company),
            Cell(lead.received_at, "time"), Cell(lead.accepted_at, "time"),
            Cell(_name(lead.owner)), Cell(lead.get_status_display()),
        ],
    )  # fmt: skip


def _name(person: Any) -> str:
    return person.shown_name if person else ""
