"""Money that comes in and goes back, and the list of all of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.money import format_money
from orders import permissions
from orders.errors import PaysTooMuch, RefundsTooMuch
from orders.forms import PaymentForm
from orders.models import Order, Payment
from orders.services import left_to_refund, record_payment, refund_payment

from .reach import OrderView, add_refusal, done

PANEL = "orders/partials/payment_panel.html"


class PaymentView(OrderView):
    """Records a payment; suggests what is owed and refuses more, by name."""

    permission_required = permissions.TAKE_PAYMENT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        form = PaymentForm(most=max(order.balance, order.balance * 0))
        return render(request, PANEL, self.context(order, form))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        form = PaymentForm(request.POST, most=order.balance)
        if form.is_valid():
            try:
                made = record_payment(
                    order,
                    form.new_payment(),
                    actor=self.me,
                    request_id=form.cleaned_data["request_id"],
                )
                return done(request, order, _("Payment %(number)s") % {"number": made.number})
            except PaysTooMuch:
                owed = Order.objects.get(pk=order.pk)
                words = _("Only %(amount)s is still owed.")
                form.add_error("amount", words % {"amount": _money(owed.balance, owed.currency)})
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, PANEL, form, self.context(order, form))

    def context(self, order: Order, form: Any) -> dict[str, Any]:
        """What the side panel shows."""
        return {
            "order": order,
            "form": form,
            "title": _("Record a payment"),
            "submit_label": _("Record payment"),
            "most": order.balance,
            "form_action": reverse("orders:pay", args=[order.pk]),
        }


class RefundView(OrderView):
    """Pays money back, up to what is left of one payment."""

    permission_required = permissions.REFUND

    def get(self, request: HttpRequest, pk: int, payment_pk: int) -> HttpResponse:
        payment = self.payment(pk, payment_pk)
        most = left_to_refund(payment)
        return render(request, PANEL, self.context(payment, self._form(payment, most), most))

    def post(self, request: HttpRequest, pk: int, payment_pk: int) -> HttpResponse:
        payment = self.payment(pk, payment_pk)
        most = left_to_refund(payment)
        form = self._form(payment, most, request.POST)
        if form.is_valid():
            try:
                made = refund_payment(
                    payment,
                    form.new_payment(),
                    actor=self.me,
                    request_id=form.cleaned_data["request_id"],
                )
                return done(
                    request, payment.order, _("Refund %(number)s") % {"number": made.number}
                )
            except RefundsTooMuch:
                words = _("At most %(amount)s of this payment can be paid back.")
                shown = _money(left_to_refund(payment), payment.order.currency)
                form.add_error("amount", words % {"amount": shown})
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, PANEL, form, self.context(payment, form, most))

    def payment(self, pk: int, payment_pk: int) -> Payment:
        """Return a payment of an order within reach. Raises Http404."""
        payment = get_object_or_404(Payment, order_id=pk, pk=payment_pk)
        payment.order = self.order(pk)
        return payment

    def _form(self, payment: Payment, most: Any, data: Any = None) -> PaymentForm:
        return PaymentForm(data, most=most, initial={"method": payment.method})

    def context(self, payment: Payment, form: Any, most: Any) -> dict[str, Any]:
        """What the side panel shows."""
        order = payment.order
        return {
            "order": order,
            "form": form,
            "title": _("Refund %(number)s") % {"number": payment.number},
            "submit_label": _("Refund"),
            "most": most,
            "is_refund": True,
            "form_action": reverse("orders:refund", args=[order.pk, payment.pk]),
        }


def _money(amount: Any, currency: str) -> str:
    return f"\u2068{format_money(amount, currency, get_language() or 'ar')}\u2069"
