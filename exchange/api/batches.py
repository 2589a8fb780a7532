"""Imports by API: upload, choose columns, try out, import, take back."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.services import record
from crm_project.kit.api.idempotency import IdempotentMixin
from crm_project.kit.api.renderers import FileRenderer
from exchange import permissions, tasks
from exchange.exporting import FORMATS, TYPES, stream_export
from exchange.failed import failed_rows
from exchange.forms import DATE_ORDER, offered
from exchange.models import Batch
from exchange.registry import resources
from exchange.resource import Resource
from exchange.services import (
    Choices,
    cancel_batch,
    choose_columns,
    proposal_of,
    read_again,
    start_check,
    start_import,
    start_undo,
    upload_file,
)

from .serializers import (
    ImportDetailSerializer,
    ImportSerializer,
    MappingSerializer,
    RowErrorSerializer,
    UploadSerializer,
)

FILES: dict[Any, Any] = {
    **{(200, TYPES[kind].partition(";")[0]): OpenApiTypes.BINARY for kind in FORMATS},
    (200, "application/json"): {"type": "array", "items": {"type": "object"}},
}


class ImportViewSet(
    IdempotentMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Batch]
):
    """Imports within the caller's scope."""

    permissions_by_action = dict.fromkeys(
        (
            *("list", "retrieve", "create", "mapping", "check", "start", "undo", "cancel"),
            *("errors", "failed"),
        ),
        permissions.IMPORT,
    )
    http_method_names = ["get", "post", "put", "head", "options"]
    lookup_value_regex = "[0-9]+"
    orders: Any = {"newest": ("-id",)}
    filter_backends: list[Any] = []
    queryset = Batch.objects.none()
    serializer_class = ImportDetailSerializer

    def get_parsers(self) -> Any:
        """Files come as multipart, everything else as JSON."""
        handlers = getattr(self, "action_map", None) or {}
        is_upload = self.request and handlers.get("post") == "create"
        return [MultiPartParser()] if is_upload else super().get_parsers()

    def get_queryset(self) -> Any:
        """Imports that the caller sees, of what the caller may import."""
        caller: Any = self.request.user
        rows = Batch.objects.visible_to(caller).filter(resource__in=self.allowed)
        return rows.select_related("owner", "branch")

    def get_serializer_class(self) -> Any:
        return ImportSerializer if self.action == "list" else ImportDetailSerializer

    @property
    def allowed(self) -> dict[str, Resource]:
        """What the caller may import, by code."""
        caller: Any = self.request.user
        known = resources()
        return {code: one for code, one in known.items() if caller.has_perm(one.permission)}

    def reach(self) -> tuple[Batch, Resource]:
        """Return the import in the address, and its resource. Raises Http404."""
        batch = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        return batch, self.allowed[batch.resource]

    def answer(self, batch: Batch, status: int = 200) -> Response:
        """Return the import as it is now."""
        batch.refresh_from_db()
        resource = self.allowed[batch.resource]
        caller: Any = self.request.user
        proposal, _saved = proposal_of(batch, resource=resource, actor=caller)
        context = {
            **self.get_serializer_context(),
            "proposal": proposal,
            "fields": resource.fields(caller),
        }
        return Response(ImportDetailSerializer(batch, context=context).data, status=status)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One import, with what is proposed for its columns."""
        return self.answer(self.reach()[0])

    @extend_schema(request=UploadSerializer, responses={201: ImportDetailSerializer})
    def create(self, request: Request) -> Response:
        """Upload a file; the answer says how it is read and which fields are proposed."""
        context = {**self.get_serializer_context(), "allowed": self.allowed}
        sent: Any = request.data
        given = UploadSerializer(data=sent.dict(), context=context)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        caller: Any = request.user
        batch = upload_file(
            data["file"],
            resource=self.allowed[data["resource"]],
            branch=data["branch"],
            actor=caller,
        )
        return self.answer(batch, 201)

    @extend_schema(request=MappingSerializer, responses={200: ImportDetailSerializer})
    @action(detail=True, methods=["put"])
    def mapping(self, request: Request, pk: str) -> Response:
        """Choose which column goes where, and how the file and its values are read."""
        batch, resource = self.reach()
        given = MappingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data, caller = given.validated_data, request.user
        if data.get("reading"):
            read_again(batch, data["reading"])
        options = [*resource.options(caller, batch.branch), DATE_ORDER]  # type: ignore[arg-type]
        choices = Choices(
            mapping=data["mapping"],
            on_duplicate=data["on_duplicate"],
            options=offered(options, data["options"]),
            remember_as=data["remember_as"],
        )
        batch = choose_columns(batch, choices, resource=resource, actor=caller)  # type: ignore[arg-type]
        return self.answer(batch)

    @extend_schema(request=None, responses={202: ImportDetailSerializer})
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Queue the trial run, which writes nothing."""
        batch, _resource = self.reach()
        start_check(batch, step=tasks.check_batch)
        return self.answer(batch, 202)

    @extend_schema(request=None, responses={202: ImportDetailSerializer})
    @action(detail=True, methods=["post"], url_path="import")
    def start(self, request: Request, pk: str) -> Response:
        """Queue the import of a file that was tried out."""
        batch, _resource = self.reach()
        caller: Any = request.user
        start_import(batch, step=tasks.import_batch, actor=caller)
        return self.answer(batch, 202)

    @extend_schema(request=None, responses={202: ImportDetailSerializer})
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Queue taking the import back."""
        batch, _resource = self.reach()
        caller: Any = request.user
        start_undo(batch, step=tasks.undo_batch, actor=caller)
        return self.answer(batch, 202)

    @extend_schema(request=None, responses={200: ImportDetailSerializer})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stop after the present chunk."""
        batch, _resource = self.reach()
        caller: Any = request.user
        cancel_batch(batch, actor=caller)
        return self.answer(batch)

    @extend_schema(responses={200: RowErrorSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def errors(self, request: Request, pk: str) -> Response:
        """What is wrong with which rows."""
        batch, resource = self.reach()
        self.orders = {"row": ("row", "id")}
        rows: Any = batch.errors.all()
        page: Any = self.paginate_queryset(rows)
        context = {**self.get_serializer_context(), "resource": resource}
        shown = RowErrorSerializer(page, many=True, context=context)
        return self.get_paginated_response(shown.data)

    @extend_schema(
        parameters=[OpenApiParameter("type", str, enum=FORMATS)],
        responses=FILES,
    )
    @action(detail=True, methods=["get"], url_path="failed-rows", renderer_classes=[FileRenderer])
    def failed(self, request: Request, pk: str) -> Any:
        """The rows that were left out, with a last column that says what is wrong."""
        batch, resource = self.reach()
        kind = request.query_params.get("type", "csv")
        if kind not in FORMATS:
            raise Http404
        caller: Any = request.user
        record(caller, "import.failed_rows_taken", batch)
        head, rows = failed_rows(batch, resource)
        return stream_export(rows, head, format=kind, file_name=f"failed-rows-{batch.pk}")
