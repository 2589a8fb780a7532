"""The rows behind the figures of stock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from inventory.models import StockMovement, Transfer, TransferLine
from reports import dimensions as kinds
from reports.asking import Ask
from reports.figures.stock import inventories, movements, stock_reach
from reports.rows import Cell, Rows, number_key, short

_PATHS = {
    kinds.WAREHOUSE: "warehouse_id",
    kinds.CATEGORY: "product__category_id",
    kinds.PRODUCT: "product_id",
    kinds.BRANCH: "warehouse__branch_id",
}


def rows(ask: Ask, what: str, key: str, _part: str) -> Rows:
    """Return the stock or movements that make up a figure. Raises Http404."""
    ask = replace(ask, reach=stock_reach(ask.reach))
    if what in ("lying", "slow"):
        return _stock(ask, what, key)
    if what in ("came", "left"):
        return _movements(ask, what, key)
    if what == "transit":
        if not ask.sees_cost:
            raise PermissionDenied
        return _transit(ask, key)
    raise Http404


def _keyed(ask: Ask, key: str, path: str) -> Q:
    found = Q(**{f"{path}{_PATHS[ask.by]}": number_key(key)}) if key else Q()
    if ask.categories is not None:
        found &= Q(**{f"{path}product__category_id__in": ask.categories})
    return found


def _stock(ask: Ask, what: str, key: str) -> Rows:
    found = inventories(ask.user, ask.reach).exclude(on_hand=0).filter(_keyed(ask, key, ""))
    if what == "slow" and ask.reach.places:
        places, period = ask.reach.places, ask.period
        out = StockMovement.objects.filter(
            inventory=OuterRef("pk"), quantity__lt=0,
            at__gte=min(place.midnight(period.start) for place in places),
            at__lt=max(place.midnight(period.end + timedelta(1)) for place in places),
        )  # fmt: skip
        found = found.filter(~Exists(out), on_hand__gt=0)
    heads = [
        (_("Product"), "link"), (_("SKU"), "code"), (_("Warehouse"), "text"),
        (_("On hand"), "quantity"), (_("Reserved"), "quantity"), (_("Last moved"), "time"),
    ]  # fmt: skip
    costs = [(_("Average cost"), "money"), (_("Value"), "money")] if ask.sees_cost else []

    def cells(row: Any) -> list[Cell]:
        currency = row.warehouse.branch.currency
        shown = [
            Cell(row.product.name, "link", row.product.get_absolute_url()),
            Cell(row.product.sku, "code"), Cell(row.warehouse.name),
            Cell(short(row.on_hand), "quantity"), Cell(short(row.reserved), "quantity"),
            Cell(row.moved_at, "time"),
        ]  # fmt: skip
        worth = [row.average_cost, row.value] if ask.sees_cost else []
        return [*shown, *(Cell(one, "money", currency=currency) for one in worth)]

    return Rows(
        title=_("Slow movers") if what == "slow" else _("Stock"),
        rows=found.select_related("product", "warehouse__branch"),
        order=("id",),
        heads=[*heads, *costs],
        cells=cells,
    )


def _movements(ask: Ask, what: str, key: str) -> Rows:
    found = movements(ask.user, ask.reach, ask.period).filter(_keyed(ask, key, "inventory__"))
    found = found.filter(quantity__gt=0) if what == "came" else found.filter(quantity__lt=0)
    heads = [
        (_("When"), "time"), (_("Product"), "link"), (_("Warehouse"), "text"), (_("Kind"), "text"),
        (_("Quantity"), "quantity"), (_("Reference"), "link"),
    ]  # fmt: skip
    costs = [(_("Unit cost"), "money")] if ask.sees_cost else []

    def cells(row: Any) -> list[Cell]:
        product, place = row.inventory.product, row.inventory.warehouse
        shown = [
            Cell(row.at, "time"), Cell(product.name, "link", product.get_absolute_url()),
            Cell(place.name), Cell(row.get_kind_display()), Cell(short(row.quantity), "quantity"),
            Cell(row.reference, "link", row.url),
        ]  # fmt: skip
        worth = [row.unit_cost] if ask.sees_cost else []
        return [*shown, *(Cell(one, "money", currency=place.branch.currency) for one in worth)]

    return Rows(
        title=_("Came in") if what == "came" else _("Went out"),
        rows=found.select_related("inventory__product", "inventory__warehouse__branch"),
        order=("-at", "-id"),
        heads=[*heads, *costs],
        cells=cells,
    )


def _transit(ask: Ask, key: str) -> Rows:
    known = Transfer.objects.visible_to(ask.user).filter(
        status=Transfer.Status.SENT, destination__branch_id__in=ask.reach.branches
    )
    paths = {kinds.WAREHOUSE: "transfer__destination_id",
             kinds.BRANCH: "transfer__destination__branch_id"}  # fmt: skip
    only = Q(**{paths.get(ask.by, _PATHS[ask.by]): number_key(key)}) if key else Q()
    if ask.categories is not None:
        only &= Q(product__category_id__in=ask.categories)
    found = TransferLine.objects.filter(only, transfer__in=known, received__lt=F("quantity"))
    return Rows(
        title=_("In transit"),
        rows=found.select_related("transfer__destination__branch", "product"),
        order=("-id",),
        heads=[
            (_("Transfer"), "link"), (_("Sent"), "time"), (_("To"), "text"), (_("Product"), "link"),
            (_("Quantity"), "quantity"), (_("Value"), "money"),
        ],
        cells=lambda line: [
            Cell(line.transfer.number, "link", line.transfer.get_absolute_url()),
            Cell(line.transfer.sent_at, "time"), Cell(line.transfer.destination.name),
            Cell(line.product.name, "link", line.product.get_absolute_url()),
            Cell(short(line.quantity - line.received), "quantity"),
            Cell((line.quantity - line.received) * (line.arrival_cost or 0), "money",
                 currency=line.transfer.destination.branch.currency),
        ],
    )  # fmt: skip
