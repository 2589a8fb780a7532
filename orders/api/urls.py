"""Addresses of orders in the API."""

from rest_framework.routers import SimpleRouter

from .orders import OrderViewSet
from .payments import PaymentViewSet, RateViewSet

router = SimpleRouter()
router.register("orders", OrderViewSet, basename="order")
router.register("payments", PaymentViewSet, basename="payment")
router.register("exchange-rates", RateViewSet, basename="exchange-rate")
urlpatterns = router.urls
