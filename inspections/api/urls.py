"""Addresses of inspections in the API."""

from django.urls import re_path
from rest_framework.routers import SimpleRouter

from crm_project.kit.api.renderers import FileRenderer

from .absences import AbsenceViewSet
from .inspections import InspectionViewSet
from .photos import PhotoViewSet
from .signature import SignatureViewSet
from .types import ChecklistItemViewSet, InspectionTypeViewSet

router = SimpleRouter()
router.register("inspections", InspectionViewSet, basename="inspection")
router.register("inspection-absences", AbsenceViewSet, basename="inspection-absence")
router.register("inspection-types", InspectionTypeViewSet, basename="inspection-type")
router.register(
    r"inspection-types/(?P<type_pk>[0-9]{1,18})/items",
    ChecklistItemViewSet,
    basename="inspection-type-item",
)
router.register(
    r"inspections/(?P<inspection_pk>[0-9]{1,18})/photos",
    PhotoViewSet,
    basename="inspection-photo",
)
SIGNATURE = r"^inspections/(?P<inspection_pk>[0-9]{1,18})/signature/"
urlpatterns = [
    *router.urls,
    re_path(
        f"{SIGNATURE}$",
        SignatureViewSet.as_view({"get": "retrieve", "post": "create"}),
        name="inspection-signature",
    ),
    re_path(
        f"{SIGNATURE}picture/$",
        SignatureViewSet.as_view({"get": "picture"}, renderer_classes=[FileRenderer]),
        name="inspection-signature-picture",
    ),
]
