"""Branches, departments and teams: made, changed, removed. Every change is logged."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet

from accounts.errors import (
    BranchCodeTaken,
    BranchCurrencyFixed,
    BranchHasPeople,
    NotOfThisBranch,
    OrganisationChangedMeanwhile,
    StillUsed,
)
from accounts.models import Branch, Department, Team, User
from accounts.permissions import CHANGE_SETTINGS, CHANGE_TEAMS
from accounts.roles import Scope
from crm_project.kit.live import branch_group, tell_once
from crm_project.kit.text import isolate

from .activity import record

CHANGED = "organisation-changed"
BRANCH_FIELDS = (
    "code", "name_ar", "name_en", "currency", "time_zone", "phone_region", "working_hours",
    "is_active",
)  # fmt: skip
DEPARTMENT_FIELDS = ("name_ar", "name_en", "manager")
TEAM_FIELDS = ("name_ar", "name_en", "department", "leader", "members")
FIELDS: Mapping[type[models.Model], tuple[str, ...]] = {
    Branch: BRANCH_FIELDS,
    Department: DEPARTMENT_FIELDS,
    Team: TEAM_FIELDS,
}
Piece = Branch | Department | Team


def changeable_branches(actor: User) -> QuerySet[Branch]:
    """Return the branches whose settings the actor may change."""
    return _branches_within(actor, CHANGE_SETTINGS)


def fillable_branches(actor: User) -> QuerySet[Branch]:
    """Return the branches whose departments and teams the actor may change."""
    return _branches_within(actor, CHANGE_TEAMS)


def may_add_branches(actor: User) -> bool:
    """Return True for who changes the settings of the whole company."""
    return actor.scope_of(CHANGE_SETTINGS) == Scope.COMPANY


def version_of(piece: Piece) -> str:
    """Return a short text that differs as soon as anything that can be edited here differs."""
    state = {name: _stored(piece, name) for name in FIELDS[type(piece)]}
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def save_branch(
    branch: Branch | None, values: Mapping[str, Any], *, actor: User, seen: str = ""
) -> Branch:
    """Make or change a branch; `values` are of BRANCH_FIELDS, `seen` is version_of() as edited.

    Errors: OrganisationChangedMeanwhile, BranchHasPeople when it is switched off with people in
    it, BranchCodeTaken, BranchCurrencyFixed once it has stock or orders (orders' migration 0004).
    """
    row = _locked(branch, seen) if branch else Branch()
    changes = _changes(row, values)
    if branch and not values.get("is_active", True) and row.is_active:
        _check_empty(row)
    _fill(row, values)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") == "branch_currency_is_fixed":
            raise BranchCurrencyFixed(field="currency") from error
        raise BranchCodeTaken(field="code") from error
    _note(actor, row, changes, is_new=branch is None)
    return row


@transaction.atomic
def save_department(
    department: Department, values: Mapping[str, Any], *, actor: User, seen: str = ""
) -> Department:
    """Make (an unsaved one with its branch) or change a department.

    Errors: OrganisationChangedMeanwhile, NotOfThisBranch.
    """
    is_new = department.pk is None
    row = department if is_new else _locked(department, seen)
    changes = _changes(row, values)
    if "manager" in changes and values["manager"]:
        _check_of_branch(row.branch_id, [values["manager"]], field="manager")
    _fill(row, values)
    row.save()
    _note(actor, row, changes, is_new=is_new)
    return row


@transaction.atomic
def save_team(team: Team, values: Mapping[str, Any], *, actor: User, seen: str = "") -> Team:
    """Make (an unsaved one with its branch) or change a team and its members.

    Errors: OrganisationChangedMeanwhile, NotOfThisBranch for a new member of another branch.
    """
    is_new = team.pk is None
    row = team if is_new else _locked(team, seen)
    before = [] if is_new else list(row.members.all())
    members = list(values["members"])
    _check_of_branch(row.branch_id, [one for one in members if one not in before], field="members")
    changes = _changes(row, {name: value for name, value in values.items() if name != "members"})
    if set(before) != set(members):
        changes["members"] = [_names(before), _names(members)]
    _fill(row, values)
    row.save()
    row.members.set(members)
    _note(actor, row, changes, is_new=is_new)
    return row


@transaction.atomic
def remove_piece(piece: Department | Team, *, actor: User) -> None:
    """Remove a department or a team that nothing depends on. Errors: StillUsed."""
    row = type(piece).objects.select_for_update().get(pk=piece.pk)
    uses = _uses(row)
    if isinstance(row, Department) and (count := row.users.filter(is_active=True).count()):
        uses.append(f"{User._meta.verbose_name_plural} {isolate(count)}")
    if uses:
        raise StillUsed(", ".join(uses))
    record(actor, f"{row._meta.model_name}.removed", row)
    branch_id = row.branch_id
    row.delete()
    _tell(branch_id)


def _branches_within(actor: User, permission: str) -> QuerySet[Branch]:
    scope, seen = actor.scope_of(permission), Branch.objects.visible_to(actor)
    if scope == Scope.COMPANY:
        return seen
    return seen.filter(pk=actor.branch_id or 0) if scope == Scope.BRANCH else seen.none()


def _locked(piece: Any, seen: str) -> Any:
    row = type(piece)._default_manager.select_for_update().get(pk=piece.pk)
    if seen != version_of(row):
        raise OrganisationChangedMeanwhile
    return row


def _check_empty(branch: Branch) -> None:
    if count := branch.users.filter(is_active=True).count():
        raise BranchHasPeople(count)


def _check_of_branch(branch_id: int, people: Iterable[User], *, field: str) -> None:
    if any(person.branch_id != branch_id for person in people):
        raise NotOfThisBranch(field=field)


def _uses(row: models.Model) -> list[str]:
    """What would vanish with the row, or forbids its end: "routing rules 2"."""
    ends = (models.CASCADE, models.PROTECT, models.RESTRICT)
    uses = []
    for relation in row._meta.related_objects:
        if relation.on_delete in ends:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: row})
            if count := rows.count():
                name = relation.related_model._meta.verbose_name_plural
                uses.append(f"{name} {isolate(count)}")
    return uses


def _stored(piece: Piece, name: str) -> Any:
    if name == "members":
        return sorted(piece.members.values_list("pk", flat=True))  # type: ignore[union-attr]
    if name in ("manager", "leader", "department"):
        return getattr(piece, f"{name}_id")
    return getattr(piece, name)


def _fill(row: Piece, values: Mapping[str, Any]) -> None:
    for name in FIELDS[type(row)]:
        if name in values and name != "members":
            setattr(row, name, values[name])


def _changes(row: Piece, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Before and after of what differs, as the log keeps it."""
    changes: dict[str, list[Any]] = {}
    for name, after in values.items():
        before = getattr(row, name) if row.pk or name != "working_hours" else {}
        if name == "working_hours":
            changes.update(_changed_hours(before, after))
        elif before != after and (row.pk or after not in (None, "")):
            changes[name] = [_plain(before) if row.pk else None, _plain(after)]
    return changes


def _changed_hours(before: Any, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    known = before if isinstance(before, dict) else {}
    days = sorted({*known, *after})
    texts = {day: [_spans(known.get(day)), _spans(after.get(day))] for day in days}
    return {f"hours.{day}": pair for day, pair in texts.items() if pair[0] != pair[1]}


def _spans(spans: Any) -> str:
    if not isinstance(spans, list):
        return ""
    return ", ".join("–".join(map(str, span)) for span in spans if isinstance(span, list))


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, models.Model) else value  # type: ignore[attr-defined]


def _names(people: Iterable[User]) -> list[str]:
    return sorted(person.name for person in people)


def _note(actor: User, row: Piece, changes: Mapping[str, Any], *, is_new: bool) -> None:
    if is_new or changes:
        name = f"{row._meta.model_name}.{'created' if is_new else 'changed'}"
        record(actor, name, row, changes=changes)
        _tell(row.pk if isinstance(row, Branch) else row.branch_id)


def _tell(branch_id: int) -> None:
    tell_once({branch_group(None), branch_group(branch_id)}, CHANGED)
