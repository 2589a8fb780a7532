"""Web forms: list, make, change; the public address and what to paste into a site."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from crm_project.kit.forms import form_response
from crm_project.kit.views import Declared
from leads import permissions
from leads.forms.web_forms import WebFormForm
from leads.models import WebForm
from leads.services.web_forms import save_web_form

SNIPPET = """<form method="post" action="{url}">
  <input name="name" autocomplete="name" required>
  <input name="phone" type="tel" autocomplete="tel" required>
  <input name="email" type="email" autocomplete="email">
  <textarea name="message" required></textarea>
  <button>Send</button>
</form>"""


class FormListView(Declared, TemplateView):
    """The forms of the reader's branch."""

    permission_required = permissions.CHANGE_FORMS
    template_name = "leads/form_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = WebForm.objects.visible_to(self.request.user).select_related("branch")
        counted = rows.annotate(people=Count("channel__conversations")).order_by("name", "pk")
        forms = [{"row": row, **addresses(row, self.request)} for row in counted]
        return super().get_context_data(forms=forms, **kwargs)


def addresses(form: WebForm, request: HttpRequest) -> dict[str, str]:
    """Return the hosted page, the endpoint, and a form to paste into a site."""
    page = request.build_absolute_uri(reverse("forms:page", args=[form.key]))
    endpoint = request.build_absolute_uri(reverse("forms:submit", args=[form.key]))
    return {"page_url": page, "endpoint_url": endpoint, "snippet": SNIPPET.format(url=endpoint)}


class FormEditView(Declared, View):
    """Makes or changes a form."""

    permission_required = permissions.CHANGE_FORMS
    template = "leads/form_edit.html"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        user: Any = request.user
        form = WebFormForm(user=user, instance=self._known(request, pk))
        return render(request, self.template, self._context(request, form))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        user: Any = request.user
        form = WebFormForm(request.POST, user=user, instance=self._known(request, pk))
        if not form.is_valid():
            return form_response(request, self.template, form, self._context(request, form))
        made = form.save(commit=False)
        made.origins = form.cleaned_data["origins_text"]
        made.mapping = form.cleaned_data["mapping_text"]
        save_web_form(made, actor=user)
        messages.success(request, _("Saved."))
        return redirect("leads:form", pk=made.pk)

    def _known(self, request: HttpRequest, pk: int | None) -> WebForm | None:
        rows = WebForm.objects.visible_to(request.user).select_related("branch")
        return get_object_or_404(rows, pk=pk) if pk else None

    def _context(self, request: HttpRequest, form: WebFormForm) -> dict[str, Any]:
        known = form.instance if form.instance.pk else None
        shown = addresses(known, request) if known else {}
        return {"form": form, "known": known, **shown}
