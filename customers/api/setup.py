"""What the company set up for its customers, for programs to read."""

from typing import Any

from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from customers import permissions
from customers.models import Category, CustomField, Tag


class CustomerFieldSerializer(serializers.ModelSerializer[CustomField]):
    """A field of the company's own; values go into a customer's `custom` under `code`."""

    kind = serializers.CharField(read_only=True, help_text=", ".join(CustomField.Kind.values))
    choices = serializers.SerializerMethodField()  # type: ignore[assignment]

    class Meta:
        model = CustomField
        fields = (
            *("id", "code", "kind", "name_ar", "name_en", "help_ar", "help_en", "choices"),
            *("lowest", "highest", "is_required", "is_filterable", "is_active", "position"),
        )
        read_only_fields = fields

    def get_choices(self, field: CustomField) -> list[dict[str, str]]:
        """The list: code, Arabic and English label."""
        choices: list[dict[str, str]] = field.choices
        return choices


class CustomerCategorySerializer(serializers.ModelSerializer[Category]):
    """A class of customers."""

    class Meta:
        model = Category
        fields = ("id", "name_ar", "name_en", "colour", "position")
        read_only_fields = fields


class CustomerTagSerializer(serializers.ModelSerializer[Tag]):
    """A free label."""

    class Meta:
        model = Tag
        fields = ("id", "name")
        read_only_fields = fields


class _SetUpViewSet(mixins.ListModelMixin, GenericViewSet[Any]):
    permissions_by_action = {"list": permissions.VIEW}
    orders: Any = {"oldest": ("id",)}
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        model: Any = super().get_queryset().model
        return model.objects.visible_to(self.request.user)


class CustomFieldViewSet(_SetUpViewSet):
    """The company's own fields, retired ones too."""

    queryset = CustomField.objects.none()
    serializer_class = CustomerFieldSerializer


class CategoryViewSet(_SetUpViewSet):
    """Categories of customers."""

    queryset = Category.objects.none()
    serializer_class = CustomerCategorySerializer


class TagViewSet(_SetUpViewSet):
    """Tags of customers."""

    queryset = Tag.objects.none()
    serializer_class = CustomerTagSerializer
