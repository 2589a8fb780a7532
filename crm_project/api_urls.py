"""Addresses of the REST API, version 1."""

from django.urls import include, path

from crm_project.kit.api.docs import DocsView, SchemaView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("", include("accounts.api.urls")),
    path("", include("customers.api.urls")),
    path("", include("exchange.api.urls")),
    path("", include("inventory.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("inspections.api.urls")),
    path("", include("reports.api.urls")),
    path("", include("messaging.api.urls")),
    path("", include("leads.api.urls")),
]
