"""What the API shows of products and stock: costs only to those who see them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm_project.kit.api.fields import branch_code
from inventory import permissions
from inventory.costs import sees_cost
from inventory.models import (
    Inventory,
    Lot,
    Product,
    ProductCategory,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    StockCount,
    StockCountLine,
    StockMovement,
    Supplier,
    Transfer,
    TransferLine,
    Warehouse,
)
from inventory.services import places_of_lot


class CostMixin:
    """Leaves `may_lack` out for callers who see no costs."""

    may_lack: tuple[str, ...] = ()

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()  # type: ignore[misc]
        request = self.context.get("request")  # type: ignore[attr-defined]
        is_asked = (
            request is not None and request.user.is_authenticated
        )  # the schema has all fields
        if is_asked and not sees_cost(request.user):
            for name in self.may_lack:
                fields.pop(name, None)
        return fields


class ProductCategorySerializer(serializers.ModelSerializer[ProductCategory]):
    """A category of products."""

    class Meta:
        model = ProductCategory
        fields = ("id", "code", "name_ar", "name_en", "parent", "position")
        read_only_fields = fields


class WarehouseSerializer(serializers.ModelSerializer[Warehouse]):
    """A warehouse."""

    branch_code = branch_code()

    class Meta:
        model = Warehouse
        fields = (
            "id",
            "code",
            "name_ar",
            "name_en",
            "branch",
            "branch_code",
            "address",
            "is_active",
        )
        read_only_fields = fields


class StockSerializer(CostMixin, serializers.ModelSerializer[Inventory]):
    """A product in a warehouse. `average_cost` and `value` in the branch's currency."""

    may_lack = ("average_cost", "value")
    available = serializers.DecimalField(max_digits=14, decimal_places=3, read_only=True)
    value = serializers.DecimalField(max_digits=24, decimal_places=6, read_only=True)

    class Meta:
        model = Inventory
        fields = (
            *("id", "product", "warehouse", "on_hand", "reserved", "available", "reorder_point"),
            *("reorder_quantity", "bin", "moved_at", "average_cost", "value"),
        )
        read_only_fields = fields


class ProductStockSerializer(serializers.ModelSerializer[Inventory]):
    """How much of a product lies in a warehouse."""

    available = serializers.DecimalField(max_digits=14, decimal_places=3, read_only=True)

    class Meta:
        model = Inventory
        fields = ("warehouse", "on_hand", "reserved", "available")
        read_only_fields = fields


class ProductSerializer(CostMixin, serializers.ModelSerializer[Product]):
    """A product with its stock. `cost` is in `currency`, before tax like `price`."""

    may_lack = ("cost",)
    stock = ProductStockSerializer(source="inventories", many=True, read_only=True)

    class Meta:
        model = Product
        fields = (
            *("id", "sku", "barcode", "name_ar", "name_en", "description_ar", "description_en"),
            *("category", "kind", "tracking", "unit", "currency", "price", "cost", "tax_percent"),
            *("allows_backorder", "is_active", "version", "created_at", "stock"),
        )
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and not request.user.has_perm(permissions.VIEW_STOCK):
            fields.pop("stock")
        return fields


class MovementSerializer(CostMixin, serializers.ModelSerializer[StockMovement]):
    """One change of stock; `reference` and `url` name its document."""

    may_lack = ("unit_cost",)
    product = serializers.IntegerField(source="inventory.product_id", read_only=True)
    warehouse = serializers.IntegerField(source="inventory.warehouse_id", read_only=True)
    lot_number = serializers.CharField(source="lot.number", read_only=True, default="")

    class Meta:
        model = StockMovement
        fields = (
            *("id", "at", "kind", "product", "warehouse", "quantity", "reserved_change"),
            *("on_hand_after", "unit_cost", "lot", "lot_number", "reference", "url", "note"),
            "actor",
        )
        read_only_fields = fields


class BookedSerializer(serializers.Serializer[Any]):
    """What a sheet moved, line by line."""

    movements = MovementSerializer(many=True, read_only=True)


class LotSerializer(serializers.ModelSerializer[Lot]):
    """A lot, or one piece with its serial number."""

    class Meta:
        model = Lot
        fields: tuple[str, ...] = (
            *("id", "product", "number", "expires_on", "is_serial", "created_at"),
        )
        read_only_fields = fields


class LotPlaceSerializer(serializers.Serializer[Any]):
    """How much of a lot lies in a warehouse."""

    warehouse = serializers.IntegerField(source="inventory.warehouse_id")
    on_hand = serializers.DecimalField(max_digits=14, decimal_places=3)


class LotDetailSerializer(LotSerializer):
    """A lot with the places where it lies."""

    places = serializers.SerializerMethodField()

    class Meta(LotSerializer.Meta):
        fields = (*LotSerializer.Meta.fields, "places")
        read_only_fields = fields

    @extend_schema_field(LotPlaceSerializer(many=True))
    def get_places(self, lot: Lot) -> Any:
        """Where it lies."""
        return LotPlaceSerializer(places_of_lot(lot), many=True).data


class SupplierSerializer(serializers.ModelSerializer[Supplier]):
    """A supplier; tax number and bank account are never sent."""

    class Meta:
        model = Supplier
        fields = (
            *("id", "name", "contact_name", "phone", "email", "currency", "lead_days", "note"),
            *("is_active", "version", "created_at"),
        )
        read_only_fields = fields


class PurchaseLineSerializer(CostMixin, serializers.ModelSerializer[PurchaseOrderLine]):
    """A line of a purchase order; `unit_cost` in the order's currency."""

    may_lack = ("unit_cost",)

    class Meta:
        model = PurchaseOrderLine
        fields = ("id", "product", "quantity", "received", "unit_cost")
        read_only_fields = fields


class PurchaseSerializer(CostMixin, serializers.ModelSerializer[PurchaseOrder]):
    """A purchase order with its lines."""

    may_lack = ("total", "exchange_rate")
    lines = PurchaseLineSerializer(many=True, read_only=True)

    class Meta:
        model = PurchaseOrder
        fields = (
            *("id", "number", "supplier", "warehouse", "status", "currency", "exchange_rate"),
            *("total", "expected_on", "note", "created_by", "created_at", "ordered_at"),
            *("received_at", "version", "lines"),
        )
        read_only_fields = fields


class ReceiptSerializer(serializers.ModelSerializer[PurchaseReceipt]):
    """One delivery of a purchase order, with the state of the order after it."""

    status = serializers.CharField(source="order.status", read_only=True)

    class Meta:
        model = PurchaseReceipt
        fields = ("id", "order", "reference", "actor", "at", "status")
        read_only_fields = fields


class TransferLineSerializer(CostMixin, serializers.ModelSerializer[TransferLine]):
    """A line of a transfer; what is not received yet is in transit once it was sent."""

    may_lack = ("unit_cost",)
    lot_number = serializers.CharField(source="lot.number", read_only=True, default="")

    class Meta:
        model = TransferLine
        fields = ("id", "product", "lot", "lot_number", "quantity", "received", "unit_cost")
        read_only_fields = fields


class TransferSerializer(serializers.ModelSerializer[Transfer]):
    """A transfer with its lines."""

    lines = TransferLineSerializer(many=True, read_only=True)

    class Meta:
        model = Transfer
        fields = (
            *("id", "number", "origin", "destination", "status", "note", "created_by"),
            *("created_at", "sent_at", "received_at", "version", "lines"),
        )
        read_only_fields = fields


class CountLineSerializer(serializers.ModelSerializer[StockCountLine]):
    """A line of a count."""

    lot_number = serializers.CharField(source="lot.number", read_only=True, default="")

    class Meta:
        model = StockCountLine
        fields = (
            *("id", "product", "lot", "lot_number", "expected", "counted", "counted_by"),
            "counted_at",
        )
        read_only_fields = fields


class CountSerializer(serializers.ModelSerializer[StockCount]):
    """A count in a list."""

    class Meta:
        model = StockCount
        fields: tuple[str, ...] = (
            *("id", "number", "warehouse", "status", "note", "created_by", "created_at"),
            *("posted_at", "version"),
        )
        read_only_fields = fields


class CountDetailSerializer(CountSerializer):
    """A count with its lines."""

    lines = CountLineSerializer(many=True, read_only=True)

    class Meta(CountSerializer.Meta):
        fields = (*CountSerializer.Meta.fields, "lines")
        read_only_fields = fields
