"""Suggested duplicates of a lead by API: what looks alike, and a person's word on it."""

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.idempotency import IdempotentMixin
from customers.models import Customer
from leads import services
from leads.models import DuplicateSuggestion, Lead
from leads.permissions import CHANGE, VIEW

LEAD = OpenApiParameter("lead_pk", OpenApiTypes.INT, OpenApiParameter.PATH)


class LeadDuplicateSerializer(serializers.ModelSerializer[DuplicateSuggestion]):
    """A customer or another lead that may be the same person, from 0 to 1."""

    class Meta:
        model = DuplicateSuggestion
        fields = ("id", "lead", "customer", "other_lead", "score", "state", "decided_by")
        read_only_fields = fields


@extend_schema(parameters=[LEAD])
class LeadDuplicateViewSet(
    IdempotentMixin, mixins.ListModelMixin, GenericViewSet[DuplicateSuggestion]
):
    """What the caller sees of both sides; the rest is not there."""

    lookup_value_regex = "[0-9]{1,18}"
    permissions_by_action = {"list": VIEW, "link": CHANGE, "dismiss": CHANGE}
    serializer_class = LeadDuplicateSerializer
    filter_backends: list[Any] = []
    orders = {"oldest": ("pk",)}
    queryset = DuplicateSuggestion.objects.none()

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        code = self.permissions_by_action.get(self.action, VIEW)
        leads = Lead.objects.visible_to(caller, code)
        lead = get_object_or_404(leads, pk=self.kwargs["lead_pk"])
        seen = Q(customer__in=Customer.objects.visible_to(caller).values("pk"))
        seen |= Q(other_lead__in=Lead.objects.visible_to(caller).values("pk"))
        rows = DuplicateSuggestion.objects.visible_to(caller, code).filter(seen, lead=lead)
        return rows.select_related("lead", "customer", "other_lead")

    @extend_schema(request=None, responses={200: LeadDuplicateSerializer})
    @action(detail=True, methods=["post"])
    def link(self, request: Request, lead_pk: str, pk: str) -> Response:
        """Confirm the same person: the lead belongs to the customer. Twice is once."""
        return self._decided(services.link_duplicate)

    @extend_schema(request=None, responses={200: LeadDuplicateSerializer})
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, lead_pk: str, pk: str) -> Response:
        """Say that it is somebody else. Twice is once."""
        return self._decided(services.dismiss_duplicate)

    def _decided(self, decide: Any) -> Response:
        done = decide(self.get_object(), actor=self.request.user)
        return Response(self.get_serializer(done).data)
