"""Documents of orders by API, as PDF."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from crm_project.kit.api.renderers import FileRenderer
from orders.models import Order, Payment
from orders.services import PaperKind, paper_of
from orders.services.papers import Paper

PDF: Any = {(200, "application/pdf"): OpenApiTypes.BINARY}
LANGUAGE = OpenApiParameter(
    "lang", str, enum=("ar", "en"), description="Of the document; default is the customer's."
)


def _printed(request: Request, order: Order, paper: Paper) -> HttpResponse:
    """The document in the language that was asked for, else the customer's, under a telling name."""
    chosen, caller = request.query_params.get("lang", ""), request.user
    language = chosen if chosen in ("ar", "en") else order.customer.language
    pdf = paper.render(language, caller)  # type: ignore[arg-type]
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{paper.file_name}"'
    response["Cache-Control"] = "private, no-store"
    return response


class OrderDocumentsMixin:
    """For the viewset of orders: what is printed of one."""

    @extend_schema(parameters=[LANGUAGE], responses=PDF)
    @action(
        detail=True,
        methods=["get"],
        renderer_classes=[FileRenderer],
        url_path=f"documents/(?P<kind>{PaperKind.QUOTE}|{PaperKind.INVOICE})",
    )
    def document(self, request: Request, pk: str, kind: str) -> HttpResponse:
        """The quote, or the invoice of a confirmed order."""
        order: Order = self.get_object()  # type: ignore[attr-defined]
        return _printed(request, order, paper_of(order, kind))

    @extend_schema(parameters=[LANGUAGE], responses=PDF)
    @action(
        detail=True,
        methods=["get"],
        renderer_classes=[FileRenderer],
        url_path="delivery-notes/(?P<shipment_pk>[0-9]{1,18})",
    )
    def delivery_note(self, request: Request, pk: str, shipment_pk: str) -> HttpResponse:
        """The delivery note of one of the order's shipments."""
        order: Order = self.get_object()  # type: ignore[attr-defined]
        paper = paper_of(order, PaperKind.DELIVERY_NOTE, target=int(shipment_pk))
        return _printed(request, order, paper)


class ReceiptMixin:
    """For the viewset of payments: the receipt of one."""

    @extend_schema(parameters=[LANGUAGE], responses=PDF)
    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    def receipt(self, request: Request, pk: str) -> HttpResponse:
        """The receipt of a payment or refund."""
        caller: Any = request.user
        rows = Payment.objects.visible_to(caller).select_related("order__customer")
        payment = get_object_or_404(rows, pk=pk)
        paper = paper_of(payment.order, PaperKind.RECEIPT, target=payment.pk)
        return _printed(request, payment.order, paper)
