"""What the API shows of orders. Amounts are strings in the order's currency."""

from functools import cache
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm_project.kit.api.fields import branch_code
from orders.models import (
    ExchangeRate,
    Order,
    OrderLine,
    OrderReturn,
    OrderStage,
    Payment,
    ReturnLine,
    Shipment,
    ShipmentLine,
)
from orders.services.reads import line_figures, margin_of, next_steps

MARGIN = "orders.margin"


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order in a list."""

    branch_code = branch_code()
    customer_name = serializers.CharField(source="customer.name", read_only=True)
    is_overdue = serializers.BooleanField(read_only=True)
    balance = serializers.DecimalField(max_digits=16, decimal_places=3, read_only=True)

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            *(
                "id",
                "number",
                "status",
                "branch",
                "branch_code",
                "owner",
                "customer",
                "customer_name",
            ),
            *("warehouse", "channel", "currency", "subtotal", "discount", "tax", "total"),
            *("paid", "credited", "balance", "promised_on", "valid_until", "is_overdue"),
            *("requires_inspection", "inspection_cleared_at", "version"),
            *("created_at", "confirmed_at", "finished_at"),
        )
        read_only_fields = fields


@cache
def _of_a_list() -> OrderSerializer:
    return OrderSerializer()


def short_order(order: Order) -> dict[str, Any]:
    """The order as a list shows it. Its fields are built once for all: half the work of an answer."""
    return dict(_of_a_list().to_representation(order))


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """An item as it was sold. `cost` is null for roles that do not see margins."""

    cost = serializers.SerializerMethodField()

    class Meta:
        model = OrderLine
        fields = (
            *("id", "product", "warehouse", "name", "quantity", "unit_price", "discount_percent"),
            *("tax_percent", "net", "discount_share", "tax", "shipped", "returned", "cost"),
        )
        read_only_fields = fields

    def get_cost(self, line: OrderLine) -> str | None:
        """What was issued for it and is not back in stock, in the warehouse's currency."""
        caller = self.context["request"].user
        return f"{line.cost:f}" if caller.sees_field(MARGIN) == "visible" else None


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """A payment, or a refund with its negative amount."""

    currency = serializers.CharField(source="order.currency", read_only=True)

    class Meta:
        model = Payment
        fields = (
            *("id", "number", "order", "amount", "currency", "method", "reference", "note"),
            *("refund_of", "actor", "at"),
        )
        read_only_fields = fields


class _ShipmentLineSerializer(serializers.ModelSerializer[ShipmentLine]):
    class Meta:
        model = ShipmentLine
        fields = ("line", "lot", "quantity")
        read_only_fields = fields


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """A consignment."""

    lines = _ShipmentLineSerializer(many=True, read_only=True)

    class Meta:
        model = Shipment
        fields = (
            *("id", "number", "status", "carrier", "tracking", "tracking_url", "address"),
            *("received_by", "sent_at", "delivered_at", "lines"),
        )
        read_only_fields = fields


class _OrderReturnLineSerializer(serializers.ModelSerializer[ReturnLine]):
    class Meta:
        model = ReturnLine
        fields = ("line", "lot", "quantity", "is_restocked")
        read_only_fields = fields


class OrderReturnSerializer(serializers.ModelSerializer[OrderReturn]):
    """Goods that came back."""

    lines = _OrderReturnLineSerializer(many=True, read_only=True)

    class Meta:
        model = OrderReturn
        fields = ("id", "number", "reason", "credit", "at", "lines")
        read_only_fields = fields


class OrderStageSerializer(serializers.ModelSerializer[OrderStage]):
    """A step that the order took."""

    class Meta:
        model = OrderStage
        fields = ("status", "at", "actor", "note")
        read_only_fields = fields


class OrderStepSerializer(serializers.Serializer[Any]):
    """A step that the caller may take now, and the action that takes it."""

    to = serializers.CharField()
    door = serializers.CharField()


class OrderMarginSerializer(serializers.Serializer[Any]):
    """Revenue without tax, cost, and the difference, in the order's currency."""

    revenue = serializers.DecimalField(max_digits=20, decimal_places=3)
    cost = serializers.DecimalField(max_digits=20, decimal_places=3)
    amount = serializers.DecimalField(max_digits=20, decimal_places=3)
    percent = serializers.DecimalField(max_digits=12, decimal_places=1, allow_null=True)


class OrderDetailSerializer(OrderSerializer):
    """One order with everything that belongs to it."""

    lines = OrderLineSerializer(many=True, read_only=True)
    payments = PaymentSerializer(many=True, read_only=True)
    shipments = ShipmentSerializer(many=True, read_only=True)
    returns = OrderReturnSerializer(many=True, read_only=True)
    stages = OrderStageSerializer(many=True, read_only=True)
    steps = serializers.SerializerMethodField()
    margin = serializers.SerializerMethodField()

    class Meta(OrderSerializer.Meta):
        fields = (
            *OrderSerializer.Meta.fields,
            *("delivery_address", "note", "terms", "cancel_reason", "lines", "payments"),
            *("shipments", "returns", "stages", "steps", "margin"),
        )
        read_only_fields = fields

    @extend_schema_field(OrderStepSerializer(many=True))
    def get_steps(self, order: Order) -> Any:
        """What may follow, for this caller."""
        steps = next_steps(order, self.context["request"].user, list(order.lines.all()))
        return OrderStepSerializer(steps, many=True).data

    @extend_schema_field(OrderMarginSerializer(allow_null=True))
    def get_margin(self, order: Order) -> Any:
        """Null for roles that do not see margins, and where an exchange rate is missing."""
        if self.context["request"].user.sees_field(MARGIN) != "visible":
            return None
        margin = margin_of(order, line_figures(order))
        return OrderMarginSerializer(margin).data if margin else None


class ExchangeRateSerializer(serializers.ModelSerializer[ExchangeRate]):
    """What a currency is worth in the company's currency from a day on."""

    class Meta:
        model = ExchangeRate
        fields = ("id", "currency", "on", "rate")
        read_only_fields = fields
