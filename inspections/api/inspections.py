"""Inspections by API. Another branch's inspection does not exist here: 404."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import IdempotentMixin
from crm_project.kit.api.schema import BRANCH_DAY
from crm_project.kit.errors import BusinessError
from inspections import permissions, services
from inspections.filters import InspectionApiFilter
from inspections.models import Inspection
from inspections.views.list import ORDERS
from orders import permissions as orders

from .inputs import (
    AnswersSerializer,
    CancelSerializer,
    ChangeInspectionSerializer,
    CompleteSerializer,
    MoveSerializer,
    NewInspectionSerializer,
    NoShowSerializer,
    SlotSerializer,
    StepSerializer,
)
from .serializers import (
    DraftOrderSerializer,
    InspectionDetailSerializer,
    InspectionSerializer,
    OutcomeSerializer,
)

DETAIL = {200: InspectionDetailSerializer}
FIELDS = {"day": "starts_at", "time": "starts_at"}  # of the page's form → of the API


class InspectionViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[Inspection],
):
    """Inspections: read, requested, scheduled, carried out."""

    permissions_by_action = {
        "list": permissions.VIEW,
        "retrieve": permissions.VIEW,
        "create": permissions.ADD,
        "partial_update": permissions.ADD,
        "schedule": permissions.SCHEDULE,
        "reschedule": permissions.SCHEDULE,
        "cancel": permissions.SCHEDULE,
        "set_out": permissions.CARRY_OUT,
        "start": permissions.CARRY_OUT,
        "no_show": permissions.CARRY_OUT,
        "complete": permissions.CARRY_OUT,
        "answers": permissions.CARRY_OUT,
        "draft_order": orders.ADD,
    }
    http_method_names = ["get", "post", "patch", "head", "options"]
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = InspectionApiFilter
    days = dict.fromkeys(("starts_from", "starts_to"), BRANCH_DAY)
    orders = ORDERS
    queryset = Inspection.objects.none()
    serializer_class = InspectionDetailSerializer

    def get_queryset(self) -> Any:
        """Rows within the scope of what the call needs."""
        code = self.permissions_by_action.get(self.action or "", permissions.VIEW)
        code = permissions.VIEW if code == orders.ADD else code
        rows = Inspection.objects.visible_to(self.request.user, code)  # type: ignore[arg-type]
        if self.action == "list":
            rows = rows.select_related("branch")
            return rows.defer("search", "search_text", "note", "result_note")
        known = rows.select_related("type", "branch", "customer", "inspector", "owner", "order")
        return known.prefetch_related("answers", "photos")

    def filter_queryset(self, queryset: Any) -> Any:
        """Only lists are filtered."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_class(self) -> Any:
        return InspectionSerializer if self.action == "list" else InspectionDetailSerializer

    def _given(self, serializer_class: Any) -> Any:
        given = serializer_class(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return given

    def _shown(self, inspection: Inspection, status: int = 200) -> Response:
        return Response(self.get_serializer(inspection).data, status=status)

    @extend_schema(request=NewInspectionSerializer, responses={201: InspectionDetailSerializer})
    def create(self, request: Request) -> Response:
        """Request an inspection."""
        caller: Any = request.user
        new = self._given(NewInspectionSerializer).new()
        return self._shown(services.request_inspection(new, actor=caller), 201)

    @extend_schema(request=ChangeInspectionSerializer, responses=DETAIL)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what was asked; when and by whom is changed by `schedule`."""
        inspection, caller = self.get_object(), self.request.user
        data = dict(self._given(ChangeInspectionSerializer).validated_data)
        version = data.pop("version", None)
        services.change_inspection(inspection, data, actor=caller, version=version)  # type: ignore[arg-type]
        return self._shown(self.get_object())

    @extend_schema(request=SlotSerializer, responses=DETAIL)
    @action(detail=True, methods=["post"])
    def schedule(self, request: Request, pk: str) -> Response:
        """Give it a time and an inspector."""
        return self._placed()

    @extend_schema(request=MoveSerializer, responses=DETAIL)
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str) -> Response:
        """Move it, with a reason."""
        return self._placed(MoveSerializer)

    def _placed(self, serializer_class: type[SlotSerializer] = SlotSerializer) -> Response:
        inspection, given = self.get_object(), self._given(serializer_class)
        data, caller = given.validated_data, self.request.user
        try:
            placed = services.schedule_inspection(
                inspection,
                given.slot(inspection),
                actor=caller,  # type: ignore[arg-type]
                version=data.get("version"),
                reason=data.get("reason", ""),
            )
        except BusinessError as error:
            error.field = FIELDS.get(error.field or "", error.field)
            raise
        return self._shown(placed)

    @extend_schema(request=CancelSerializer, responses=DETAIL)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call it off."""
        return self._step(services.cancel_inspection, CancelSerializer)

    @extend_schema(request=StepSerializer, responses=DETAIL)
    @action(detail=True, methods=["post"], url_path="set-out")
    def set_out(self, request: Request, pk: str) -> Response:
        """The inspector is on the way."""
        return self._step(services.set_out, StepSerializer)

    @extend_schema(request=StepSerializer, responses=DETAIL)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """The visit has begun."""
        return self._step(services.start_inspection, StepSerializer)

    @extend_schema(request=NoShowSerializer, responses=DETAIL)
    @action(detail=True, methods=["post"], url_path="no-show")
    def no_show(self, request: Request, pk: str) -> Response:
        """The customer wasn't there."""
        return self._step(services.mark_no_show, NoShowSerializer)

    @extend_schema(request=CompleteSerializer, responses=DETAIL)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Make the results final."""
        return self._step(services.complete_inspection, CompleteSerializer)

    def _step(self, service: Callable[..., Inspection], serializer_class: Any) -> Response:
        inspection = self.get_object()
        data = self._given(serializer_class).validated_data
        return self._shown(service(inspection, actor=self.request.user, **data))

    @extend_schema(request=AnswersSerializer, responses={200: OutcomeSerializer})
    @action(detail=True, methods=["post"])
    def answers(self, request: Request, pk: str) -> Response:
        """Write answers; the latest one of an item counts."""
        inspection, caller = self.get_object(), self.request.user
        new = self._given(AnswersSerializer).new()
        outcome = services.save_answers(inspection, new, actor=caller)  # type: ignore[arg-type]
        return Response(OutcomeSerializer(outcome).data)

    @extend_schema(request=None, responses={200: DraftOrderSerializer})
    @action(detail=True, methods=["post"], url_path="draft-order")
    def draft_order(self, request: Request, pk: str) -> Response:
        """Write a quote with what was measured; asked again, it answers with the same one."""
        caller: Any = request.user
        order = services.make_draft_order(self.get_object(), actor=caller)
        return Response(DraftOrderSerializer(order).data)
