"""The caller's notifications."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Notification
from accounts.permissions import USE_ACCOUNT
from accounts.services import inbox
from crm_project.kit.api.fields import StrictSerializer
from crm_project.kit.api.idempotency import IdempotentMixin

from .serializers import NotificationSerializer

MOST_IDS = 200  # marked read in one call


class ReadSerializer(StrictSerializer):
    """Which lines were read; without `ids` all of them."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=MOST_IDS
    )


class ReadCountSerializer(serializers.Serializer[Any]):
    """How many lines were new."""

    marked = serializers.IntegerField()


class NotificationViewSet(IdempotentMixin, mixins.ListModelMixin, GenericViewSet[Notification]):
    """The own lines, whatever the role."""

    permissions_by_action = {"list": USE_ACCOUNT, "read": USE_ACCOUNT}
    serializer_class = NotificationSerializer
    orders = {"newest": ("-id",)}
    queryset = Notification.objects.none()

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        return Notification.objects.visible_to(caller)

    @extend_schema(request=ReadSerializer, responses=ReadCountSerializer)
    @action(detail=False, methods=["post"])
    def read(self, request: Request) -> Response:
        """Mark lines read; those of others are ignored."""
        asked = ReadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        caller: Any = request.user
        ids = asked.validated_data.get("ids")
        marked = inbox.mark_all_read(caller) if ids is None else inbox.mark_read(caller, ids)
        return Response({"marked": marked})
