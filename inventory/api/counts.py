"""Stock counts by API: opened, counted line by line, posted or put away."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import permissions
from inventory.filters import CountApiFilter
from inventory.models import StockCount
from inventory.services import cancel_count, count_line, open_count, post_count

from . import serializers
from .base import WriteViewSet, reads
from .stock_inputs import CountedSerializer, NewCountSerializer

DETAIL = {200: serializers.CountDetailSerializer}


class CountViewSet(WriteViewSet):
    """Stock counts of the caller's warehouses."""

    permissions_by_action = {
        **reads(permissions.VIEW_STOCK),
        **dict.fromkeys(("create", "lines", "cancel", "post_count"), permissions.COUNT_STOCK),
    }
    http_method_names = ["get", "post", "head", "options"]
    queryset = StockCount.objects.none()
    serializer_class = serializers.CountDetailSerializer
    filterset_class = CountApiFilter
    orders = {"newest": ("-id",)}

    @property
    def rows(self) -> Any:
        """With lines for one count only."""
        rows = StockCount.objects.all()
        return rows if self.action == "list" else rows.prefetch_related("lines__lot")

    def get_serializer_class(self) -> Any:
        is_list = self.action == "list"
        return serializers.CountSerializer if is_list else serializers.CountDetailSerializer

    @extend_schema(request=NewCountSerializer, responses={201: serializers.CountDetailSerializer})
    def create(self, request: Request) -> Response:
        """Open a count: its lines are what should be there."""
        caller: Any = request.user
        new = self.given(NewCountSerializer).new_count()
        return self.answer(open_count(new, actor=caller), 201)

    @extend_schema(request=CountedSerializer, responses={200: serializers.CountLineSerializer})
    @action(detail=True, methods=["post"])
    def lines(self, request: Request, pk: str) -> Response:
        """Write down what was found of a product, or of one of its lots."""
        count = self.get_object()
        caller: Any = request.user
        counted = self.given(CountedSerializer).counted()
        line = count_line(count, counted, actor=caller)
        return Response(serializers.CountLineSerializer(line).data)

    @extend_schema(request=None, responses=DETAIL)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Put a count away; nothing is adjusted. Twice is once."""
        caller: Any = request.user
        return self.answer(cancel_count(self.get_object(), actor=caller))

    @extend_schema(request=None, responses=DETAIL)
    @action(detail=True, methods=["post"], url_path="post", url_name="post")
    def post_count(self, request: Request, pk: str) -> Response:
        """Adjust the stock to what was counted."""
        caller: Any = request.user
        return self.answer(post_count(self.get_object(), actor=caller))
