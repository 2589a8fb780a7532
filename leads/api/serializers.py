"""What the API shows of leads, their fields and decisions."""

from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from crm_project.kit.api.fields import branch_code
from customers.masking import shown_point
from leads.models import ExtractedField, Lead, RoutingDecision
from messaging.models import Message

CONTACTS = ("phone", "email")  # shown as far as the caller's role sees them
_LEAD = {
    "id": 1042, "code": "L-01042", "version": 1, "branch": 1, "branch_code": "riy",
    "owner": 7, "owner_name": "سلمان", "team": 2, "customer": None, "channel": "whatsapp",
    "source": "WhatsApp Riyadh", "status": "new",
    "name": "أبو راكان", "company": "", "phone": "+966507712245", "email": "", "country": "SA",
    "city": "Riyadh", "region": "النرجس", "product": "hvac", "quantity": "5.000", "unit": "room",
    "budget": "20000.00", "currency": "SAR", "specs": "", "language": "ar",
    "intent": "quote_request",
    "urgency": "normal", "tone": "calm", "spam_score": 0.01, "score": 72,
    "excerpt": "أحتاج تكييف لخمس غرف", "is_test": False, "received_at": "2026-11-22T07:00:00Z",
    "last_message_at": "2026-11-22T07:00:00Z", "assigned_at": "2026-11-22T07:00:00Z",
    "reply_due_at": "2026-11-22T07:15:00Z", "first_reply_at": None, "accepted_at": None,
    "snoozed_until": None, "closed_at": None, "close_reason": "",
}  # fmt: skip


@extend_schema_serializer(examples=[OpenApiExample("A new lead", value=_LEAD)])
class LeadSerializer(serializers.ModelSerializer[Lead]):
    """A lead as lists show it. `score` is the chance to convert in percent, `spam_score` 0 to 1."""

    branch_code = branch_code()
    owner_name = serializers.CharField(source="owner.name", default=None, read_only=True)

    class Meta:
        model = Lead
        fields = tuple(_LEAD)
        read_only_fields = fields

    def to_representation(self, instance: Lead) -> dict[str, Any]:
        shown = super().to_representation(instance)
        user = self.context["request"].user
        return {
            **shown,
            **{kind: shown_point(kind, shown[kind], user, is_formatted=False) for kind in CONTACTS},
        }


_FIELD = {
    "id": 9, "name": "city", "value": "Riyadh", "raw": "الرياض", "confidence": 0.96, "start": 14,
    "end": 20, "extractor": "places", "version": "1", "state": "suggested", "corrected": None,
    "decided_by": None, "decided_at": None, "message": 412,
}  # fmt: skip


@extend_schema_serializer(examples=[OpenApiExample("A city found in a message", value=_FIELD)])
class LeadFieldSerializer(serializers.ModelSerializer[ExtractedField]):
    """One value found in a message: `start` and `end` count the characters of its text."""

    class Meta:
        model = ExtractedField
        fields = tuple(_FIELD)
        read_only_fields = fields

    def to_representation(self, instance: ExtractedField) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if instance.name not in CONTACTS:
            return shown
        user = self.context["request"].user
        texts = ("value", "corrected", "raw")
        kind = instance.name
        values = {key: str(shown[key] or "") for key in texts}
        seen = {key: shown_point(kind, values[key], user, is_formatted=False) for key in texts}
        return {**shown, **seen}


class DecisionSerializer(serializers.ModelSerializer[RoutingDecision]):
    """Why the lead went where it went."""

    class Meta:
        model = RoutingDecision
        fields = (
            "rule_name",
            "rule_version",
            "person",
            "team",
            "reasons",
            "candidates",
            "confidence",
            "decided_by",
            "at",
        )
        read_only_fields = fields


class LeadMessageSerializer(serializers.ModelSerializer[Message]):
    """A message of the lead's log."""

    class Meta:
        model = Message
        fields = ("id", "direction", "kind", "text", "sent_at")
        read_only_fields = fields


class LeadDetailSerializer(LeadSerializer):
    """A lead with its fields, its messages and the decision that assigned it."""

    fields_found = LeadFieldSerializer(source="fields.all", many=True, read_only=True)
    messages = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()

    class Meta:
        model = Lead
        fields = (*LeadSerializer.Meta.fields, "fields_found", "messages", "decision")
        read_only_fields = fields

    def get_messages(self, lead: Lead) -> list[dict[str, Any]]:
        """Return the messages that the caller may read, oldest first."""
        rows = Message.objects.visible_to(self.context["request"].user)
        found = rows.filter(lead_link__lead=lead).order_by("sent_at", "pk")[:200]
        return list(LeadMessageSerializer(found, many=True).data)

    def get_decision(self, lead: Lead) -> dict[str, Any] | None:
        """Return the decision that explains who has the lead."""
        decision = RoutingDecision.objects.explaining(lead).first()
        return dict(DecisionSerializer(decision).data) if decision else None


set_override(LeadDetailSerializer, "examples", [])  # made of its own schema, not of the short one's
