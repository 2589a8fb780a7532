"""Addresses of the API of messaging."""

from rest_framework.routers import SimpleRouter

from .views import MessageViewSet, SignalViewSet

router = SimpleRouter()
router.register("signals", SignalViewSet, basename="signal")
router.register("messages", MessageViewSet, basename="message")
urlpatterns = router.urls
