"""Addresses of customers in the API."""

from rest_framework.routers import SimpleRouter

from .custom_fields import CustomFieldViewSet
from .customers import CustomerViewSet
from .dealings import ConsentViewSet, NoteViewSet, PointViewSet, TimelineViewSet
from .merging import DuplicateViewSet, MergeViewSet
from .places import AddressViewSet, FileViewSet
from .setup import CategoryViewSet, TagViewSet

OF_CUSTOMER = "customers/(?P<customer_pk>[0-9]+)"
router = SimpleRouter()
router.register("customers", CustomerViewSet, basename="customer")
router.register(f"{OF_CUSTOMER}/points", PointViewSet, basename="customer-point")
router.register(f"{OF_CUSTOMER}/consents", ConsentViewSet, basename="customer-consent")
router.register(f"{OF_CUSTOMER}/notes", NoteViewSet, basename="customer-note")
router.register(f"{OF_CUSTOMER}/timeline", TimelineViewSet, basename="customer-timeline")
router.register(f"{OF_CUSTOMER}/addresses", AddressViewSet, basename="customer-address")
router.register(f"{OF_CUSTOMER}/files", FileViewSet, basename="customer-file")
router.register("customer-duplicates", DuplicateViewSet, basename="customer-duplicate")
router.register("customer-merges", MergeViewSet, basename="customer-merge")
router.register("customer-fields", CustomFieldViewSet, basename="customer-field")
router.register("customer-categories", CategoryViewSet, basename="customer-category")
router.register("customer-tags", TagViewSet, basename="customer-tag")
urlpatterns = router.urls
