"""The role matrix: built-in roles made once, every cell editable, nothing beyond the own reach."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import override

from accounts.errors import OwnAccess, RoleAboveOwn, StaleRole
from accounts.models import Role, User
from accounts.roles import (
    RANK,
    SCOPES,
    RoleCode,
    Scope,
    builtin_grants,
    builtin_hidden,
    declared_fields,
    declared_permissions,
)
from crm_project.kit.locks import wait_for_turn

from .activity import Reason, record
from .reach import SHOWN, exceeds, scopes_for, shown_for


@dataclass(frozen=True)
class Synced:
    """What sync_roles changed: codes of new roles, and how many grants it added to old ones."""

    created: tuple[str, ...]
    added_grants: int


@transaction.atomic
def sync_roles() -> Synced:
    """Make the built-in roles, and give existing ones only the permissions that are new to them.

    A permission that somebody switched off is stored as "none", so it is not new.
    """
    created: list[str] = []
    added = 0
    for code in RoleCode:
        role, is_new = Role.objects.select_for_update().get_or_create(
            code=code.value, defaults=_defaults(code)
        )
        if is_new:
            created.append(code.value)
        else:
            added += _add_missing(role, builtin_grants(code), builtin_hidden(code))
    return Synced(tuple(created), added)


def _defaults(code: RoleCode) -> dict[str, object]:
    names = {}
    for language in ("ar", "en"):
        with override(language):
            names[f"name_{language}"] = str(code.label)
    return {
        **names,
        "rank": RANK[code],
        "is_builtin": True,
        "grants": builtin_grants(code),
        "hidden_fields": builtin_hidden(code),
    }


def _add_missing(role: Role, wanted: Mapping[str, str], hidden: Mapping[str, str]) -> int:
    missing = {name: scope for name, scope in wanted.items() if name not in role.grants}
    concealed = {name: way for name, way in hidden.items() if name not in role.hidden_fields}
    if missing or concealed:
        role.grants = {**role.grants, **missing}
        role.hidden_fields = {**role.hidden_fields, **concealed}
        role.version += 1
        role.save(update_fields=["grants", "hidden_fields", "version"])
        changes = {name: [None, new] for name, new in {**missing, **concealed}.items()}
        record(None, "role.changed", role, changes=changes, reason=Reason(rule="new permissions"))
    return len(missing)


def is_editable_by(role: Role, user: User) -> bool:
    """Return True when the user may change this role: not the highest, not the own, not above."""
    if role.code == RoleCode.COMPANY_MANAGER or role.pk == user.role_id:
        return False
    return user.is_superuser or (user.role is not None and role.rank <= user.role.rank)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """A role's cells as edited: permission → scope, sensitive field → how it is shown."""

    grants: Mapping[str, str]
    fields: Mapping[str, str]
    version: int  # the version that the editor saw


@transaction.atomic
def save_matrix(role: Role, wanted: Matrix, *, actor: User) -> Role:
    """Save the cells of a role; its people have the new access at their next request.

    Errors: OwnAccess for the own role, RoleAboveOwn for a higher one, a wider scope than the
    actor's or a field opener than the actor sees it, StaleRole when somebody saved it meanwhile.
    """
    role = Role.objects.select_for_update().get(pk=role.pk)
    _check_editable(role, actor)
    if role.version != wanted.version:
        raise StaleRole
    changes = {**_changed_grants(role, wanted, actor), **_changed_fields(role, wanted, actor)}
    if not changes:
        return role
    role.grants = {**role.grants, **wanted.grants}
    role.hidden_fields = {**role.hidden_fields, **wanted.fields}
    role.version += 1
    role.save(update_fields=["grants", "hidden_fields", "version"])
    record(actor, "role.changed", role, changes=changes)
    return role


def _check_editable(role: Role, actor: User) -> None:
    if role.pk == actor.role_id:
        raise OwnAccess
    if not is_editable_by(role, actor):
        raise RoleAboveOwn


def _changed_grants(role: Role, wanted: Matrix, actor: User) -> dict[str, list[str]]:
    known = {code for codes in declared_permissions().values() for code in codes}
    changes: dict[str, list[str]] = {}
    for code, scope in wanted.grants.items():
        before = role.grants.get(code, Scope.NONE.value)
        if scope == before:
            continue
        if code not in known or scope not in SCOPES:
            raise ValueError(f"no such cell: {code}={scope}")
        if Scope(scope) not in scopes_for(code, actor):
            raise RoleAboveOwn
        changes[code] = [before, scope]
    return changes


def _changed_fields(role: Role, wanted: Matrix, actor: User) -> dict[str, list[str]]:
    known = declared_fields()
    changes: dict[str, list[str]] = {}
    for name, shown in wanted.fields.items():
        before = role.hidden_fields.get(name, "visible")
        if shown == before:
            continue
        if name not in known or shown not in SHOWN:
            raise ValueError(f"no such cell: {name}={shown}")
        if shown not in shown_for(name, actor):
            raise RoleAboveOwn
        changes[name] = [before, shown]
    return changes


@transaction.atomic
def create_role(*, name_ar: str, name_en: str, like: Role, actor: User) -> Role:
    """Make a role with the cells and the rank of another one.

    Errors: RoleAboveOwn for a role above the own, or one that gives what the actor does not hold.
    """
    is_own = like.pk == actor.role_id
    if not is_own and (not is_editable_by(like, actor) or exceeds(like, actor)):
        raise RoleAboveOwn
    role = Role.objects.create(
        name_ar=name_ar,
        name_en=name_en,
        code=_free_code(name_en),
        rank=like.rank,
        grants=dict(like.grants),
        hidden_fields=dict(like.hidden_fields),
    )
    record(actor, "role.created", role, changes={"like": [None, like.code]})
    return role


def _free_code(name: str) -> str:
    wait_for_turn("accounts.role_codes")
    stem = slugify(name)[:30] or "role"
    taken = set(Role.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)
