"""Answering a lead from its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from crm_project.kit.htmx import redirect_to, toast
from crm_project.kit.views import Declared
from leads import permissions
from leads.services.replies import reply_to_lead

from .pane import reply_context, stamp_of, thread_of
from .reach import lead_for


class ReplyView(Declared, View):
    """Queues the answer and shows the thread with it."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = lead_for(request.user, pk, permissions.CHANGE)
        key = request.POST.get("key", "")[:40] or "none"
        reply_to_lead(lead, text=request.POST.get("text", ""), key=key, actor=request.user)  # type: ignore[arg-type]
        if not request.headers.get("HX-Request"):
            return redirect_to(request, lead.get_absolute_url())
        context = {
            "lead": lead,
            "thread": thread_of(lead, list(lead.fields.all())),
            "stamp": stamp_of(lead),
            "may_change": True,
            **reply_context(lead),
        }
        return toast(render(request, "leads/partials/replied.html", context), _("On its way."))
