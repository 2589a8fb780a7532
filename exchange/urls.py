"""Pages of imports."""

from django.urls import path

from .views import batch, columns, errors, upload
from .views import list as listing

app_name = "exchange"
urlpatterns = [
    path("", listing.ImportListView.as_view(), name="list"),
    path("new/", upload.UploadView.as_view(), name="new"),
    path("templates/<slug:resource>/", upload.TemplateFileView.as_view(), name="template"),
    path("<int:pk>/", batch.BatchView.as_view(), name="batch"),
    path("<int:pk>/progress/", batch.ProgressView.as_view(), name="progress"),
    path("<int:pk>/reading/", columns.ReadingView.as_view(), name="reading"),
    path("<int:pk>/columns/", columns.ColumnsView.as_view(), name="columns"),
    path("<int:pk>/preview/", columns.PreviewView.as_view(), name="preview"),
    path("<int:pk>/duplicates/", batch.OnDuplicateView.as_view(), name="on_duplicate"),
    path("<int:pk>/check/", batch.StepView.as_view(step="check"), name="check"),
    path("<int:pk>/import/", batch.StepView.as_view(step="import"), name="import"),
    path("<int:pk>/cancel/", batch.StepView.as_view(step="cancel"), name="cancel"),
    path("<int:pk>/undo/", batch.StepView.as_view(step="undo"), name="undo"),
    path("<int:pk>/back/", batch.StepView.as_view(step="back"), name="back"),
    path("<int:pk>/errors/", errors.ErrorsView.as_view(), name="errors"),
    path("<int:pk>/failed-rows/", errors.FailedRowsView.as_view(), name="failed_rows"),
]
