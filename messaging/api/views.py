"""Raw signals and messages by API: read, and signals read again."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from crm_project.kit.api.idempotency import IdempotentMixin
from messaging.filters import MessageFilter, SignalFilter
from messaging.models import Message, Signal
from messaging.permissions import RETRY_SIGNAL, VIEW_MESSAGE, VIEW_SIGNAL
from messaging.services import retry_signal
from messaging.tasks import drain_signals

from .serializers import MessageSerializer, SignalDetailSerializer, SignalSerializer


class ById(ReadOnlyModelViewSet[Any]):
    """Records by their number; filters belong to the list only."""

    lookup_value_regex = "[0-9]+"

    def filter_queryset(self, queryset: Any) -> Any:
        """One record is found by its id, whatever else the query says."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset


class SignalViewSet(IdempotentMixin, ById):
    """What came in, exactly as it was sent."""

    permissions_by_action = {"list": VIEW_SIGNAL, "retrieve": VIEW_SIGNAL, "retry": RETRY_SIGNAL}
    filterset_class = SignalFilter
    orders = {"newest": ("-received_at", "-pk"), "oldest": ("received_at", "pk")}
    queryset = Signal.objects.none()

    def get_queryset(self) -> Any:
        code = self.permissions_by_action.get(self.action, VIEW_SIGNAL)
        rows = Signal.objects.visible_to(self.request.user, code).select_related("branch")
        return rows.defer("body") if self.action == "list" else rows

    def get_serializer_class(self) -> Any:
        return SignalDetailSerializer if self.action == "retrieve" else SignalSerializer

    @extend_schema(request=None, responses={200: SignalSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Read the signal again, now. What it holds and is known already stays as it is."""
        signal = self.get_object()
        caller: Any = request.user
        retry_signal(signal, actor=caller, reader=drain_signals)
        signal.refresh_from_db()
        return Response(SignalSerializer(signal).data)


class MessageViewSet(ById):
    """Messages in and out, as visible as their conversations."""

    permissions_by_action = {"list": VIEW_MESSAGE, "retrieve": VIEW_MESSAGE}
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    orders = {"newest": ("-sent_at", "-pk"), "oldest": ("sent_at", "pk")}
    queryset = Message.objects.none()

    def get_queryset(self) -> Any:
        rows = Message.objects.visible_to(self.request.user)
        return rows.select_related("conversation").defer("html", "full_text")
