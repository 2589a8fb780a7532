"""Entering a lead by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from crm_project.kit.forms import form_response
from crm_project.kit.views import Declared
from leads import permissions
from leads.forms.entry import NewLeadForm
from leads.models import Lead
from leads.services.manual import enter_lead


class LeadNewView(Declared, View):
    """A call, a visit: the lead is routed like any other, or kept by who enters it."""

    permission_required = permissions.ADD
    template = "leads/lead_new.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        return render(request, self.template, {"form": NewLeadForm(user=user)})

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        form = NewLeadForm(request.POST, user=user)
        if not form.is_valid():
            return form_response(request, self.template, form)
        lead = enter_lead(form.new_lead(), actor=user)
        told = _("Entered as %(code)s.") % {"code": lead.code}
        if lead.owner and lead.owner != user:
            told = _("Entered as %(code)s, for %(name)s.") % {"code": lead.code, "name": lead.owner}
        messages.success(request, told)
        seen = Lead.objects.visible_to(user).filter(pk=lead.pk).exists()
        return redirect(lead if seen else "leads:inbox")
