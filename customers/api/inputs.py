"""What callers may write about customers. Unknown fields are refused, related ids are scoped."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Branch, User
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from crm_project.kit.errors import BusinessError
from crm_project.kit.phones import parse_phone
from customers import permissions
from customers.custom_values import read_custom
from customers.masking import IDENTIFIERS, VISIBLE
from customers.models import Category, Consent, ContactPoint, Customer, Tag
from customers.services import (
    NewCustomer,
    NewPoint,
    Statement,
    active_fields,
    create_customer,
    update_customer,
)

NOT_A_PHONE = _("This is not a phone number. Write it with its country code.")


def checked_custom(given: dict[str, Any]) -> dict[str, Any]:
    """Return the values as they are stored. Raises ValidationError with every one that is wrong."""
    fields = active_fields() if given else []
    values: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for code, written in given.items():
        try:
            values.update(read_custom(fields, {code: written}))
        except BusinessError as error:
            problems[str(error.field)] = [str(error)]
    if problems:
        raise serializers.ValidationError(problems)
    return values


class _CustomerInput(StrictSerializer):
    """What making and changing share."""

    kind = serializers.ChoiceField(choices=Customer.Kind.choices, required=False)
    company = Text(max_length=200, required=False, allow_blank=True)
    owner = VisibleRelatedField(queryset=User.objects.staff(), required=False, allow_null=True)
    category = VisibleRelatedField(queryset=Category.objects.all(), required=False, allow_null=True)
    tags = VisibleRelatedField(queryset=Tag.objects.all(), required=False, many=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Customer.Source.choices, required=False
    )
    city = Text(max_length=80, required=False, allow_blank=True)
    address = Text(max_length=300, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
    national_id = Text(max_length=40, required=False, allow_null=True)
    tax_id = Text(max_length=40, required=False, allow_null=True)
    custom = serializers.DictField(
        required=False,
        help_text=_("Values of the company's own fields by code; null takes one away."),
    )

    @property
    def _caller(self) -> Any:
        return self.context["request"].user

    def validate_owner(self, owner: User | None) -> User | None:
        """Only those who may hand over customers choose another owner than themselves."""
        if owner != self._caller and not self._caller.has_perm(permissions.ASSIGN):
            raise serializers.ValidationError(_("You may not hand customers to a colleague."))
        return owner

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        secret = {"national_id", "tax_id"} & attrs.keys()
        if secret and self._caller.sees_field(IDENTIFIERS) != VISIBLE:
            problem = [_("Your role does not see this field.")]
            raise serializers.ValidationError(dict.fromkeys(secret, problem))
        if "custom" in attrs:
            attrs["custom"] = checked_custom(attrs["custom"])
        return attrs


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A person",
            value={
                "name": "نورة العتيبي",
                "branch": 1,
                "phones": ["0551234567"],
                "city": "الرياض",
            },
            request_only=True,
        )
    ]
)
class NewCustomerSerializer(_CustomerInput):
    """A new customer. Phones in any writing; those without a country code belong to the branch."""

    name = Text(max_length=200)
    branch = VisibleRelatedField(queryset=Branch.objects.active(), required=False)
    phones = serializers.ListField(child=Text(max_length=40), required=False, max_length=5)
    emails = serializers.ListField(
        child=serializers.EmailField(max_length=254), required=False, max_length=5
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        branch = attrs.setdefault("branch", self._caller.branch)
        if branch is None:
            raise serializers.ValidationError({"branch": [_("Say to which branch it belongs.")]})
        phones = [parse_phone(raw, region=branch.phone_region) for raw in attrs.get("phones", [])]
        if None in phones:
            raise serializers.ValidationError({"phones": [NOT_A_PHONE]})
        attrs["phones"] = tuple(phone.e164 for phone in phones if phone)
        attrs["emails"] = tuple(attrs.get("emails", []))
        attrs["tags"] = tuple(attrs.get("tags", []))
        attrs.setdefault("owner", None if self._caller.is_service else self._caller)
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Customer:
        return create_customer(NewCustomer(**validated_data), actor=self._caller)


class ChangeCustomerSerializer(_CustomerInput):
    """Fields to change; with `version`, only when nobody else saved in between."""

    name = Text(max_length=200, required=False)
    status = serializers.ChoiceField(choices=Customer.Status.choices, required=False)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def update(self, instance: Customer, validated_data: dict[str, Any]) -> Customer:
        version = validated_data.pop("version", None)
        return update_customer(instance, validated_data, actor=self._caller, version=version)


class NewPointSerializer(StrictSerializer):
    """A phone in any writing, or an e-mail."""

    kind = serializers.ChoiceField(choices=ContactPoint.Kind.choices)
    value = Text(max_length=254)
    label = Text(  # type: ignore[assignment]
        max_length=40, required=False, default="", allow_blank=True
    )
    is_primary = serializers.BooleanField(required=False, default=False)
    has_whatsapp = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raw = attrs["value"]
        if attrs["kind"] == ContactPoint.Kind.EMAIL:
            value = serializers.EmailField(max_length=254).run_validation(raw).lower()
        else:
            phone = parse_phone(raw, region=self.context["customer"].branch.phone_region)
            if phone is None:
                raise serializers.ValidationError({"value": [NOT_A_PHONE]})
            value = phone.e164
        return {**attrs, "value": value, "raw": raw}

    def new_point(self) -> NewPoint:
        """The point, ready for the service."""
        return NewPoint(**self.validated_data)


class NewConsentSerializer(StrictSerializer):
    """An entry for the ledger."""

    point = serializers.PrimaryKeyRelatedField(queryset=ContactPoint.objects.none())
    purpose = serializers.ChoiceField(choices=Consent.Purpose.choices)
    is_granted = serializers.BooleanField()
    source = Text(max_length=60)  # type: ignore[assignment]
    evidence = Text(max_length=300, required=False, default="", allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if customer := self.context.get("customer"):
            fields["point"].queryset = customer.points.in_use()
        return fields

    def statement(self) -> Statement:
        """The statement, ready for the service."""
        data = {name: value for name, value in self.validated_data.items() if name != "point"}
        return Statement(**data)


class NewNoteSerializer(StrictSerializer):
    """A note; the people in `mentions` and every @name in the text are told."""

    text = Text(max_length=5000)
    mentions = VisibleRelatedField(queryset=User.objects.staff(), many=True, required=False)


class ChangeNoteSerializer(StrictSerializer):
    """What a note says (its author only), and whether it stands above the others."""

    text = Text(max_length=5000, required=False)
    is_pinned = serializers.BooleanField(required=False)
