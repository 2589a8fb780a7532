"""What the API of accounts shows and takes. Unknown fields are refused (SECURITY.md AZ-5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know instead of ignoring them."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name)[:60] for name in data if name not in writable)
            if unknown:
                raise serializers.ValidationError(
                    {name: [_("There is no such field, or it cannot be written.")] for name in unknown}
                )
        return super().to_internal_value(data)
