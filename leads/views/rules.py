"""The routing rules: the list as sentences, the editor, and the dry run over past leads."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.forms.pickers import by_shown_name
from accounts.models import User
from crm_project.kit.errors import BusinessError
from crm_project.kit.htmx import toast, wants_partial
from crm_project.kit.text import whole_number
from crm_project.kit.views import Declared
from leads import permissions
from leads.forms.rules import RuleForm, condition_row, read_condition, read_conditions
from leads.models import RoutingRule
from leads.route.conditions import FIELDS, OPERATOR_LABELS
from leads.services import rules as service
from leads.services.dry_run import SIZES, dry_run
from leads.words import FIELD_ICONS, value_label

LIST = "leads/partials/rule_list.html"


class RulesView(Declared, View):
    """The rules in their order, beside what they would have done."""

    permission_required = permissions.VIEW_RULES

    def get(self, request: HttpRequest) -> HttpResponse:
        name = LIST if wants_partial(request) else "leads/rules.html"
        return render(request, name, list_context(request))


def list_context(request: Any, **extra: Any) -> dict[str, Any]:
    """What the list shows; `form` and `editing` open one rule."""
    rows = ordered_rules(request.user)
    changeable = set(service.changeable_rules(request.user).values_list("pk", flat=True))
    lines = [
        {"row": row, "number": at, "parts": sentence_of(row), "may_change": row.pk in changeable,
         "before": rows[at - 2].pk if at > 1 else None,
         "after_next": rows[at + 1].pk if at + 1 < len(rows) else "",
         "is_last": at == len(rows)}
        for at, row in enumerate(rows, start=1)
    ]  # fmt: skip
    may_change = request.user.has_perm(permissions.CHANGE_RULES)
    return {"lines": lines, "may_change": may_change, "sizes": SIZES, **extra}


def ordered_rules(user: Any) -> list[RoutingRule]:
    """The reader's rules in the order they are tried."""
    rows = RoutingRule.objects.visible_to(user).select_related("team", "person", "branch")
    return list(rows.order_by("position", "pk"))


def sentence_of(rule: RoutingRule) -> list[dict[str, Any]]:
    """Return the rule's conditions as tokens: field, comparison, values in words."""
    return [
        {
            "icon": FIELD_ICONS.get(str(condition.get("field")), "filter"),
            "label": FIELDS.get(str(condition.get("field")), condition.get("field")),
            "op": OPERATOR_LABELS.get(str(condition.get("op")), condition.get("op")),
            "values": words_of(condition),
        }
        for condition in rule.conditions
        if isinstance(condition, dict)
    ]


def words_of(condition: dict[str, Any]) -> str:
    """Return the values of a condition as people read them."""
    field = str(condition.get("field", ""))
    values = [str(value) for value in condition.get("values") or []]
    return _(", ").join(value_label(field, value) for value in values)


class RuleEditView(Declared, View):
    """Opens one rule for editing inside the list, and saves it."""

    permission_required = permissions.CHANGE_RULES

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        user: Any = request.user
        rule = _changeable(user, pk) if pk else None
        rows = [condition_row(one, _token()) for one in (rule.conditions if rule else [])]
        form = RuleForm(user=user, initial=_initial(rule, user))
        return _editor(request, form, rows, rule)

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        user: Any = request.user
        rule = _changeable(user, pk) if pk else None
        form, conditions = RuleForm(request.POST, user=user), read_conditions(request.POST)
        if form.is_valid():
            try:
                new, seen = form.rule_input(conditions), _version(request)
                service.save_rule(rule, new, actor=user, seen=seen)
                return toast(render(request, LIST, list_context(request)), _("Saved."))
            except BusinessError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
        rows = [condition_row(one, _token(), check=True) for one in conditions]
        return _editor(request, form, rows, rule, status=422)


def _editor(
    request: HttpRequest,
    form: RuleForm,
    rows: list[dict[str, Any]],
    rule: RoutingRule | None,
    *,
    status: int = 200,
) -> HttpResponse:
    known = rule.weights if rule and not form.is_bound else form.weights
    team = rule.team if rule else None
    members = by_shown_name(team.members.all()) if team else []
    context = {
        "form": form,
        "condition_rows": rows,
        "editing": rule.pk if rule else 0,
        "version": request.POST.get("version") or (rule.version if rule else ""),
        "save_url": reverse("leads:rule", args=[rule.pk]) if rule else reverse("leads:rule_new"),
        "weights": [{"user": user, "weight": known.get(str(user.pk), 1)} for user in members],
    }
    return render(request, LIST, list_context(request, **context), status=status)


def _initial(rule: RoutingRule | None, user: User) -> dict[str, Any]:
    if rule is None:
        return {"branch": user.branch_id, "method": RoutingRule.Method.LEAST_LOADED}
    names = ("name", "branch_id", "method", "team_id", "person_id")
    return {name.removesuffix("_id"): getattr(rule, name) for name in names}


def _version(request: HttpRequest) -> int | None:
    """The version of the rule that the person saw when they opened it."""
    return whole_number(request.POST.get("version", ""))


def _token() -> str:
    return uuid.uuid4().hex[:8]


def _changeable(user: Any, pk: int) -> RoutingRule:
    """Return a rule that the person may change; others are not there."""
    rule: RoutingRule = get_object_or_404(service.changeable_rules(user), pk=pk)
    return rule


class ConditionRowView(Declared, View):
    """A new condition row, or the same row after its field was changed."""

    permission_required = permissions.CHANGE_RULES

    def get(self, request: HttpRequest) -> HttpResponse:
        row = request.GET.get("row", "")
        if row.isalnum() and len(row) <= 12:
            chosen = {**read_condition(request.GET, row), "values": []}
            shown = condition_row(chosen, row)
        else:
            shown = condition_row({"field": "city"}, _token())
        return render(request, "leads/partials/condition_row.html", {"item": shown})


class RuleMoveView(Declared, View):
    """Puts the rule before another one (`before`), or at the end."""

    permission_required = permissions.CHANGE_RULES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rule = _changeable(request.user, pk)
        wanted = request.POST.get("before", "")
        before_id = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else None
        service.move_rule(rule, before_id=before_id, actor=request.user)  # type: ignore[arg-type]
        return render(request, LIST, list_context(request))


class RuleSwitchView(Declared, View):
    """Turns a rule on or off."""

    permission_required = permissions.CHANGE_RULES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rule = _changeable(request.user, pk)
        service.switch_rule(rule, is_active=not rule.is_active, actor=request.user)  # type: ignore[arg-type]
        return render(request, LIST, list_context(request))


class RuleDeleteView(Declared, View):
    """Deletes a rule; the toast brings it back."""

    permission_required = permissions.CHANGE_RULES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rule = _changeable(request.user, pk)
        token = service.delete_rule(rule, actor=request.user)  # type: ignore[arg-type]
        undo = reverse("leads:rule_restore", args=[token])
        return toast(render(request, LIST, list_context(request)), _("Deleted."), undo=undo)


class RuleRestoreView(Declared, View):
    """Brings a deleted rule back; its branch is checked like a change."""

    permission_required = permissions.CHANGE_RULES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        user: Any = request.user
        branch = service.branch_of_token(token)
        if user.scope_of(permissions.CHANGE_RULES) != "company" and branch != user.branch_id:
            return HttpResponse(status=404)
        service.restore_rule(token, actor=user)
        response = HttpResponse(status=204)
        response["HX-Trigger"] = '{"rules-stale": true}'
        return toast(response, _("Taken back."))


class DryRunView(Declared, View):
    """What the rules, with the one being edited, would have done with the last leads."""

    permission_required = permissions.VIEW_RULES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request, [row for row in ordered_rules(request.user) if row.is_active])

    def post(self, request: HttpRequest) -> HttpResponse:
        rules = [row for row in ordered_rules(request.user) if row.is_active]
        return self._answer(request, self._with_draft(request, rules))

    def _with_draft(self, request: HttpRequest, rules: list[RoutingRule]) -> list[RoutingRule]:
        user: Any = request.user
        form = RuleForm(request.POST, user=user)
        if not form.is_valid():
            return rules
        new = form.rule_input(read_conditions(request.POST))
        try:
            service.check_rule(new)
        except BusinessError:
            return rules
        edited = request.POST.get("editing", "")
        for row in rules:
            if str(row.pk) == edited:
                service.fill_rule(row, new)
                return rules
        return [*rules, service.fill_rule(RoutingRule(version=1), new)]

    def _answer(self, request: HttpRequest, rules: list[RoutingRule]) -> HttpResponse:
        asked = {**request.GET.dict(), **request.POST.dict()}.get("size", "")
        size = int(asked) if asked in {str(one) for one in SIZES} else SIZES[0]
        result = dry_run(request.user, rules=rules, size=size)  # type: ignore[arg-type]
        most = max((max(row.was, row.becomes) for row in result.people), default=1) or 1
        people = [
            {
                "row": row,
                "was": round(100 * row.was / most),
                "becomes": round(100 * row.becomes / most),
            }
            for row in result.people
        ]
        caught = [{"rule": rule, "count": result.caught.get(rule.pk or 0, 0)} for rule in rules]
        context = {"result": result, "people": people, "caught": caught, "size": size}
        return render(request, "leads/partials/dry_run.html", {**context, "sizes": SIZES})
