"""Orders by API. Another branch's order does not exist here: 404."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import HEADER, IdempotentMixin
from crm_project.kit.api.schema import CALENDAR_DAY
from orders import permissions, services
from orders.filters import OrderApiFilter
from orders.models import Order

from .documents import OrderDocumentsMixin
from .fulfilment_inputs import (
    NewPaymentSerializer,
    NewRefundSerializer,
    NewReturnSerializer,
    NewShipmentSerializer,
    ShipmentMoveSerializer,
)
from .inputs import (
    AdvanceOrderSerializer,
    AssignOrderSerializer,
    CancelOrderSerializer,
    ChangeOrderSerializer,
    NewOrderSerializer,
    OrderVersionSerializer,
)
from .sending import SendDocumentMixin
from .serializers import OrderDetailSerializer, OrderSerializer, short_order

ORDERS = {
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "total": ("-total", "-id"),
}
NOT_OF_ORDER = _("This is not part of the order.")
DETAILS = ("lines", "payments", "shipments__lines", "returns__lines", "stages")


MOVES = frozenset({"confirm", "advance", "cancel", "assign", "shipments"})  # answered in short


def request_id_of(request: Request) -> UUID:
    """Return the id under which a service knows the call: the same for the same Idempotency-Key."""
    key = request.headers.get(HEADER)
    return uuid5(NAMESPACE_URL, f"{request.user.pk}:{request.path}:{key}") if key else uuid4()


class OrderViewSet(
    IdempotentMixin,
    ETagMixin,
    OrderDocumentsMixin,
    SendDocumentMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[Order],
):
    """Orders: read, quoted, confirmed, shipped, paid, returned."""

    locked_with = ("customer",)

    permissions_by_action = {
        "list": permissions.VIEW,
        "retrieve": permissions.VIEW,
        "create": permissions.ADD,
        "partial_update": permissions.CHANGE,
        "confirm": permissions.CHANGE,
        "advance": permissions.CHANGE,
        "cancel": permissions.CHANGE,
        "copy": permissions.ADD,
        "assign": permissions.ASSIGN,
        "ship": permissions.SHIP,
        "shipments": permissions.SHIP,
        "returns": permissions.RETURN,
        "payments": permissions.TAKE_PAYMENT,
        "refunds": permissions.REFUND,
        "document": permissions.VIEW,
        "delivery_note": permissions.VIEW,
        "send_document": permissions.SEND,
    }
    http_method_names = ["get", "post", "patch", "head", "options"]
    lookup_value_regex = "[0-9]+"
    filterset_class = OrderApiFilter
    days = dict.fromkeys(("promised_from", "promised_to"), CALENDAR_DAY)
    orders = ORDERS
    queryset = Order.objects.none()
    serializer_class = OrderDetailSerializer

    def get_queryset(self) -> Any:
        """Rows within the scope of what the call needs; a list has no details."""
        code = self.permissions_by_action.get(self.action or "", permissions.VIEW)
        rows = Order.objects.visible_to(self.request.user, code)
        if self.action in MOVES:
            return rows.only("pk")  # the service reads it again, locked
        rows = rows.select_related("customer", "branch", "owner").defer("search", "search_text")
        return rows if self.action == "list" else rows.prefetch_related(*DETAILS)

    def filter_queryset(self, queryset: Any) -> Any:
        """Only lists are filtered: one order is found by its id."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_class(self) -> Any:
        is_short = self.action == "list" or self.action in MOVES
        return OrderSerializer if is_short else OrderDetailSerializer

    @extend_schema(request=NewOrderSerializer, responses={201: OrderDetailSerializer})
    def create(self, request: Request) -> Response:
        """Write a quote."""
        given = self._given(NewOrderSerializer)
        order = services.write_quote(
            given.order_input(), actor=self.caller, request_id=request_id_of(request)
        )
        return self._answer(order, 201)

    @extend_schema(request=ChangeOrderSerializer, responses={200: OrderDetailSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a quote; of a confirmed order, its promised date."""
        order = self.get_object()
        given = self._given(ChangeOrderSerializer)
        version = given.validated_data.get("version")
        names = set(given.validated_data) - {"version"}
        if names == {"promised_on"} and not order.is_editable:
            day = given.validated_data["promised_on"]
            services.set_promised_date(order, day, actor=self.caller, version=version)
        else:
            wanted = given.order_input(order)
            services.change_quote(order, wanted, actor=self.caller, version=version)
        return self._answer(order)

    @extend_schema(request=OrderVersionSerializer, responses={200: OrderSerializer})
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Make the quote an order: its stock is reserved, or nothing happens. Twice is once."""
        order, data = self._asked(OrderVersionSerializer)
        done = services.confirm_order(order, actor=self.caller, version=data.get("version"))
        return self._short(done)

    @extend_schema(request=AdvanceOrderSerializer, responses={200: OrderSerializer})
    @action(detail=True, methods=["post"])
    def advance(self, request: Request, pk: str) -> Response:
        """Move the order along. Twice is once."""
        order, data = self._asked(AdvanceOrderSerializer)
        done = services.advance_order(
            order,
            data["to"],
            actor=self.caller,
            note=data.get("note", ""),
            version=data.get("version"),
        )
        return self._short(done)

    @extend_schema(request=CancelOrderSerializer, responses={200: OrderSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """End the order and free its stock. Twice is once."""
        order, data = self._asked(CancelOrderSerializer)
        version = data.get("version")
        done = services.cancel_order(order, data["reason"], actor=self.caller, version=version)
        return self._short(done)

    @extend_schema(request=None, responses={201: OrderDetailSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, pk: str) -> Response:
        """Write a new quote with the same items."""
        made = services.copy_order(
            self.get_object(), actor=self.caller, request_id=request_id_of(request)
        )
        return self._answer(made, 201)

    @extend_schema(request=AssignOrderSerializer, responses={200: OrderSerializer})
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Hand the order to a colleague, who is told. Twice is once."""
        order, data = self._asked(AssignOrderSerializer)
        version = data.get("version")
        done = services.assign_order(order, data["owner"], actor=self.caller, version=version)
        return self._short(done)

    @extend_schema(request=NewShipmentSerializer, responses={201: OrderDetailSerializer})
    @action(detail=True, methods=["post"])
    def ship(self, request: Request, pk: str) -> Response:
        """Send goods: their stock leaves with them."""
        order = self.get_object()
        new = self._given(NewShipmentSerializer).new_shipment()
        services.ship_order(order, new, actor=self.caller, request_id=request_id_of(request))
        return self._answer(order, 201)

    @extend_schema(request=ShipmentMoveSerializer, responses={200: OrderSerializer})
    @action(detail=True, methods=["post"])
    def shipments(self, request: Request, pk: str) -> Response:
        """Say where a shipment is; the order is delivered with its last one."""
        order, data = self._asked(ShipmentMoveSerializer)
        self._refuse_stranger(order, data["shipment"], "shipment")
        done = services.move_shipment(
            data["shipment"],
            to=data["to"],
            actor=self.caller,
            received_by=data.get("received_by", ""),
        )
        return self._short(done)

    @extend_schema(request=NewReturnSerializer, responses={201: OrderDetailSerializer})
    @action(detail=True, methods=["post"])
    def returns(self, request: Request, pk: str) -> Response:
        """Take goods back: they are credited and, if sound, lie in stock again."""
        order = self.get_object()
        given = self._given(NewReturnSerializer)
        services.take_return(
            order,
            given.returned_lines(),
            given.validated_data["reason"],
            actor=self.caller,
            request_id=request_id_of(request),
        )
        return self._answer(order, 201)

    @extend_schema(request=NewPaymentSerializer, responses={201: OrderDetailSerializer})
    @action(detail=True, methods=["post"])
    def payments(self, request: Request, pk: str) -> Response:
        """Record money that came in, at most what is owed."""
        order = self.get_object()
        new = self._given(NewPaymentSerializer).new_payment()
        services.record_payment(order, new, actor=self.caller, request_id=request_id_of(request))
        return self._answer(order, 201)

    @extend_schema(request=NewRefundSerializer, responses={201: OrderDetailSerializer})
    @action(detail=True, methods=["post"])
    def refunds(self, request: Request, pk: str) -> Response:
        """Pay money back, at most what is left of the payment."""
        order = self.get_object()
        given = self._given(NewRefundSerializer)
        payment = given.validated_data["payment"]
        self._refuse_stranger(order, payment, "payment")
        new, request_id = given.new_payment(), request_id_of(request)
        services.refund_payment(payment, new, actor=self.caller, request_id=request_id)
        return self._answer(order, 201)

    @property
    def caller(self) -> Any:
        """Who calls."""
        return self.request.user

    def _given(self, serializer: Any) -> Any:
        given = serializer(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return given

    def _asked(self, serializer: Any) -> tuple[Order, dict[str, Any]]:
        order = self.get_object()
        return order, self._given(serializer).validated_data

    def _refuse_stranger(self, order: Order, row: Any, name: str) -> None:
        if row.order_id != order.pk:
            raise ValidationError({name: [NOT_OF_ORDER]})

    def _short(self, order: Order) -> Response:
        """The order as a list shows it: what a step changes."""
        return Response(short_order(order))

    def _answer(self, order: Order, status: int = 200) -> Response:
        fresh = self.get_queryset().get(pk=order.pk)
        return Response(self.get_serializer(fresh).data, status=status)
