"""What has fallen to its reorder point, with what to order; "order these" writes the orders."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm_project.kit.errors import BusinessError
from crm_project.kit.pages import COUNT_LIMIT, BadCursor, CappedCount, read_page
from crm_project.kit.text import whole_number
from inventory import permissions, services
from inventory.errors import RateUnknown
from inventory.models import Inventory, StockAlert
from inventory.models.stock import OfWarehouseQuerySet

from .reach import InventoryView
from .transfers import read_uuid

PAGE = "inventory/low.html"
PAGE_SIZE = 100
ORDER = ("available", "pk")  # the shortest first


class LowStockView(InventoryView):
    """The low stock of the reader's warehouses with a suggestion for each row, page by page."""

    permission_required = permissions.VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        rows = self._rows()
        try:
            page = read_page(rows, order=ORDER, after=after, size=PAGE_SIZE)
        except BadCursor:
            page, after = read_page(rows, order=ORDER, after="", size=PAGE_SIZE), ""
        count = page.rows[0].found if page.rows else 0
        context = {
            "suggestions": [
                {"one": one, "since": row.since}
                for row, one in zip(page.rows, services.suggest(page.rows), strict=True)
            ],
            "count": min(count, COUNT_LIMIT),
            "has_more_than_count": count > COUNT_LIMIT,
            "is_first": not after,
            "next_url": f"{request.path}?after={page.next_cursor}" if page.next_cursor else "",
            "can_order": self.me.has_perm(permissions.CHANGE_PURCHASE),
            "sees_cost": self.sees_cost,
            "request_id": uuid.uuid4(),
        }
        return render(request, PAGE, context)

    def _rows(self) -> QuerySet[Any]:
        """With how many there are, and since when each is low."""
        rows = low_stock(self.me)
        alerts = StockAlert.objects.visible_to(self.me).open().filter(inventory=OuterRef("pk"))
        return rows.annotate(
            found=CappedCount(rows.order_by().values("pk")[: COUNT_LIMIT + 1]),
            since=Subquery(alerts.values("opened_at")[:1]),
        )


def low_stock(user: Any) -> QuerySet[Inventory]:
    """Stock at or below its reorder point in the warehouses that the person reads."""
    mine = OfWarehouseQuerySet.places_of(user, permissions.VIEW_STOCK)
    rows: Any = Inventory.objects.visible_to(user).low().filter(product__is_active=True)
    return (
        rows.filter(warehouse__in=mine)
        .select_related(  # type: ignore[no-any-return]
            "product__cover", "warehouse__branch"
        )
        .order_by(*ORDER)
    )


class LowStockOrderView(InventoryView):
    """Writes draft purchase orders for the chosen rows, one per supplier and warehouse."""

    permission_required = permissions.CHANGE_PURCHASE

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = request.POST.getlist("stock")[:PAGE_SIZE]
        ids = [pk for text in chosen if (pk := whole_number(text))]
        mine = OfWarehouseQuerySet.places_of(self.me, permissions.CHANGE_PURCHASE)
        stocks = list(
            Inventory.objects.visible_to(self.me)
            .filter(pk__in=ids, warehouse__in=mine, is_open=True, product__is_active=True)
            .select_related("product", "warehouse__branch")
        )
        request_id = read_uuid(request.POST.get("request_id", "")) or uuid.uuid4()
        try:
            orders, left_out = services.order_low_stock(
                stocks, request_id=request_id, actor=self.me
            )
        except BusinessError as error:
            messages.error(request, _("Nothing to order: %(why)s") % {"why": error.message})
            return redirect("inventory:low")
        for sentence in dict.fromkeys(map(_why_left_out, left_out)):
            messages.error(request, sentence)
        if not orders:
            return redirect("inventory:low")
        said = ngettext(
            "%(count)d draft purchase order is written.",
            "%(count)d draft purchase orders are written.",
            len(orders),
        )
        messages.success(request, said % {"count": len(orders)})
        if len(orders) == 1:
            return redirect(orders[0])
        return redirect(f"{reverse('inventory:purchases')}?status=draft")


def _why_left_out(one: services.LeftOut) -> str:
    said = _("%(supplier)s is left out: %(why)s") % {
        "supplier": one.supplier.name,
        "why": one.error.message,
    }
    if not isinstance(one.error, RateUnknown):
        return said
    mend = _(
        "Add it in the settings, under “Exchange rates”, or write that order with its own rate."
    )
    return f"{said} {mend}"
