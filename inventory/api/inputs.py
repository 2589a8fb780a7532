"""What callers may write about products and stock. Unknown fields are refused."""

import uuid
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm_project.kit.api.fields import (
    OptionalFields,
    StrictSerializer,
    Text,
    VisibleRelatedField,
)
from crm_project.kit.api.paths import PathErrors
from inventory.costs import sees_cost
from inventory.models import Product, ProductCategory, Supplier, Warehouse
from inventory.services import (
    Arrived,
    Delivered,
    Delivery,
    Entry,
    NewTransfer,
    PurchaseDraft,
    PurchaseLine,
    create_product,
    create_purchase,
    create_transfer,
    receive_purchase,
    receive_transfer,
    save_supplier,
    update_product,
    update_purchase,
)

MOST_LINES = 300


class Quantity(serializers.DecimalField):
    """A quantity with at most three digits behind the point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 3, **kwargs})


class Currency(Text):
    """An ISO 4217 code."""

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data).upper()
        if len(code) != 3 or not (code.isascii() and code.isalpha()):
            raise serializers.ValidationError(_("A currency has three letters, like SAR."))
        return code


class SubmitSerializer(PathErrors, StrictSerializer):
    """What all inputs know: who calls, and an id for this submit. Problems stand under their path."""

    @property
    def caller(self) -> Any:
        return self.context["request"].user

    @property
    def request_id(self) -> uuid.UUID:
        """The Idempotency-Key's, so that a repeated call finds what the first one made."""
        request = self.context["request"]
        key = request.headers.get("Idempotency-Key")
        name = f"{self.caller.pk}:{request.path}:{key}"  # the key's own record is kept for a while
        return uuid.uuid5(uuid.NAMESPACE_OID, name) if key else uuid.uuid4()


class NewProductSerializer(SubmitSerializer):
    """A new product."""

    sku = Text(max_length=40)
    barcode = Text(max_length=48, required=False, allow_null=True, allow_blank=True)
    name_ar = Text(max_length=200)
    name_en = Text(max_length=200, required=False, allow_blank=True)
    description_ar = Text(max_length=4000, required=False, allow_blank=True)
    description_en = Text(max_length=4000, required=False, allow_blank=True)
    category = VisibleRelatedField(
        queryset=ProductCategory.objects.all(), required=False, allow_null=True
    )
    kind = serializers.ChoiceField(choices=Product.Kind.choices, required=False)
    tracking = serializers.ChoiceField(choices=Product.Tracking.choices, required=False)
    unit = serializers.ChoiceField(choices=Product.Unit.choices, required=False)
    currency = Currency(required=False)
    price = Quantity(min_value=Decimal(0))
    cost = Quantity(min_value=Decimal(0), required=False)
    tax_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), required=False
    )
    allows_backorder = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "cost" in attrs and not sees_cost(self.caller):
            raise serializers.ValidationError({"cost": [_("Your role does not see this field.")]})
        if "barcode" in attrs:
            attrs["barcode"] = attrs["barcode"] or None
        known = self.instance
        kind = attrs.get("kind", known.kind if known else Product.Kind.STOCKED)
        tracking = attrs.get("tracking", known.tracking if known else Product.Tracking.NONE)
        if kind == Product.Kind.SERVICE and tracking != Product.Tracking.NONE:
            problem = [_("A service has no lots or serial numbers.")]
            raise serializers.ValidationError({"tracking": problem})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Product:
        return create_product(validated_data, request_id=self.request_id, actor=self.caller)


class ChangeProductSerializer(OptionalFields, NewProductSerializer):
    """Fields to change; with `version`, only when nobody else saved in between."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def update(self, instance: Product, validated_data: dict[str, Any]) -> Product:
        version = validated_data.pop("version", None)
        return update_product(instance, validated_data, actor=self.caller, version=version)


class NewSupplierSerializer(SubmitSerializer):
    """A new supplier. The phone in E.164."""

    name = Text(max_length=200)
    contact_name = Text(max_length=120, required=False, allow_blank=True)
    phone = serializers.RegexField(r"^(\+[1-9][0-9]{6,14})?$", required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    currency = Currency(required=False)
    lead_days = serializers.IntegerField(min_value=0, max_value=730, required=False)
    note = Text(max_length=2000, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)

    def create(self, validated_data: dict[str, Any]) -> Supplier:
        return save_supplier(None, validated_data, actor=self.caller, request_id=self.request_id)


class ChangeSupplierSerializer(OptionalFields, NewSupplierSerializer):
    """Fields to change; with `version`, only when nobody else saved in between."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def update(self, instance: Supplier, validated_data: dict[str, Any]) -> Supplier:
        version = validated_data.pop("version", None)
        return save_supplier(instance, validated_data, actor=self.caller, version=version)


class _PurchaseLineInput(StrictSerializer):
    product = VisibleRelatedField(queryset=Product.objects.all())
    quantity = Quantity(min_value=Decimal("0.001"))
    unit_cost = Quantity(min_value=Decimal(0))


class NewPurchaseSerializer(SubmitSerializer):
    """A new purchase order. `exchange_rate`: one unit of its currency in the branch's."""

    supplier = VisibleRelatedField(queryset=Supplier.objects.all())
    warehouse = VisibleRelatedField(queryset=Warehouse.objects.all())
    currency = Currency(required=False)
    exchange_rate = serializers.DecimalField(
        max_digits=18, decimal_places=8, min_value=Decimal("0.00000001"), required=False
    )
    expected_on = serializers.DateField(required=False, allow_null=True)
    note = Text(max_length=300, required=False, allow_blank=True)
    lines = serializers.ListField(
        child=_PurchaseLineInput(), allow_empty=False, max_length=MOST_LINES
    )

    def create(self, validated_data: dict[str, Any]) -> Any:
        lines = [PurchaseLine(**line) for line in validated_data.pop("lines")]
        validated_data.setdefault("currency", validated_data["supplier"].currency)
        draft = PurchaseDraft(lines=lines, **validated_data)
        return create_purchase(draft, request_id=self.request_id, actor=self.caller)


class ChangePurchaseSerializer(OptionalFields, NewPurchaseSerializer):
    """What to change of a draft; `lines` replaces all of them."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        version = validated_data.pop("version", None)
        names = ("supplier", "warehouse", "currency", "exchange_rate", "expected_on", "note")
        known = {name: getattr(instance, name) for name in names}
        given = validated_data.pop("lines", None)
        if given is None:
            kept = instance.lines.select_related("product")
            lines = [PurchaseLine(product=one.product, quantity=one.quantity) for one in kept]
        else:
            lines = [PurchaseLine(**line) for line in given]
        if validated_data.get("currency", instance.currency) != instance.currency:
            known["exchange_rate"] = None  # of the other currency: the company's, unless given
        draft = PurchaseDraft(lines=lines, **{**known, **validated_data})
        return update_purchase(instance, draft, actor=self.caller, version=version)


class _DeliveredInput(StrictSerializer):
    line = serializers.IntegerField(min_value=1, max_value=2**62)
    quantity = Quantity(min_value=Decimal("0.001"))
    lot = Text(max_length=60, required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False, allow_null=True)


class DeliverySerializer(SubmitSerializer):
    """What a supplier delivered; a serial-tracked product takes one item for each piece."""

    reference = Text(  # type: ignore[assignment]
        max_length=60, required=False, allow_blank=True, default=""
    )
    items = serializers.ListField(child=_DeliveredInput(), allow_empty=False, max_length=MOST_LINES)

    def receive(self, order: Any) -> Any:
        """Book it."""
        data = self.validated_data
        items = [
            Delivered(
                line_id=item["line"],
                quantity=item["quantity"],
                lot_number=item.get("lot", ""),
                expires_on=item.get("expires_on"),
            )
            for item in data["items"]
        ]
        delivery = Delivery(items=items, request_id=self.request_id, reference=data["reference"])
        return receive_purchase(order, delivery, actor=self.caller)


class _TransferLineInput(StrictSerializer):
    product = VisibleRelatedField(queryset=Product.objects.all())
    quantity = Quantity(min_value=Decimal("0.001"))
    lot = Text(max_length=60, required=False, allow_blank=True, default="")


class NewTransferSerializer(SubmitSerializer):
    """A new transfer."""

    origin = VisibleRelatedField(queryset=Warehouse.objects.all())
    destination = VisibleRelatedField(queryset=Warehouse.objects.all())
    note = Text(max_length=300, required=False, allow_blank=True, default="")
    lines = serializers.ListField(
        child=_TransferLineInput(), allow_empty=False, max_length=MOST_LINES
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["origin"] == attrs["destination"]:
            problem = [_("Choose another warehouse than the first.")]
            raise serializers.ValidationError({"destination": problem})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Any:
        entries = [
            Entry(product=line["product"], quantity=line["quantity"], lot_number=line["lot"])
            for line in validated_data.pop("lines")
        ]
        new = NewTransfer(entries=entries, request_id=self.request_id, **validated_data)
        return create_transfer(new, actor=self.caller)


class _ArrivedInput(StrictSerializer):
    line = serializers.IntegerField(min_value=1, max_value=2**62)
    quantity = Quantity(min_value=Decimal("0.001"))


class ArrivedSerializer(SubmitSerializer):
    """What arrived of a transfer, by line."""

    items = serializers.ListField(child=_ArrivedInput(), allow_empty=False, max_length=MOST_LINES)

    def receive(self, transfer: Any) -> Any:
        """Book it."""
        quantities: dict[int, Decimal] = {}
        for item in self.validated_data["items"]:
            quantities[item["line"]] = quantities.get(item["line"], Decimal(0)) + item["quantity"]
        arrived = Arrived(request_id=self.request_id, quantities=quantities)
        return receive_transfer(transfer, arrived, actor=self.caller)
