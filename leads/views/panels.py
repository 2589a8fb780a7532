"""The leads part of a customer's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from crm_project.kit.views import Declared
from customers.models import Customer
from leads import permissions
from leads.models import Lead
from leads.words import STATUS_TONES

from .inbox import dress

MOST = 10


class CustomerPanelView(Declared, View):
    """The customer's leads that the reader may see, newest first."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        rows = Lead.objects.visible_to(request.user).filter(customer=customer).for_list()
        newest = rows.order_by("-received_at", "-pk")[:MOST]
        leads: list[Any] = [dress(lead, request.user) for lead in newest]
        for lead in leads:
            lead.status_tone = STATUS_TONES.get(lead.status, "")
        context = {"leads": leads, "customer": customer}
        return render(request, "leads/partials/customer_panel.html", context)
