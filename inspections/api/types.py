"""Types of inspections and their checklists, by API as on the pages of the settings."""

from typing import Any

import django_filters
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import IdempotentMixin
from inspections import permissions
from inspections.models import ChecklistItem, InspectionType
from inspections.services import move_item

from .serializers import ChecklistItemSerializer, InspectionTypeSerializer
from .type_inputs import (
    ChangeChecklistItemSerializer,
    ChangeInspectionTypeSerializer,
    ItemStepSerializer,
    NewChecklistItemSerializer,
    NewInspectionTypeSerializer,
)


class InspectionTypeFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Types in use, unless others are asked for."""

    is_active = django_filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = InspectionType
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        """Without the parameter: types in use."""
        rows = super().filter_queryset(queryset)
        return rows.active() if self.form.cleaned_data.get("is_active") is None else rows


class _TemplateViewSet(IdempotentMixin, ETagMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
    permissions_by_action: dict[str, str] = {
        **dict.fromkeys(("list", "retrieve"), permissions.VIEW),
        **dict.fromkeys(("create", "partial_update", "move"), permissions.CHANGE_TEMPLATES),
    }
    http_method_names = ["get", "post", "patch", "head", "options"]
    lookup_value_regex = "[0-9]{1,18}"

    def _saved(self, serializer: Any, row: Any = None, **known: Any) -> Any:
        context = {**self.get_serializer_context(), **known}
        given = serializer(row, data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        return given.save()

    def _answer(self, row: Any, status: int = 200) -> Response:
        return Response(self.get_serializer(row).data, status=status)


class InspectionTypeViewSet(mixins.ListModelMixin, _TemplateViewSet):
    """What kinds of visits there are and what is asked at each, retired items too."""

    queryset = InspectionType.objects.none()
    serializer_class = InspectionTypeSerializer
    filterset_class = InspectionTypeFilter
    orders = {"newest": ("-id",)}

    def get_queryset(self) -> Any:
        """Types with their items."""
        rows: Any = InspectionType.objects.visible_to(self.request.user)
        return rows.prefetch_related("items")

    def filter_queryset(self, queryset: Any) -> Any:
        """Only the list is filtered."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    @extend_schema(request=NewInspectionTypeSerializer, responses={201: InspectionTypeSerializer})
    def create(self, request: Request) -> Response:
        """Add a type; its checklist is written item by item."""
        return self._answer(self._saved(NewInspectionTypeSerializer), 201)

    @extend_schema(
        request=ChangeInspectionTypeSerializer, responses={200: InspectionTypeSerializer}
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a type, or take it out of use."""
        self._saved(ChangeInspectionTypeSerializer, self.get_object())
        return self._answer(self.get_object())


class ChecklistItemViewSet(_TemplateViewSet):
    """Items of the checklist of the type in the address; the type itself lists them."""

    queryset = ChecklistItem.objects.none()
    serializer_class = ChecklistItemSerializer
    filter_backends: list[Any] = []

    def type(self) -> InspectionType:
        """Return the type in the address. Raises Http404."""
        rows: Any = InspectionType.objects.visible_to(self.request.user)
        found: InspectionType = get_object_or_404(rows, pk=self.kwargs["type_pk"])
        return found

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows: Any = ChecklistItem.objects.visible_to(self.request.user)
        return rows.filter(type=self.type()).select_related("type", "product")

    @extend_schema(request=NewChecklistItemSerializer, responses={201: ChecklistItemSerializer})
    def create(self, request: Request, type_pk: str) -> Response:
        """Add an item at the end."""
        return self._answer(self._saved(NewChecklistItemSerializer, type=self.type()), 201)

    @extend_schema(request=ChangeChecklistItemSerializer, responses={200: ChecklistItemSerializer})
    def partial_update(self, request: Request, type_pk: str, pk: str) -> Response:
        """Change an item that nobody has answered yet; retire one, or bring it back."""
        item = self.get_object()
        return self._answer(self._saved(ChangeChecklistItemSerializer, item))

    @extend_schema(request=ItemStepSerializer, responses={200: ChecklistItemSerializer})
    @action(detail=True, methods=["post"])
    def move(self, request: Request, type_pk: str, pk: str) -> Response:
        """Move an item one place up or down."""
        item = self.get_object()
        given = ItemStepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        by = -1 if given.validated_data["step"] == "up" else 1
        move_item(item, by=by, actor=request.user)  # type: ignore[arg-type]
        return self._answer(self.get_object())
