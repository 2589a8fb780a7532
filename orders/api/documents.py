"""Documents of orders by API, as PDF."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from crm_project.kit.api.renderers import FileRenderer
from orders.documents import print_delivery_note, print_order, print_receipt
from orders.documents.printing import INVOICE, QUOTE
from orders.models import Order, Payment, Shipment

PDF: Any = {(200, "application/pdf"): OpenApiTypes.BINARY}
LANGUAGE = OpenApiParameter(
    "lang", str, enum=("ar", "en"), description="Of the document; default is the customer's."
)
RELATED = ("order__customer", "order__owner", "order__branch")


def language_of(request: Request, order: Order) -> str:
    """Return the language that was asked for, else the customer's."""
    chosen = request.query_params.get("lang", "")
    return chosen if chosen in ("ar", "en") else order.customer.language


def pdf_answer(pdf: bytes, name: str) -> HttpResponse:
    """Return the document under a telling file name."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


class OrderDocumentsMixin:
    """For the viewset of orders: what is printed of one."""

    @extend_schema(parameters=[LANGUAGE], responses=PDF)
    @action(
        detail=True,
        methods=["get"],
        renderer_classes=[FileRenderer],
        url_path=f"documents/(?P<kind>{QUOTE}|{INVOICE})",
    )
    def document(self, request: Request, pk: str, kind: str) -> HttpResponse:
        """The quote, or the invoice of a confirmed order."""
        order: Order = self.get_object()  # type: ignore[attr-defined]
        if kind == INVOICE and order.confirmed_at is None:
            raise Http404
        caller: Any = request.user
        pdf = print_order(order, kind, language=language_of(request, order), reader=caller)
        return pdf_answer(pdf, f"{kind}-{order.number}")

    @extend_schema(parameters=[LANGUAGE], responses=PDF)
    @action(
        detail=True,
        methods=["get"],
        renderer_classes=[FileRenderer],
        url_path="delivery-notes/(?P<shipment_pk>[0-9]{1,18})",
    )
    def delivery_note(self, request: Request, pk: str, shipment_pk: str) -> HttpResponse:
        """The delivery note of one of the order's shipments."""
        caller: Any = request.user
        rows = Shipment.objects.visible_to(caller).filter(order=self.get_object())  # type: ignore[attr-defined]
        shipment = get_object_or_404(rows.select_related(*RELATED), pk=shipment_pk)
        language = language_of(request, shipment.order)
        pdf = print_delivery_note(shipment, language=language, reader=caller)
        return pdf_answer(pdf, f"delivery-{shipment.number}")


class ReceiptMixin:
    """For the viewset of payments: the receipt of one."""

    @extend_schema(parameters=[LANGUAGE], responses=PDF)
    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    def receipt(self, request: Request, pk: str) -> HttpResponse:
        """The receipt of a payment or refund."""
        caller: Any = request.user
        rows = Payment.objects.visible_to(caller).select_related(*RELATED)
        payment = get_object_or_404(rows, pk=pk)
        language = language_of(request, payment.order)
        pdf = print_receipt(payment, language=language, reader=caller)
        return pdf_answer(pdf, f"receipt-{payment.number}")
