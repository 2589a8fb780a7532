"""What belongs to one customer, by API: contact points, consents, notes, timeline."""

from typing import Any, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from crm_project.kit.api.idempotency import IdempotentMixin
from customers import permissions
from customers.errors import PartOfAnother
from customers.models import Consent, ContactPoint, Customer, Note, TimelineEntry
from customers.services import (
    add_note,
    add_point,
    delete_note,
    edit_note,
    make_primary,
    pin_note,
    record_consent,
    remove_point,
)

from .inputs import (
    ChangeNoteSerializer,
    NewConsentSerializer,
    NewNoteSerializer,
    NewPointSerializer,
)
from .serializers import ConsentSerializer, NoteSerializer, PointSerializer, TimelineSerializer


class OfCustomerViewSet(mixins.ListModelMixin, GenericViewSet[Any]):
    """Rows of the customer in the address; a customer out of reach is not there."""

    permissions_by_action = {
        "list": permissions.VIEW,
        "create": permissions.CHANGE,
        "partial_update": permissions.CHANGE,
        "destroy": permissions.CHANGE,
        "download": permissions.VIEW,
        "primary": permissions.CHANGE,
    }
    lookup_value_regex = "[0-9]+"
    orders: Any = {"newest": ("-id",)}
    filter_backends: list[Any] = []

    def customer(self) -> Customer:
        """Return the customer within the scope of the call.

        Raises Http404, and PartOfAnother where something would be written to a merged one.
        """
        caller: Any = self.request.user
        code = self.permissions_by_action[self.action]
        rows = Customer.objects.visible_to(caller, code).select_related("branch")
        found: Customer = get_object_or_404(rows, pk=self.kwargs["customer_pk"])
        if code == permissions.CHANGE and found.merged_into_id:
            raise PartOfAnother
        return found

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(customer=self.customer())

    def given(self, serializer_class: Any) -> tuple[Customer, Any]:
        """Return the customer and the checked body."""
        customer = self.customer()
        context = {**self.get_serializer_context(), "customer": customer}
        given = serializer_class(data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        return customer, given

    def made(self, record: Any) -> Response:
        """Return the answer to a creation."""
        return Response(self.get_serializer(record).data, status=201)


class PointViewSet(IdempotentMixin, OfCustomerViewSet):
    """Phones and e-mails of one customer."""

    queryset = ContactPoint.objects.in_use()
    serializer_class = PointSerializer

    @extend_schema(request=NewPointSerializer, responses={201: PointSerializer})
    def create(self, request: Request, customer_pk: str) -> Response:
        """Add a phone or an e-mail."""
        customer, given = self.given(NewPointSerializer)
        caller: Any = request.user
        return self.made(add_point(customer, given.new_point(), actor=caller))

    def destroy(self, request: Request, customer_pk: str, pk: str) -> Response:
        """Remove a phone or an e-mail; its consents stay on record."""
        caller: Any = request.user
        remove_point(self.get_object(), actor=caller)
        return Response(status=204)

    @extend_schema(request=None, responses={200: PointSerializer})
    @action(detail=True, methods=["post"])
    def primary(self, request: Request, customer_pk: str, pk: str) -> Response:
        """Let the list show it, and messages go to it. Twice is once."""
        caller: Any = request.user
        make_primary(self.get_object(), actor=caller)
        return Response(self.get_serializer(self.get_object()).data)


class ConsentViewSet(IdempotentMixin, OfCustomerViewSet):
    """The consent ledger of one customer."""

    queryset = Consent.objects.all()
    serializer_class = ConsentSerializer

    @extend_schema(request=NewConsentSerializer, responses={201: ConsentSerializer})
    def create(self, request: Request, customer_pk: str) -> Response:
        """Record what the customer agreed to or withdrew."""
        _customer, given = self.given(NewConsentSerializer)
        caller: Any = request.user
        point = given.validated_data["point"]
        return self.made(record_consent(point, given.statement(), actor=caller))


class NoteViewSet(IdempotentMixin, OfCustomerViewSet):
    """Notes about one customer."""

    queryset = Note.objects.select_related("customer").prefetch_related("mentions")
    serializer_class = NoteSerializer

    @extend_schema(request=NewNoteSerializer, responses={201: NoteSerializer})
    def create(self, request: Request, customer_pk: str) -> Response:
        """Write a note and tell the colleagues that it mentions."""
        customer, given = self.given(NewNoteSerializer)
        data = given.validated_data
        caller: Any = request.user
        people = data.get("mentions", [])
        return self.made(add_note(customer, data["text"], author=caller, mentions=people))

    @extend_schema(request=ChangeNoteSerializer, responses={200: NoteSerializer})
    def partial_update(self, request: Request, customer_pk: str, pk: str) -> Response:
        """Change what the caller's own note says, or pin any note."""
        _customer, given = self.given(ChangeNoteSerializer)
        data, caller = given.validated_data, cast(User, request.user)
        note = self.get_object()
        if "text" in data:
            edit_note(note, data["text"], editor=caller)
        if "is_pinned" in data:
            pin_note(note, actor=caller, is_pinned=data["is_pinned"])
        return Response(self.get_serializer(self.get_object()).data)

    def destroy(self, request: Request, customer_pk: str, pk: str) -> Response:
        """Remove a note; the log keeps what it said."""
        delete_note(self.get_object(), actor=cast(User, request.user))
        return Response(status=204)


class TimelineViewSet(OfCustomerViewSet):
    """The history of one customer, newest first."""

    queryset = TimelineEntry.objects.all()
    serializer_class = TimelineSerializer
    orders = {"newest": ("-at", "-id")}
