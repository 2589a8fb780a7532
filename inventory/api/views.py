"""Products and stock by API. Another branch's documents do not exist here: 404."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import IdempotentMixin
from inventory import permissions
from inventory.filters import (
    CountApiFilter,
    MovementApiFilter,
    ProductApiFilter,
    PurchaseApiFilter,
    StockFilter,
    SupplierApiFilter,
    TransferApiFilter,
)
from inventory.models import (
    Inventory,
    Product,
    ProductCategory,
    PurchaseOrder,
    StockCount,
    StockMovement,
    Supplier,
    Transfer,
    Warehouse,
)
from inventory.services import cancel_transfer, order_purchase, post_count, send_transfer
from inventory.views.products import ORDERS

from . import inputs, serializers


class _ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    """Rows within the scope of what the call needs; filters belong to the list only."""

    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "head", "options"]
    permissions_by_action: dict[str, str]
    rows: Any

    def get_queryset(self) -> Any:
        code = self.permissions_by_action.get(self.action or "")
        return self.rows.all().visible_to(self.request.user, code)

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def given(self, serializer: type[Any], instance: Any = None) -> Any:
        """Return the checked body."""
        context = self.get_serializer_context()
        given = serializer(instance, data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        return given

    def answer(self, row: Any, status: int = 200) -> Response:
        """Return the record as it is now."""
        fresh = self.rows.all().get(pk=row.pk)
        return Response(self.get_serializer(fresh).data, status=status)


class _WriteViewSet(IdempotentMixin, ETagMixin, _ReadViewSet):
    """With writes that may be repeated."""

    http_method_names = ["get", "post", "patch", "head", "options"]


def _reads(code: str) -> dict[str, str]:
    return {"list": code, "retrieve": code}


class ProductViewSet(_WriteViewSet):
    """Products: read, searched, added, changed."""

    permissions_by_action = {
        **_reads(permissions.VIEW_PRODUCT),
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


class ProductCategoryViewSet(_ReadViewSet):
    """The tree of categories."""

    permissions_by_action = _reads(permissions.VIEW_PRODUCT)
    rows = ProductCategory.objects.all()
    queryset = ProductCategory.objects.none()
    serializer_class = serializers.ProductCategorySerializer
    orders = {"oldest": ("id",)}


class WarehouseViewSet(_ReadViewSet):
    """Warehouses."""

    permissions_by_action = _reads(permissions.VIEW_PRODUCT)
    rows = Warehouse.objects.all()
    queryset = Warehouse.objects.none()
    serializer_class = serializers.WarehouseSerializer
    orders = {"oldest": ("id",)}


class StockViewSet(_ReadViewSet):
    """How much of each product lies in each warehouse."""

    permissions_by_action = _reads(permissions.VIEW_STOCK)
    rows = Inventory.objects.all()
    queryset = Inventory.objects.none()
    serializer_class = serializers.StockSerializer
    filterset_class = StockFilter
    orders = {"oldest": ("id",)}


class MovementViewSet(_ReadViewSet):
    """The ledger of the caller's warehouses."""

    permissions_by_action = _reads(permissions.VIEW_STOCK)
    rows = StockMovement.objects.select_related("inventory", "lot")
    queryset = StockMovement.objects.none()
    serializer_class = serializers.MovementSerializer
    filterset_class = MovementApiFilter
    orders = {"newest": ("-at", "-id")}


class SupplierViewSet(_WriteViewSet):
    """Suppliers."""

    permissions_by_action = {
        **_reads(permissions.VIEW_PURCHASE),
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


class PurchaseViewSet(_WriteViewSet):
    """Purchase orders of the caller's warehouses: written, ordered, received."""

    permissions_by_action = {
        **_reads(permissions.VIEW_PURCHASE),
        "create": permissions.CHANGE_PURCHASE,
        "order": permissions.CHANGE_PURCHASE,
        "receive": permissions.MOVE_STOCK,
    }
    http_method_names = ["get", "post", "head", "options"]
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


class TransferViewSet(_WriteViewSet):
    """Transfers from or to the caller's warehouses: written, sent, received, cancelled."""

    permissions_by_action = {
        **_reads(permissions.VIEW_STOCK),
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


class CountViewSet(_WriteViewSet):
    """Stock counts of the caller's warehouses."""

    permissions_by_action = {
        **_reads(permissions.VIEW_STOCK),
        "post_count": permissions.COUNT_STOCK,
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

    @extend_schema(request=None, responses={200: serializers.CountDetailSerializer})
    @action(detail=True, methods=["post"], url_path="post", url_name="post")
    def post_count(self, request: Request, pk: str) -> Response:
        """Adjust the stock to what was counted."""
        caller: Any = request.user
        return self.answer(post_count(self.get_object(), actor=caller))
