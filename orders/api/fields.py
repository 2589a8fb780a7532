"""Fields that the API of orders writes by."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from crm_project.kit.api.fields import Text

MOST_ID = 2**63 - 1


def optional_text(length: int) -> Text:
    """A text that may be left out or empty."""
    return Text(max_length=length, required=False, allow_blank=True)


def quantity(**options: Any) -> serializers.DecimalField:
    """A quantity of up to three decimals, above zero."""
    return serializers.DecimalField(
        max_digits=14, decimal_places=3, min_value=Decimal("0.001"), **options
    )


def amount(**options: Any) -> serializers.DecimalField:
    """An amount of money or a price, not negative, as a string or a number."""
    limits = {"max_digits": 14, "decimal_places": 3, "min_value": Decimal(0)}
    return serializers.DecimalField(**{**limits, **options})


def percent(**options: Any) -> serializers.DecimalField:
    """A percentage with up to two decimals."""
    return serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), **options
    )


def record_id(**options: Any) -> serializers.IntegerField:
    """The id of a record, which is looked up together with its fellows."""
    return serializers.IntegerField(min_value=1, max_value=MOST_ID, **options)


def version() -> serializers.IntegerField:
    """The version that the caller saw."""
    return serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


def many(serializer: type[serializers.Serializer[Any]], most: int, **options: Any) -> Any:
    """A list of one to `most` of these."""
    limits: dict[str, Any] = {"allow_empty": False, "max_length": most}
    return serializer(many=True, **limits, **options)
