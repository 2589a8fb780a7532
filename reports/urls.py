"""Pages of reports."""

from django.urls import path

from . import permissions
from .catalogue import REPORTS
from .views import export, home, report, rows

app_name = "reports"
urlpatterns = [
    path("", report.ReportListView.as_view(), name="list"),
    *(
        path(
            f"{code}/",
            report.ReportPageView.as_view(code=code, permission_required=known.codes),
            name=code,
        )
        for code, known in REPORTS.items()
    ),
    *(
        path(
            f"{code}/rows/",
            rows.RowsView.as_view(code=code, permission_required=known.codes),
            {"code": code},
            name="rows",
        )
        for code, known in REPORTS.items()
    ),
    *(
        path(
            f"{code}/export/<slug:kind>/",
            export.ExportView.as_view(
                code=code, permission_required=(*known.codes, permissions.EXPORT)
            ),
            {"code": code},
            name="export",
        )
        for code, known in REPORTS.items()
    ),
    path("home/figures/", home.HomeFiguresView.as_view(), name="home_figures"),
]
