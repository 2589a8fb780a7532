"""Warehouses and the tree of categories by API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import permissions
from inventory.models import ProductCategory, Warehouse

from . import serializers
from .base import WriteViewSet, reads
from .place_inputs import (
    ChangeWarehouseSerializer,
    NewWarehouseSerializer,
    ProductCategoryInputSerializer,
)


class _PlaceViewSet(WriteViewSet):
    """Records that a small input writes, whole or in parts."""

    def checked(self, serializer: Any, *, partial: bool = False) -> Any:
        """Return the checked body."""
        context = self.get_serializer_context()
        given = serializer(data=self.request.data, partial=partial, context=context)
        given.is_valid(raise_exception=True)
        return given


class ProductCategoryViewSet(_PlaceViewSet):
    """The tree of categories."""

    permissions_by_action = {
        **reads(permissions.VIEW_PRODUCT),
        "create": permissions.CHANGE_PRODUCT,
        "partial_update": permissions.CHANGE_PRODUCT,
    }
    rows = ProductCategory.objects.all()
    queryset = ProductCategory.objects.none()
    serializer_class = serializers.ProductCategorySerializer
    orders = {"oldest": ("id",)}

    @extend_schema(
        request=ProductCategoryInputSerializer,
        responses={201: serializers.ProductCategorySerializer},
    )
    def create(self, request: Request) -> Response:
        """Add a category."""
        given = self.checked(ProductCategoryInputSerializer)
        return self.answer(given.save_as(None, actor=request.user), 201)

    @extend_schema(
        request=ProductCategoryInputSerializer,
        responses={200: serializers.ProductCategorySerializer},
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a category, or hang it below another one."""
        category = self.get_object()
        given = self.checked(ProductCategoryInputSerializer, partial=True)
        return self.answer(given.save_as(category, actor=request.user))


class WarehouseViewSet(_PlaceViewSet):
    """Warehouses."""

    permissions_by_action = {
        **reads(permissions.VIEW_PRODUCT),
        "create": permissions.CHANGE_WAREHOUSE,
        "partial_update": permissions.CHANGE_WAREHOUSE,
    }
    rows = Warehouse.objects.select_related("branch")
    queryset = Warehouse.objects.none()
    serializer_class = serializers.WarehouseSerializer
    orders = {"oldest": ("id",)}

    @extend_schema(request=NewWarehouseSerializer, responses={201: serializers.WarehouseSerializer})
    def create(self, request: Request) -> Response:
        """Open a warehouse."""
        given = self.checked(NewWarehouseSerializer)
        return self.answer(given.save_as(None, actor=request.user), 201)

    @extend_schema(
        request=ChangeWarehouseSerializer, responses={200: serializers.WarehouseSerializer}
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a warehouse, or close it."""
        warehouse = self.get_object()
        given = self.checked(ChangeWarehouseSerializer, partial=True)
        return self.answer(given.save_as(warehouse, actor=request.user))
