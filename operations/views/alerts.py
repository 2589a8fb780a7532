"""The history of alerts."""

from typing import Any

from django.http import HttpResponse

from crm_project.kit.views import TableView
from operations.filters import AlertFilter
from operations.models import Alert
from operations.permissions import VIEW

from .reach import CompanyWide
from .refresh import KeepsRows


class AlertListView(CompanyWide, KeepsRows, TableView):
    """Alerts that were announced, newest first; a live change fetches the rows again."""

    permission_required = VIEW
    queryset = Alert.objects.announced()
    filterset_class = AlertFilter
    orders = {"newest": ("-opened_at", "-pk")}
    template_name = "operations/alert_list.html"
    table_template = "operations/partials/alert_table.html"
    rows_template = "operations/partials/alert_rows.html"
    table_id = "alert-table"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_filtered = any(self.request.GET.get(name) for name in ("code", "level", "state"))
        return super().get_context_data(is_filtered=is_filtered, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        return self.swapped(response, has_rows=bool(context["page"].rows))
