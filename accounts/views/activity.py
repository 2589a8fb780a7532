"""The activity log."""

from typing import Any

from accounts.filters import ActivityFilter
from accounts.models import Activity
from accounts.permissions import VIEW_ACTIVITY
from accounts.words import verbs
from crm_project.kit.views import TableView


class ActivityListView(TableView):
    """Who did what, when, before → after, and why; within the reader's reach."""

    permission_required = VIEW_ACTIVITY
    queryset = Activity.objects.select_related("actor", "branch")
    filterset_class = ActivityFilter
    orders = {"newest": ("-id",), "oldest": ("id",)}
    template_name = "accounts/activity.html"
    table_template = "accounts/partials/activity_table.html"
    rows_template = "accounts/partials/activity_rows.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(verbs=sorted(verbs().items()), **kwargs)
