"""Addresses of the API of leads."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from .duplicates import LeadDuplicateViewSet
from .leads import LeadFieldViewSet, LeadViewSet
from .rules import RuleViewSet
from .web_forms import WebFormViewSet

router = SimpleRouter()
router.register("leads", LeadViewSet, basename="lead")
router.register("routing-rules", RuleViewSet, basename="routing-rule")
router.register("web-forms", WebFormViewSet, basename="web-form")

of_lead = SimpleRouter()
of_lead.register("fields", LeadFieldViewSet, basename="lead-field")
of_lead.register("duplicates", LeadDuplicateViewSet, basename="lead-duplicate")

urlpatterns = [
    *router.urls,
    path("leads/<int:lead_pk>/", include(of_lead.urls)),
]
