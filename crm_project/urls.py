"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path, re_path

from accounts.views.home import HomeView
from crm_project.kit import health
from crm_project.kit.errors_pages import nothing_here

handler400 = "crm_project.kit.errors_pages.bad_request"
handler403 = "crm_project.kit.errors_pages.forbidden"
handler404 = "crm_project.kit.errors_pages.not_found"
handler500 = "crm_project.kit.errors_pages.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("", HomeView.as_view(), name="home"),
    path("", include("accounts.urls")),
    path("", include("leads.public_urls")),
    path("customers/", include("customers.urls")),
    path("leads/", include("leads.urls")),
    path("orders/", include("orders.urls")),
    path("inspections/", include("inspections.urls")),
    path("inventory/", include("inventory.urls")),
    path("imports/", include("exchange.urls")),
    path("reports/", include("reports.urls")),
    path("operations/", include("operations.urls")),
    path("signals/", include("messaging.urls")),
    path("webhooks/", include("messaging.webhook_urls")),
    path("api/v1/", include("crm_project.api_urls")),
    path("admin/", admin.site.urls),
    re_path(r"^", nothing_here, name="nothing_here"),
]
