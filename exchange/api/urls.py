"""Addresses of imports in the API."""

from rest_framework.routers import SimpleRouter

from .batches import ImportViewSet

router = SimpleRouter()
router.register("imports", ImportViewSet, basename="import")
urlpatterns = router.urls
