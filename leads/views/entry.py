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
from leads.services.manual import Entered, enter_lead


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
        entered = enter_lead(form.new_lead(), actor=user)
        lead = entered.lead
        messages.success(request, _told(entered, user))
        seen = Lead.objects.visible_to(user).filter(pk=lead.pk).exists()
        return redirect(lead if seen else "leads:inbox")


def _told(entered: Entered, user: Any) -> str:
    lead = entered.lead
    told = {"code": lead.code, "name": lead.owner.shown_name if lead.owner else ""}
    if not entered.is_joined:
        is_others = lead.owner is not None and lead.owner != user
        text = _("Entered as %(code)s, for %(name)s.") if is_others else _("Entered as %(code)s.")
    elif lead.owner == user:
        text = _("%(code)s of this person is open already, with you: it was added there.")
    elif lead.owner:
        text = _("%(code)s of this person is open already, with %(name)s: it was added there.")
    else:
        text = _("%(code)s of this person is open already, in the queue: it was added there.")
    return text % told
