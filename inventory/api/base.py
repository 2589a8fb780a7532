"""What the API views of products and stock share."""

from typing import Any

from rest_framework import mixins
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import IdempotentMixin


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Any]):
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


class WriteViewSet(IdempotentMixin, ETagMixin, ReadViewSet):
    """With writes that may be repeated."""

    http_method_names = ["get", "post", "patch", "head", "options"]


def reads(code: str) -> dict[str, str]:
    """Return the permission of both ways to read."""
    return {"list": code, "retrieve": code}
