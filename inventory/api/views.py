"""Products, suppliers and documents of stock by API. Another branch's documents do not exist here: 404."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import permissions
from inventory.filters import (
    ProductApiFilter,
    PurchaseApiFilter,
    SupplierApiFilter,
    TransferApiFilter,
)
from inventory.models import Product, PurchaseOrder, Supplier, Transfer
from inventory.services import cancel_purchase, cancel_transfer, order_purchase, send_transfer
from inventory.views.products import ORDERS

from . import inputs, serializers
from .base import WriteViewSet, reads


class ProductViewSet(WriteViewSet):
    """Products: read, searched, added, changed."""

    permissions_by_action = {
        **reads(permissions.VIEW_PRODUCT),
        "create": permissions.CHANGE_PRODUCT,
        "partial_update": permissions.CHANGE_PRODUCT,
    }
    rows = Product.objects.prefetch_related("inventories").defer("search")
    queryset = Product.objects.none()
    serializer_class = serializers.ProductSerializer
    filterset_class = ProductApiFilter
    orders = ORDERS

    @extend_schema(
        request=inputs.NewProductSerializer, responses={201: serializers.ProductSerializer}
    )
    def create(self, request: Request) -> Response:
        """Add a product."""
        return self.answer(self.given(inputs.NewProductSerializer).save(), 201)

    @extend_schema(
        request=inputs.ChangeProductSerializer, responses={200: serializers.ProductSerializer}
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a product."""
        product = self.get_object()
        return self.answer(self.given(inputs.ChangeProductSerializer, product).save())


class SupplierViewSet(WriteViewSet):
    """Suppliers."""

    permissions_by_action = {
        **reads(permissions.VIEW_PURCHASE),
        "create": permissions.CHANGE_PURCHASE,
        "partial_update": permissions.CHANGE_PURCHASE,
    }
    rows = Supplier.objects.defer("tax_id", "bank_account", "search")
    queryset = Supplier.objects.none()
    serializer_class = serializers.SupplierSerializer
    filterset_class = SupplierApiFilter
    orders = {"name": ("name", "id")}

    @extend_schema(
        request=inputs.NewSupplierSerializer, responses={201: serializers.SupplierSerializer}
    )
    def create(self, request: Request) -> Response:
        """Add a supplier."""
        return self.answer(self.given(inputs.NewSupplierSerializer).save(), 201)

    @extend_schema(
        request=inputs.ChangeSupplierSerializer, responses={200: serializers.SupplierSerializer}
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a supplier."""
        supplier = self.get_object()
        return self.answer(self.given(inputs.ChangeSupplierSerializer, supplier).save())


class PurchaseViewSet(WriteViewSet):
    """Purchase orders of the caller's warehouses: written, ordered, received."""

    permissions_by_action = {
        **reads(permissions.VIEW_PURCHASE),
        "create": permissions.CHANGE_PURCHASE,
        "partial_update": permissions.CHANGE_PURCHASE,
        "order": permissions.CHANGE_PURCHASE,
        "cancel": permissions.CHANGE_PURCHASE,
        "receive": permissions.MOVE_STOCK,
    }
    rows = PurchaseOrder.objects.prefetch_related("lines")
    queryset = PurchaseOrder.objects.none()
    serializer_class = serializers.PurchaseSerializer
    filterset_class = PurchaseApiFilter
    orders = {"newest": ("-id",)}

    @extend_schema(
        request=inputs.NewPurchaseSerializer, responses={201: serializers.PurchaseSerializer}
    )
    def create(self, request: Request) -> Response:
        """Write a draft."""
        return self.answer(self.given(inputs.NewPurchaseSerializer).save(), 201)

    @extend_schema(
        request=inputs.ChangePurchaseSerializer, responses={200: serializers.PurchaseSerializer}
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a draft."""
        order = self.get_object()
        return self.answer(self.given(inputs.ChangePurchaseSerializer, order).save())

    @extend_schema(request=None, responses={200: serializers.PurchaseSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give an order up. One that has partly come ends as received. Twice is once."""
        caller: Any = request.user
        return self.answer(cancel_purchase(self.get_object(), actor=caller))

    @extend_schema(request=None, responses={200: serializers.PurchaseSerializer})
    @action(detail=True, methods=["post"])
    def order(self, request: Request, pk: str) -> Response:
        """Send a draft to the supplier."""
        caller: Any = request.user
        return self.answer(order_purchase(self.get_object(), actor=caller))

    @extend_schema(
        request=inputs.DeliverySerializer, responses={201: serializers.ReceiptSerializer}
    )
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Receive a delivery, whole or a part."""
        order = self.get_object()
        receipt = self.given(inputs.DeliverySerializer).receive(order)
        receipt.order.refresh_from_db()
        return Response(serializers.ReceiptSerializer(receipt).data, status=201)


class TransferViewSet(WriteViewSet):
    """Transfers from or to the caller's warehouses: written, sent, received, cancelled."""

    permissions_by_action = {
        **reads(permissions.VIEW_STOCK),
        "create": permissions.MOVE_STOCK,
        "send": permissions.MOVE_STOCK,
        "receive": permissions.MOVE_STOCK,
        "cancel": permissions.MOVE_STOCK,
    }
    http_method_names = ["get", "post", "head", "options"]
    rows = Transfer.objects.prefetch_related("lines__lot")
    queryset = Transfer.objects.none()
    serializer_class = serializers.TransferSerializer
    filterset_class = TransferApiFilter
    orders = {"newest": ("-id",)}

    @extend_schema(
        request=inputs.NewTransferSerializer, responses={201: serializers.TransferSerializer}
    )
    def create(self, request: Request) -> Response:
        """Write a draft."""
        return self.answer(self.given(inputs.NewTransferSerializer).save(), 201)

    @extend_schema(request=None, responses={200: serializers.TransferSerializer})
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        """Take the goods out of the origin; they are in transit."""
        caller: Any = request.user
        return self.answer(send_transfer(self.get_object(), actor=caller))

    @extend_schema(
        request=inputs.ArrivedSerializer, responses={200: serializers.TransferSerializer}
    )
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Put what arrived into the destination."""
        transfer = self.get_object()
        return self.answer(self.given(inputs.ArrivedSerializer).receive(transfer))

    @extend_schema(request=None, responses={200: serializers.TransferSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a draft, or bring back what is in transit."""
        caller: Any = request.user
        return self.answer(cancel_transfer(self.get_object(), actor=caller))
