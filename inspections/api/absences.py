"""Times in which inspectors take no visits, by API."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.roles import Scope
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from crm_project.kit.api.idempotency import IdempotentMixin
from inspections import permissions
from inspections.errors import AbsenceOverlaps
from inspections.models import Absence
from inspections.services import add_absence, carriers, remove_absence

LAST_YEAR = 9000
FIELDS = {"since": "starts_at", "until": "ends_at"}  # of the page's form → of the API


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    """When somebody takes no visits, and why."""

    class Meta:
        model = Absence
        fields = ("id", "inspector", "starts_at", "ends_at", "reason", "created_by")
        read_only_fields = fields


class NewAbsenceSerializer(StrictSerializer):
    """A time to keep free, with its time zone."""

    inspector = VisibleRelatedField(queryset=User.objects.staff())
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = Text(max_length=120)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Years that a calendar has."""
        for name in ("starts_at", "ends_at"):
            if attrs[name].year >= LAST_YEAR:
                raise serializers.ValidationError({name: [_("This is too far away.")]})
        return attrs

    def validate_inspector(self, person: User) -> User:
        """Somebody who carries out visits; at scope "own" the caller alone."""
        caller: User = self.context["request"].user
        is_own = caller.scope_of(permissions.SCHEDULE) == Scope.OWN
        people = carriers(person.branch) if person.branch else []
        if person.pk not in {one.pk for one in people} or (is_own and person != caller):
            raise serializers.ValidationError(_("You may not keep this person's time free."))
        return person


class AbsenceFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Absences of one person."""

    inspector = django_filters.NumberFilter(label=_("Inspector"), min_value=1, max_value=2**62)

    class Meta:
        model = Absence
        fields: list[str] = []


class AbsenceViewSet(IdempotentMixin, mixins.ListModelMixin, GenericViewSet[Absence]):
    """The times that are kept free, the newest entry first."""

    permissions_by_action = dict.fromkeys(("list", "create", "destroy"), permissions.SCHEDULE)
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = AbsenceSerializer
    filterset_class = AbsenceFilter
    orders = {"newest": ("-id",)}
    queryset = Absence.objects.none()

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        return Absence.objects.visible_to(caller, permissions.SCHEDULE).select_related("inspector")

    def filter_queryset(self, queryset: Any) -> Any:
        """Only the list is filtered."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    @extend_schema(request=NewAbsenceSerializer, responses={201: AbsenceSerializer})
    def create(self, request: Request) -> Response:
        """Keep a time free of visits."""
        given = NewAbsenceSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        caller: Any = request.user
        try:
            made = add_absence(**given.validated_data, actor=caller)
        except AbsenceOverlaps as error:
            error.field = FIELDS.get(error.field or "", error.field)
            raise
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take an absence away."""
        caller: Any = request.user
        remove_absence(self.get_object(), actor=caller)
        return Response(status=204)
