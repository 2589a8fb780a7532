"""Routing rules by API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Branch, Team, User
from accounts.roles import Scope
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import StrictSerializer, VisibleRelatedField, branch_code
from crm_project.kit.api.idempotency import IdempotentMixin
from leads.models import RoutingRule
from leads.permissions import CHANGE_RULES, VIEW_RULES
from leads.services import rules

_CONDITION = {"field": "city", "op": "in", "values": ["Riyadh"]}
_RULE = {
    "id": 3, "name": "Riyadh, urgent", "branch": 1, "branch_code": "riy", "position": 1,
    "conditions": [_CONDITION], "method": "least_loaded", "team": 2, "person": None,
    "weights": {"7": 2}, "is_active": True, "version": 4,
}  # fmt: skip


@extend_schema_serializer(examples=[OpenApiExample("A rule", value=_RULE)])
class RuleSerializer(serializers.ModelSerializer[RoutingRule]):
    """One rule: where all conditions hold, its target gets the lead. Tried by `position`."""

    branch_code = branch_code(is_optional=True)

    class Meta:
        model = RoutingRule
        fields = tuple(_RULE)
        read_only_fields = fields


class ConditionSerializer(StrictSerializer):
    """`field` of the lead, `op` (in, not_in, contains, at_least, below, is), and `values`."""

    field = serializers.CharField(max_length=40)
    op = serializers.CharField(max_length=20)
    values = serializers.ListField(
        child=serializers.CharField(max_length=120), min_length=1, max_length=50
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A rule for a team",
            value={
                "name": "Riyadh",
                "method": "least_loaded",
                "team": 2,
                "conditions": [_CONDITION],
            },
            request_only=True,
        )
    ]
)
class RuleInputSerializer(StrictSerializer):
    """A rule as written. Without a branch it holds for the whole company."""

    name = serializers.CharField(max_length=120)
    branch = VisibleRelatedField(queryset=Branch.objects.active(), allow_null=True, required=False)
    conditions = ConditionSerializer(many=True, required=False)
    method = serializers.ChoiceField(choices=RoutingRule.Method.choices)
    team = VisibleRelatedField(queryset=Team.objects.all(), allow_null=True, required=False)
    person = VisibleRelatedField(queryset=User.objects.staff(), allow_null=True, required=False)
    weights = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=1000), required=False
    )
    is_active = serializers.BooleanField(required=False)
    version = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False,
        help_text="As the caller saw it: the call is refused when the rule has changed since.",
    )  # fmt: skip

    def validate_branch(self, branch: Branch | None) -> Branch | None:
        user = self.context["request"].user
        if branch is None and user.scope_of(CHANGE_RULES) != Scope.COMPANY:
            raise serializers.ValidationError(
                _("Name your branch: this rule is not for the company.")
            )
        return branch

    def new_rule(self, known: RoutingRule | None) -> rules.RuleInput:
        """Return what the service takes; what is not written stays as it is."""
        values = {**(_columns(known) if known else {}), **self.validated_data}
        for own in ("is_active", "version"):
            values.pop(own, None)
        if known is None and "branch" not in values:
            user = self.context["request"].user
            is_company = user.scope_of(CHANGE_RULES) == Scope.COMPANY
            values["branch"] = None if is_company else user.branch
        conditions = [dict(one) for one in values.pop("conditions", [])]
        return rules.RuleInput(conditions=conditions, **values)


def _columns(rule: RoutingRule) -> dict[str, Any]:
    names = ("name", "branch", "conditions", "method", "team", "person", "weights")
    return {name: getattr(rule, name) for name in names}


class RuleMoveSerializer(StrictSerializer):
    """Before which rule; null is the end."""

    before = serializers.IntegerField(min_value=1, max_value=2**62, allow_null=True)


class RuleViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[RoutingRule],
):
    """Who gets which leads."""

    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    permissions_by_action = {
        "list": VIEW_RULES, "retrieve": VIEW_RULES, "create": CHANGE_RULES,
        "partial_update": CHANGE_RULES, "destroy": CHANGE_RULES, "move": CHANGE_RULES,
    }  # fmt: skip
    serializer_class = RuleSerializer
    filter_backends: list[Any] = []
    orders = {"position": ("position", "pk")}
    queryset = RoutingRule.objects.none()

    def get_queryset(self) -> Any:
        is_read = self.permissions_by_action.get(self.action) == VIEW_RULES
        caller: Any = self.request.user
        rows = RoutingRule.objects.visible_to(caller) if is_read else rules.changeable_rules(caller)
        return rows.select_related("branch", "team", "person")

    @extend_schema(request=RuleInputSerializer, responses={201: RuleSerializer})
    def create(self, request: Request) -> Response:
        """Add a rule at the end."""
        return self._save(request, None, status.HTTP_201_CREATED)

    @extend_schema(request=RuleInputSerializer, responses={200: RuleSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a rule; it gets the next version."""
        return self._save(request, self.get_object(), status.HTTP_200_OK)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a rule."""
        caller: Any = request.user
        rules.delete_rule(self.get_object(), actor=caller)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=RuleMoveSerializer, responses={200: RuleSerializer})
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Put the rule before another one, or at the end."""
        rule = self.get_object()
        asked = RuleMoveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        caller: Any = request.user
        rules.move_rule(rule, before_id=asked.validated_data["before"], actor=caller)
        rule.refresh_from_db()
        return Response(RuleSerializer(rule).data)

    def _save(self, request: Request, rule: RoutingRule | None, code: int) -> Response:
        context = self.get_serializer_context()
        asked = RuleInputSerializer(data=request.data, partial=rule is not None, context=context)
        asked.is_valid(raise_exception=True)
        caller: Any = request.user
        seen = asked.validated_data.get("version")
        saved = rules.save_rule(rule, asked.new_rule(rule), actor=caller, seen=seen)
        is_active = asked.validated_data.get("is_active", saved.is_active)
        if is_active != saved.is_active:
            saved = rules.switch_rule(saved, is_active=is_active, actor=caller)
        return Response(RuleSerializer(saved).data, status=code)
