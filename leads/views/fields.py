"""Confirming and correcting what was read: people's word, kept as the ground truth."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.generic import View

from crm_project.kit.htmx import toast
from crm_project.kit.views import Declared
from customers.masking import is_visible
from leads import permissions
from leads.errors import ValueDoesNotFit
from leads.forms.fields import FieldForm
from leads.models import ExtractedField, Lead
from leads.services.corrections import (
    accept_certain_fields,
    accept_field,
    add_field,
    correct_field,
)
from leads.words import FIELDS

from .inbox import dress
from .pane import fields_context, pane_of
from .reach import lead_for
from .values import MASKED, plain_value

TEMPLATE = "leads/partials/field_list.html"


class FieldView(Declared, View):
    """One extracted field of a lead that the person may change."""

    permission_required = permissions.CHANGE

    def field(self, pk: int) -> ExtractedField:
        """Return the field within reach; others are not there."""
        rows = ExtractedField.objects.visible_to(self.request.user, permissions.CHANGE)
        return get_object_or_404(rows.select_related("lead__branch"), pk=pk)

    def corrected(self, lead_id: int) -> HttpResponse:
        """Answer with the list, and with what else of the lead's pane shows its values."""
        user: Any = self.request.user
        lead = dress(lead_for(user, lead_id), user)
        return render(self.request, "leads/partials/corrected.html", pane_of(lead, user))

    def listed(self, lead_id: int, *, status: int = 200, **context: Any) -> HttpResponse:
        """Answer with the whole list again; the version that the buttons carry is in it."""
        lead = lead_for(self.request.user, lead_id)
        shown = fields_context(lead, self.request.user)  # type: ignore[arg-type]
        return render(self.request, TEMPLATE, {**shown, **context}, status=status)


class FieldAcceptView(FieldView):
    """Confirms one value."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        field = accept_field(self.field(pk), actor=request.user)  # type: ignore[arg-type]
        return self.listed(field.lead_id)


class FieldEditView(FieldView):
    """Shows the control that fits the field, and stores what the person says."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        field = self.field(pk)
        if request.GET.get("cancel"):
            return self.listed(field.lead_id)
        value = field.corrected if field.state == "corrected" else field.value
        text = plain_value(field.name, value) if self._sees(field.name) else ""
        form = FieldForm(field.name, initial={"text": text})
        return self.listed(field.lead_id, editing=field.pk, form=form)

    def _sees(self, name: str) -> bool:
        """A value that the role sees masked is written anew, not changed."""
        user: Any = self.request.user
        return name not in MASKED or is_visible(user, f"customers.{name}")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        field = self.field(pk)
        form = FieldForm(field.name, request.POST)
        if form.is_valid():
            try:
                correct_field(field, text=form.cleaned_data["text"], actor=request.user)  # type: ignore[arg-type]
                return self.corrected(field.lead_id)
            except ValueDoesNotFit as error:
                form.add_error("text", str(error.message))
        return self.listed(field.lead_id, status=422, editing=field.pk, form=form)


class FieldsView(FieldView):
    """Of one lead: GET offers a detail that nobody found; POST stores it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        name = request.GET.get("name", "")
        if name not in FIELDS:
            return self.listed(pk)
        return self.listed(pk, adding=name, adding_label=FIELDS[name], form=FieldForm(name))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead = lead_for(request.user, pk, permissions.CHANGE)
        name = request.POST.get("name", "")
        if name not in FIELDS:
            return self.listed(pk)
        form = FieldForm(name, request.POST)
        if form.is_valid():
            try:
                add_field(lead, name=name, text=form.cleaned_data["text"], actor=request.user)  # type: ignore[arg-type]
                return self.corrected(pk)
            except ValueDoesNotFit as error:
                form.add_error("text", str(error.message))
        return self.listed(pk, status=422, adding=name, adding_label=FIELDS[name], form=form)


class FieldsAcceptCertainView(FieldView):
    """Confirms at once all that is at least 85 % sure."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        lead: Lead = lead_for(request.user, pk, permissions.CHANGE)
        count = accept_certain_fields(lead, actor=request.user)  # type: ignore[arg-type]
        told = ngettext("%(count)d detail confirmed.", "%(count)d details confirmed.", count)
        return toast(self.listed(pk), told % {"count": count}) if count else self.listed(pk)
