"""What the API shows of raw signals and messages."""

from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from crm_project.kit.api.fields import branch_code
from messaging.models import Message, Signal
from messaging.services import REMOVED
from messaging.services.sources import read_source

_SIGNAL = {
    "id": 91,
    "channel": "whatsapp",
    "key": "whatsapp:5f2c9a0e",
    "status": "done",
    "kinds": ["text"],
    "source": "",
    "branch": 1,
    "branch_code": "riy",
    "content_type": "application/json",
    "attempts": 0,
    "error": "",
    "received_at": "2026-11-22T07:00:00Z",
    "due_at": "2026-11-22T07:00:00Z",
    "done_at": "2026-11-22T07:00:00.120Z",
}


@extend_schema_serializer(examples=[OpenApiExample("A read webhook", value=_SIGNAL)])
class SignalSerializer(serializers.ModelSerializer[Signal]):
    """One raw signal without its body."""

    branch_code = branch_code(is_optional=True)

    class Meta:
        model = Signal
        fields = (
            "id", "channel", "key", "status", "kinds", "source", "branch", "branch_code",
            "content_type", "attempts", "error", "received_at", "due_at", "done_at",
        )  # fmt: skip
        read_only_fields = fields


class SignalDetailSerializer(SignalSerializer):
    """One raw signal with its headers, its body as text, and the messages found in it.

    `body` is cut at 60,000 characters; control and direction characters are written as escapes.
    It is null for roles that see contact data masked, and once its time is over: then the headers
    say since when, in `removed`.
    """

    body = serializers.SerializerMethodField()
    headers = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()

    class Meta:
        model = Signal
        fields = (*SignalSerializer.Meta.fields, "headers", "body", "messages")
        read_only_fields = fields

    def get_body(self, signal: Signal) -> str | None:
        """Return the readable body."""
        is_here = self._sees_contacts() and REMOVED not in signal.headers
        return read_source(signal).text if is_here else None

    def get_headers(self, signal: Signal) -> dict[str, str]:
        """Return the kept headers."""
        return dict(signal.headers) if self._sees_contacts() else {}

    def get_messages(self, signal: Signal) -> list[int]:
        """Return the ids of its messages that the caller may read."""
        rows = Message.objects.visible_to(self.context["request"].user)
        return list(rows.filter(signal=signal).order_by("pk").values_list("pk", flat=True)[:200])

    def _sees_contacts(self) -> bool:
        user: Any = self.context["request"].user
        fields = ("customers.phone", "customers.email")
        return all(user.sees_field(field) == "visible" for field in fields)


set_override(SignalDetailSerializer, "examples", [])  # made of its own schema


_MESSAGE = {
    "id": 412,
    "conversation": 77,
    "customer": None,
    "channel": "whatsapp",
    "direction": "in",
    "kind": "text",
    "subject": "",
    "text": "أحتاج تكييف لخمس غرف",
    "status": "received",
    "error": "",
    "is_automatic": False,
    "author": None,
    "signal": 91,
    "sent_at": "2026-11-22T07:00:00Z",
}


@extend_schema_serializer(examples=[OpenApiExample("A WhatsApp message", value=_MESSAGE)])
class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message in or out."""

    customer = serializers.IntegerField(
        source="conversation.customer_id", read_only=True, allow_null=True
    )
    channel = serializers.CharField(source="conversation.kind", read_only=True)

    class Meta:
        model = Message
        fields = (
            "id", "conversation", "customer", "channel", "direction", "kind", "subject", "text",
            "status", "error", "is_automatic", "author", "signal", "sent_at",
        )  # fmt: skip
        read_only_fields = fields
