"""Leads by API: read, entered, corrected, and worked on as on their pages."""

from typing import Any
from uuid import uuid4

from django.db.models import Prefetch
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import HEADER, IdempotentMixin
from leads import services
from leads.filters import LeadFilter
from leads.models import ExtractedField, Lead
from leads.permissions import ADD, ASSIGN, CHANGE, CONVERT, VIEW
from leads.services.corrections import accept_field, correct_field
from leads.services.manual import enter_lead
from leads.services.replies import reply_to_lead
from leads.services.statements import state_values
from leads.services.work import qualify_lead

from .inputs import (
    AssignSerializer,
    ConvertedSerializer,
    ConvertSerializer,
    CorrectSerializer,
    LeadChangesSerializer,
    NewLeadSerializer,
    RejectSerializer,
    RepliedSerializer,
    ReplySerializer,
    SnoozeSerializer,
    VersionedSerializer,
)
from .serializers import LeadDetailSerializer, LeadFieldSerializer, LeadSerializer

RELATED = ("owner", "branch", "team", "customer", "conversation")
NAMED = {
    "id",
    "code",
    "branch",
    "branch_code",
    "owner",
    "owner_name",
    "status",
}  # of a lead out of reach
LEAD = OpenApiParameter("lead_pk", OpenApiTypes.INT, OpenApiParameter.PATH)


class LeadViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[Lead],
):
    """Enquiries that became leads, within the caller's reach."""

    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "post", "patch", "head", "options"]
    permissions_by_action = {
        "list": VIEW, "retrieve": VIEW, "create": ADD, "partial_update": CHANGE, "accept": CHANGE,
        "qualify": CHANGE, "assign": ASSIGN, "snooze": CHANGE, "reject": CHANGE, "reopen": CHANGE,
        "convert": CONVERT, "reply": CHANGE,
    }  # fmt: skip
    filterset_class = LeadFilter
    orders = {
        "newest": ("-received_at", "-pk"),
        "oldest": ("received_at", "pk"),
        "score": ("-score", "-pk"),
    }
    queryset = Lead.objects.none()

    def get_queryset(self) -> Any:
        code = self.permissions_by_action.get(self.action, VIEW)
        rows = Lead.objects.visible_to(self.request.user, code).select_related(*RELATED)
        if self.action != "retrieve":
            return rows
        found = ExtractedField.objects.order_by("pk")
        return rows.prefetch_related(Prefetch("fields", queryset=found))

    def filter_queryset(self, queryset: Any) -> Any:
        """Only lists are filtered: one lead is found by its id."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_class(self) -> Any:
        return LeadDetailSerializer if self.action == "retrieve" else LeadSerializer

    @extend_schema(request=NewLeadSerializer, responses={201: LeadSerializer, 200: LeadSerializer})
    def create(self, request: Request) -> Response:
        """Enter a lead; it is routed like any other.

        200: the branch has an open lead with this phone or e-mail, and the entry was added to it.
        Of one out of the caller's reach only its number and who has it are shown.
        """
        asked = NewLeadSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        entered = enter_lead(asked.new_lead(), actor=self.caller)
        shown = self._shown(entered.lead)
        if not entered.is_joined:
            return Response(shown, status=status.HTTP_201_CREATED)
        if not Lead.objects.visible_to(self.caller).filter(pk=entered.lead.pk).exists():
            shown = {name: value if name in NAMED else None for name, value in shown.items()}
        return Response(shown)

    @extend_schema(request=LeadChangesSerializer, responses={200: LeadSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """State values of the lead. They are kept as corrections of what was read."""
        lead, values = self._asked(LeadChangesSerializer)
        state_values(lead, values, actor=self.caller)
        return Response(self._shown(lead))

    @extend_schema(request=VersionedSerializer, responses={200: LeadSerializer})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take the lead into work. Twice is once."""
        lead, _values = self._asked(VersionedSerializer)
        return Response(self._shown(services.accept_lead(lead, actor=self.caller)))

    @extend_schema(request=VersionedSerializer, responses={200: LeadSerializer})
    @action(detail=True, methods=["post"])
    def qualify(self, request: Request, pk: str) -> Response:
        """Mark that there is real business in it. Twice is once."""
        lead, _values = self._asked(VersionedSerializer)
        return Response(self._shown(qualify_lead(lead, actor=self.caller)))

    @extend_schema(request=AssignSerializer, responses={200: LeadSerializer})
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Hand the lead to a colleague, who is told."""
        lead, values = self._asked(AssignSerializer)
        return Response(self._shown(services.assign_lead(lead, to=values["to"], actor=self.caller)))

    @extend_schema(request=SnoozeSerializer, responses={200: LeadSerializer})
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, pk: str) -> Response:
        """Put the lead aside until a time within a year."""
        lead, values = self._asked(SnoozeSerializer)
        done = services.snooze_lead(lead, until=values["until"], actor=self.caller)
        return Response(self._shown(done))

    @extend_schema(request=RejectSerializer, responses={200: LeadSerializer})
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Close the lead without business."""
        lead, values = self._asked(RejectSerializer)
        done = services.reject_lead(lead, reason=values["reason"], actor=self.caller)
        return Response(self._shown(done))

    @extend_schema(request=VersionedSerializer, responses={200: LeadSerializer})
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Bring a rejected, snoozed or accepted lead back to new."""
        lead, _values = self._asked(VersionedSerializer)
        return Response(self._shown(services.reopen_lead(lead, actor=self.caller)))

    @extend_schema(request=ConvertSerializer, responses={200: ConvertedSerializer})
    @action(detail=True, methods=["post"])
    def convert(self, request: Request, pk: str) -> Response:
        """Turn the lead into a customer, new or known. Twice is once."""
        lead, values = self._asked(ConvertSerializer)
        customer = services.convert_lead(lead, actor=self.caller, customer=values["customer"])
        return Response({"customer": customer.pk})

    @extend_schema(request=ReplySerializer, responses={202: RepliedSerializer})
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, pk: str) -> Response:
        """Queue an answer in the lead's conversation, where its channel takes free text now.

        It is in `messages` under the returned id; null: this key has sent its answer already.
        """
        lead, values = self._asked(ReplySerializer)
        key = f"api:{self.caller.pk}:{request.headers.get(HEADER) or uuid4()}"
        message = reply_to_lead(lead, text=values["text"], key=key, actor=self.caller)
        return Response({"message": message.pk if message else None}, status=202)

    @property
    def caller(self) -> Any:
        """Who calls."""
        return self.request.user

    def _asked(self, serializer: type[VersionedSerializer]) -> tuple[Lead, dict[str, Any]]:
        """Return the lead, at the version the caller saw, and the checked values."""
        lead = self.get_object()
        asked = serializer(data=self.request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        lead.version = values.pop("version", lead.version)
        return lead, values

    def _shown(self, lead: Lead) -> dict[str, Any]:
        return dict(LeadSerializer(lead, context=self.get_serializer_context()).data)


@extend_schema(parameters=[LEAD])
class LeadFieldViewSet(
    IdempotentMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[ExtractedField],
):
    """What was read in a lead's messages; a person's word on it is kept as ground truth."""

    lookup_value_regex = "[0-9]+"
    permissions_by_action = {
        "list": VIEW, "retrieve": VIEW, "accept": CHANGE, "correct": CHANGE,
    }  # fmt: skip
    serializer_class = LeadFieldSerializer
    filter_backends: list[Any] = []
    orders = {"oldest": ("pk",)}
    queryset = ExtractedField.objects.none()

    def get_queryset(self) -> Any:
        code = self.permissions_by_action.get(self.action, VIEW)
        leads = Lead.objects.visible_to(self.request.user, code)
        lead = get_object_or_404(leads, pk=self.kwargs["lead_pk"])
        return ExtractedField.objects.filter(lead=lead).select_related("lead__branch")

    @extend_schema(request=None, responses={200: LeadFieldSerializer})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, lead_pk: str, pk: str) -> Response:
        """Confirm what was read; the lead takes the value over."""
        caller: Any = request.user
        return self._shown(accept_field(self.get_object(), actor=caller))

    @extend_schema(request=CorrectSerializer, responses={200: LeadFieldSerializer})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, lead_pk: str, pk: str) -> Response:
        """Replace what was read by what is right."""
        field = self.get_object()
        asked = CorrectSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        caller: Any = request.user
        text = asked.validated_data["text"]
        return self._shown(correct_field(field, text=text, actor=caller))

    def _shown(self, field: ExtractedField) -> Response:
        return Response(self.get_serializer(field).data)
