"""What callers may write about inspections. Unknown fields are refused, related ids are scoped."""

from typing import Any

from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Branch, User
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from customers.models import Customer
from inspections.models import Inspection, InspectionType
from inspections.services import NewAnswer, NewInspection, Slot
from inspections.services.answers import MOST
from orders.models import Order

LONGEST = 2**31 - 1


def _optional(length: int) -> Text:
    return Text(max_length=length, required=False, allow_blank=True)


class NewInspectionSerializer(StrictSerializer):
    """A request. Without a branch it is the caller's, or the customer's."""

    type = VisibleRelatedField(queryset=InspectionType.objects.active())  # type: ignore[attr-defined]
    customer = VisibleRelatedField(queryset=Customer.objects.open())  # type: ignore[attr-defined]
    branch = VisibleRelatedField(queryset=Branch.objects.active(), required=False)
    order = VisibleRelatedField(queryset=Order.objects.all(), required=False, allow_null=True)
    is_urgent = serializers.BooleanField(required=False)
    wishes, address, district = _optional(300), _optional(300), _optional(80)
    map_url = Text(
        max_length=500,
        required=False,
        allow_blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    note = _optional(4000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        caller, customer = self.context["request"].user, attrs["customer"]
        attrs.setdefault("branch", caller.branch or customer.branch)
        order = attrs.get("order")
        if order and order.customer_id != customer.pk:
            problem = _("The order belongs to another customer.")
            raise serializers.ValidationError({"order": [problem]})
        attrs["owner"] = None if caller.is_service else caller
        return attrs

    def new(self) -> NewInspection:
        """The request, ready for the service."""
        return NewInspection(**self.validated_data)


class ChangeInspectionSerializer(StrictSerializer):
    """What to change of what was asked; with `version`, only when nobody else saved in between."""

    type = VisibleRelatedField(
        queryset=InspectionType.objects.active(),  # type: ignore[attr-defined]
        required=False,
    )
    is_urgent = serializers.BooleanField(required=False)
    wishes, address, district = _optional(300), _optional(300), _optional(80)
    map_url = Text(
        max_length=500,
        required=False,
        allow_blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
    )
    note = _optional(4000)
    version = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False)


class SlotSerializer(StrictSerializer):
    """When and by whom. Without `minutes` the visit keeps its length, or takes its type's."""

    inspector = VisibleRelatedField(queryset=User.objects.staff())
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=5, max_value=720, required=False)
    is_outside_hours_allowed = serializers.BooleanField(required=False, default=False)
    reason = _optional(300)
    version = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False)

    def slot(self, inspection: Inspection) -> Slot:
        """The slot, ready for the service."""
        data = self.validated_data
        usual = inspection.type.minutes
        if inspection.starts_at and inspection.ends_at:
            usual = int((inspection.ends_at - inspection.starts_at).total_seconds() // 60)
        return Slot(
            inspector=data["inspector"],
            starts_at=data["starts_at"],
            minutes=data.get("minutes", usual),
            is_outside_hours_allowed=data["is_outside_hours_allowed"],
        )


class MoveSerializer(SlotSerializer):
    """A slot, and why the visit goes there."""

    reason = Text(max_length=300)


class StepSerializer(StrictSerializer):
    """When a step was taken, if not now."""

    at = serializers.DateTimeField(required=False)


class NoShowSerializer(StrictSerializer):
    """What there is to say about it."""

    note = _optional(300)


class CancelSerializer(StrictSerializer):
    """Why it is called off."""

    reason = Text(max_length=300)


class CompleteSerializer(StepSerializer):
    """What came out of it."""

    outcome = serializers.ChoiceField(choices=Inspection.Outcome.choices)
    result_note = _optional(4000)


class NewAnswerSerializer(StrictSerializer):
    """One answer. Numbers as text or number; `answered_at` says which one is the latest."""

    item = serializers.IntegerField(min_value=1, max_value=2**62)
    value = serializers.CharField(max_length=2000, allow_blank=True)
    note = _optional(500)
    answered_at = serializers.DateTimeField(required=False)


class AnswersSerializer(StrictSerializer):
    """A batch of answers."""

    answers = NewAnswerSerializer(many=True, max_length=MOST)  # type: ignore[call-arg]

    def new(self) -> list[NewAnswer]:
        """The answers, ready for the service."""
        return [
            NewAnswer(
                item_id=one["item"],
                value=one["value"],
                note=one.get("note", ""),
                answered_at=one.get("answered_at") or timezone.now(),
            )
            for one in self.validated_data["answers"]
        ]


class NewPhotoSerializer(StrictSerializer):
    """A photo, sent as multipart. `client_id` is made by the caller: the same one again is one."""

    client_id = serializers.UUIDField()
    photo = serializers.FileField()
    item = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    caption = _optional(200)
    taken_at = serializers.DateTimeField(required=False)


class NewSignatureSerializer(StrictSerializer):
    """A drawn `signature` with its signer, or the reason why there is none; sent as multipart."""

    signature = serializers.FileField(max_length=200, required=False)
    signed_by = Text(max_length=120, required=False, allow_blank=True)
    missing_reason = Text(max_length=200, required=False, allow_blank=True)
    signed_at = serializers.DateTimeField(
        required=False, help_text=_("When it was signed, if not now: the latest one counts.")
    )
