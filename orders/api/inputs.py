"""What callers may write of quotes. Unknown fields are refused, related ids are scoped."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from accounts.models import Branch, User
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from crm_project.kit.api.paths import PathErrors
from customers.models import Customer
from inventory.models import Product, Warehouse
from orders.errors import CurrencyNeedsPrices
from orders.models import Order
from orders.permissions import ASSIGN
from orders.services import LineInput, OrderInput, input_of
from orders.services.pricing import MOST_LINES

from .fields import amount, many, optional_text, percent, quantity, record_id, version

MAY_NOT_ASSIGN = _("You may not hand orders to a colleague.")


class NewOrderLineSerializer(StrictSerializer):
    """An item. Without a price or tax it takes the product's, without a name the product's."""

    product = record_id()
    quantity = quantity()
    unit_price = amount(required=False, allow_null=True)
    discount_percent = percent(required=False)
    tax_percent = percent(required=False, allow_null=True)
    warehouse = record_id(required=False, allow_null=True)
    name = optional_text(300)


class _OrderSerializer(PathErrors, StrictSerializer):
    """What making and changing share. Amounts in the order's currency, before tax."""

    owner = VisibleRelatedField(queryset=User.objects.staff().with_access(), required=False)
    warehouse = VisibleRelatedField(
        queryset=Warehouse.objects.filter(is_active=True), required=False, allow_null=True
    )
    discount = amount(required=False)
    channel = serializers.ChoiceField(choices=Order.Channel.choices, required=False)
    currency = serializers.RegexField("^[A-Z]{3}$", required=False)
    promised_on = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    requires_inspection = serializers.BooleanField(required=False)
    delivery_address = optional_text(300)
    note = optional_text(4000)
    terms = optional_text(4000)

    @property
    def _caller(self) -> Any:
        return self.context["request"].user

    def validate_owner(self, owner: User) -> User:
        """Only those who may hand over orders choose another owner than themselves."""
        if owner != self._caller and not self._caller.has_perm(ASSIGN):
            raise serializers.ValidationError(MAY_NOT_ASSIGN)
        return owner

    def validate_lines(self, lines: list[dict[str, Any]]) -> tuple[LineInput, ...]:
        """Products and warehouses that the caller sees, all looked up at once."""
        self._refuse_unseen(lines, "product", Product.objects.visible_to(self._caller))
        self._refuse_unseen(lines, "warehouse", Warehouse.objects.visible_to(self._caller))
        return tuple(_line_input(line) for line in lines)

    def _refuse_unseen(self, lines: list[dict[str, Any]], name: str, rows: Any) -> None:
        ids = {line[name] for line in lines if line.get(name)}
        seen = set(rows.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        problems = [
            {name: [_("There is no such record.")]}
            if line.get(name) and line[name] not in seen
            else {}
            for line in lines
        ]
        if any(problems):
            raise serializers.ValidationError(problems)


def _line_input(line: dict[str, Any]) -> LineInput:
    given = {name: value for name, value in line.items() if name not in ("product", "warehouse")}
    return LineInput(product_id=line["product"], warehouse_id=line.get("warehouse"), **given)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A quote",
            value={
                "customer": 12,
                "lines": [{"product": 7, "quantity": "2"}],
                "discount": "50.00",
                "promised_on": "2026-12-01",
            },
            request_only=True,
        )
    ]
)
class NewOrderSerializer(_OrderSerializer):
    """A quote to be written. Errors name the field of a line by its path, such as `lines.0.quantity`."""

    customer = VisibleRelatedField(queryset=Customer.objects.all())
    branch = VisibleRelatedField(queryset=Branch.objects.active(), required=False)
    lines = many(NewOrderLineSerializer, MOST_LINES)

    def order_input(self) -> OrderInput:
        """The quote, ready for the service."""
        return OrderInput(**{"channel": Order.Channel.API, **self.validated_data})


class ChangeOrderSerializer(_OrderSerializer):
    """Fields of a quote to change; `lines` replaces all of them. Another `currency` needs `lines` and
    a `discount` again. With `version` (or If-Match), only
    when nobody else saved in between. The owner is changed by `assign`. Once the order is confirmed
    only the promised date can change.
    """

    owner = None  # type: ignore[assignment]
    customer = VisibleRelatedField(queryset=Customer.objects.all(), required=False)
    lines = many(NewOrderLineSerializer, MOST_LINES, required=False)
    version = version()

    def order_input(self, order: Order) -> OrderInput:
        """The quote as it would be, ready for the service.

        Errors: CurrencyNeedsPrices when another currency would keep the numbers of this one.
        """
        given = {name: value for name, value in self.validated_data.items() if name != "version"}
        if given.get("currency", order.currency) != order.currency and (
            "lines" not in given or (order.discount and "discount" not in given)
        ):
            raise CurrencyNeedsPrices(field="currency")
        return replace(input_of(order), **given)


class OrderVersionSerializer(StrictSerializer):
    """With `version`, only when nobody else changed the order since the caller saw it."""

    version = version()


class CancelOrderSerializer(OrderVersionSerializer):
    """Why."""

    reason = Text(max_length=300)


class AdvanceOrderSerializer(OrderVersionSerializer):
    """Where to: in_progress, ready, installed, closed; delivered for an order of services."""

    to = serializers.ChoiceField(choices=Order.Status.choices)
    note = optional_text(300)


class AssignOrderSerializer(OrderVersionSerializer):
    """To whom."""

    owner = VisibleRelatedField(queryset=User.objects.staff().with_access())
