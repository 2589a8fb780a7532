"""What a person does with a lead: one button, one service, and a way back."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts.models import User
from crm_project.kit.htmx import redirect_to, toast
from crm_project.kit.text import strip_controls
from crm_project.kit.views import Declared
from customers.models import Customer
from leads import permissions, services
from leads.errors import SnoozeInThePast
from leads.models import Lead
from leads.services.routing import load_of
from leads.services.undo import before, lead_of_token, undo_step, undo_token
from leads.services.work import qualify_lead
from leads.words import REJECT_REASONS

from .answers import done, stale
from .inbox_next import place_of
from .reach import at_version, lead_for


class LeadActionView(Declared, View, ABC):
    """One step on one lead within the scope of its own permission."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = at_version(lead_for(request.user, pk, str(self.permission_required)), request)
        known, place = before(lead), place_of(lead, request)
        text = self.act(lead, request)
        token = undo_token(known, lead, actor=request.user)  # type: ignore[arg-type]
        return done(request, lead, text, undo=token, place=place)

    @abstractmethod
    def act(self, lead: Lead, request: Any) -> str:
        """Do it and say so."""


class AcceptView(LeadActionView):
    """Takes the lead into work."""

    def act(self, lead: Lead, request: Any) -> str:
        services.accept_lead(lead, actor=request.user)
        if lead.owner == request.user:
            return _("Accepted. The lead is yours.")
        return _("Accepted for %(name)s.") % {"name": lead.owner.shown_name if lead.owner else ""}


class QualifyView(LeadActionView):
    """Marks that there is real business in it."""

    def act(self, lead: Lead, request: Any) -> str:
        qualify_lead(lead, actor=request.user)
        return _("Marked as qualified.")


class ReopenView(LeadActionView):
    """Puts a snoozed, accepted or rejected lead back to the waiting ones."""

    def act(self, lead: Lead, request: Any) -> str:
        services.reopen_lead(lead, actor=request.user)
        return _("The lead waits for acceptance again.")


class AssignView(LeadActionView):
    """Hands the lead to a colleague; GET shows them with their load."""

    permission_required = permissions.ASSIGN
    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = lead_for(request.user, pk, permissions.ASSIGN)
        context = {"lead": lead, "people": load_of(lead.branch)}
        return render(request, "leads/partials/assign_choices.html", context)

    def act(self, lead: Lead, request: Any) -> str:
        wanted = request.POST.get("to", "")
        people = User.objects.visible_to(request.user).with_access()
        to = get_object_or_404(people, pk=int(wanted[:18]) if wanted.isdecimal() else 0)
        services.assign_lead(lead, to=to, actor=request.user)
        return _("Handed to %(name)s, who was told.") % {"name": to.shown_name}


class SnoozeView(LeadActionView):
    """Puts the lead aside; GET shows ready-made times."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = lead_for(request.user, pk, permissions.CHANGE)
        context = {"lead": lead, "presets": snooze_presets(), "now": timezone.localtime()}
        return render(request, "leads/partials/snooze_choices.html", context)

    def act(self, lead: Lead, request: Any) -> str:
        until = _moment(request.POST.get("until", ""))
        services.snooze_lead(lead, until=until, actor=request.user)
        return _("Snoozed. It comes back by itself.")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text[:40])
    except ValueError as error:
        raise SnoozeInThePast from error
    if moment is None:
        raise SnoozeInThePast
    try:
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    except OverflowError as error:
        raise SnoozeInThePast from error


def snooze_presets() -> list[dict[str, Any]]:
    """Return the usual times to come back, with their day, all in the future."""
    now = timezone.localtime()
    morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
    to_sunday = (6 - now.weekday()) % 7 or 7
    return [
        {"label": gettext_lazy("In an hour"), "at": now + timedelta(hours=1)},
        {"label": gettext_lazy("In three hours"), "at": now + timedelta(hours=3)},
        {"label": gettext_lazy("Tomorrow morning"), "at": morning + timedelta(days=1)},
        {"label": gettext_lazy("In three days"), "at": morning + timedelta(days=3)},
        {"label": gettext_lazy("Start of next week"), "at": morning + timedelta(days=to_sunday)},
    ]


class RejectView(LeadActionView):
    """Closes the lead without business; GET shows the usual reasons."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = lead_for(request.user, pk, permissions.CHANGE)
        context = {"lead": lead, "reasons": REJECT_REASONS.items()}
        return render(request, "leads/partials/reject_choices.html", context)

    def act(self, lead: Lead, request: Any) -> str:
        words = strip_controls(request.POST.get("words", "")).strip()
        reason = words or request.POST.get("reason", "")
        services.reject_lead(lead, reason=reason or "not_a_customer", actor=request.user)
        return _("Rejected.")


class ConvertView(Declared, View):
    """Makes the lead a customer and goes there, where the person may; there is no way back."""

    permission_required = permissions.CONVERT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = at_version(lead_for(request.user, pk, permissions.CONVERT), request)
        customer = services.convert_lead(lead, actor=request.user)  # type: ignore[arg-type]
        seen = Customer.objects.visible_to(request.user).filter(pk=customer.pk).exists()
        page = customer.get_absolute_url() if seen else lead.get_absolute_url()
        return redirect_to(request, page)


class UndoView(Declared, View):
    """Takes back a step, as long as nobody did anything after it."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        lead = lead_for(request.user, lead_of_token(token), permissions.CHANGE)
        undo_step(lead, token=token, actor=request.user)  # type: ignore[arg-type]
        return stale(toast(HttpResponse(status=204), _("Taken back.")))
