"""People: invited, changed, deactivated. Nobody gives more than they have (SECURITY.md AZ-7)."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from accounts.errors import (
    EmailTaken,
    IdentityNotConfirmed,
    LastManager,
    OutsideOwnBranch,
    OwnAccess,
    RoleAboveOwn,
)
from accounts.events import UserDeactivated
from accounts.models import Branch, Role, User
from accounts.permissions import CHANGE_USER
from accounts.roles import RoleCode, Scope
from crm_project.kit.events import publish
from crm_project.kit.jobs import Task, enqueue
from crm_project.kit.locks import wait_for_turn

from . import mfa
from .activity import record
from .reach import exceeds
from .sessions import end_other_access

EDITABLE = frozenset(
    {"email", "name", "name_en", "phone", "role", "branch", "department", "language"}
    | {"is_available", "lead_capacity", "is_active"}
)
ACCESS = frozenset({"role", "branch", "department", "is_active"})
OWN_PROFILE = frozenset(
    {"name", "name_en", "phone", "language", "theme", "is_rail", "has_single_keys", "is_available"}
)


@transaction.atomic
def invite_person(fields: Mapping[str, Any], *, actor: User, invitation: Task) -> User:
    """Make an account without a password and queue the mail with the link to set one.

    `fields` are of EDITABLE, with email, name, role and branch; `invitation` is the mailing job.
    Errors: RoleAboveOwn, OutsideOwnBranch, EmailTaken.
    """
    _check_known(fields, EDITABLE)
    _check_free(fields["email"])
    check_role(actor, fields["role"])
    _check_branch(actor, fields.get("branch"))
    person = User.objects.create_user(password=None, **fields)
    record(actor, "user.invited", person, changes={"role": [None, str(person.role)]})
    enqueue(invitation, user_id=person.pk)
    return person


@transaction.atomic
def update_person(
    person: User, fields: Mapping[str, Any], *, actor: User, is_confirmed: bool = False
) -> User:
    """Change a colleague. A change of role, branch or activity ends all their other access.

    `is_confirmed`: the actor has just proved again who they are; only then an e-mail changes, for
    links to new passwords go there. Errors: RoleAboveOwn, OwnAccess, OutsideOwnBranch,
    LastManager, IdentityNotConfirmed, EmailTaken.
    """
    _check_known(fields, EDITABLE)
    if {"role", "is_active"} & fields.keys():
        wait_for_turn("accounts.access")  # two managers cannot remove each other
    person = User.objects.select_for_update().get(pk=person.pk)
    changes = _differences(person, fields)
    if not changes:
        return person
    _check_change(person, changes, actor)
    if "email" in changes and not is_confirmed:
        raise IdentityNotConfirmed(field="email")
    if "email" in changes:
        _check_free(fields["email"])
    for name in changes:
        setattr(person, name, fields[name])
    person.save(update_fields=list(changes))
    record(actor, "user.changed", person, changes=_readable(changes))
    if ACCESS & changes.keys():
        end_other_access(person)
    if changes.get("is_active", (None, True))[1] is False:
        publish(UserDeactivated(user_id=person.pk))
    return person


@transaction.atomic
def update_own_profile(user: User, fields: Mapping[str, Any]) -> None:
    """Change what a person may change about themselves: never role, branch, e-mail or activity."""
    _check_known(fields, OWN_PROFILE)
    changes = _differences(user, fields)
    if not changes:
        return
    for name in changes:
        setattr(user, name, fields[name])
    user.save(update_fields=list(changes))
    record(user, "profile.changed", user, changes=_readable(changes))


@transaction.atomic
def reset_mfa(person: User, *, actor: User) -> None:
    """Turn off the one-time codes of a colleague who lost the phone. Errors: as for a change."""
    _check_change(person, {"is_active": (True, True)}, actor)
    mfa.turn_off(person, actor=actor)


@transaction.atomic
def end_all_access(person: User, *, actor: User) -> None:
    """Sign a colleague out everywhere. Errors: as for a change."""
    _check_change(person, {}, actor)
    record(actor, "user.signed_out_everywhere", person)
    end_other_access(person)


@transaction.atomic
def invite_again(person: User, *, actor: User, invitation: Task) -> None:
    """Mail the link again to somebody who has no password yet. Errors: as for a change."""
    _check_change(person, {}, actor)
    if not person.has_usable_password():
        record(actor, "user.invited", person)
        enqueue(invitation, user_id=person.pk)


def changeable_by(actor: User) -> QuerySet[User]:
    """Return the people whom the actor's CHANGE_USER reaches; rank is checked when changing."""
    scope, seen = actor.scope_of(CHANGE_USER), User.objects.visible_to(actor)
    if scope == Scope.COMPANY:
        return seen
    if scope == Scope.BRANCH:
        return seen.filter(branch_id=actor.branch_id, branch__isnull=False)
    if scope == Scope.DEPARTMENT:
        return seen.filter(department_id=actor.department_id, department__isnull=False)
    return seen.filter(pk=actor.pk) if scope == Scope.OWN else seen.none()


def grantable_roles(actor: User) -> list[Role]:
    """Return the roles that the actor may give: none above the own, none giving what they lack."""
    return [role for role in Role.objects.grantable_by(actor) if not exceeds(role, actor)]


def check_role(actor: User, role: Role | None) -> None:
    """Raise RoleAboveOwn unless the actor may give this role."""
    is_allowed = role is None or role.pk in {known.pk for known in grantable_roles(actor)}
    if not is_allowed:
        raise RoleAboveOwn(field="role")


def outranks(actor: User, person: User) -> bool:
    """Return True when the actor may change the person: nobody changes who ranks above them."""
    if actor.is_superuser:
        return True
    if person.is_superuser or actor.role is None:
        return False
    return person.role is None or person.role.rank <= actor.role.rank


def _check_change(person: User, changes: Mapping[str, tuple[Any, Any]], actor: User) -> None:
    if not outranks(actor, person):
        raise RoleAboveOwn
    if person.pk == actor.pk and ACCESS & changes.keys():
        raise OwnAccess
    if "role" in changes:
        check_role(actor, changes["role"][1])
    if "branch" in changes:
        _check_branch(actor, changes["branch"][1])
    if {"role", "is_active"} & changes.keys():
        _check_not_last_manager(person, changes)


def _check_branch(actor: User, branch: Branch | None) -> None:
    if actor.is_company_wide:
        return
    if branch is None or branch.pk != actor.branch_id:
        raise OutsideOwnBranch(field="branch")


def _check_not_last_manager(person: User, changes: Mapping[str, tuple[Any, Any]]) -> None:
    managers = User.objects.staff().filter(role__code=RoleCode.COMPANY_MANAGER)
    ids = set(managers.values_list("pk", flat=True)[:2])
    new_role = changes.get("role", (None, person.role))[1]
    stays = changes.get("is_active", (None, True))[1] and new_role == person.role
    if ids == {person.pk} and not stays:
        raise LastManager


def _check_known(fields: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = fields.keys() - allowed
    if unknown:
        raise ValueError(f"not editable here: {sorted(unknown)}")


def _check_free(email: str) -> None:
    wait_for_turn("accounts.emails")  # two managers cannot give the same address
    if User.objects.filter(email=email.strip().lower()).exists():
        raise EmailTaken(field="email")


def _differences(user: User, fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (getattr(user, name), value)
        for name, value in fields.items()
        if getattr(user, name) != value
    }


def _readable(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Return before and after as JSON can hold them."""
    return {name: [_plain(before), _plain(after)] for name, (before, after) in changes.items()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value
