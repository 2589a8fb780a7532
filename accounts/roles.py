"""Roles: a permission at a scope. The built-in ones come from every app's `permissions.GRANTS`.

A role's grants are one JSON map on its row, so that a request learns all it may do from the row of
its user, without a further query. The matrix in the settings edits that map.
"""

from collections.abc import Mapping
from importlib import import_module

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RoleCode(models.TextChoices):
    """The built-in roles, highest rank first."""

    COMPANY_MANAGER = "company_manager", _("Company manager")
    BRANCH_MANAGER = "branch_manager", _("Branch manager")
    SUPERVISOR = "supervisor", _("Supervisor")
    SALES = "sales", _("Sales")
    INSPECTOR = "inspector", _("Inspector")
    STOREKEEPER = "storekeeper", _("Storekeeper")
    ACCOUNTANT = "accountant", _("Accountant")
    SUPPORT = "support", _("Support agent")
    AUDITOR = "auditor", _("Read-only auditor")
    INTEGRATOR = "integrator", _("Integrator")


RANK = {
    RoleCode.COMPANY_MANAGER: 90,
    RoleCode.BRANCH_MANAGER: 70,
    RoleCode.SUPERVISOR: 50,
    RoleCode.AUDITOR: 30,
    RoleCode.ACCOUNTANT: 20,
    RoleCode.STOREKEEPER: 20,
    RoleCode.SUPPORT: 20,
    RoleCode.SALES: 20,
    RoleCode.INSPECTOR: 20,
    RoleCode.INTEGRATOR: 10,
}


class Scope(models.TextChoices):
    """Whose records a permission reaches, narrowest first."""

    NONE = "none", _("None")
    OWN = "own", _("Own")
    DEPARTMENT = "department", _("Department")
    BRANCH = "branch", _("Branch")
    COMPANY = "company", _("Company")


SCOPES = list(Scope)
Grants = Mapping[RoleCode, Mapping[str, Scope]]


def wider(first: Scope, second: Scope) -> Scope:
    """Return the wider of two scopes."""
    return max(first, second, key=SCOPES.index)


def declared_permissions() -> dict[str, dict[str, str]]:
    """Return every declared permission with its sentence, by app: {"leads": {code: label}}."""
    return {app: dict(import_module(f"{app}.permissions").LABELS) for app in settings.APPS}


def builtin_grants(role: RoleCode) -> dict[str, str]:
    """Return what a built-in role may do, collected from every app."""
    grants: dict[str, str] = {}
    for app in settings.APPS:
        module = import_module(f"{app}.permissions")
        grants.update({code: str(scope) for code, scope in module.GRANTS.get(role, {}).items()})
    return grants


def builtin_hidden(role: RoleCode) -> dict[str, str]:
    """Return which sensitive fields a built-in role sees masked or not at all."""
    hidden: dict[str, str] = {}
    for app in settings.APPS:
        declared = getattr(import_module(f"{app}.permissions"), "HIDDEN_FIELDS", {})
        hidden.update(declared.get(role, {}))
    return hidden


def declared_fields() -> dict[str, str]:
    """Return every sensitive field that a role can mask or hide, with its name."""
    fields: dict[str, str] = {}
    for app in settings.APPS:
        fields.update(getattr(import_module(f"{app}.permissions"), "SENSITIVE_FIELDS", {}))
    return fields
