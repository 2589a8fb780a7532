"""What callers may write about leads. Unknown fields are refused, related ids are scoped."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Branch, User
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from crm_project.kit.phones import parse_phone
from customers.models import Customer
from leads.models import Lead
from leads.services.manual import NewLead
from leads.services.replies import LONGEST_REPLY
from messaging.models.channels import ChannelKind


class VersionedSerializer(StrictSerializer):
    """`version` as the caller saw it: the call is refused when the lead has changed since."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A call",
            value={
                "name": "منى سامي", "branch": 1, "phone": "0501234567", "city": "الرياض", "product": "hvac",
                "budget": "20000.00", "text": "تريد تكييفاً مركزياً لفيلا",
            },
            request_only=True,
        )
    ]
)  # fmt: skip
class NewLeadSerializer(StrictSerializer):
    """An enquiry known to another program or a colleague. A phone or an e-mail is needed."""

    branch = VisibleRelatedField(queryset=Branch.objects.active(), required=False)
    channel = serializers.ChoiceField(choices=ChannelKind.choices, default=ChannelKind.WEB_FORM)
    source = Text(  # type: ignore[assignment]  # the column's name, not the field's attribute
        max_length=100, required=False, default="api", allow_blank=True
    )
    name = Text(max_length=200, required=False, default="", allow_blank=True)
    company = Text(max_length=200, required=False, default="", allow_blank=True)
    phone = Text(max_length=40, required=False, default="", allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, default="", allow_blank=True)
    city = Text(max_length=80, required=False, default="", allow_blank=True)
    product = serializers.ChoiceField(
        choices=Lead.Product.choices, required=False, default="", allow_blank=True
    )
    quantity = serializers.DecimalField(
        max_digits=14, decimal_places=3, min_value=Decimal(0), required=False, default=None,
        allow_null=True,
    )  # fmt: skip
    budget = serializers.DecimalField(
        max_digits=16, decimal_places=2, min_value=Decimal(0), required=False, default=None,
        allow_null=True,
    )  # fmt: skip
    urgency = serializers.ChoiceField(choices=Lead.Urgency.choices, default=Lead.Urgency.NORMAL)
    text = Text(max_length=5000, required=False, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["phone"] and not attrs["email"]:
            message = _("Give a phone or an e-mail, so that somebody can answer.")
            raise serializers.ValidationError({"phone": [message]})
        attrs["branch"] = attrs.get("branch") or self.context["request"].user.branch
        if attrs["branch"] is None:
            raise serializers.ValidationError({"branch": [_("Say to which branch it belongs.")]})
        return {**attrs, "phone": self._phone(attrs), "email": attrs["email"].lower()}

    def _phone(self, attrs: dict[str, Any]) -> str:
        if not attrs["phone"]:
            return ""
        phone = parse_phone(attrs["phone"], region=attrs["branch"].phone_region)
        if phone is None:
            message = _("This is no phone number. Write it with its country code.")
            raise serializers.ValidationError({"phone": [message]})
        return phone.e164

    def new_lead(self) -> NewLead:
        """Return what the service takes."""
        values = dict(self.validated_data)
        return NewLead(source=values.pop("source") or "api", **values)


@extend_schema_serializer(
    examples=[OpenApiExample("A correction", value={"city": "جدة", "budget": "25,000 SAR"})]
)
class LeadChangesSerializer(VersionedSerializer):
    """Values that somebody is sure of; they count as corrections and are never guessed again.

    Quantity and budget are written with their unit: "6 pcs", "20,000 SAR".
    """

    name = Text(max_length=200, required=False)
    company = Text(max_length=200, required=False)
    phone = Text(max_length=40, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    city = Text(max_length=80, required=False)
    region = Text(max_length=120, required=False)
    country = serializers.RegexField("^[A-Z]{2}$", required=False)
    product = serializers.ChoiceField(choices=Lead.Product.choices, required=False)
    quantity = Text(max_length=60, required=False)
    budget = Text(max_length=60, required=False)
    specs = Text(max_length=500, required=False)


class AssignSerializer(VersionedSerializer):
    """To whom."""

    to = VisibleRelatedField(queryset=User.objects.staff().with_access())


class SnoozeSerializer(VersionedSerializer):
    """Until when, with a time zone."""

    until = serializers.DateTimeField()


class RejectSerializer(VersionedSerializer):
    """Why, in words."""

    reason = Text(max_length=200, min_length=1)


class ConvertSerializer(VersionedSerializer):
    """Into which customer; without one, the linked customer or a new one."""

    customer = VisibleRelatedField(
        queryset=Customer.objects.filter(merged_into=None),
        required=False,
        allow_null=True,
        default=None,
    )


class ConvertedSerializer(serializers.Serializer[Any]):
    """The customer that the lead became."""

    customer = serializers.IntegerField()


class ReplySerializer(VersionedSerializer):
    """What is said."""

    text = Text(max_length=LONGEST_REPLY)


class RepliedSerializer(serializers.Serializer[Any]):
    """The message on its way."""

    message = serializers.IntegerField(allow_null=True)


class CorrectSerializer(StrictSerializer):
    """What the value really is, as a person writes it: "0501234567", "20,000 SAR"."""

    text = Text(max_length=500, min_length=1)
