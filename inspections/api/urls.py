"""Addresses of inspections in the API."""

from rest_framework.routers import SimpleRouter

from .absences import AbsenceViewSet
from .inspections import InspectionViewSet
from .photos import PhotoViewSet
from .types import InspectionTypeViewSet

router = SimpleRouter()
router.register("inspections", InspectionViewSet, basename="inspection")
router.register("inspection-absences", AbsenceViewSet, basename="inspection-absence")
router.register("inspection-types", InspectionTypeViewSet, basename="inspection-type")
router.register(
    r"inspections/(?P<inspection_pk>[0-9]{1,18})/photos",
    PhotoViewSet,
    basename="inspection-photo",
)
urlpatterns = router.urls
