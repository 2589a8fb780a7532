"""Stock by API: what lies where, what moved, lots; goods received, issued and corrected."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import permissions
from inventory.filters import MovementApiFilter, StockFilter
from inventory.models import Inventory, Lot, StockMovement
from inventory.services import (
    adjust_stock,
    issue_stock,
    receive_stock,
    set_reorder_level,
)

from . import serializers
from .base import ReadViewSet, WriteViewSet, reads
from .stock_inputs import (
    AdjustStockSerializer,
    IssueStockSerializer,
    ReceiveStockSerializer,
    ReorderLevelSerializer,
)

extend_schema_field(OpenApiTypes.INT)(MovementApiFilter.by_product)  # by its id
BOOKED = {201: serializers.BookedSerializer}


class StockViewSet(WriteViewSet):
    """How much of each product lies in each warehouse, and what changes it without a document."""

    permissions_by_action = {
        **reads(permissions.VIEW_STOCK),
        "receive": permissions.MOVE_STOCK,
        "issue": permissions.MOVE_STOCK,
        "adjust": permissions.COUNT_STOCK,
        "reorder_level": permissions.CHANGE_WAREHOUSE,
    }
    http_method_names = ["get", "post", "head", "options"]
    rows = Inventory.objects.all()
    queryset = Inventory.objects.none()
    serializer_class = serializers.StockSerializer
    filterset_class = StockFilter
    orders = {"oldest": ("id",)}

    @extend_schema(request=ReceiveStockSerializer, responses=BOOKED)
    @action(detail=False, methods=["post"], filterset_class=None)
    def receive(self, request: Request) -> Response:
        """Let goods come in without a purchase order."""
        return self._booked(ReceiveStockSerializer, receive_stock)

    @extend_schema(request=IssueStockSerializer, responses=BOOKED)
    @action(detail=False, methods=["post"], filterset_class=None)
    def issue(self, request: Request) -> Response:
        """Let goods leave without an order."""
        return self._booked(IssueStockSerializer, issue_stock)

    @extend_schema(request=AdjustStockSerializer, responses=BOOKED)
    @action(detail=False, methods=["post"], filterset_class=None)
    def adjust(self, request: Request) -> Response:
        """Correct what is on hand, more or less."""
        return self._booked(AdjustStockSerializer, adjust_stock)

    @extend_schema(request=ReorderLevelSerializer, responses={200: serializers.StockSerializer})
    @action(detail=False, methods=["post"], url_path="reorder-level", filterset_class=None)
    def reorder_level(self, request: Request) -> Response:
        """Say when a product is ordered again in a warehouse."""
        caller: Any = request.user
        given = self.given(ReorderLevelSerializer)
        data = given.validated_data
        stock = set_reorder_level(data["product"], data["warehouse"], given.level(), actor=caller)
        return self.answer(stock)

    def _booked(self, serializer: Any, book: Callable[..., list[StockMovement]]) -> Response:
        moved = book(self.given(serializer).sheet(), actor=self.request.user)
        written = serializers.BookedSerializer(
            {"movements": moved}, context=self.get_serializer_context()
        )
        return Response(written.data, status=201)


class MovementViewSet(ReadViewSet):
    """The ledger of the caller's warehouses."""

    permissions_by_action = reads(permissions.VIEW_STOCK)
    rows = StockMovement.objects.select_related("inventory", "lot")
    queryset = StockMovement.objects.none()
    serializer_class = serializers.MovementSerializer
    filterset_class = MovementApiFilter
    orders = {"newest": ("-at", "-id")}


class LotFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Lots of a product, or with exactly this number."""

    product = django_filters.NumberFilter(label=_("Product"), min_value=1, max_value=2**62)
    number = django_filters.CharFilter(label=_("Number"), max_length=60)

    class Meta:
        model = Lot
        fields: list[str] = []


class LotViewSet(ReadViewSet):
    """Lots and serial numbers; one of them with the warehouses in which it lies."""

    permissions_by_action = reads(permissions.VIEW_STOCK)
    rows = Lot.objects.all()
    queryset = Lot.objects.none()
    serializer_class = serializers.LotDetailSerializer
    filterset_class = LotFilter
    orders = {"newest": ("-id",)}

    def get_serializer_class(self) -> Any:
        is_list = self.action == "list"
        return serializers.LotSerializer if is_list else serializers.LotDetailSerializer
