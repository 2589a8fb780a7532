"""What callers may write of shipments, returns, payments and rates."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import CompanySettings
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from crm_project.kit.api.paths import PathErrors
from orders.models import Payment, Shipment
from orders.services import NewPayment, NewShipment, ParcelLine, ReturnedLine
from orders.services.pricing import MOST_LINES

from .fields import amount, many, optional_text, quantity, record_id

MOST_PARTS = MOST_LINES * 5  # several lots of a line


class ParcelLineSerializer(StrictSerializer):
    """How much of a line goes out; of which lot, where the product is tracked."""

    line = record_id()
    quantity = quantity()
    lot = record_id(required=False, allow_null=True)


class NewShipmentSerializer(PathErrors, StrictSerializer):
    """A shipment; without `lines` all that is left goes out. Each line of the order, or each lot of it,
    stands here once. Errors name the field of a line by its path, such as `lines.0.quantity`.
    """

    lines = many(ParcelLineSerializer, MOST_PARTS, required=False)
    carrier = optional_text(80)
    tracking = optional_text(80)
    tracking_url = serializers.URLField(max_length=200, required=False, allow_blank=True)
    address = optional_text(300)

    def new_shipment(self) -> NewShipment:
        """The shipment, ready for the service."""
        given = dict(self.validated_data)
        lines = given.pop("lines", None)
        parts = None if lines is None else tuple(
            ParcelLine(line_id=part["line"], quantity=part["quantity"], lot_id=part.get("lot"))
            for part in lines
        )  # fmt: skip
        return NewShipment(lines=parts, **given)


class ShipmentMoveSerializer(StrictSerializer):
    """Where one of the order's shipments is, and who received it."""

    shipment = VisibleRelatedField(queryset=Shipment.objects.all())
    to = serializers.ChoiceField(choices=Shipment.Status.choices, default=Shipment.Status.DELIVERED)
    received_by = optional_text(120)


class ReturnLineSerializer(ParcelLineSerializer):
    """How much of a line came back, and whether it lies in stock again."""

    is_restocked = serializers.BooleanField(default=True)


class NewReturnSerializer(PathErrors, StrictSerializer):
    """Goods that came back, and why."""

    lines = many(ReturnLineSerializer, MOST_PARTS)
    reason = Text(max_length=300)

    def returned_lines(self) -> list[ReturnedLine]:
        """The lines, ready for the service."""
        return [
            ReturnedLine(
                line_id=part["line"],
                quantity=part["quantity"],
                is_restocked=part["is_restocked"],
                lot_id=part.get("lot"),
            )
            for part in self.validated_data["lines"]
        ]


class NewPaymentSerializer(StrictSerializer):
    """Money that came in, in the order's currency."""

    amount = amount(max_digits=16, min_value=Decimal("0.001"))
    method = serializers.ChoiceField(choices=Payment.Method.choices)
    reference = optional_text(80)
    note = optional_text(300)

    def new_payment(self) -> NewPayment:
        """The payment, ready for the service."""
        given = {name: value for name, value in self.validated_data.items() if name != "payment"}
        return NewPayment(**given)


class NewRefundSerializer(NewPaymentSerializer):
    """Money that goes back, of which payment of the order."""

    payment = VisibleRelatedField(queryset=Payment.objects.all())


class NewRateSerializer(StrictSerializer):
    """One unit of `currency` is worth `rate` of the company's currency from `on`."""

    currency = serializers.RegexField("^[A-Z]{3}$")
    on = serializers.DateField()
    rate = serializers.DecimalField(
        max_digits=18, decimal_places=8, min_value=Decimal("0.00000001")
    )

    def validate_currency(self, code: str) -> str:
        """Another one than the company's."""
        if code == CompanySettings.current().currency:
            message = _("This is the company's own currency: it is always 1.")
            raise serializers.ValidationError(message)
        return code
