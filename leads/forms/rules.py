"""The form of a routing rule: its target, and condition rows that come in any number."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms.pickers import PersonField
from accounts.models import Branch, Team, User
from accounts.roles import Scope
from crm_project.kit.countries import COUNTRIES
from crm_project.kit.forms import PLEASE_CHOOSE
from crm_project.kit.text import strip_controls
from leads import permissions
from leads.models import RoutingRule
from leads.route.conditions import (
    FIELDS,
    FLAGS,
    NUMBERS,
    OPERATOR_LABELS,
    operators_of,
    problem_of,
)
from leads.services.rules import MOST_CONDITIONS, RuleInput
from leads.words import CHOICES

MOST_VALUES = 50


class RuleForm(forms.Form):
    """What a rule says apart from its conditions."""

    name = forms.CharField(label=_("Name"), max_length=120)
    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.none(), required=False
    )
    method = forms.ChoiceField(label=_("How"), choices=RoutingRule.Method.choices)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=PLEASE_CHOOSE
    )
    person = PersonField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=PLEASE_CHOOSE
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_wide = user.scope_of(permissions.CHANGE_RULES) == Scope.COMPANY
        branch: Any = self.fields["branch"]
        branch.queryset = Branch.objects.visible_to(user).active()
        branch.empty_label = _("All branches") if is_wide else None
        branch.required = not is_wide
        team: Any = self.fields["team"]
        team.queryset = Team.objects.visible_to(user).select_related("branch")
        people = User.objects.visible_to(user).staff().with_access()
        able = people.filter(role__grants__has_key=permissions.CHANGE)
        person: Any = self.fields["person"]
        person.queryset = able
        self.weights = _read_weights(args[0] if args else None)

    def rule_input(self, conditions: list[dict[str, Any]]) -> RuleInput:
        """Return what the service takes."""
        data = self.cleaned_data
        return RuleInput(
            name=strip_controls(data["name"]).strip(),
            branch=data["branch"],
            conditions=conditions,
            method=data["method"],
            team=data["team"],
            person=data["person"],
            weights=self.weights,
        )


def _read_weights(data: QueryDict | None) -> dict[str, float]:
    """Read weight-<user id> fields; 1 is the usual share and is not kept."""
    weights = {}
    for name, value in (data or {}).items():
        who = name.removeprefix("weight-")
        if name.startswith("weight-") and who.isdecimal() and len(who) < 12:
            try:
                weight = min(max(float(str(value)), 0.1), 10)
            except ValueError:
                continue
            if weight == weight and weight != 1:
                weights[who] = round(weight, 2)
    return weights


def read_conditions(data: QueryDict) -> list[dict[str, Any]]:
    """Read the condition rows of a submit: c-row lists their ids, each has field, op, values."""
    return [
        read_condition(data, row)
        for row in data.getlist("c-row")[: MOST_CONDITIONS + 1]
        if row.isalnum() and len(row) <= 12
    ]


def read_condition(data: QueryDict, row: str) -> dict[str, Any]:
    """Read one row; values may be ticked or written with commas between them."""
    field = data.get(f"c-{row}-field", "")
    operators = operators_of(field)
    operator = data.get(f"c-{row}-op", "")
    ticked = data.getlist(f"c-{row}-values")
    if field not in CHOICES and field not in FLAGS:
        ticked = [part for text in ticked for part in text.replace("،", ",").split(",")]
    values = [strip_controls(value).strip()[:120] for value in ticked[:MOST_VALUES]]
    return {
        "field": field,
        "op": operator if operator in operators else operators[0],
        "values": [value for value in values if value],
    }


def condition_row(condition: dict[str, Any], row: str, *, check: bool = False) -> dict[str, Any]:
    """Return what the row's template shows."""
    field = str(condition.get("field") or "city")
    values = [str(value) for value in condition.get("values") or []]
    choices = CHOICES.get(field)
    return {
        "row": row,
        "field": field,
        "fields": FIELDS.items(),
        "op": condition.get("op"),
        "operators": [(name, OPERATOR_LABELS[name]) for name in operators_of(field)],
        "kind": _kind(field),
        "choices": [(code, label, code in values) for code, label in choices or []],
        "values": ", ".join(values),
        "is_true": not values or values[0] == "true",
        "countries": COUNTRIES.items() if field == "country" else [],
        "problem": problem_of(condition) if check else "",
    }


def _kind(field: str) -> str:
    if field in FLAGS:
        return "flag"
    return "choice" if field in CHOICES else "number" if field in NUMBERS else "text"
