"""Documents of orders as PDF. `?lang=ar|en` chooses the language; default is the customer's."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View

from accounts.models import User
from crm_project.kit.views import Declared
from orders import permissions
from orders.documents import print_delivery_note, print_order, print_receipt
from orders.documents.printing import INVOICE, QUOTE
from orders.models import Order, Payment, Shipment


class _DocumentView(Declared, View):
    permission_required = permissions.VIEW
    http_method_names = ["get"]

    @property
    def me(self) -> User:
        """The person who asks; the permission has made sure that there is one."""
        user: Any = self.request.user
        return user

    def language(self, order: Order) -> str:
        """The language that was asked for, else the customer's."""
        chosen = self.request.GET.get("lang", "")
        return chosen if chosen in ("ar", "en") else order.customer.language

    def answer(self, pdf: bytes, name: str) -> HttpResponse:
        """The document, shown in the browser under a telling file name."""
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


class OrderDocumentView(_DocumentView):
    """Quote or invoice."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        orders = Order.objects.visible_to(self.me).select_related("customer", "owner", "branch")
        order = get_object_or_404(orders, pk=pk)
        if kind not in (QUOTE, INVOICE) or (kind == INVOICE and order.confirmed_at is None):
            raise Http404
        language = self.language(order)
        pdf = print_order(order, kind, language=language, reader=self.me)
        return self.answer(pdf, f"{kind}-{order.number}")


class ReceiptView(_DocumentView):
    """Receipt of a payment or refund."""

    def get(self, request: HttpRequest, pk: int, payment_pk: int) -> HttpResponse:
        payments = Payment.objects.visible_to(self.me).filter(order_id=pk)
        payment = get_object_or_404(
            payments.select_related("order__customer", "order__owner", "order__branch"),
            pk=payment_pk,
        )
        language = self.language(payment.order)
        pdf = print_receipt(payment, language=language, reader=self.me)
        return self.answer(pdf, f"receipt-{payment.number}")


class DeliveryNoteView(_DocumentView):
    """Delivery note of a shipment."""

    def get(self, request: HttpRequest, pk: int, shipment_pk: int) -> HttpResponse:
        shipments = Shipment.objects.visible_to(self.me).filter(order_id=pk)
        shipment = get_object_or_404(
            shipments.select_related("order__customer", "order__owner", "order__branch"),
            pk=shipment_pk,
        )
        language = self.language(shipment.order)
        pdf = print_delivery_note(shipment, language=language, reader=self.me)
        return self.answer(pdf, f"delivery-{shipment.number}")
