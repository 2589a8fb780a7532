"""What the API shows of inspections."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from crm_project.kit.api.fields import branch_code
from inspections.models import (
    ChecklistItem,
    Inspection,
    InspectionAnswer,
    InspectionPhoto,
    InspectionType,
)


class ChecklistItemSerializer(serializers.ModelSerializer[ChecklistItem]):
    """One thing that is asked."""

    class Meta:
        model = ChecklistItem
        fields = (
            "id", "section_ar", "section_en", "label_ar", "label_en", "kind", "unit", "lowest",
            "highest", "choices", "is_required", "product", "included", "per_unit", "is_active",
            "position",
        )  # fmt: skip
        read_only_fields = fields


class InspectionTypeSerializer(serializers.ModelSerializer[InspectionType]):
    """A type with its checklist."""

    items = ChecklistItemSerializer(many=True, read_only=True)

    class Meta:
        model = InspectionType
        fields = (
            "id", "code", "name_ar", "name_en", "minutes", "needs_signature",
            "keeps_photo_location", "is_active", "position", "version", "items",
        )  # fmt: skip
        read_only_fields = fields


class InspectionSerializer(serializers.ModelSerializer[Inspection]):
    """An inspection. Orders are named by number; who may not see them finds nothing there."""

    branch_code = branch_code()

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = (
            "id", "number", "type", "branch", "branch_code", "customer", "owner", "inspector", "order",
            "draft_order", "status", "is_urgent", "starts_at", "ends_at",
            "is_outside_hours_allowed", "wishes", "address", "district", "map_url", "outcome",
            "set_out_at", "started_at", "finished_at", "moves", "version", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class AnswerSerializer(serializers.ModelSerializer[InspectionAnswer]):
    """What was found."""

    class Meta:
        model = InspectionAnswer
        fields = ("item", "number", "text", "note", "answered_at")
        read_only_fields = fields


class PhotoSerializer(serializers.ModelSerializer[InspectionPhoto]):
    """A photo; its picture is at `url`, for those who see the inspection."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = InspectionPhoto
        fields = (
            "id", "client_id", "item", "caption", "latitude", "longitude", "taken_at", "url",
        )  # fmt: skip
        read_only_fields = fields

    def get_url(self, photo: InspectionPhoto) -> str:
        """Where the picture is."""
        return reverse(
            "inspection-photo-picture",
            kwargs={"inspection_pk": photo.inspection_id, "pk": photo.pk},
        )


class InspectionDetailSerializer(InspectionSerializer):
    """One inspection with all that is known."""

    answers = AnswerSerializer(many=True, read_only=True)
    photos: Any = PhotoSerializer(many=True, read_only=True)

    class Meta(InspectionSerializer.Meta):
        fields = (
            *InspectionSerializer.Meta.fields,
            "note", "result_note", "cancel_reason", "latitude", "longitude", "answers", "photos",
        )  # fmt: skip
        read_only_fields = fields


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of a batch of answers."""

    saved = serializers.ListField(child=serializers.IntegerField())
    refused = serializers.DictField(child=serializers.CharField())


class DraftOrderSerializer(serializers.Serializer[Any]):
    """The order that came out of an inspection."""

    id = serializers.IntegerField()
    number = serializers.CharField()
