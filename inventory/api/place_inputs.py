"""What callers may write about warehouses and categories of products."""

from typing import Any

from rest_framework import serializers

from accounts.models import Branch
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from inventory.errors import BAD_CODE
from inventory.models import ProductCategory, Warehouse
from inventory.services import branches_of, save_category, save_warehouse


class _ChangeableBranchField(serializers.PrimaryKeyRelatedField[Any]):
    """A branch whose warehouses the caller may change."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        rows: Any = super().get_queryset()
        return branches_of(request.user) if request else rows.none()


class ChangeWarehouseSerializer(StrictSerializer):
    """A warehouse as changed; it is closed only when nothing lies there or comes."""

    code = serializers.SlugField(max_length=12, error_messages={"invalid": BAD_CODE})
    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)
    address = Text(max_length=300, required=False, allow_blank=True)
    is_active = serializers.BooleanField(required=False)

    def save_as(self, warehouse: Warehouse | None, *, actor: Any) -> Warehouse:
        """Save it through the service of the page."""
        return save_warehouse(warehouse, self.validated_data, actor=actor)


class NewWarehouseSerializer(ChangeWarehouseSerializer):
    """A warehouse of a branch, which it keeps."""

    branch = _ChangeableBranchField(queryset=Branch.objects.none())


class ProductCategoryInputSerializer(StrictSerializer):
    """A category as written; the tree is at most five deep."""

    code = serializers.SlugField(max_length=40, error_messages={"invalid": BAD_CODE})
    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)
    parent = VisibleRelatedField(  # type: ignore[assignment]  # the column, not the serializer's
        queryset=ProductCategory.objects.all(), required=False, allow_null=True
    )
    position = serializers.IntegerField(min_value=0, max_value=32_000, required=False)

    def save_as(self, category: ProductCategory | None, *, actor: Any) -> ProductCategory:
        """Save it through the service of the page."""
        return save_category(category, self.validated_data, actor=actor)
