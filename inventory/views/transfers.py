"""Transfers: list, page, and the steps from draft to received."""

import uuid
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_project.kit.errors import BusinessError
from inventory import permissions, services
from inventory.filters import TransferFilter
from inventory.forms.fields import read_number, try_read
from inventory.models import Transfer
from inventory.models.stock import OfWarehouseQuerySet
from inventory.services import Arrived

from .reach import InventoryView
from .tables import Head, StockTable

PAGE = "inventory/transfer.html"


class TransferListView(StockTable):
    """Transfers from or to the reader's warehouses."""

    permission_required = permissions.VIEW_STOCK
    queryset = Transfer.objects.select_related("origin", "destination", "created_by")
    filterset_class = TransferFilter
    orders = {"newest": ("-id",)}
    page_name = "inventory:transfers"
    title = gettext_lazy("Transfers")
    find_hint = gettext_lazy("Number")
    all_label = gettext_lazy("All transfers")
    row_template = "inventory/partials/transfer_row.html"
    actions_template = "inventory/partials/transfer_actions.html"
    empty_icon = "arrows-exchange"
    empty_title = gettext_lazy("No transfers here")
    empty_text = gettext_lazy("A transfer takes goods from one warehouse to another.")
    heads = (
        Head("number", gettext_lazy("Number")),
        Head("from", gettext_lazy("From")),
        Head("to", gettext_lazy("To")),
        Head("status", gettext_lazy("Status")),
        Head("created", gettext_lazy("Created"), css="hide-m"),
        Head("by", gettext_lazy("By"), css="hide-m"),
    )


class TransferView(InventoryView):
    """One transfer with its lines, and what may be done with it."""

    permission_required = permissions.VIEW_STOCK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self.reach(Transfer).select_related("origin", "destination", "created_by")
        transfer = self.row(rows, pk)
        return render(request, PAGE, transfer_context(transfer, self.me))


def transfer_context(transfer: Transfer, user: Any) -> dict[str, Any]:
    """What the page shows; the buttons follow from the state and the person's warehouses."""
    mine = OfWarehouseQuerySet.places_of(user, permissions.MOVE_STOCK)
    ends = set(
        mine.filter(pk__in=[transfer.origin_id, transfer.destination_id]).values_list(
            "pk", flat=True
        )
    )
    status = Transfer.Status
    is_sender = transfer.origin_id in ends
    return {
        "transfer": transfer,
        "lines": [
            {"line": line, "rest": line.quantity - line.received}
            for line in transfer.lines.select_related("product", "lot")
        ],
        "can_send": is_sender and transfer.status == status.DRAFT,
        "can_cancel": is_sender and transfer.status in (status.DRAFT, status.SENT),
        "can_receive": transfer.destination_id in ends and transfer.status == status.SENT,
        "request_id": uuid.uuid4(),
    }


class TransferStepView(InventoryView):
    """Sends or cancels a transfer; `step` says which."""

    permission_required = permissions.MOVE_STOCK
    step = "send"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        transfer = self.row(self.reach(Transfer), pk)
        try:
            if self.step == "send":
                services.send_transfer(transfer, actor=self.me)
                messages.success(request, _("Sent. The goods are in transit."))
            else:
                services.cancel_transfer(transfer, actor=self.me)
                messages.success(request, _("Cancelled."))
        except BusinessError as error:
            messages.error(request, str(error.message))
        return redirect(transfer)


class TransferReceiveView(InventoryView):
    """Receives what arrived of a transfer."""

    permission_required = permissions.MOVE_STOCK

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self.reach(Transfer).select_related("origin", "destination", "created_by")
        transfer = self.row(rows, pk)
        problem, quantities = read_quantities(
            request, list(transfer.lines.values_list("pk", flat=True))
        )
        request_id = read_uuid(request.POST.get("request_id", ""))
        if not problem and request_id:
            arrived = Arrived(request_id=request_id, quantities=quantities)
            try:
                services.receive_transfer(transfer, arrived, actor=self.me)
                messages.success(request, _("Received."))
                return redirect(transfer)
            except BusinessError as error:
                problem = str(error.message)
        context = {**transfer_context(transfer, self.me), "problem": problem or _("Try again.")}
        return render(request, PAGE, context, status=422)


def read_quantities(request: HttpRequest, ids: list[int]) -> tuple[str, dict[int, Decimal]]:
    """Return what is wrong, and the quantities written in the fields quantity-<id>."""
    found: dict[int, Decimal] = {}
    for number in ids:
        text = request.POST.get(f"quantity-{number}", "").strip()[:60]
        if not text:
            continue
        quantity, problem = try_read(partial(read_number, text))
        if problem:
            return problem, {}
        found[number] = quantity
    return "", found


def read_uuid(text: str) -> uuid.UUID | None:
    """Return the id of a submit, or None for what is no UUID."""
    try:
        return uuid.UUID(text[:64])
    except ValueError:
        return None
