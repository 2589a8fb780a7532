"""Payments and exchange rates by API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import CHANGE_SETTINGS
from crm_project.kit.api.idempotency import IdempotentMixin
from orders import permissions
from orders.filters import PaymentFilter
from orders.models import ExchangeRate, Payment
from orders.services import add_rate

from .documents import ReceiptMixin
from .fulfilment_inputs import NewRateSerializer
from .serializers import ExchangeRateSerializer, PaymentSerializer


class PaymentViewSet(
    ReceiptMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Payment]
):
    """Payments and refunds of the orders within the caller's reach. They are made by the order."""

    permissions_by_action = dict.fromkeys(("list", "retrieve", "receipt"), permissions.VIEW)
    lookup_value_regex = "[0-9]+"
    filterset_class = PaymentFilter
    orders = {"newest": ("-at", "-id"), "oldest": ("at", "id")}
    queryset = Payment.objects.none()
    serializer_class = PaymentSerializer

    def get_queryset(self) -> Any:
        return Payment.objects.visible_to(self.request.user).select_related("order")


class RateViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[ExchangeRate]
):
    """What currencies are worth, from which day on."""

    permissions_by_action = {
        "list": permissions.VIEW,
        "retrieve": permissions.VIEW,
        "create": CHANGE_SETTINGS,
    }
    lookup_value_regex = "[0-9]+"
    filter_backends: list[Any] = []
    orders = {"newest": ("-on", "-id")}
    queryset = ExchangeRate.objects.none()
    serializer_class = ExchangeRateSerializer

    def get_queryset(self) -> Any:
        return ExchangeRate.objects.visible_to(self.request.user)

    @extend_schema(request=NewRateSerializer, responses={201: ExchangeRateSerializer})
    def create(self, request: Request) -> Response:
        """Add a rate; a currency has one from a day on."""
        given = NewRateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        caller: Any = request.user
        made = add_rate(**given.validated_data, actor=caller)
        return Response(self.get_serializer(made).data, status=201)
