"""What the API shows of customers: contact data as the caller's role may see it."""

from typing import Any

from rest_framework import serializers

from crm_project.kit.api.fields import branch_code
from customers.masking import (
    EMAIL,
    IDENTIFIERS,
    MASKED,
    PHONE,
    shown_email,
    shown_identifier,
    shown_phone,
    shown_point,
)
from customers.models import Consent, ContactPoint, Customer, Note, TimelineEntry


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer in a list."""

    branch_code = branch_code()
    phone = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()
    custom = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields: tuple[str, ...] = (
            "id",
            "code",
            "kind",
            "name",
            "company",
            "branch",
            "branch_code",
            "owner",
            "category",
            "tags",
            "status",
            "source",
            "phone",
            "email",
            "city",
            "address",
            "language",
            "custom",
            "merged_into",
            "version",
            "last_contact_at",
            "created_at",
            "archived_at",
        )
        read_only_fields = fields

    @property
    def _caller(self) -> Any:
        return self.context["request"].user

    def get_custom(self, customer: Customer) -> dict[str, Any]:
        """Values of the company's own fields by code: text, decimal string, date, bool or list."""
        values: dict[str, Any] = customer.custom
        return values

    def get_phone(self, customer: Customer) -> str:
        """E.164, or as the role may see it."""
        return shown_phone(customer.phone, self._caller.sees_field(PHONE), is_formatted=False)

    def get_email(self, customer: Customer) -> str:
        """The primary e-mail, or as the role may see it."""
        return shown_email(customer.email, self._caller.sees_field(EMAIL))


class CustomerDetailSerializer(CustomerSerializer):
    """One customer, with the identifiers masked: they are never sent in full (SECURITY.md DP-3)."""

    national_id = serializers.SerializerMethodField()
    tax_id = serializers.SerializerMethodField()

    class Meta(CustomerSerializer.Meta):
        fields = (*CustomerSerializer.Meta.fields, "national_id", "tax_id")
        read_only_fields = fields

    def get_national_id(self, customer: Customer) -> str:
        """The last two characters at most."""
        return self._identifier(customer.national_id)

    def get_tax_id(self, customer: Customer) -> str:
        """The last two characters at most."""
        return self._identifier(customer.tax_id)

    def _identifier(self, value: str | None) -> str:
        mode = self._caller.sees_field(IDENTIFIERS)
        return shown_identifier(value, MASKED if mode == "visible" else mode)


class PointSerializer(serializers.ModelSerializer[ContactPoint]):
    """A phone (E.164) or an e-mail."""

    value = serializers.SerializerMethodField(method_name="shown_value")

    class Meta:
        model = ContactPoint
        fields = ("id", "kind", "value", "label", "is_primary", "has_whatsapp", "created_at")
        read_only_fields = fields

    def shown_value(self, point: ContactPoint) -> str:
        """The value as the role may see it."""
        caller = self.context["request"].user
        return shown_point(point.kind, point.value, caller, is_formatted=False)


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """An entry of the ledger; the newest for a point and purpose counts."""

    class Meta:
        model = Consent
        fields = ("id", "point", "purpose", "is_granted", "source", "evidence", "at", "recorded_by")
        read_only_fields = fields


class NoteSerializer(serializers.ModelSerializer[Note]):
    """A note."""

    class Meta:
        model = Note
        fields = ("id", "text", "author", "is_pinned", "mentions", "created_at")
        read_only_fields = fields


class TimelineSerializer(serializers.ModelSerializer[TimelineEntry]):
    """One line of the history."""

    class Meta:
        model = TimelineEntry
        fields = ("id", "at", "kind", "text", "url", "actor")
        read_only_fields = fields
