"""The ledger of all movements."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory import permissions
from inventory.filters import MovementFilter
from inventory.models import StockMovement

from . import movement_cells
from .tables import Head, StockTable


class MovementListView(StockTable):
    """Movements in the reader's warehouses, newest first."""

    permission_required = permissions.VIEW_STOCK
    queryset = StockMovement.objects.all()
    filterset_class = MovementFilter
    orders = {"newest": ("-at", "-id")}
    page_name = "inventory:movements"
    title = _("Movements")
    find_hint = _("Item or SKU…")
    all_label = _("All movements")
    empty_icon = "history"
    empty_title = _("No movements here")
    empty_text = _("Receipts, issues, transfers and adjustments appear here by themselves.")
    heads = (
        Head("at", _("When")),
        Head("product", _("Product")),
        Head("kind", _("Kind")),
        Head("warehouse", _("Warehouse"), css="hide-m"),
        Head("change", pgettext_lazy("stock", "Change"), css="n"),
        Head("after", _("On hand after"), css="n hide-m"),
        Head("reference", _("Document"), css="hide-m"),
        Head("actor", _("By"), css="hide-m"),
    )

    def reads(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return movement_cells.reads(rows, *rows.query.annotations)  # the count among them

    def fill(self, rows: list[Any]) -> list[Any]:
        return list(movement_cells.draw(rows))
