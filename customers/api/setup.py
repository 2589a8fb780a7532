"""What the company set up for its customers: categories and tags to keep."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import StrictSerializer, Text
from crm_project.kit.api.idempotency import IdempotentMixin
from customers import permissions
from customers.forms.setup import TONES
from customers.models import Category, Tag
from customers.services import (
    CategoryDraft,
    add_tag,
    remove_category,
    remove_tag,
    rename_tag,
    save_category,
)


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


class CategoryInputSerializer(StrictSerializer):
    """A category as written; `colour` is the tone of its badge."""

    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)
    colour = serializers.ChoiceField(choices=TONES, required=False)
    position = serializers.IntegerField(min_value=0, max_value=999, required=False)

    def save_as(self, category: Category | None, *, actor: Any) -> Category:
        """Save it through the service of the settings page."""
        known = category or Category()
        names = ("name_ar", "name_en", "colour", "position")
        columns = {name: getattr(known, name) for name in names}
        draft = CategoryDraft(**{**columns, **self.validated_data})
        return save_category(category, draft, actor=actor)


class TagInputSerializer(StrictSerializer):
    """A tag as written."""

    name = Text(max_length=40)


class _SetUpViewSet(mixins.ListModelMixin, GenericViewSet[Any]):
    permissions_by_action = {"list": permissions.VIEW}
    orders: Any = {"oldest": ("id",)}
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        model: Any = super().get_queryset().model
        return model.objects.visible_to(self.request.user)


class KeptViewSet(IdempotentMixin, ETagMixin, mixins.RetrieveModelMixin, _SetUpViewSet):
    """Read by who sees customers, kept by who sets the company up."""

    permissions_by_action = {
        "list": permissions.VIEW,
        "retrieve": permissions.VIEW,
        **dict.fromkeys(("create", "partial_update", "destroy"), permissions.SET_UP),
    }
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_regex = "[0-9]{1,18}"

    def given(self, serializer_class: Any, *, partial: bool = False) -> Any:
        """Return the checked body."""
        given = serializer_class(data=self.request.data, partial=partial)
        given.is_valid(raise_exception=True)
        return given

    def answer(self, row: Any, status: int = 200) -> Response:
        """Return the record."""
        return Response(self.get_serializer(row).data, status=status)

    @property
    def caller(self) -> Any:
        """Who calls."""
        return self.request.user


class CategoryViewSet(KeptViewSet):
    """Categories of customers."""

    queryset = Category.objects.none()
    serializer_class = CustomerCategorySerializer

    @extend_schema(request=CategoryInputSerializer, responses={201: CustomerCategorySerializer})
    def create(self, request: Request) -> Response:
        """Add a category."""
        given = self.given(CategoryInputSerializer)
        return self.answer(given.save_as(None, actor=self.caller), 201)

    @extend_schema(request=CategoryInputSerializer, responses={200: CustomerCategorySerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a category."""
        category = self.get_object()
        given = self.given(CategoryInputSerializer, partial=True)
        return self.answer(given.save_as(category, actor=self.caller))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a category; its customers have none then."""
        remove_category(self.get_object(), actor=self.caller)
        return Response(status=204)


class TagViewSet(KeptViewSet):
    """Tags of customers."""

    queryset = Tag.objects.none()
    serializer_class = CustomerTagSerializer

    @extend_schema(request=TagInputSerializer, responses={201: CustomerTagSerializer})
    def create(self, request: Request) -> Response:
        """Add a tag."""
        given = self.given(TagInputSerializer)
        return self.answer(add_tag(given.validated_data["name"], actor=self.caller), 201)

    @extend_schema(request=TagInputSerializer, responses={200: CustomerTagSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Give a tag another name."""
        tag = self.get_object()
        name = self.given(TagInputSerializer).validated_data["name"]
        return self.answer(rename_tag(tag, name, actor=self.caller))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take a tag off all customers."""
        remove_tag(self.get_object(), actor=self.caller)
        return Response(status=204)
