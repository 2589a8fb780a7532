"""Routing in the business: rules and people from the database, decisions kept with reasons."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.models import Branch, Team, User
from accounts.roles import Scope
from leads import permissions
from leads.models import Lead, RoutingDecision, RoutingRule
from leads.route import Choice, Facts, Person, RuleSpec, choose
from leads.route.hours import clock_of, is_within_hours

CUSTOMER_OWNER_RULE = "customer's own salesperson"
FALLBACK = "fallback queue"


@dataclass(kw_only=True)
class RoutingOutcome:
    """What was decided for one lead."""

    person: User | None
    team_id: int | None
    rule_id: int | None
    rule_name: str
    rule_version: int
    candidates: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """The decision, to be kept and compared with a later run."""
        return {
            "version": str(self.rule_version),
            "rule": self.rule_name,
            "person": self.person.pk if self.person else None,
            "reasons": self.reasons,
            "confidence": self.confidence,
        }


class Router:
    """Routes the leads of one batch; loads are counted once and kept up to date in memory."""

    def __init__(self) -> None:
        self.rules = list(RoutingRule.objects.in_force().select_related("team", "person"))
        self.users = {user.pk: user for user in _salespeople()}
        self.loads = Counter(dict(_open_leads(self.users)))
        self.members = members_of(self.rules)
        self.branches = dict(Branch.objects.in_bulk())
        self.turns: dict[int, int] = {}
        self.decided: list[tuple[Lead, RoutingOutcome]] = []

    def route(self, lead: Lead, *, is_spam: bool = False) -> RoutingOutcome:
        """Decide, set the lead's owner, team and branch, and remember the decision."""
        outcome = self._spam() if is_spam else self._by_customer(lead) or self._by_rules(lead)
        if outcome.person:
            lead.owner = outcome.person
            lead.assigned_at = timezone.now()
            self.loads[outcome.person.pk] += 1
        lead.team_id = outcome.team_id
        self.decided.append((lead, outcome))
        return outcome

    def save(self) -> None:
        """Write the decisions and whose turn it was. The leads are saved by now."""
        RoutingDecision.objects.bulk_create(
            [_decision(lead, outcome) for lead, outcome in self.decided]
        )
        for rule in self.rules:  # in the order in which whoever moves rules locks them
            if rule.pk in self.turns:
                RoutingRule.objects.filter(pk=rule.pk).update(last_person=self.turns[rule.pk])

    def _spam(self) -> RoutingOutcome:
        return _outcome(None, name="spam", reasons=[{"code": "spam", "weight": 0, "params": {}}])

    def _by_customer(self, lead: Lead) -> RoutingOutcome | None:
        owner_id = lead.customer.owner_id if lead.customer else None
        owner = self.users.get(owner_id or 0)
        if owner is None or owner.branch_id != lead.branch_id or not owner.is_available:
            return None
        reasons = [{"code": "customer_owner", "weight": 80, "params": {}}]
        return _outcome(owner, name=CUSTOMER_OWNER_RULE, reasons=reasons, confidence=0.95)

    def _by_rules(self, lead: Lead) -> RoutingOutcome:
        return self._settle(choose(self.facts_of(lead), self.specs_of(lead)))

    def specs_of(self, lead: Lead) -> list[RuleSpec]:
        """The rules for the lead's branch whose people may work there, in their order."""
        of_lead = (None, lead.branch_id)
        rules = [rule for rule in self.rules if rule.branch_id in of_lead]
        specs = [self._spec(rule, branch_id=lead.branch_id) for rule in rules]
        return [spec for spec in specs if spec.branch_id in of_lead]

    def _settle(self, choice: Choice) -> RoutingOutcome:
        rule, person = choice.rule, choice.person
        if rule and person and rule.method == "round_robin" and rule.id:
            self.turns[rule.id] = person.id
            next(row for row in self.rules if row.pk == rule.id).last_person_id = person.id
        return RoutingOutcome(
            person=self.users[person.id] if person else None,
            team_id=rule.team_id if rule else None,
            rule_id=rule.id if rule else None,
            rule_name=rule.name if rule else FALLBACK,
            rule_version=rule.version if rule else 1,
            candidates=choice.candidates,
            reasons=choice.reasons,
            confidence=choice.confidence,
        )

    def _spec(self, rule: RoutingRule, *, branch_id: int) -> RuleSpec:
        """The rule with those of its people who may work on leads of the branch."""
        ids = [rule.person_id] if rule.method == "person" else self.members[rule.team_id]
        known = [self.users[pk] for pk in ids if pk in self.users]
        people = [
            self._person(user)
            for user in known
            if user.branch_id == branch_id or user.is_company_wide
        ]
        return RuleSpec(
            id=rule.pk,
            name=rule.name,
            version=rule.version,
            conditions=rule.conditions,
            method=rule.method,
            people=people,
            team_id=rule.team_id,
            branch_id=_branch_of(rule),
            weights=rule.weights or {},
            last_person_id=rule.last_person_id,
        )

    def _person(self, user: User) -> Person:
        return Person(
            id=user.pk,
            name=user.name,
            is_available=user.is_available,
            open_leads=self.loads[user.pk],
            capacity=user.lead_capacity,
        )

    def facts_of(self, lead: Lead, *, at: datetime | None = None) -> Facts:
        """Return what rules may ask about the lead, now or at a time."""
        branch = self.branches[lead.branch_id]
        return Facts(
            branch=branch.code,
            channel=lead.channel,
            country=lead.country,
            city=lead.city,
            region=lead.region,
            product=lead.product,
            urgency=lead.urgency,
            language=lead.language,
            intent=lead.intent,
            source=lead.source,
            score=lead.score,
            budget=lead.budget or Decimal(0),
            is_customer=lead.customer_id is not None,
            is_working_hours=is_open(branch, at or timezone.now()),
        )


def _salespeople() -> list[User]:
    """People whose role lets them work on leads."""
    able = User.objects.staff().with_access().filter(role__grants__has_key=permissions.CHANGE)
    return [user for user in able if user.scope_of(permissions.CHANGE) != Scope.NONE]


def _branch_of(rule: RoutingRule) -> int | None:
    """The branch whose people a rule gives leads to; None for somebody of the whole company."""
    if rule.team:
        return rule.team.branch_id
    return rule.person.branch_id if rule.person else None


def _open_leads(users: dict[int, User]) -> Any:
    rows = Lead.objects.open().filter(owner__in=users).order_by().values_list("owner")
    return rows.annotate(open_leads=Count("pk"))


def members_of(rules: list[RoutingRule]) -> dict[int | None, list[int]]:
    """Return the members of the rules' teams, in one query."""
    teams = {rule.team_id for rule in rules if rule.team_id}
    members: dict[int | None, list[int]] = defaultdict(list)
    for team_id, user_id in Team.members.through.objects.filter(team__in=teams).values_list(
        "team_id", "user_id"
    ):
        members[team_id].append(user_id)
    return members


def _decision(lead: Lead, outcome: RoutingOutcome) -> RoutingDecision:
    return RoutingDecision(
        lead=lead,
        rule_id=outcome.rule_id,
        rule_name=outcome.rule_name[:120],
        rule_version=outcome.rule_version,
        person=outcome.person,
        team_id=outcome.team_id,
        candidates=outcome.candidates,
        reasons=outcome.reasons,
        confidence=outcome.confidence,
    )


def _outcome(
    person: User | None, *, name: str, reasons: list[dict[str, Any]], confidence: float = 0.0
) -> RoutingOutcome:
    return RoutingOutcome(
        person=person,
        team_id=None,
        rule_id=None,
        rule_name=name,
        rule_version=1,
        candidates=[],
        reasons=reasons,
        confidence=confidence,
    )


def is_open(branch: Branch, moment: datetime) -> bool:
    """Return True when the branch works at this moment, by its own clock."""
    clock = clock_of(branch.time_zone, otherwise=timezone.get_default_timezone())
    return is_within_hours(branch.working_hours, moment=moment, clock=clock)


def load_of(branch: Branch) -> list[dict[str, Any]]:
    """Return the people who may take leads of a branch with their open leads, most room first."""
    people = [user for user in _salespeople() if user.branch_id == branch.pk]
    loads = dict(_open_leads({user.pk: user for user in people}))
    rows = [{"user": user, "open": loads.get(user.pk, 0)} for user in people]
    for row in rows:
        row["percent"] = round(100 * row["open"] / max(1, row["user"].lead_capacity))
    return sorted(rows, key=lambda row: (not row["user"].is_available, row["percent"]))
