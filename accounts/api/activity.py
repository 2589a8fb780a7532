"""The activity log by API: read only, filtered as on its page."""

from typing import Any

from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from accounts.filters import ActivityFilter
from accounts.models import Activity
from accounts.permissions import VIEW_ACTIVITY
from accounts.words import verb_label
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import branch_code


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """What happened: `changes` holds [before, after] by field; without `actor` a rule did it.

    `reason` says which rule: its name, version, and what it saw. `sentence` is for people, in the
    caller's language; programs go by `verb`.
    """

    actor_name = serializers.CharField(source="actor.name", default=None, read_only=True)
    branch_code = branch_code(is_optional=True)
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = (
            *("id", "at", "actor", "actor_name", "verb", "sentence", "object_type", "object_id"),
            *("object_label", "branch", "branch_code", "changes", "reason", "ip", "request_id"),
        )
        read_only_fields = fields

    def get_sentence(self, entry: Activity) -> str:
        """What the verb means."""
        return verb_label(entry.verb)


class ActivityViewSet(
    ETagMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Activity]
):
    """Entries within the reach of the caller's permission; nobody changes or removes one."""

    permissions_by_action = {"list": VIEW_ACTIVITY, "retrieve": VIEW_ACTIVITY}
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    orders = {"newest": ("-id",), "oldest": ("id",)}
    queryset = Activity.objects.none()

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        return Activity.objects.visible_to(caller).select_related("actor", "branch")

    def filter_queryset(self, queryset: Any) -> Any:
        """Only the list is filtered."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset
