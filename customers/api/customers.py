"""Customers by API. Another branch's customer does not exist here: 404."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import IdempotentMixin
from customers import permissions
from customers.filters import CustomerApiFilter
from customers.models import Customer
from customers.services import archive_customer, merge_customers
from customers.views.list import ORDERS

from .inputs import ChangeCustomerSerializer, NewCustomerSerializer
from .merging import CustomerMergeInputSerializer, CustomerMergeSerializer
from .serializers import CustomerDetailSerializer, CustomerSerializer


class CustomerViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[Customer],
):
    """Customers: read, searched, added, changed."""

    permissions_by_action = {
        "list": permissions.VIEW,
        "retrieve": permissions.VIEW,
        "create": permissions.ADD,
        "partial_update": permissions.CHANGE,
        "archive": permissions.CHANGE,
        "restore": permissions.CHANGE,
        "merge": permissions.MERGE,
    }
    http_method_names = ["get", "post", "patch", "head", "options"]
    lookup_value_regex = "[0-9]+"
    filterset_class = CustomerApiFilter
    orders = ORDERS
    queryset = Customer.objects.none()
    serializer_class = CustomerDetailSerializer

    def get_queryset(self) -> Any:
        """Rows within the scope of what the call needs; filters belong to the list only."""
        caller: Any = self.request.user
        code = self.permissions_by_action.get(self.action or "", permissions.VIEW)
        rows = Customer.objects.visible_to(caller, code).select_related("branch")
        rows = rows.prefetch_related("tags")
        hidden = ["contact_text", "name_keys", "search"]
        return rows.defer(*hidden, *(("national_id", "tax_id") if self.action == "list" else ()))

    def filter_queryset(self, queryset: Any) -> Any:
        """Only lists are filtered: one customer is found by its id, archived or not."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_class(self) -> Any:
        return CustomerSerializer if self.action == "list" else CustomerDetailSerializer

    @extend_schema(request=NewCustomerSerializer, responses={201: CustomerDetailSerializer})
    def create(self, request: Request) -> Response:
        """Add a customer."""
        given = NewCustomerSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return Response(self.get_serializer(given.save()).data, status=201)

    @extend_schema(request=ChangeCustomerSerializer, responses={200: CustomerDetailSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a customer's own data."""
        customer = self.get_object()
        context = self.get_serializer_context()
        given = ChangeCustomerSerializer(customer, data=request.data, context=context)
        given.is_valid(raise_exception=True)
        return Response(self.get_serializer(given.save()).data)

    @extend_schema(request=None, responses={200: CustomerDetailSerializer})
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str) -> Response:
        """Take a customer out of the lists; nothing is deleted. Twice is once."""
        return self._archived(is_archived=True)

    @extend_schema(request=None, responses={200: CustomerDetailSerializer})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring an archived customer back. Twice is once."""
        return self._archived(is_archived=False)

    def _archived(self, *, is_archived: bool) -> Response:
        customer, caller = self.get_object(), cast(User, self.request.user)
        archive_customer(customer, actor=caller, is_archived=is_archived)
        customer.refresh_from_db(fields=["archived_at"])
        return Response(self.get_serializer(customer).data)

    @extend_schema(request=CustomerMergeInputSerializer, responses={201: CustomerMergeSerializer})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Make another customer a part of this one; everything of it goes over."""
        kept = self.get_object()
        given = CustomerMergeInputSerializer(
            data=request.data, context=self.get_serializer_context()
        )
        given.is_valid(raise_exception=True)
        data, caller = given.validated_data, cast(User, request.user)
        done = merge_customers(kept, data["merged"], choices=data["choices"], actor=caller)
        return Response(CustomerMergeSerializer(done).data, status=201)
