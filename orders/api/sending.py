"""Sending documents of orders by API."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm_project.kit.api.fields import StrictSerializer
from customers.masking import shown_point
from messaging.models import Message
from messaging.models.channels import ChannelKind
from orders.services import CHANNELS, DocumentToSend, PaperKind, send_document

from .fields import record_id

_KINDS = "|".join(PaperKind)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "By e-mail, in Arabic", value={"channel": "email", "language": "ar"}, request_only=True
        ),
        OpenApiExample(
            "One receipt", value={"channel": "whatsapp", "target": 7}, request_only=True
        ),
    ]
)
class SendDocumentSerializer(StrictSerializer):
    """How it goes. `language` is the customer's unless given; `target` is the payment of a receipt or
    the shipment of a delivery note, the newest unless given.
    """

    channel = serializers.ChoiceField(choices=[(one.value, one.label) for one in CHANNELS])
    language = serializers.ChoiceField(choices=["ar", "en"], required=False)
    target = record_id(required=False)


_SENT = {
    "message": 412,
    "status": "queued",
    "channel": "email",
    "to": "noura@example.com",
    "text": "عرض السعر RYD-2026-00012 من نسمة للتكييف",
    "file": "quote-RYD-2026-00012.pdf",
    "sent_at": "2026-11-26T07:00:00Z",
}


@extend_schema_serializer(examples=[OpenApiExample("On its way", value=_SENT, response_only=True)])
class SentDocumentSerializer(serializers.ModelSerializer[Message]):
    """A document on its way. Follow its status by `GET /api/v1/messages/{message}/`."""

    message = serializers.IntegerField(source="pk", read_only=True)
    channel = serializers.CharField(source="conversation.kind", read_only=True)
    to = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ("message", "status", "channel", "to", "text", "file", "sent_at")
        read_only_fields = fields

    def get_to(self, message: Message) -> str:
        """Return the number or address, as the caller may see it."""
        conversation, caller = message.conversation, self.context["request"].user
        if conversation.kind == ChannelKind.WHATSAPP:
            return shown_point("phone", conversation.phone, caller, is_formatted=False)
        return shown_point("email", conversation.email, caller)

    def get_file(self, message: Message) -> str:
        """Return the name of the PDF."""
        return str(message.details["files"][0]["name"])


class SendDocumentMixin:
    """For the viewset of orders: sending what is printed of one."""

    @extend_schema(request=SendDocumentSerializer, responses={201: SentDocumentSerializer})
    @action(detail=True, methods=["post"], url_path=f"documents/(?P<kind>{_KINDS})/send")
    def send_document(self, request: Request, pk: str, kind: str) -> Response:
        """Send a document to the customer by WhatsApp or e-mail, in one call.

        Needs an Idempotency-Key to be repeated safely. Refused with 409 and a `code` where nobody can
        be written to: `no_whatsapp_conversation`, `whatsapp_window_closed`, `no_email_address`,
        `no_mailbox`, `address_of_another_customer`, `address_removed`, `customer_blocked`,
        `channel_off`, `consent_withdrawn`, `address_bounced`; `order_cancelled` and
        `order_returned` for its quote; 404 `no_such_document`.
        """
        from .orders import request_id_of  # it imports this module

        view: Any = self
        order = view.get_object()
        data = view._given(SendDocumentSerializer).validated_data
        wanted = DocumentToSend(kind=kind, **data)
        made = send_document(order, wanted, actor=view.caller, request_id=request_id_of(request))
        shown = SentDocumentSerializer(made, context=view.get_serializer_context())
        return Response(shown.data, status=201)
