"""Files that people sent us, by API: read only."""

from typing import Any

import django_filters
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.reverse import reverse

from crm_project.kit.api.renderers import FileRenderer
from messaging.models import InboundFile
from messaging.permissions import VIEW_MESSAGE
from messaging.views.files import download_of

from .views import ById

_FILE = {
    "id": 31,
    "message": 412,
    "conversation": 77,
    "place": 0,
    "name": "floor-plan.pdf",
    "content_type": "application/pdf",
    "size": 182_044,
    "sha256": "9f2c3a0d5f2c3a0d5f2c3a0d5f2c3a0d5f2c3a0d5f2c3a0d5f2c3a0d5f2c3a0d",
    "state": "kept",
    "reason": "",
    "download": "https://crm.example.com/api/v1/received-files/31/download/",
    "created_at": "2026-11-26T07:00:00Z",
}


@extend_schema_serializer(examples=[OpenApiExample("A plan sent by WhatsApp", value=_FILE)])
class InboundFileSerializer(serializers.ModelSerializer[InboundFile]):
    """A file of a message: `content_type` is told by its content, `size` is in bytes.

    `download` is its address, null unless `state` is kept; `reason` says why it is not here.
    """

    conversation = serializers.IntegerField(source="message.conversation_id", read_only=True)
    download = serializers.SerializerMethodField()

    class Meta:
        model = InboundFile
        fields = (
            *("id", "message", "conversation", "place", "name", "content_type", "size", "sha256"),
            *("state", "reason", "download", "created_at"),
        )
        read_only_fields = fields

    def get_download(self, file: InboundFile) -> str | None:
        """The address of the bytes."""
        if file.state != InboundFile.State.KEPT:
            return None
        request = self.context.get("request")
        return str(reverse("received-file-download", args=[file.pk], request=request))


class InboundFileFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Files of a message, of a conversation, in a state."""

    message = django_filters.NumberFilter(label=_("Message"), min_value=1, max_value=2**62)
    conversation = django_filters.NumberFilter(
        label=_("Conversation"),
        field_name="message__conversation",
        min_value=1,
        max_value=2**62,
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=InboundFile.State.choices)

    class Meta:
        model = InboundFile
        fields: list[str] = []


class InboundFileViewSet(ById):
    """What people sent with their messages, as visible as their conversations."""

    permissions_by_action = dict.fromkeys(("list", "retrieve", "download"), VIEW_MESSAGE)
    serializer_class = InboundFileSerializer
    filterset_class = InboundFileFilter
    orders = {"newest": ("-id",), "oldest": ("id",)}
    queryset = InboundFile.objects.none()

    def get_queryset(self) -> Any:
        return InboundFile.objects.visible_to(self.request.user).select_related("message")

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    def download(self, request: Request, pk: str) -> FileResponse:
        """The file itself."""
        return download_of(self.get_object())
