"""Documents of orders as PDF. `?lang=ar|en` chooses the language; default is the customer's."""

from django.http import Http404, HttpRequest, HttpResponse

from orders.services import PaperKind, paper_of

from .papers import LANGUAGES
from .reach import OrderView


class _DocumentView(OrderView):
    http_method_names = ["get"]

    def answer(self, pk: int, kind: str, target: int | None = None) -> HttpResponse:
        """The document, shown in the browser under a telling file name. Errors: NoSuchDocument."""
        order = self.order(pk)
        paper = paper_of(order, kind, target=target)
        chosen = self.request.GET.get("lang", "")
        language = chosen if chosen in LANGUAGES else order.customer.language
        response = HttpResponse(paper.render(language, self.me), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{paper.file_name}"'
        response["Cache-Control"] = "private, no-store"
        return response


class OrderDocumentView(_DocumentView):
    """Quote or invoice."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        if kind not in (PaperKind.QUOTE, PaperKind.INVOICE):
            raise Http404
        return self.answer(pk, kind)


class ReceiptView(_DocumentView):
    """Receipt of a payment or refund."""

    def get(self, request: HttpRequest, pk: int, payment_pk: int) -> HttpResponse:
        return self.answer(pk, PaperKind.RECEIPT, payment_pk)


class DeliveryNoteView(_DocumentView):
    """Delivery note of a shipment."""

    def get(self, request: HttpRequest, pk: int, shipment_pk: int) -> HttpResponse:
        return self.answer(pk, PaperKind.DELIVERY_NOTE, shipment_pk)
