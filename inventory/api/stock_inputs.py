"""What callers may write about stock: goods that come, go or are corrected, levels, counts."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from inventory.costs import sees_cost
from inventory.models import Product, ProductCategory, Warehouse
from inventory.services import Counted, Entry, NewCount, ReorderLevel, Sheet

from .inputs import MOST_LINES, Quantity, SubmitSerializer


class _MovedLineSerializer(StrictSerializer):
    """So much of a product; of which lot or serial number, where it is tracked."""

    product = VisibleRelatedField(queryset=Product.objects.all())
    quantity = Quantity(min_value=Decimal("0.001"))
    lot = Text(max_length=60, required=False, allow_blank=True, default="")


class _ReceivedLineSerializer(_MovedLineSerializer):
    """What came in; without a cost it comes at the product's."""

    expires_on = serializers.DateField(required=False, allow_null=True, default=None)
    unit_cost = Quantity(min_value=Decimal(0), required=False, allow_null=True, default=None)


class _CorrectedLineSerializer(_MovedLineSerializer):
    """By how much: below zero for less."""

    quantity = Quantity()


class _SheetSerializer(SubmitSerializer):
    warehouse = VisibleRelatedField(queryset=Warehouse.objects.all())
    reference = Text(  # type: ignore[assignment]
        max_length=60, required=False, allow_blank=True, default=""
    )

    def sheet(self) -> Sheet:
        """What is moved, ready for the service."""
        data = dict(self.validated_data)
        entries = [_entry(line) for line in data.pop("lines")]
        return Sheet(entries=entries, request_id=self.request_id, **data)


def _entry(line: dict[str, Any]) -> Entry:
    known = {name: line[name] for name in ("expires_on", "unit_cost") if name in line}
    return Entry(
        product=line["product"], quantity=line["quantity"], lot_number=line["lot"], **known
    )


def _lines(line: Any) -> serializers.ListField:
    return serializers.ListField(child=line, allow_empty=False, max_length=MOST_LINES)


class ReceiveStockSerializer(_SheetSerializer):
    """Goods that came in without a purchase order."""

    reason = Text(max_length=200, required=False, allow_blank=True, default="")
    lines = _lines(_ReceivedLineSerializer())

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A cost is written by those who see costs."""
        is_costed = any(line["unit_cost"] is not None for line in lines)
        if is_costed and not sees_cost(self.caller):
            raise serializers.ValidationError(_("Your role does not see this field."))
        return lines


class IssueStockSerializer(_SheetSerializer):
    """Goods that leave without an order, and why."""

    reason = Text(max_length=200)
    lines = _lines(_MovedLineSerializer())


class AdjustStockSerializer(_SheetSerializer):
    """By how much the stock is wrong, and why."""

    reason = Text(max_length=200)
    lines = _lines(_CorrectedLineSerializer())


class ReorderLevelSerializer(StrictSerializer):
    """At or below which stock a product is ordered again in a warehouse; null: never."""

    product = VisibleRelatedField(queryset=Product.objects.all())
    warehouse = VisibleRelatedField(queryset=Warehouse.objects.all())
    reorder_point = Quantity(min_value=Decimal(0), allow_null=True)
    reorder_quantity = Quantity(
        min_value=Decimal("0.001"), required=False, allow_null=True, default=None
    )
    bin = Text(max_length=40, required=False, allow_blank=True, default="")

    def level(self) -> ReorderLevel:
        """The level, ready for the service."""
        data = self.validated_data
        return ReorderLevel(
            point=data["reorder_point"], quantity=data["reorder_quantity"], bin=data["bin"]
        )


class NewCountSerializer(SubmitSerializer):
    """A count of a warehouse, or of a category in it."""

    warehouse = VisibleRelatedField(queryset=Warehouse.objects.all())
    category = VisibleRelatedField(
        queryset=ProductCategory.objects.all(), required=False, allow_null=True
    )
    note = Text(max_length=300, required=False, allow_blank=True)

    def new_count(self) -> NewCount:
        """The count, ready for the service."""
        return NewCount(request_id=self.request_id, **self.validated_data)


class CountedSerializer(StrictSerializer):
    """What was found; `is_more` adds to what was counted before."""

    product = VisibleRelatedField(queryset=Product.objects.all())
    quantity = Quantity(min_value=Decimal(0))
    lot = Text(max_length=60, required=False, allow_blank=True, default="")
    is_more = serializers.BooleanField(required=False, default=False)

    def counted(self) -> Counted:
        """What was found, ready for the service."""
        data = dict(self.validated_data)
        return Counted(lot_number=data.pop("lot"), **data)
