"""Routing rules: saved, moved, switched, deleted, brought back. Every change is logged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, Team, User
from accounts.roles import Scope
from accounts.services import record
from crm_project.kit.errors import BusinessError
from crm_project.kit.locks import wait_for_turn
from leads import permissions
from leads.errors import CannotTakeLeads
from leads.models import RoutingRule
from leads.route.conditions import problem_of

SALT = "leads.rule"
LONGEST_UNDO = 3600  # seconds
MOST_CONDITIONS = 12


class RuleIsWrong(BusinessError):
    """A rule that could never work."""

    code = "rule_is_wrong"
    message = _("Complete the rule first.")
    http_status = 422


class RuleChangedMeanwhile(BusinessError):
    """Somebody else changed or deleted the rule first."""

    code = "edit_conflict"
    message = _("A colleague changed this rule a moment ago. Open it again, then decide.")


@dataclass(frozen=True, kw_only=True)
class RuleInput:
    """What a rule says. `person` for the method person, else `team`."""

    name: str
    branch: Branch | None
    conditions: list[dict[str, Any]]
    method: str
    team: Team | None = None
    person: User | None = None
    weights: dict[str, float] = field(default_factory=dict)


def changeable_rules(user: Any) -> Any:
    """Rules that the person may change: all for the company's scope, else the own branch's."""
    scope = user.scope_of(permissions.CHANGE_RULES)
    rows = RoutingRule.objects.visible_to(user)
    if scope == Scope.COMPANY:
        return rows
    return rows.filter(branch_id=user.branch_id or 0) if scope == Scope.BRANCH else rows.none()


@transaction.atomic
def save_rule(
    rule: RoutingRule | None, new: RuleInput, *, actor: User, seen: int | None = None
) -> RoutingRule:
    """Write a rule; a changed one gets the next version.

    `seen` is the version that the person changed, None where they saw none. Raises RuleIsWrong,
    RuleChangedMeanwhile.
    """
    check_rule(new)
    is_new = rule is None
    rule = _held(rule, seen) if rule else RoutingRule(position=_last_position() + 1, version=0)
    before = _as_text(rule) if not is_new else {}
    fill_rule(rule, new)
    rule.version += 1
    rule.save()
    after = _as_text(rule)
    changes = {
        name: [before.get(name), after[name]] for name in after if before.get(name) != after[name]
    }
    record(actor, f"routing_rule.{'created' if is_new else 'changed'}", rule, changes=changes)
    return rule


def _held(rule: RoutingRule, seen: int | None) -> RoutingRule:
    """The rule as it stands now, locked: routing may have moved its turn a moment ago."""
    now = RoutingRule.objects.select_for_update().filter(pk=rule.pk).first()
    if now is None or seen not in (None, now.version):
        raise RuleChangedMeanwhile
    return now


def fill_rule(rule: RoutingRule, new: RuleInput) -> RoutingRule:
    """Put what the rule says into its columns, unsaved."""
    rule.name, rule.branch, rule.conditions = new.name[:120], new.branch, new.conditions
    rule.method, rule.weights = new.method, new.weights
    is_person = new.method == RoutingRule.Method.PERSON
    rule.person, rule.team = (new.person, None) if is_person else (None, new.team)
    return rule


def check_rule(new: RuleInput) -> None:
    """Raise RuleIsWrong where the rule has no target, or a condition that says nothing."""
    is_person = new.method == RoutingRule.Method.PERSON
    if is_person and new.person is None:
        raise RuleIsWrong(_("Choose who gets the leads."), field="person")
    if not is_person and new.team is None:
        raise RuleIsWrong(_("Choose the team that gets the leads."), field="team")
    _check_reach(new, is_person=is_person)
    if len(new.conditions) > MOST_CONDITIONS:
        raise RuleIsWrong(_("A rule has at most twelve conditions."))
    for condition in new.conditions:
        if problem := problem_of(condition):
            raise RuleIsWrong(problem)


def _check_reach(new: RuleInput, *, is_person: bool) -> None:
    """Who gets the leads works in the rule's branch, or the rule would never decide."""
    branch, person, team = new.branch, new.person, new.team
    if is_person and person:
        is_able = person.is_active and not person.is_service
        is_near = branch is None or person.branch_id == branch.pk or person.is_company_wide
        if not (is_able and is_near and person.has_perm(permissions.CHANGE)):
            raise RuleIsWrong(CannotTakeLeads.message, field="person")
    elif branch and team and team.branch_id != branch.pk:
        raise RuleIsWrong(_("This team belongs to another branch."), field="team")


@transaction.atomic
def move_rule(rule: RoutingRule, *, before_id: int | None, actor: User) -> None:
    """Put the rule before another one, or at the end; the others keep their order."""
    rows = list(RoutingRule.objects.select_for_update(of=("self",)).order_by("position", "pk"))
    others = [row for row in rows if row.pk != rule.pk]
    place = next((at for at, row in enumerate(others) if row.pk == before_id), len(others))
    moving = next((row for row in rows if row.pk == rule.pk), rule)
    was = rows.index(moving) + 1 if moving in rows else 0
    ordered: Sequence[RoutingRule] = [*others[:place], moving, *others[place:]]
    for position, row in enumerate(ordered, start=1):
        row.position = position
    RoutingRule.objects.bulk_update(ordered, ["position"])
    record(actor, "routing_rule.moved", rule, changes={"position": [was, place + 1]})


@transaction.atomic
def switch_rule(rule: RoutingRule, *, is_active: bool, actor: User) -> RoutingRule:
    """Turn a rule on or off."""
    before, rule.is_active = rule.is_active, is_active
    rule.save(update_fields=["is_active"])
    record(actor, "routing_rule.changed", rule, changes={"is_active": [before, is_active]})
    return rule


@transaction.atomic
def delete_rule(rule: RoutingRule, *, actor: User) -> str:
    """Delete the rule; returns a signed token that brings it back for an hour."""
    known = {**_as_text(rule), "position": rule.position, "version": rule.version}
    known |= {"pk": rule.pk, "branch": rule.branch_id, "is_active": rule.is_active}
    record(actor, "routing_rule.deleted", rule, changes={"rule": [_as_text(rule), None]})
    rule.delete()
    return signing.dumps(known, salt=SALT, compress=True)


@transaction.atomic
def restore_rule(token: str, *, actor: User) -> RoutingRule:
    """Bring a deleted rule back to its place. Twice is once.

    Raises RuleIsWrong for an old or false token.
    """
    try:
        known = signing.loads(token, salt=SALT, max_age=LONGEST_UNDO)
    except signing.BadSignature as error:
        raise RuleIsWrong(_("It is too late to take this back.")) from error
    wait_for_turn("leads.rules")
    if back := RoutingRule.objects.filter(pk=known["pk"]).first():
        return back
    new = RuleInput(
        name=known["name"],
        branch=Branch.objects.filter(pk=known["branch"]).first(),
        conditions=known["conditions"],
        method=known["method"],
        team=Team.objects.filter(pk=known["team"]).first(),
        person=User.objects.filter(pk=known["person"]).first(),
        weights=known["weights"],
    )
    check_rule(new)
    rule = fill_rule(RoutingRule(position=known["position"], version=known["version"]), new)
    rule.pk, rule.is_active = known["pk"], known["is_active"]
    rule.save(force_insert=True)
    record(actor, "routing_rule.restored", rule)
    return rule


def branch_of_token(token: str) -> int | None:
    """Return the branch of a deleted rule, to check who may bring it back."""
    try:
        branch = signing.loads(token, salt=SALT, max_age=LONGEST_UNDO)["branch"]
    except signing.BadSignature as error:
        raise RuleIsWrong(_("It is too late to take this back.")) from error
    return int(branch) if branch else None


def _as_text(rule: RoutingRule) -> dict[str, Any]:
    names = ("name", "conditions", "method", "weights")
    columns = {name: getattr(rule, name) for name in names}
    return {**columns, "team": rule.team_id, "person": rule.person_id}


def _last_position() -> int:
    return RoutingRule.objects.aggregate(last=Max("position"))["last"] or 0
