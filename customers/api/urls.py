"""Addresses of customers in the API."""

from rest_framework.routers import SimpleRouter

from .customers import CustomerViewSet
from .dealings import ConsentViewSet, NoteViewSet, PointViewSet, TimelineViewSet

OF_CUSTOMER = "customers/(?P<customer_pk>[0-9]+)"
router = SimpleRouter()
router.register("customers", CustomerViewSet, basename="customer")
router.register(f"{OF_CUSTOMER}/points", PointViewSet, basename="customer-point")
router.register(f"{OF_CUSTOMER}/consents", ConsentViewSet, basename="customer-consent")
router.register(f"{OF_CUSTOMER}/notes", NoteViewSet, basename="customer-note")
router.register(f"{OF_CUSTOMER}/timeline", TimelineViewSet, basename="customer-timeline")
urlpatterns = router.urls
