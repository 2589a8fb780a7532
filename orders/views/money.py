"""The list of payments, and the exchange rates."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from accounts.models import CompanySettings
from accounts.permissions import CHANGE_SETTINGS
from accounts.saved_lists import chips, kept, save_url, saved_views, view_tabs
from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.views import Declared, TableView
from orders import permissions
from orders.filters import PaymentFilter
from orders.forms import RateForm
from orders.models import ExchangeRate, Payment
from orders.services import add_rate

from .reach import OrderView, add_refusal

PAGE = "orders:payments"
MOST_RATES = 200  # the newest


class PaymentListView(TableView):
    """Payments and refunds of the orders within the reader's reach, newest first."""

    permission_required = permissions.VIEW
    queryset = Payment.objects.select_related("order__customer", "actor")
    filterset_class = PaymentFilter
    orders = {"newest": ("-at", "-id")}
    template_name = "orders/payment_list.html"
    table_template = "orders/partials/payment_answer.html"
    rows_template = "orders/partials/payment_rows.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if "after" in self.request.GET:
            return context
        user: Any = self.request.user
        query = kept(self.request.GET)
        fixed = [
            (_("All payments"), ""),
            (pgettext("payments", "Received"), "refund=false"),
            (_("Refunds"), "refund=true"),
        ]
        tabs = view_tabs(fixed, saved_views(user, PAGE), user=user, page=PAGE, query=query)
        is_saved = any(tab["is_active"] for tab in tabs)
        return {
            **context,
            "tabs": tabs,
            "chips": chips(self.filterset, self._url_of),
            "hidden": list(query.items()),
            "save_url": "" if is_saved else save_url(PAGE, query),
        }


class PaymentFiltersView(Declared, View):
    """The side panel with every filter of the payments."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Payment.objects.visible_to(request.user)
        filterset = PaymentFilter(request.GET, rows, request=request)
        context = {
            "form": filterset.form,
            "kept": [],
            "list_url": reverse(PAGE),
            "target": "#payment-table",
        }
        return render(request, "orders/partials/list_filters_panel.html", context)


class RatesView(OrderView):
    """What currencies are worth from which day on; a new rate is added, none is changed."""

    permission_required = CHANGE_SETTINGS
    template = "orders/rates.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, self.context(self.form()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                made = add_rate(**form.cleaned_data, actor=self.me)
                messages.success(request, _("%(code)s is saved.") % {"code": made.currency})
                return redirect("orders:rates")
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, self.template, form, self.context(form))

    def form(self, data: Any = None) -> RateForm:
        """The form of a new rate."""
        return RateForm(data, company_currency=CompanySettings.current().currency)

    def context(self, form: RateForm) -> dict[str, Any]:
        """The newest rates, and the form."""
        rates = ExchangeRate.objects.visible_to(self.request.user).order_by("-on", "currency")[
            :MOST_RATES
        ]
        return {"form": form, "rates": rates, "currency": form.company_currency}
