"""The leads part of a customer's page, and the way to their WhatsApp conversation."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from crm_project.kit.views import Declared
from customers import permissions as customer_permissions
from customers.masking import PHONE, is_visible
from customers.models import Customer
from leads import permissions
from leads.models import Lead
from leads.words import STATUS_TONES
from messaging.models.channels import ChannelKind

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


class CustomerWhatsAppView(Declared, View):
    """Leads to the open lead where the customer is answered by WhatsApp, else to WhatsApp itself."""

    permission_required = customer_permissions.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        theirs = Q(customer=customer) | Q(conversation__customer=customer)
        leads = Lead.objects.visible_to(request.user).open().filter(theirs)
        talks = leads.filter(conversation__kind=ChannelKind.WHATSAPP)
        if lead := talks.order_by("-last_message_at", "-pk").first():
            return redirect(lead)
        if not customer.phone or not is_visible(request.user, PHONE):
            raise Http404
        return redirect(f"https://wa.me/{customer.phone.removeprefix('+')}")
