"""The ledger of all movements."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory import permissions
from inventory.filters import MovementFilter
from inventory.models import StockMovement

from .tables import Head, StockTable


class MovementListView(StockTable):
    """Movements in the reader's warehouses, newest first."""

    permission_required = permissions.VIEW_STOCK
    queryset = StockMovement.objects.select_related(
        "inventory__product", "inventory__warehouse__branch", "lot", "actor"
    )
    filterset_class = MovementFilter
    orders = {"newest": ("-at", "-id")}
    page_name = "inventory:movements"
    title = _("Movements")
    find_hint = _("Item or SKU…")
    all_label = _("All movements")
    row_template = "inventory/partials/movement_row.html"
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

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        return {**context, "movements": context["rows"]}
