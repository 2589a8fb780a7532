"""Duplicates and merges by API: what looks alike, what became one, and the way back."""

from typing import Any, cast

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from crm_project.kit.api.fields import StrictSerializer
from crm_project.kit.api.idempotency import IdempotentMixin
from customers import permissions
from customers.models import Customer, DuplicatePair, Merge
from customers.services import dismiss_pair, undo_merge
from customers.services.merging import FIELDS, KEPT, MERGED


class CustomerMergeSerializer(serializers.ModelSerializer[Merge]):
    """A merge: which customer became part of which, by whom, and whether it was undone."""

    class Meta:
        model = Merge
        fields = ("id", "kept", "merged", "choices", "actor", "at", "undone_by", "undone_at")
        read_only_fields = fields


class DuplicatePairSerializer(serializers.ModelSerializer[DuplicatePair]):
    """Two customers that look like one, from 0 to 1, and why."""

    reasons = serializers.SerializerMethodField()

    class Meta:
        model = DuplicatePair
        fields = ("id", "first", "second", "score", "reasons", "found_at")
        read_only_fields = fields

    def get_reasons(self, pair: DuplicatePair) -> list[str]:
        """The reasons in the caller's language."""
        return [_(reason) for reason in pair.reasons]


class MergeableField(serializers.PrimaryKeyRelatedField[Any]):
    """A customer that the caller may merge."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if request is None:
            return Customer.objects.none()
        return Customer.objects.visible_to(request.user, permissions.MERGE)


class CustomerMergeInputSerializer(StrictSerializer):
    """The customer to merge, and by field whose value stays: "kept" (default) or "merged"."""

    merged = MergeableField(queryset=Customer.objects.none())
    choices = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(max_length=10), required=False, default=dict
    )

    def validate_choices(self, choices: dict[str, str]) -> dict[str, str]:
        """Known fields only, custom ones as "custom.<code>"."""
        for name, whose in choices.items():
            if whose not in (KEPT, MERGED) or not (name in FIELDS or name.startswith("custom.")):
                raise serializers.ValidationError(
                    _("Say for each field of a customer: kept or merged.")
                )
        return choices


class MergeViewSet(
    IdempotentMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[Merge],
):
    """What was merged, newest first."""

    permissions_by_action = {
        "list": permissions.MERGE,
        "retrieve": permissions.MERGE,
        "undo": permissions.MERGE,
    }
    lookup_value_regex = "[0-9]+"
    orders: Any = {"newest": ("-id",)}
    filter_backends: list[Any] = []
    queryset = Merge.objects.none()
    serializer_class = CustomerMergeSerializer

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        return Merge.objects.visible_to(caller)

    @extend_schema(request=None, responses={200: CustomerMergeSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Make two customers of one again, with everything that came from the merged one."""
        caller, merge = cast(User, request.user), self.get_object()
        get_object_or_404(
            Customer.objects.visible_to(caller, permissions.MERGE), pk=merge.merged_id
        )
        undo_merge(merge, actor=caller)
        merge.refresh_from_db()
        return Response(self.get_serializer(merge).data)


class DuplicateViewSet(IdempotentMixin, mixins.ListModelMixin, GenericViewSet[DuplicatePair]):
    """Pairs to decide, the newest first."""

    permissions_by_action = {"list": permissions.MERGE, "dismiss": permissions.MERGE}
    lookup_value_regex = "[0-9]+"
    orders: Any = {"newest": ("-id",)}
    filter_backends: list[Any] = []
    queryset = DuplicatePair.objects.none()
    serializer_class = DuplicatePairSerializer

    def get_queryset(self) -> Any:
        rows: Any = DuplicatePair.objects.visible_to(self.request.user)
        if self.action == "dismiss":
            return rows.select_related("first", "second")
        return rows.open().filter(first__archived_at=None, second__archived_at=None)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say that these are two customers. Safe to call twice."""
        dismiss_pair(self.get_object(), actor=cast(User, request.user))
        return Response(status=204)
