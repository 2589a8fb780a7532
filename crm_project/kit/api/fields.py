"""Serializers that refuse what they do not know, relations within the caller's reach, clean text."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm_project.kit.text import strip_controls


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know instead of ignoring them (SECURITY.md AZ-5)."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name)[:60] for name in data if name not in writable)
            if unknown:
                message = _("There is no such field, or it cannot be written.")
                raise serializers.ValidationError({name: [message] for name in unknown})
        return super().to_internal_value(data)


class OptionalFields:
    """Before the serializer of a new record makes one of changes: what is left out stays.

    Unlike `partial=True` it reaches no deeper: a line inside of a document still needs its parts.
    """

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, none of them required."""
        fields: dict[str, Any] = super().get_fields()  # type: ignore[misc]
        for field in fields.values():
            field.required = False
        return fields


class VisibleRelatedField(serializers.PrimaryKeyRelatedField[Any]):
    """A related record by id; one that the caller may not see does not exist."""

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        request = self.context.get("request")
        return rows.visible_to(request.user) if request else rows.none()


class Text(serializers.CharField):
    """Text without control characters and direction marks."""

    def to_internal_value(self, data: Any) -> str:
        text = strip_controls(super().to_internal_value(data)).strip()
        if not text and not self.allow_blank:
            self.fail("blank")  # of invisible characters only
        return text


def branch_code(*, is_optional: bool = False) -> serializers.CharField:
    """Return the field that stands beside every `branch`: the id is for programs, this for people."""
    blank: dict[str, Any] = {"default": None, "allow_null": True} if is_optional else {}
    return serializers.CharField(
        source="branch.code",
        read_only=True,
        help_text=_("The code of the branch whose id `branch` is."),
        **blank,
    )
