"""The list of inspections: search, filters, saved views."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import SavedView
from crm_project.kit.views import Declared, TableView
from inspections import permissions
from inspections.filters import InspectionFilter
from inspections.models import Inspection

from .reach import LocalTime, dress

PAGE = "inspections:list"
NOT_KEPT = {"after"}  # parameters of a visit, not of a view
ORDERS = {
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "number": ("number",),
}
LIVE = (  # soon after a single change, every few seconds in a stream of them
    "live:inspections-changed from:body delay:400ms, "
    "live:inspections-changed from:body throttle:4s, inspections-changed from:body"
)
HIDDEN = ("search", "search_text", "note", "result_note")


class InspectionListView(LocalTime, TableView):
    """Inspections within the reader's reach, fifty at a time."""

    permission_required = permissions.VIEW
    queryset = Inspection.objects.for_list().defer(*HIDDEN)
    filterset_class = InspectionFilter
    orders = ORDERS
    template_name = "inspections/inspection_list.html"
    table_template = "inspections/partials/inspection_answer.html"
    rows_template = "inspections/partials/inspection_rows.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for row in context["page"].rows:
            dress(row)
        user: Any = self.request.user
        query = kept(self.request.GET)
        views = [] if "after" in self.request.GET else self._views()
        tabs = view_tabs(views, user, query)
        return {
            **context,
            "tabs": tabs,
            "query": query.urlencode(),
            "chips": self._chips(),
            "hidden": [(key, value) for key, value in query.items() if key != "q"],
            "save_url": "" if any(tab["is_active"] for tab in tabs) else _save_url(query),
            "can_add": user.has_perm(permissions.ADD),
            "can_export": user.has_perm(permissions.EXPORT),
            "live_trigger": LIVE,
            "column_count": 7,
        }

    def _views(self) -> list[SavedView]:
        return list(SavedView.objects.visible_to(self.request.user).filter(page=PAGE))  # type: ignore[arg-type]

    def _chips(self) -> list[dict[str, Any]]:
        return [
            {
                "label": self.filterset.filters[name].label,
                "value": words,
                "problem": " ".join(self.filterset.form.errors.get(name, [])),
                "remove_url": self._url_of(**{name: "", "after": ""}),
            }
            for name, words in self.filterset.chosen().items()  # type: ignore[attr-defined]
        ]


def kept(data: QueryDict) -> QueryDict:
    """The parameters that make a view, without the empty ones."""
    found = QueryDict(mutable=True)
    for key, value in data.items():
        if value and key not in NOT_KEPT:
            found[key] = str(value)
    return found


def view_tabs(views: list[SavedView], user: Any, query: QueryDict) -> list[dict[str, Any]]:
    """The tabs: everything, the states that people work on, and what was saved."""
    tabs: list[dict[str, Any]] = [
        {"label": _("All inspections"), "query": ""},
        {"label": _("Without a time"), "query": "status=requested"},
        {"label": _("Scheduled"), "query": "status=scheduled"},
        {"label": _("Completed"), "query": "status=completed"},
    ]
    for view in views:
        is_own = view.user_id == user.pk
        url = reverse("accounts:saved_view_delete", args=[view.pk]) if is_own else ""
        tab: dict[str, Any] = {"label": view.name, "query": view.query, "delete_url": url}
        tabs.append({**tab, "icon": "bookmark-filled"})
    now = dict(query.items())
    for each in tabs:
        each["url"] = f"{reverse(PAGE)}?{each['query']}" if each["query"] else reverse(PAGE)
        each["is_active"] = dict(QueryDict(each["query"]).items()) == now
    return tabs


def _save_url(query: QueryDict) -> str:
    saved = urlencode({"page": PAGE, "query": query.urlencode()})
    return f"{reverse('accounts:saved_view_new')}?{saved}"


class InspectionFiltersView(Declared, View):
    """The side panel with every filter."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Inspection.objects.visible_to(request.user)
        filterset = InspectionFilter(request.GET, rows, request=request)
        others = [
            (key, value)
            for key, value in kept(request.GET).items()
            if key not in filterset.filters or key in ("q", "customer", "order")
        ]
        context = {"form": filterset.form, "kept": others}
        return render(request, "inspections/partials/filters_panel.html", context)
