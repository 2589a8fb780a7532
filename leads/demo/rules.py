"""Routing rules of the demo: from the special case to the catch-all of each branch."""

from typing import Any

from leads.models import RoutingRule

from .company import CENTRAL, JEDDAH, NORTH, PROJECTS, SUPPORT, Company
from .names import DISTRICTS

Method = RoutingRule.Method
CATCH_ALL = {"riyadh": "كل ما بقي في الرياض", "jeddah": "كل طلبات جدة"}
NORTHERN = DISTRICTS["riyadh"][:7]


def _when(field: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"field": field, "op": operator, "values": list(values)}


# Branch code, name, conditions, method, team in English or login of the person.
RULES: tuple[tuple[str, str, list[dict[str, Any]], str, str], ...] = (
    ("riyadh", "الشكاوى والصيانة إلى الدعم", [_when("intent", "in", "complaint", "support")],
     Method.ROUND_ROBIN, SUPPORT),
    ("riyadh", "المشاريع الكبيرة", [_when("budget", "at_least", 80_000)],
     Method.LEAST_LOADED, PROJECTS),
    ("riyadh", "التوريدات الصناعية", [_when("product", "in", "industrial_supplies")],
     Method.PERSON, "dalal"),
    ("riyadh", "العاجل داخل الدوام",
     [_when("urgency", "in", "high"), _when("is_working_hours", "is", "true")],
     Method.LEAST_LOADED, CENTRAL),
    ("riyadh", "الرسائل الإنجليزية", [_when("language", "in", "en")], Method.PERSON, "omar"),
    ("riyadh", "أحياء شمال الرياض", [_when("region", "in", *NORTHERN)],
     Method.LEAST_LOADED, NORTH),
    ("riyadh", "الأسواق الإلكترونية", [_when("channel", "in", "marketplace")],
     Method.LEAST_LOADED, PROJECTS),
    ("jeddah", "فرصة قوية في جدة", [_when("score", "at_least", 80)], Method.PERSON, "sales.b"),
    ("riyadh", CATCH_ALL["riyadh"], [], Method.ROUND_ROBIN, CENTRAL),
    ("jeddah", CATCH_ALL["jeddah"], [], Method.LEAST_LOADED, JEDDAH),
)  # fmt: skip


def make_rules(company: Company) -> None:
    """Make the demo's rules where there is none at all: people may have changed or deleted some."""
    if RoutingRule.objects.exists():
        return
    RoutingRule.objects.bulk_create(
        RoutingRule(
            name=name,
            branch=company.branches[branch],
            position=position,
            conditions=conditions,
            method=method,
            person=company.people[target] if method == Method.PERSON else None,
            team=None if method == Method.PERSON else company.teams[target],
        )
        for position, (branch, name, conditions, method, target) in enumerate(RULES, start=1)
    )
