"""The page of a report, and the list of reports."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts import permissions as accounts
from accounts.models import SavedView
from crm_project.kit.htmx import wants_partial
from crm_project.kit.views import Declared
from reports import permissions
from reports.asking import Ask, ReportForm
from reports.catalogue import readable
from reports.shown import period_words
from reports.table import Report

from .drawing import chart_json, heads_of, lines_of, shown_kpis
from .reach import ReportView, View
from .window import window_of


class ReportListView(Declared, View):
    """The reports that the reader may open."""

    permission_required = accounts.USE_ACCOUNT

    def get(self, request: HttpRequest) -> HttpResponse:
        known = readable(request.user)
        if len(known) == 1:
            return HttpResponseRedirect(reverse(known[0].url_name))
        return render(request, "reports/index.html", {"reports": known})


class ReportPageView(ReportView):
    """Figures, chart and table; HTMX gets them alone. Without parameters the last ones hold."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = self.form()
        if remembered := self._remembered(form):
            return HttpResponseRedirect(f"{request.path}?{remembered}")
        is_part = wants_partial(request)
        template = "reports/partials/result.html" if is_part else "reports/report.html"
        context = {"report": self.known, "form": form, "readable": readable(self.me)}
        if form.is_valid():
            ask = form.ask()
            context |= shown_report(ask, self.known.build(ask), request.GET)
        context |= self._surroundings(form)
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _remembered(self, form: ReportForm) -> str:
        """The parameters of the last visit, for a visit without any; each visit is remembered."""
        key = f"report:{self.known.code}"
        session = self.request.session
        if not self.request.GET:
            return str(session.get(key, ""))
        query = urlencode(form.asked)[:1000]
        if form.is_valid() and session.get(key) != query:
            session[key] = query
        return ""

    def _surroundings(self, form: ReportForm) -> dict[str, Any]:
        name, query = self.known.url_name, urlencode(form.asked)
        views = list(SavedView.objects.visible_to(self.me).filter(page=name))
        tabs = [
            {
                "label": view.name,
                "url": f"{reverse(name)}?{view.query}",
                "is_active": dict(QueryDict(view.query).items()) == form.asked,
                "delete_url": reverse("accounts:saved_view_delete", args=[view.pk])
                if view.user_id == self.me.pk
                else "",
            }
            for view in views
        ]
        saved = urlencode({"page": name, "query": query})
        is_saved = any(tab["is_active"] for tab in tabs)
        return {
            "tabs": tabs,
            "query": query,
            "save_url": "" if is_saved else f"{reverse('accounts:saved_view_new')}?{saved}",
            "can_export": self.me.has_perm(permissions.EXPORT),
        }


def shown_report(ask: Ask, report: Report, given: Any) -> dict[str, Any]:
    """Return what the templates show of a report; `given` says which of its rows."""
    currency = ask.currency
    window = window_of(report, ask, given)
    return {
        "result": report,
        "currency": currency,
        "period_words": period_words(ask.period),
        "before_words": period_words(ask.before) if ask.before else "",
        "kpis": shown_kpis(report, currency),
        "heads": heads_of(report, ask, currency),
        "lines": lines_of(report, window.lines, currency),
        "window": window,
        "rest": lines_of(report, [window.rest], currency, is_total=True)[0]
        if window.rest
        else None,
        "is_running": ask.period.end >= ask.reach.today,
        "total": lines_of(report, [report.total], currency, is_total=True)[0]
        if report.total
        else None,
        **chart_json(report, currency),
    }
