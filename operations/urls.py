"""Pages of operations."""

from django.urls import path

from .views import alerts, jobs, overview

app_name = "operations"
urlpatterns = [
    path("", overview.OverviewView.as_view(), name="overview"),
    path("alerts/", alerts.AlertListView.as_view(), name="alerts"),
    path("jobs/", jobs.FailedJobsView.as_view(), name="jobs"),
    path("jobs/<int:pk>/retry/", jobs.RetryJobView.as_view(), name="job_retry"),
    path("jobs/<int:pk>/dismiss/", jobs.DismissJobView.as_view(), name="job_dismiss"),
]
