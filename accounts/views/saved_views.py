"""Keeping a list's filters under a name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.forms.keys import SavedViewForm
from accounts.services import saved_views
from accounts.services.saved_views import TooManyViews, ViewNameTaken
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import redirect_to

from .answers import refused
from .declared import AccountView


class SavedViewNewView(AccountView):
    """A small form in the side panel; `?page=` and `?query=` say what is kept."""

    template = "accounts/saved_view_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        known = {name: request.GET.get(name, "")[:1000] for name in ("page", "query")}
        return render(request, self.template, {"form": SavedViewForm(initial=known)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SavedViewForm(request.POST)
        if not form.is_valid():
            return form_response(request, self.template, form)
        try:
            view = saved_views.save_view(user=self.me, **form.cleaned_data)
        except (TooManyViews, ViewNameTaken) as error:
            return refused(request, self.template, form, error)
        return redirect_to(request, f"{form.url}?{view.query}")


class SavedViewDeleteView(AccountView):
    """Removes an own view; those of colleagues are not there."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(self.me.saved_views, pk=pk)
        saved_views.delete_view(view, actor=self.me)
        return redirect_to(request, reverse(view.page))
