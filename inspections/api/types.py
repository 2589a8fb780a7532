"""Types of inspections and their checklists, by API: read only."""

from typing import Any

from rest_framework import mixins
from rest_framework.viewsets import GenericViewSet

from inspections import permissions
from inspections.models import InspectionType

from .serializers import InspectionTypeSerializer


class InspectionTypeViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[InspectionType]
):
    """What kinds of visits there are and what is asked at each."""

    permissions_by_action = {"list": permissions.VIEW, "retrieve": permissions.VIEW}
    lookup_value_regex = "[0-9]{1,18}"
    queryset = InspectionType.objects.none()
    serializer_class = InspectionTypeSerializer
    orders = {"newest": ("-id",)}
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        """Types in use, with their items."""
        rows: Any = InspectionType.objects.visible_to(self.request.user)
        return rows.active().prefetch_related("items")
